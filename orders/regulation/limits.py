"""Every limit of the Regulation, and the verdict on it as a pure function of recorded facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from orders.regulation.regions import Actor, Glossed


@dataclass(frozen=True)
class Limit:
    """One limit: its code in the clock table, article, debtor, length, and when both sides are warned before it."""

    code: str
    article: str
    debtor: Actor
    length: timedelta
    duty: str
    warnings: tuple[timedelta, ...] = ()


ONE_HOUR = Limit(
    code="C2",
    article="3(3)",
    debtor=Actor.PROVIDER,
    length=timedelta(hours=1),
    duty="remove the content or disable access to it in all Member States",
    warnings=tuple(timedelta(minutes=minutes) for minutes in (45, 30, 15, 5)),
)
LIMITS = {limit.code: limit for limit in (ONE_HOUR,)}


class ClockGround(Glossed):
    """Why a clock started."""

    RECEIPT = "receipt", "receipt of the order, Art. 3(3)"
    GROUNDS_CEASED = "grounds_ceased", "the grounds ceased, Art. 3(7): a fresh hour"
    CLARIFICATION = "clarification", "the clarification was received, Art. 3(8): a fresh hour"


class Stop(Glossed):
    """Why a clock stopped without a measure."""

    DISPLACED = "displaced", "a ground under Art. 3(7) or 3(8) was notified"
    ENDED = "ended", "the order was withdrawn or annulled"


class Standing(Glossed):
    """How a clock stands at a given moment."""

    RUNNING = "running", "running"
    DISPLACED = "displaced", "displaced by an open ground"
    UNANSWERED = "unanswered", "the limit passed, nothing was reported"
    CLOSED = "closed", "closed"


class Verdict(Glossed):
    """What the recorded facts say about one clock. Never a finding: that is for the penalty authority."""

    WITHIN_HOUR = "within_hour", "measure within the hour, reported within the hour"
    WITHIN_HOUR_REPORTED_LATE = "within_hour_reported_late", "measure within the hour, reported after it"
    AFTER_HOUR = "after_hour", "measure after the hour"
    UNANSWERED = "unanswered", "the limit passed and nothing was reported so far"
    DISPLACED = "displaced", "displaced before the hour had run out"
    ENDED = "ended", "ended before the hour had run out: nothing was missed"


class Basis(StrEnum):
    """What a verdict rests on."""

    CLAIMED = "claimed"
    OBSERVED = "observed"
    BOTH = "both"
    CONFLICTING = "conflicting"


@dataclass(frozen=True)
class ClockFacts:
    """All that a verdict depends on. Instants are aware; None means that it did not happen (so far)."""

    due_at: datetime
    taken_at: datetime | None = None
    reported_at: datetime | None = None
    stopped_at: datetime | None = None
    stop: Stop | None = None


def scaled(length: timedelta, scale: str) -> timedelta:
    """`length` under a limit scale such as "1", "1/60" or "1/3600", exact to the microsecond."""
    fraction = Fraction(scale)
    return length * fraction.numerator / fraction.denominator


def due_at(limit: Limit, started_at: datetime, *, scale: str = "1") -> datetime:
    """Last effective start + limit, to the microsecond (L1). Exactly this instant is still within."""
    return started_at + scaled(limit.length, scale)


def verdict(facts: ClockFacts, *, now: datetime) -> Verdict | None:
    """The verdict at `now`, or None while the clock runs. The time of the measure decides, not of the report."""
    if facts.taken_at is not None and facts.reported_at is not None:
        if facts.taken_at > facts.due_at:
            return Verdict.AFTER_HOUR
        return Verdict.WITHIN_HOUR if facts.reported_at <= facts.due_at else Verdict.WITHIN_HOUR_REPORTED_LATE
    if facts.stop is not None and facts.stopped_at is not None and facts.stopped_at <= facts.due_at:
        return Verdict.DISPLACED if facts.stop is Stop.DISPLACED else Verdict.ENDED
    return Verdict.UNANSWERED if now > facts.due_at else None


def standing(facts: ClockFacts, *, now: datetime) -> Standing:
    """How the clock stands at `now`."""
    if facts.taken_at is not None:
        return Standing.CLOSED
    if facts.stop is not None:
        return Standing.DISPLACED if facts.stop is Stop.DISPLACED else Standing.CLOSED
    return Standing.UNANSWERED if now > facts.due_at else Standing.RUNNING


def late_by(facts: ClockFacts) -> timedelta | None:
    """By how much the measure came after the limit, or None when it did not."""
    if facts.taken_at is None or facts.taken_at <= facts.due_at:
        return None
    return facts.taken_at - facts.due_at


def warning_times(limit: Limit, due: datetime, *, scale: str = "1") -> list[datetime]:
    """When both sides are warned before `due`, earliest first."""
    return [due - scaled(before, scale) for before in limit.warnings]
