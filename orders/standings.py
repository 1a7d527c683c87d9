"""How an order and its items stand at a moment: derived from recorded facts, never stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orders.models import ContentItem, Deadline, RemovalOrder
from orders.regulation import limits, observing, outcomes
from orders.regulation.limits import ONE_HOUR, Basis, Standing, Verdict
from orders.regulation.observing import Discrepancy, Seen
from orders.regulation.regions import DONE, OPEN, Execution, Force, Preparation


@dataclass(frozen=True)
class ItemStanding:
    """One item at a moment: the standing is of its latest hour, the verdict of the one that is `judged`.

    They are one and the same, unless an earlier hour had run out before a ground was notified (case 5).
    """

    item: ContentItem
    clock: Deadline | None
    standing: Standing | None
    verdict: Verdict | None
    judged: Deadline | None = None

    @property
    def due_at(self) -> datetime | None:
        """The end of the latest hour; None while it is displaced, and where none runs or ran."""
        if self.clock is None or self.standing is Standing.DISPLACED or self.clock.verdict == Verdict.DISPLACED:
            return None
        return self.clock.due_at

    @property
    def basis(self) -> Basis | None:
        """What the verdict rests on: the provider's statement, what was seen, or both."""
        return observing.basis(self.seen, taken_at=self.item.taken_at, reinstated_at=self.item.reinstated_at)

    @property
    def discrepancies(self) -> list[Discrepancy]:
        """Where what was seen contradicts the provider's statement, oldest first (case 25)."""
        item = self.item
        return observing.discrepancies(self.seen, taken_at=item.taken_at, reinstated_at=item.reinstated_at)

    @property
    def seen(self) -> list[Seen]:
        """What was seen at the address, in the order of time."""
        return sorted(Seen(look.observed_at, look.gone) for look in self.item.observations.all())


def of_items(order: RemovalOrder, *, at: datetime) -> list[ItemStanding]:
    """The standing of every item of `order` at `at`, by number."""
    items = order.items.order_by("number").prefetch_related("observations")
    return of_rows(items, order.dossier.deadlines.order_by("pk"), at=at)


def of_rows(items: Iterable[ContentItem], clocks: Iterable[Deadline], *, at: datetime) -> list[ItemStanding]:
    """The same from rows already read: `clocks` oldest first."""
    hours: dict[int, list[Deadline]] = {}
    for clock in clocks:
        if clock.item_id is not None and clock.code == ONE_HOUR.code:
            hours.setdefault(clock.item_id, []).append(clock)
    return [_of(item, hours.get(item.pk, []), at) for item in items]


def _of(item: ContentItem, hours: list[Deadline], at: datetime) -> ItemStanding:
    if not hours:
        return ItemStanding(item, None, None, None)
    clock, judged = hours[-1], outcomes.judged(hours, Deadline.facts)
    standing = limits.standing(clock.facts(), now=at)
    if standing is Standing.DISPLACED and item.execution not in OPEN:  # done or released while a ground was open
        standing = Standing.CLOSED
    return ItemStanding(item, clock, standing, limits.verdict(judged.facts(), now=at), judged)


def summary(order: RemovalOrder, standings: list[ItemStanding]) -> str:
    """One word for a whole order: the roll-up of its items, or what happened before they counted."""
    if order.force == Force.NOT_IN_FORCE:
        return str(Preparation(order.preparation))
    if order.force in (Force.WITHDRAWN, Force.ANNULLED_BY_SCRUTINY, Force.ANNULLED_BY_COURT):
        return str(Force(order.force))
    done = [standing for standing in standings if standing.item.execution in DONE]
    if len(done) == len(standings):
        late = any(standing.verdict is Verdict.AFTER_HOUR for standing in done)
        return "executed_late" if late else "executed"
    if any(standing.standing is Standing.UNANSWERED for standing in standings):
        return "not_executed"
    if any(standing.item.execution == Execution.DISPLACED for standing in standings):
        return "displaced"
    return "partial" if done else "open"
