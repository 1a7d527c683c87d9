"""Writes outgoing messages in the transaction of the act; the network is elsewhere and later."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Max

from orders import canonical, commitments, ids
from orders.models import Dossier, OutboxMessage
from orders.regulation.regions import Actor

# The messages whose receipt starts an hour (Art. 3(3), 3(8)).
STARTS_AN_HOUR = frozenset({"order.issued", "order.clarified"})
# The messages whose receipt is an act in the ledger: the duty to reinstate runs from that of an annulment (Art. 4(7)).
PROVEN_BY_ACT = STARTS_AN_HOUR | {"order.annulled"}


class Recipient(NamedTuple):
    """Whom a message is for: the role and the party's code."""

    role: Actor
    party: str


@dataclass(frozen=True)
class Letter:
    """A message of one act, before it is written: what happened (past tense), for whom, and its data."""

    type: str
    to: Recipient
    data: dict[str, Any]
    message_id: str = field(default_factory=lambda: ids.new("msg"))

    @cached_property
    def plain(self) -> dict[str, Any]:
        """What it says, as it is kept."""
        return dict(canonical.plain(self.data))

    @cached_property
    def salts(self) -> dict[str, str]:
        """Of what may be withheld of it."""
        return commitments.salts(self.plain)

    def fact(self) -> dict[str, str]:
        """What the ledger keeps of it: whom it is for, and the digest of what it says, over commitments."""
        digest = canonical.sha256(canonical.json_bytes(commitments.committed(self.plain, self.salts)))
        to = {"role": self.to.role, "to": self.to.party}
        return {"message": self.message_id, "type": self.type, **to, "sha256": digest}


def drafts(dossier: Dossier, letters: list[Letter], *, at: datetime) -> list[OutboxMessage]:
    """Unsaved messages for `letters`, numbered per recipient after those already written in `dossier`."""
    if not letters:
        return []
    known = OutboxMessage.objects.filter(dossier=dossier).values_list("recipient").annotate(last=Max("sequence"))
    last = Counter(dict(known))
    messages = []
    for letter in letters:
        last[letter.to.party] += 1
        messages.append(_message(dossier, letter, last[letter.to.party], at))
    return messages


def _message(dossier: Dossier, letter: Letter, sequence: int, at: datetime) -> OutboxMessage:
    # Only providers are reached over the network; an authority finds its notices in the portal.
    over_network = letter.to.role is Actor.PROVIDER
    return OutboxMessage(
        message_id=letter.message_id,
        dossier=dossier,
        sequence=sequence,
        type=letter.type,
        recipient_role=letter.to.role,
        recipient=letter.to.party,
        generation=dossier.generation,
        data=letter.plain,
        salts=letter.salts,
        created_at=at,
        next_attempt_at=at if over_network else None,
        delivered_at=None if over_network else at,
    )


def write(messages: list[OutboxMessage]) -> None:
    """Save what `drafts` made."""
    OutboxMessage.objects.bulk_create(messages)


def stop_sending(dossier: Dossier, types: Collection[str]) -> None:
    """Take messages of `types` that were not delivered yet off the wire."""
    OutboxMessage.objects.filter(dossier=dossier, type__in=types, delivered_at=None).update(next_attempt_at=None)
