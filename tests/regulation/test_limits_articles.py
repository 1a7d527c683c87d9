"""Each limit of an order at its last microsecond, under both period rules, across clock changes and short months."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.regulation import limits
from orders.regulation.limits import LIMITS, ClockFacts, Kind, Standing, Stop, Verdict
from orders.regulation.periods import REG1182, Period

TICK = timedelta(microseconds=1)
CLOCKS_GO_FORWARD = datetime(2026, 3, 28, 22, 15, 0, 1, tzinfo=UTC)
CLOCKS_GO_BACK = datetime(2026, 10, 24, 22, 15, 0, 1, tzinfo=UTC)
APPEAL = Period(30, "days")
ENDS = {
    "C1": timedelta(hours=12),
    "C2": timedelta(hours=1),
    "C9": timedelta(hours=72),
    "C10a": timedelta(hours=48),
    "C10b": timedelta(hours=72),
    "C18": timedelta(weeks=6),
    "C26": timedelta(days=30),
}


def end(code, start, **more):
    period = APPEAL if code == "C26" else None
    return limits.due_at(LIMITS[code], start, period=period, **more)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize("start", [CLOCKS_GO_FORWARD, CLOCKS_GO_BACK], ids=["forward", "back"])
@pytest.mark.parametrize("code", ENDS)
def test_a_plain_limit_is_exact_across_a_change_of_clocks(code, start):
    assert end(code, start, member_state="DE") == start + ENDS[code]


# What was done just before, at, and just after the end, by the kind of the clock.
DONE = {
    Kind.DUTY: (Verdict.WITHIN_LIMIT, Verdict.WITHIN_LIMIT, Verdict.AFTER_LIMIT),
    Kind.WINDOW: (Verdict.USED, Verdict.USED, Verdict.USED_LATE),
    Kind.WAIT: (Verdict.CUT_SHORT, Verdict.OBSERVED, Verdict.OBSERVED),
}
HOUR_DONE = (Verdict.WITHIN_HOUR, Verdict.WITHIN_HOUR, Verdict.AFTER_HOUR)
# What time alone says just after the end.
OVER = {
    Kind.DUTY: (Standing.UNANSWERED, Verdict.UNANSWERED),
    Kind.WINDOW: (Standing.PASSED, Verdict.LAPSED),
    Kind.WAIT: (Standing.PASSED, Verdict.OBSERVED),
    Kind.TERM: (Standing.PASSED, Verdict.OBSERVED),
}
CODES = [*ENDS, "C15"]


@pytest.mark.parametrize("code", [code for code in CODES if LIMITS[code].kind is not Kind.TERM])
def test_what_is_done_at_the_last_microsecond_counts_and_one_later_does_not(code):
    due = end(code, CLOCKS_GO_BACK)
    verdicts = tuple(
        limits.verdict(ClockFacts(due, taken_at=at, reported_at=at, code=code), now=at)
        for at in (due - TICK, due, due + TICK)
    )
    assert verdicts == (HOUR_DONE if code == "C2" else DONE[LIMITS[code].kind])


@pytest.mark.parametrize("code", CODES)
def test_time_alone_ends_a_clock_only_after_its_last_microsecond(code):
    due = end(code, CLOCKS_GO_BACK)
    facts = ClockFacts(due, code=code)
    seen = [(limits.standing(facts, now=at), limits.verdict(facts, now=at)) for at in (due - TICK, due, due + TICK)]
    assert seen == [(Standing.RUNNING, None), (Standing.RUNNING, None), OVER[LIMITS[code].kind]]


@pytest.mark.parametrize("code", CODES)
def test_a_clock_that_stops_at_its_end_missed_nothing_and_one_later_keeps_its_verdict(code):
    due = end(code, CLOCKS_GO_BACK)
    stopped = [ClockFacts(due, stopped_at=at, stop=Stop.ENDED, code=code) for at in (due, due + TICK)]
    verdicts = [limits.verdict(facts, now=due + 2 * TICK) for facts in stopped]
    assert verdicts == [Verdict.ENDED, OVER[LIMITS[code].kind][1]]


@pytest.mark.parametrize("code", ["C3", "C4", "C5", "C6", "C7", "C11", "C19"])
def test_without_undue_delay_has_no_end_and_never_a_verdict(code):
    assert limits.due_at(LIMITS[code], CLOCKS_GO_BACK) is None
    facts = ClockFacts(None, taken_at=CLOCKS_GO_BACK, reported_at=CLOCKS_GO_BACK, code=code)
    assert limits.verdict(facts, now=CLOCKS_GO_BACK + timedelta(days=900)) is None


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (utc(2026, 8, 31, 12), utc(2027, 2, 28, 12)),
        (utc(2027, 8, 31, 12), utc(2028, 2, 29, 12)),
        (utc(2028, 2, 29, 12), utc(2028, 8, 29, 12)),
        (utc(2026, 10, 25, 0, 30), utc(2027, 4, 25, 0, 30)),
    ],
    ids=["31 August", "31 August before a leap year", "29 February", "the night clocks go back"],
)
def test_six_calendar_months_of_preservation_never_end_before_the_plain_end(start, due):
    plain = limits.periods.end(Period(6, "months"), start)
    kept = limits.due_at(LIMITS["C15"], start, member_state="DE")
    assert plain == due
    assert kept >= due
    assert kept == max(due, limits.periods.end(Period(6, "months"), start, rule=REG1182, member_state="DE"))


def test_preservation_takes_the_later_end_whichever_rule_applies():
    start = utc(2026, 8, 31, 12)  # 28 February 2027 is a Sunday: the day ends with Monday 1 March in Berlin
    assert {limits.due_at(LIMITS["C15"], start, rule=rule, member_state="DE") for rule in ("plain", REG1182)} == {
        utc(2027, 3, 1, 23)
    }


def test_the_six_weeks_of_secrecy_stay_plain_whichever_rule_applies():
    start = utc(2026, 11, 13, 12)  # six weeks later is 25 December
    assert {limits.due_at(LIMITS["C18"], start, rule=rule, member_state="DE") for rule in ("plain", REG1182)} == {
        utc(2026, 12, 25, 12)
    }


@pytest.mark.parametrize(
    ("period", "start", "state", "due"),
    [
        (Period(1, "hours"), utc(2026, 11, 20, 10, 20), "DE", utc(2026, 11, 20, 12)),
        (Period(1, "hours"), utc(2026, 11, 20, 10), "DE", utc(2026, 11, 20, 12)),
        (Period(72, "hours"), utc(2026, 11, 20, 10, 20), "DE", utc(2026, 11, 23, 11)),
        (Period(30, "days"), utc(2026, 11, 20, 10), "DE", utc(2026, 12, 21, 23)),
        (Period(30, "days"), utc(2026, 11, 26, 10), "DE", utc(2026, 12, 28, 23)),
        (Period(2, "days"), utc(2026, 11, 20, 10), "DE", utc(2026, 11, 24, 23)),
        (Period(1, "days"), utc(2026, 4, 30, 10), "DE", utc(2026, 5, 4, 22)),
        (Period(1, "days"), utc(2026, 7, 13, 10), "FR", utc(2026, 7, 15, 22)),
        (Period(1, "days"), utc(2026, 7, 13, 10), "DE", utc(2026, 7, 14, 22)),
        (Period(1, "weeks"), utc(2026, 11, 19, 23, 30), "DE", utc(2026, 11, 27, 23)),
    ],
    ids=[
        "the hour of the event does not count",
        "not even when it has just begun",
        "hours run through the weekend",
        "a Sunday moves to the end of Monday",
        "Christmas moves on to the Monday after",
        "two days hold two working days",
        "Labour Day and the weekend move on",
        "a holiday in France",
        "is none in Germany",
        "the day begins at midnight there",
    ],
)
def test_regulation_1182_counts_from_the_next_hour_or_day_of_the_debtor(period, start, state, due):
    assert limits.periods.end(period, start, rule=REG1182, member_state=state) == due


@pytest.mark.parametrize(("scale", "divisor"), [("1", 1), ("1/60", 60), ("1/3600", 3600)])
@pytest.mark.parametrize("code", ENDS)
def test_every_limit_is_scaled_exactly(code, scale, divisor):
    assert end(code, CLOCKS_GO_BACK, scale=scale) - CLOCKS_GO_BACK == ENDS[code] / divisor


@pytest.mark.parametrize("code", [code for code, limit in LIMITS.items() if limit.warnings])
def test_warnings_of_every_limit_lie_between_its_start_and_its_end_in_order(code):
    due = end(code, CLOCKS_GO_BACK)
    times = limits.warning_times(LIMITS[code], due)
    assert times == sorted(times)
    assert times[0] > CLOCKS_GO_BACK
    assert times[-1] < due
