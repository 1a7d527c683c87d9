"""Every limit of the Regulation, and the verdict on it as a pure function of recorded facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from orders.regulation import periods
from orders.regulation.periods import PLAIN, REG1182, Period
from orders.regulation.regions import Actor, Glossed


class Kind(Glossed):
    """What a clock is about."""

    DUTY = "duty", "something is owed by the end"
    WINDOW = "window", "something may be done until the end"
    WAIT = "wait", "something may not be done before the end"
    TERM = "term", "a state lasts until the end"
    PROMPT = "prompt", "without undue delay: an elapsed time, never a verdict"


@dataclass(frozen=True)
class Limit:
    """One limit: its code in the clock table, article, debtor, length, and when both sides are warned before it.

    A `period` of None has no length of its own: what is due without undue delay, or a length that a party's data give.
    A `minimum` (preservation) takes the later end of both period rules, a `maximum` (secrecy) stays plain.
    """

    code: str
    article: str
    debtor: Actor
    kind: Kind
    period: Period | None
    duty: str
    warnings: tuple[timedelta, ...] = ()
    minimum: bool = False
    maximum: bool = False


def _before(**lengths: tuple[int, ...]) -> tuple[timedelta, ...]:
    return tuple(timedelta(**{unit: count}) for unit, counts in lengths.items() for count in counts)


ONE_HOUR = Limit(
    "C2", "3(3)", Actor.PROVIDER, Kind.DUTY, Period(1, "hours"),
    "remove the content or disable access to it in all Member States", _before(minutes=(45, 30, 15, 5)),
)  # fmt: skip
HOUR = timedelta(hours=1)
_LIMITS = (
    Limit("C1", "3(2)", Actor.ISSUING_AUTHORITY, Kind.WAIT, Period(12, "hours"), "issue no first order before"),
    ONE_HOUR,
    Limit("C3", "3(6)", Actor.PROVIDER, Kind.PROMPT, None, "inform the authority of the measure and its time"),
    Limit("C4", "3(7)", Actor.PROVIDER, Kind.PROMPT, None, "inform the authority of the grounds of impossibility"),
    Limit("C5", "3(8)", Actor.PROVIDER, Kind.PROMPT, None, "inform the authority of what is unclear"),
    Limit("C6", "3(9)", Actor.ISSUING_AUTHORITY, Kind.PROMPT, None, "tell the home authority that the order is final"),
    Limit("C7", "4(1)", Actor.ISSUING_AUTHORITY, Kind.PROMPT, None, "copy the order to the home authority at once"),
    Limit(
        "C9", "4(3)", Actor.SCRUTINISING_AUTHORITY, Kind.WINDOW, Period(72, "hours"),
        "scrutinise on its own initiative", _before(hours=(24, 6, 1)),
    ),
    Limit(
        "C10a", "4(4)", Actor.PROVIDER, Kind.WINDOW, Period(48, "hours"), "request scrutiny", _before(hours=(24, 6, 1))
    ),
    Limit(
        "C10b", "4(4)", Actor.SCRUTINISING_AUTHORITY, Kind.DUTY, Period(72, "hours"),
        "decide on the request either way", _before(hours=(24, 6, 1)),
    ),
    Limit("C11", "4(7)", Actor.PROVIDER, Kind.PROMPT, None, "reinstate the content or access to it"),
    Limit(
        "C15", "6(1)", Actor.PROVIDER, Kind.TERM, Period(6, "months"), "preserve content and related data",
        _before(days=(30, 7, 1)), minimum=True,
    ),
    Limit(
        "C18", "11(3)", Actor.PROVIDER, Kind.TERM, Period(6, "weeks"), "say nothing to the content provider",
        _before(days=(7, 2)), maximum=True,
    ),
    Limit("C19", "11(1)", Actor.PROVIDER, Kind.PROMPT, None, "inform the content provider"),
    Limit("C26", "9", Actor.PROVIDER, Kind.WINDOW, None, "appeal", _before(days=(7, 2))),
)  # fmt: skip
LIMITS = {limit.code: limit for limit in _LIMITS}
# An impossibility that nobody reports as ended (case 7): after its notice, and then each week counted from it.
REMINDERS = _before(hours=(6, 24, 72))
REMINDED_EVERY = timedelta(days=7)


class ClockGround(Glossed):
    """Why a clock started."""

    RECEIPT = "receipt", "receipt of the order, Art. 3(3)"
    GROUNDS_CEASED = "grounds_ceased", "the grounds ceased, Art. 3(7): a fresh hour"
    CLARIFICATION = "clarification", "the clarification was received, Art. 3(8): a fresh hour"
    PRIOR_INFORMATION = "prior_information", "prior information was given, Art. 3(2)"
    GROUND_AROSE = "ground_arose", "a ground arose, Art. 3(7)-(8)"
    ISSUE = "issue", "the order was issued"
    COPY_RECEIVED = "copy_received", "the home authority received the copy, Art. 4(3)"
    INFORMED = "informed", "the content provider was informed, Art. 11(2)"
    REQUEST_RECEIVED = "request_received", "a reasoned request was received, Art. 4(4)"
    DECISION_RECEIVED = "decision_received", "the provider received the decision, Art. 4(7)"
    MEASURE = "measure", "the measure was taken"
    WITHHOLDING_DECIDED = "withholding_decided", "non-disclosure was decided, Art. 11(3)"
    WITHHOLDING_EXTENDED = "withholding_extended", "non-disclosure was extended, Art. 11(3)"
    WITHHOLDING_ENDED = "withholding_ended", "non-disclosure ended, Art. 11(3)"
    PRESERVATION_EXTENDED = "preservation_extended", "preservation was extended on request, Art. 6(2)"
    FINAL = "final", "the order became final, Art. 3(9)"


class Stop(Glossed):
    """Why a clock stopped without a measure."""

    DISPLACED = "displaced", "a ground under Art. 3(7) or 3(8) was notified"
    ENDED = "ended", "what it was about ended before"


class Standing(Glossed):
    """How a clock stands at a given moment."""

    RUNNING = "running", "running"
    DISPLACED = "displaced", "displaced by an open ground"
    UNANSWERED = "unanswered", "the limit passed, nothing was reported"
    PASSED = "passed", "the end has come"
    CLOSED = "closed", "closed"


class Verdict(Glossed):
    """What the recorded facts say about one clock. Never a finding: that is for the penalty authority."""

    WITHIN_HOUR = "within_hour", "measure within the hour, reported within the hour"
    WITHIN_HOUR_REPORTED_LATE = "within_hour_reported_late", "measure within the hour, reported after it"
    AFTER_HOUR = "after_hour", "measure after the hour"
    WITHIN_LIMIT = "within_limit", "done within the limit"
    AFTER_LIMIT = "after_limit", "done after the limit"
    UNANSWERED = "unanswered", "the limit passed and nothing was reported so far"
    DISPLACED = "displaced", "displaced before the hour had run out"
    ENDED = "ended", "ended before it had run out: nothing was missed"
    USED = "used", "used in time"
    USED_LATE = "used_late", "used after the time was over"
    LAPSED = "lapsed", "not used in time"
    OBSERVED = "observed", "lasted to its end"
    CUT_SHORT = "cut_short", "cut short before its end"


class Basis(StrEnum):
    """What a verdict rests on."""

    CLAIMED = "claimed"
    OBSERVED = "observed"
    BOTH = "both"
    CONFLICTING = "conflicting"


@dataclass(frozen=True)
class ClockFacts:
    """All that a verdict depends on. Instants are aware; None means that it did not happen (so far).

    `taken_at` is when what the clock is about was done, `reported_at` when that was reported (for most the same).
    """

    due_at: datetime | None
    taken_at: datetime | None = None
    reported_at: datetime | None = None
    stopped_at: datetime | None = None
    stop: Stop | None = None
    code: str = ONE_HOUR.code
    proof: str = "action"

    @property
    def kind(self) -> Kind:
        return LIMITS[self.code].kind

    @property
    def decisive(self) -> datetime | None:
        """The instant that is held against the limit: the measure, or its report where HOUR_PROOF says so.

        A measure cannot be later than the arrival of its report, whatever the provider's clock says (case 22).
        """
        if self.taken_at is None or self.reported_at is None:
            return self.taken_at
        counts = self.reported_at if self.proof == "report" else min(self.taken_at, self.reported_at)
        if self.stopped_at and self.due_at and self.stopped_at <= self.due_at and self.stopped_at < counts:
            return None  # displaced or ended in time before: what counts came later and decides nothing of it
        return counts


def scaled(length: timedelta, scale: str) -> timedelta:
    """`length` under a limit scale such as "1", "1/60" or "1/3600", exact to the microsecond."""
    fraction = Fraction(scale)
    return length * fraction.numerator / fraction.denominator


def due_at(
    limit: Limit,
    started_at: datetime,
    *,
    scale: str = "1",
    rule: str = PLAIN,
    member_state: str = "",
    period: Period | None = None,
) -> datetime | None:
    """Last effective start + limit, to the microsecond (L1); exactly this instant is still within. None: no length.

    `period` overrides the limit's own (a national appeal period, an extension that names its end). Under a scale other
    than 1 the plain length is scaled; working days have no meaning there.
    """
    length = period or limit.period
    if length is None:
        return None
    plain = periods.end(length, started_at)
    if scale != "1":
        return started_at + scaled(plain - started_at, scale)
    if limit.maximum:
        return plain
    working = periods.end(length, started_at, rule=REG1182, member_state=member_state)
    if limit.minimum:
        return max(plain, working)
    return working if rule == REG1182 else plain


def verdict(facts: ClockFacts, *, now: datetime) -> Verdict | None:
    """The verdict at `now`, or None while the clock runs or where only an elapsed time is shown."""
    if facts.due_at is None:
        return None
    judge = {Kind.DUTY: _duty, Kind.WINDOW: _window, Kind.WAIT: _wait, Kind.TERM: _term}[facts.kind]
    return judge(facts, facts.due_at, now)


def _duty(facts: ClockFacts, due: datetime, now: datetime) -> Verdict | None:
    """The time of the measure decides, not of the report (Art. 3(3) against 3(6))."""
    if facts.decisive is not None and facts.reported_at is not None:
        return _measured(facts, due, facts.decisive, facts.reported_at)
    if facts.stop is not None and facts.stopped_at is not None and facts.stopped_at <= due:
        return Verdict.DISPLACED if facts.stop is Stop.DISPLACED else Verdict.ENDED
    return Verdict.UNANSWERED if now > due else None


def _measured(facts: ClockFacts, due: datetime, decisive: datetime, reported: datetime) -> Verdict:
    if facts.code != ONE_HOUR.code:
        return Verdict.WITHIN_LIMIT if decisive <= due else Verdict.AFTER_LIMIT
    if decisive > due:
        return Verdict.AFTER_HOUR
    return Verdict.WITHIN_HOUR if reported <= due else Verdict.WITHIN_HOUR_REPORTED_LATE


def _window(facts: ClockFacts, due: datetime, now: datetime) -> Verdict | None:
    if facts.taken_at is not None:
        return Verdict.USED if facts.taken_at <= due else Verdict.USED_LATE
    if facts.stopped_at is not None and facts.stopped_at <= due:
        return Verdict.ENDED
    return Verdict.LAPSED if now > due else None


def _wait(facts: ClockFacts, due: datetime, now: datetime) -> Verdict | None:
    if facts.taken_at is not None:
        return Verdict.OBSERVED if facts.taken_at >= due else Verdict.CUT_SHORT
    if facts.stopped_at is not None and facts.stopped_at <= due:
        return Verdict.ENDED
    return Verdict.OBSERVED if now > due else None


def _term(facts: ClockFacts, due: datetime, now: datetime) -> Verdict | None:
    if facts.stopped_at is not None and facts.stopped_at <= due:
        return Verdict.ENDED
    return Verdict.OBSERVED if now > due else None


def standing(facts: ClockFacts, *, now: datetime) -> Standing:
    """How the clock stands at `now`."""
    if facts.taken_at is not None:
        return Standing.CLOSED
    if facts.stop is not None:
        return Standing.DISPLACED if facts.stop is Stop.DISPLACED else Standing.CLOSED
    if facts.due_at is None or now <= facts.due_at:
        return Standing.RUNNING
    return Standing.UNANSWERED if facts.kind is Kind.DUTY else Standing.PASSED


def late_by(facts: ClockFacts) -> timedelta | None:
    """By how much what counts came after the limit of a duty, or None when it did not."""
    if facts.due_at is None or facts.decisive is None or facts.decisive <= facts.due_at or facts.kind is not Kind.DUTY:
        return None
    return facts.decisive - facts.due_at


def warning_times(limit: Limit, due: datetime, *, scale: str = "1") -> list[datetime]:
    """When both sides are warned before `due`, earliest first."""
    return [due - scaled(before, scale) for before in limit.warnings]


def next_reminder(notified_at: datetime, *, after: datetime, scale: str = "1") -> datetime:
    """The first instant later than `after` at which both sides are reminded of an impossibility that is still open.

    Instants that went by meanwhile are not made up for: after a pause of a month one reminder is due, not seven.
    """
    for length in REMINDERS:
        if (time := notified_at + scaled(length, scale)) > after:
            return time
    every = scaled(REMINDED_EVERY, scale)
    return notified_at + ((after - notified_at) // every + 1) * every
