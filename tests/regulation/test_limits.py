"""The limits as pure functions: no database, no clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.regulation import limits
from orders.regulation.limits import ONE_HOUR, ClockFacts, Standing, Stop, Verdict

START = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # half an hour before clocks change in Europe
DUE = START + timedelta(hours=1)
TICK = timedelta(microseconds=1)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))


@pytest.mark.parametrize(("scale", "seconds"), [("1", 3600), ("1/60", 60), ("1/3600", 1)])
def test_the_hour_is_scaled_exactly(scale, seconds):
    assert limits.due_at(ONE_HOUR, START, scale=scale) == START + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("now", "standing", "verdict"),
    [
        (DUE - TICK, Standing.RUNNING, None),
        (DUE, Standing.RUNNING, None),
        (DUE + TICK, Standing.UNANSWERED, Verdict.UNANSWERED),
    ],
)
def test_an_unanswered_limit_has_passed_only_after_the_sixtieth_minute_is_over(now, standing, verdict):
    facts = ClockFacts(due_at=DUE)
    assert (limits.standing(facts, now=now), limits.verdict(facts, now=now)) == (standing, verdict)


@pytest.mark.parametrize(
    ("taken", "reported", "verdict", "late_by"),
    [
        (DUE, DUE, Verdict.WITHIN_HOUR, None),
        (DUE, DUE + TICK, Verdict.WITHIN_HOUR_REPORTED_LATE, None),
        (DUE + TICK, DUE + TICK, Verdict.AFTER_HOUR, TICK),
    ],
)
def test_the_verdict_turns_on_the_microsecond_of_the_measure(taken, reported, verdict, late_by):
    facts = ClockFacts(due_at=DUE, taken_at=taken, reported_at=reported)
    assert (limits.verdict(facts, now=reported), limits.late_by(facts)) == (verdict, late_by)


@pytest.mark.parametrize(
    ("stop", "at", "verdict"),
    [
        (Stop.DISPLACED, DUE, Verdict.DISPLACED),
        (Stop.ENDED, DUE, Verdict.ENDED),
        (Stop.DISPLACED, DUE + TICK, Verdict.UNANSWERED),
        (Stop.ENDED, DUE + TICK, Verdict.UNANSWERED),
    ],
)
def test_what_stops_a_clock_after_its_limit_does_not_undo_that_the_limit_passed(stop, at, verdict):
    assert limits.verdict(ClockFacts(due_at=DUE, stopped_at=at, stop=stop), now=at) == verdict


@given(due=instants, taken=instants, reported=instants, earlier=instants, later=instants)
def test_a_verdict_on_a_reported_measure_never_depends_on_when_it_is_asked_for(due, taken, reported, earlier, later):
    facts = ClockFacts(due_at=due, taken_at=taken, reported_at=reported)
    assert limits.verdict(facts, now=earlier) == limits.verdict(facts, now=later)


@given(start=instants, scale=st.sampled_from(["1", "1/60", "1/3600"]))
def test_warnings_come_in_order_between_start_and_due(start, scale):
    due = limits.due_at(ONE_HOUR, start, scale=scale)
    times = limits.warning_times(ONE_HOUR, due, scale=scale)
    assert [start, *times, due] == sorted([start, *times, due])
    assert len(times) == 4
