"""What became of an item and of an order, each in exactly one class: the figures of Art. 7, 8 and 21 add up (L12)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TypeVar

from orders.regulation import limits
from orders.regulation.limits import ClockFacts, Stop, Verdict
from orders.regulation.regions import ENDED, Force, Glossed, Measure


class Outcome(Glossed):
    """The class of one item: first those whose hour from receipt was measured, then those shown apart."""

    WITHIN_HOUR = "within_hour", "removed or disabled within the hour, reported within it"
    WITHIN_HOUR_REPORTED_LATE = "within_hour_reported_late", "removed or disabled within the hour, reported after it"
    AFTER_HOUR = "after_hour", "removed or disabled after the hour"
    UNANSWERED = "unanswered", "the hour ran out and nothing was reported so far"
    RUNNING = "running", "the hour is running"
    NOT_RECEIVED = "not_received", "receipt is not proven, no hour has begun"
    ALREADY_GONE = "already_gone", "already gone on receipt"
    DISPLACED_IN_TIME = "displaced_in_time", "hour displaced, done within the fresh hour or before one began"
    DISPLACED_LATE = "displaced_late", "hour displaced, done after the fresh hour"
    DISPLACED_UNANSWERED = "displaced_unanswered", "hour displaced, the fresh hour ran out unanswered"
    DISPLACED_OPEN = "displaced_open", "hour displaced, the ground is open or the fresh hour is running"
    ENDED_AFTER_MEASURE = "ended_after_measure", "removed or disabled, the order was withdrawn or annulled"
    NO_LONGER_REQUIRED = "no_longer_required", "the order was withdrawn or annulled before a measure"


MEASURED = frozenset({Outcome.WITHIN_HOUR, Outcome.WITHIN_HOUR_REPORTED_LATE, Outcome.AFTER_HOUR})
IN_TIME = MEASURED - {Outcome.AFTER_HOUR}
COUNTED = MEASURED | {Outcome.UNANSWERED}  # what the share within the hour is a share of
DISPLACED = frozenset(outcome for outcome in Outcome if outcome.startswith("displaced"))
APART = DISPLACED | {Outcome.ALREADY_GONE, Outcome.ENDED_AFTER_MEASURE, Outcome.NO_LONGER_REQUIRED}
OPEN = frozenset({Outcome.RUNNING, Outcome.NOT_RECEIVED})
LATE = {
    Verdict.AFTER_HOUR: Outcome.DISPLACED_LATE,
    Verdict.UNANSWERED: Outcome.DISPLACED_UNANSWERED,
}


Hour = TypeVar("Hour")


@dataclass(frozen=True)
class ItemFacts:
    """All that the class of an item depends on: its measure, the force of its order, its hours, oldest first."""

    measure: str
    force: str
    hours: tuple[ClockFacts, ...]

    @property
    def done(self) -> bool:
        return bool(self.measure)


def ran_out(hour: ClockFacts) -> bool:
    """Whether a ground was notified only after `hour` had run out: it displaced nothing of it (case 5)."""
    if hour.stop is not Stop.DISPLACED or hour.stopped_at is None or hour.due_at is None:
        return False
    return hour.stopped_at > hour.due_at


def judged(hours: Sequence[Hour], facts: Callable[[Hour], ClockFacts]) -> Hour:
    """The one of an item's hours, oldest first, that its verdict is about: the latest, unless an earlier one ran out.

    What follows a late notice takes nothing back (LATE_NOTICE): a fresh hour kept stands beside the missed one.
    """
    return next((hour for hour in hours if ran_out(facts(hour))), hours[-1])


def outcome(item: ItemFacts, *, now: datetime) -> Outcome:
    """The class of an item at `now`, by its first hour, that from receipt; a fresh hour never counts as that one.

    A ground claimed after the hour had run out displaced nothing (LATE_NOTICE), so that hour counts as it ended.
    """
    if item.measure == Measure.ALREADY_UNAVAILABLE:
        return Outcome.ALREADY_GONE
    if item.force in ENDED:
        return Outcome.ENDED_AFTER_MEASURE if item.done else Outcome.NO_LONGER_REQUIRED
    if not item.hours:
        return Outcome.NOT_RECEIVED
    verdict = limits.verdict(item.hours[0], now=now)
    if verdict is Verdict.DISPLACED:
        return _displaced(item, now)
    return Outcome(verdict.value) if verdict else Outcome.RUNNING


def _displaced(item: ItemFacts, now: datetime) -> Outcome:
    verdict = limits.verdict(judged(item.hours, lambda hour: hour), now=now)
    return LATE.get(verdict, Outcome.DISPLACED_IN_TIME if item.done else Outcome.DISPLACED_OPEN)  # type: ignore[arg-type]


def to_measure(hour: ClockFacts, starts_at: datetime, *, scale: str) -> float | None:
    """Legal seconds from the start of an hour to the measure, whatever the speed; None when none was stated.

    Negative where the provider's clock is behind ours, within the tolerance (case 22).
    """
    if hour.taken_at is None:
        return None
    taken_at = min(hour.taken_at, hour.reported_at or hour.taken_at)
    return (taken_at - starts_at).total_seconds() / float(Fraction(scale))


class Implementation(Glossed):
    """The class of one order (Art. 8(1)(a)), by its items."""

    IMPLEMENTED = "implemented", "every item removed, disabled or already gone"
    PARTLY = "partly", "some items done, others not"
    NOT_IMPLEMENTED = "not_implemented", "nothing done, the limit passed"
    IMPOSSIBLE = "impossible", "nothing done, grounds under Art. 3(7) or 3(8) displace the hour"
    PENDING = "pending", "nothing done yet: not received, or the hour is running"
    ENDED = "ended", "withdrawn or annulled before anything was done"


def implementation(items: Collection[tuple[bool, Outcome]], force: Force) -> Implementation:
    """The class of an order from whether each item is done, and its class."""
    done = [is_done for is_done, _ in items]
    if all(done):
        return Implementation.IMPLEMENTED
    if any(done):
        return Implementation.PARTLY
    if force in ENDED:
        return Implementation.ENDED
    found = {outcome for _, outcome in items}
    if found & {Outcome.UNANSWERED, Outcome.DISPLACED_UNANSWERED}:
        return Implementation.NOT_IMPLEMENTED
    return Implementation.IMPOSSIBLE if Outcome.DISPLACED_OPEN in found else Implementation.PENDING
