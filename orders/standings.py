"""How an order and its items stand at a moment: derived from recorded facts, never stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orders.models import ContentItem, Deadline, RemovalOrder
from orders.regulation import limits, observing
from orders.regulation.limits import ONE_HOUR, Basis, Standing, Verdict
from orders.regulation.observing import Discrepancy, Seen
from orders.regulation.regions import DONE, OPEN, Execution, Force, Preparation


@dataclass(frozen=True)
class ItemStanding:
    """One item and its latest clock at a moment; `due_at` is None while no hour runs or ran."""

    item: ContentItem
    clock: Deadline | None
    standing: Standing | None
    verdict: Verdict | None

    @property
    def due_at(self) -> datetime | None:
        displaced = self.verdict is Verdict.DISPLACED or self.standing is Standing.DISPLACED
        return None if self.clock is None or displaced else self.clock.due_at

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
    latest: dict[int, Deadline] = {}
    for clock in clocks:
        if clock.item_id is not None and clock.code == ONE_HOUR.code:
            latest[clock.item_id] = clock
    return [_of(item, latest.get(item.pk), at) for item in items]


def _of(item: ContentItem, clock: Deadline | None, at: datetime) -> ItemStanding:
    if clock is None:
        return ItemStanding(item, None, None, None)
    facts = clock.facts()
    standing = limits.standing(facts, now=at)
    if standing is Standing.DISPLACED and item.execution not in OPEN:  # done or released while a ground was open
        standing = Standing.CLOSED
    return ItemStanding(item, clock, standing, limits.verdict(facts, now=at))


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
