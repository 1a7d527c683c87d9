"""The clocks of an order for people: whose, what about, since and until when, and how each stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from orders.models import Deadline, RemovalOrder
from orders.portal.states import VERDICTS, Badge
from orders.regulation import limits
from orders.regulation.limits import LIMITS, ClockGround, Limit, Standing
from orders.regulation.regions import Actor


@dataclass(frozen=True)
class ClockView:
    """One clock. Where the law says "without undue delay" there is no end: an elapsed time, never a verdict."""

    clock: Deadline
    debtor: str
    standing: Standing
    verdict: Badge | None
    late_by: timedelta | None
    now: datetime

    @property
    def limit(self) -> Limit:
        return LIMITS[self.clock.code]

    @property
    def ground(self) -> str:
        return ClockGround(self.clock.ground).gloss

    @property
    def running(self) -> bool:
        return self.standing is Standing.RUNNING and self.clock.due_at is not None

    @property
    def ended_at(self) -> datetime | None:
        """When an elapsed time ended; None while it goes on."""
        return self.clock.taken_at or self.clock.stopped_at

    @property
    def elapsed(self) -> timedelta | None:
        """For clocks without an end: from the start to the deed, or to now."""
        return (self.ended_at or self.now) - self.clock.starts_at if self.clock.due_at is None else None


def views(order: RemovalOrder, clocks: Iterable[Deadline], *, at: datetime) -> list[ClockView]:
    """The views of `clocks` of `order` at `at`; those that run towards an end come first."""
    return sorted((_view(order, clock, at) for clock in clocks), key=lambda view: not view.running)


def _view(order: RemovalOrder, clock: Deadline, at: datetime) -> ClockView:
    facts = clock.facts()
    verdict = limits.verdict(facts, now=at)
    return ClockView(
        clock=clock,
        debtor=_name(order, clock),
        standing=limits.standing(facts, now=at),
        verdict=VERDICTS[verdict] if verdict else None,
        late_by=limits.late_by(facts),
        now=at,
    )


def _name(order: RemovalOrder, clock: Deadline) -> str:
    if clock.debtor_role == Actor.CONTENT_PROVIDER:
        return "the content provider"
    parties = (order.provider, order.issuing_authority, order.home_authority)
    return next((party.name for party in parties if party and party.code == clock.debtor), clock.debtor)
