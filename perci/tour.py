"""The tour of the demo: five orders to five simulated platforms, followed until each has its verdict."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from orders import clock, standings
from orders.acts import capacity, clarifying, drafting, issuing
from orders.acts.capacity import Capacity
from orders.acts.drafting import Draft, DraftItem
from orders.models import CompetentAuthority, HostingServiceProvider, LedgerEntry, RemovalOrder, User
from orders.regulation.limits import Verdict
from orders.standings import ItemStanding

AUTHORITY, DRAFTER, APPROVER = "de-fpo", "anna.drafter", "bert.approver"
SCALE = "1/60"  # the hour takes a minute
READING = timedelta(seconds=4)  # how long the officer thinks about a question
LONGEST = timedelta(seconds=115)
PAUSE = 0.5  # seconds between two looks


@dataclass(frozen=True)
class Leg:
    """One order of the tour: to whom, what that platform is like, and the verdict this must lead to."""

    provider: str
    tells: str
    expected: Verdict


LEGS = (
    Leg("prompt-video", "removes early in the hour", Verdict.WITHIN_HOUR),
    Leg("steady-files", "is slow, but in time", Verdict.WITHIN_HOUR),
    Leg("query-forum", "asks for clarification first", Verdict.WITHIN_HOUR),
    Leg("tardy-cloud", "removes after the hour", Verdict.AFTER_HOUR),
    Leg("mute-board", "never answers", Verdict.UNANSWERED),
)


class Sight(NamedTuple):
    """How one leg stands at a moment."""

    leg: Leg
    order: RemovalOrder
    item: ItemStanding

    @property
    def settled(self) -> bool:
        """The expected verdict stands; where time itself gives it, the machine has written it down, too."""
        noticed = self.item.clock is not None and self.item.clock.noticed_at is not None
        return self.item.verdict is self.leg.expected and (noticed or self.leg.expected is not Verdict.UNANSWERED)

    @property
    def margin(self) -> timedelta | None:
        """By how much the measure or its report was before (or after) the limit; None without a measure."""
        facts = None if self.item.clock is None else self.item.clock.facts()
        if facts is None or facts.due_at is None or facts.taken_at is None or facts.reported_at is None:
            return None
        late = facts.taken_at > facts.due_at
        return facts.taken_at - facts.due_at if late else facts.due_at - max(facts.taken_at, facts.reported_at)


def issue(provider: str, url: str, *, scale: str) -> RemovalOrder:
    """Draft, submit, approve and issue one order now, by two officers."""
    authority = CompetentAuthority.objects.get(code=AUTHORITY)
    content = Draft(
        provider=HostingServiceProvider.objects.get(code=provider),
        items=(DraftItem(url, "the whole page (synthetic)", "text post"),),
        categories=("2(7)(a)",),
        reasons="Synthetic reasons: this order is part of the tour and speaks of no real content.",
        assessment="Synthetic assessment: none of the purposes of Art. 1(3).",
        limit_scale=scale,
    )
    drafter, approver = _officer(DRAFTER, authority), _officer(APPROVER, authority)
    order = drafting.draft(authority=authority, content=content, by=drafter, at=clock.now())
    issuing.submit(order=order, by=drafter, at=clock.now())
    issuing.approve(order=order, by=approver, at=clock.now())
    return issuing.issue(order=order, by=approver, at=clock.now())


def play(show: Callable[[list[Sight], datetime], None]) -> list[Sight]:
    """Issue the five orders and `show` how they stand, twice a second, until all are settled or time is up."""
    began = clock.now()
    orders = [(leg, issue(leg.provider, fresh_url(leg.provider, began), scale=SCALE).pk) for leg in LEGS]
    while True:
        sights = [_look(leg, key) for leg, key in orders]
        for sight in sights:
            _answer_questions(sight.order)
        show(sights, clock.now())
        if all(sight.settled for sight in sights) or clock.now() - began > LONGEST:
            return sights
        time.sleep(PAUSE)


def fresh_url(provider: str, at: datetime) -> str:
    """A page of a simulated platform that no earlier tour has had removed."""
    return f"https://{provider}.example/v/{int(at.timestamp())}"


def happened(sights: list[Sight], *, after: int) -> Iterator[LedgerEntry]:
    """The ledger entries of these orders that came after the one with the key `after`, oldest first."""
    entries = LedgerEntry.objects.filter(dossier__in=[sight.order.dossier_id for sight in sights], pk__gt=after)
    yield from entries.select_related("dossier").order_by("pk")


def _officer(username: str, authority: CompetentAuthority) -> Capacity:
    return capacity.officer(User.objects.get(username=username), authority, channel="demo")


def _look(leg: Leg, key: int) -> Sight:
    order = RemovalOrder.objects.select_related("dossier", "provider", "issuing_authority").get(pk=key)
    return Sight(leg, order, standings.of_items(order, at=clock.now())[0])


def _answer_questions(order: RemovalOrder) -> None:
    asked = clarifying.questioned(order)
    if asked and all(clock.now() - ground.notified_at > READING for ground in asked):
        answers = {question.number: "All of it (synthetic)." for question in clarifying.open_questions(order)}
        by = _officer(APPROVER, order.issuing_authority)
        clarifying.clarify(order=order, answers=answers, by=by, at=clock.now())
