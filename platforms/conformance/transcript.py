"""What was sent to a receiver and what came back, as plain values: all that a check judges by."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from orders.regulation.limits import Verdict, scaled
from orders.regulation.regions import DONE, OPEN, Execution

ISSUED = "order.issued"
REMOVED, ASKED_OR_HINDERED, CEASED = "annex-ii", "annex-iii", "grounds-ceased"
SEEN, BACK, INFORMED = "acknowledgements", "reinstatements", "content-provider-information"
IMPOSSIBLE = "force_majeure_or_impossibility"
WHOLE = ("accepted", "redirected", "refused", "failed")  # outcomes of a try that was answered
DOWN = DONE | {
    Execution.REINSTATEMENT_DUE,
    Execution.REINSTATED,
    Execution.KEPT_DOWN,
}  # it was taken down, at least once


@dataclass(frozen=True)
class Post:
    """One try to post a message, or a probe; `name` is its type or the probe's, `outcome` as in channels.requests."""

    name: str
    at: datetime
    ended_at: datetime
    outcome: str
    status: int | None = None
    message_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    answer: str = ""
    faults: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        return self.outcome == "accepted"

    @property
    def came(self) -> str:
        """What came of it in a word: the status of a whole answer, else why there was none."""
        return str(self.status) if self.outcome in WHOLE else self.outcome

    @property
    def took(self) -> timedelta:
        return self.ended_at - self.at


@dataclass(frozen=True)
class Said:
    """One request of the receiver about an order; `kind` is the last part of its address, such as annex-ii.

    `code` is that of the problem when it was refused; `stands` when it is on record, `replayed` when it was before.
    """

    kind: str
    at: datetime
    status: int
    key: str = ""
    code: str = ""
    stands: bool = False
    replayed: bool = False
    flags: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    answer: str = ""

    @cached_property
    def document(self) -> dict[str, Any]:
        """The body as JSON; empty for what is no object."""
        try:
            read = json.loads(self.body or b"{}")
        except ValueError:
            read = {}
        return read if isinstance(read, dict) else {}

    @property
    def refused(self) -> bool:
        return self.status >= 400

    @property
    def measures(self) -> list[dict[str, Any]]:
        """The measures that an Annex II states."""
        stated = self.document.get("measures", []) if self.kind == REMOVED else []
        return [one for one in stated if isinstance(one, dict)]


@dataclass(frozen=True)
class Hour:
    """One hour (C2) of an item: a later one is a fresh hour, with its `ground`."""

    ground: str
    starts_at: datetime
    due_at: datetime
    verdict: Verdict | None


@dataclass(frozen=True)
class Item:
    """One item: what became of it, its hours, and whether its page was seen there after it was said to be gone."""

    number: int
    execution: Execution
    verdict: Verdict | None = None
    taken_at: datetime | None = None
    reported_at: datetime | None = None
    hours: tuple[Hour, ...] = ()
    seen_gone: bool = False
    contradicted: bool = False

    @property
    def down(self) -> bool:
        """Whether it was taken down at some time."""
        return self.execution in DOWN

    @property
    def open(self) -> bool:
        return self.execution in OPEN


@dataclass(frozen=True)
class Story:
    """One order: what was posted about it and said about it, in the order of time, and how it stands."""

    name: str
    reference: str
    scale: str
    began_at: datetime
    received_at: datetime | None = None
    posts: tuple[Post, ...] = ()
    said: tuple[Said, ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def taken(self) -> bool:
        """Whether the receiver took the order itself with a 2xx."""
        return any(post.accepted for post in self.of(ISSUED))

    @property
    def executed(self) -> bool:
        """Whether all of its items were taken down."""
        return bool(self.items) and all(item.down for item in self.items)

    def of(self, type: str) -> list[Post]:
        """The tries at the message of this type."""
        return [post for post in self.posts if post.name == type]

    def accepted_at(self, type: str) -> datetime | None:
        """When the message of this type was first taken."""
        return min((post.ended_at for post in self.of(type) if post.accepted), default=None)

    def stated(self, *kinds: str) -> list[Said]:
        """What stands on record of these kinds, each once."""
        return [one for one in self.said if one.kind in kinds and one.stands and not one.replayed]

    def legal(self, minutes: float) -> timedelta:
        """So many legal minutes of this order on the wall."""
        return scaled(timedelta(minutes=minutes), self.scale)


@dataclass(frozen=True)
class Transcript:
    """A whole run; `refusals` are requests whose token was refused, `pages` says whether pages could be looked at."""

    at: datetime
    stories: tuple[Story, ...] = ()
    probes: Mapping[str, Post] = field(default_factory=dict)
    refusals: tuple[Said, ...] = ()
    pages: bool = False

    def named(self, *names: str) -> list[Story]:
        """The stories of these names."""
        return [story for story in self.stories if story.name in names]

    def one(self, name: str) -> Story | None:
        """The first story of this name; None when it was never begun."""
        return next(iter(self.named(name)), None)

    def said(self) -> Iterator[tuple[Story, Said]]:
        """Everything said about any order."""
        for story in self.stories:
            for one in story.said:
                yield story, one

    @property
    def greeted(self) -> bool:
        """Whether a genuine order was ever taken: else a refusal shows nothing."""
        return any(story.taken for story in self.stories)
