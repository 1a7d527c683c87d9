"""Each item and each order is in exactly one class, by its first hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orders.regulation.limits import HOUR, ClockFacts, Stop
from orders.regulation.outcomes import (
    COUNTED,
    DISPLACED,
    Implementation,
    ItemFacts,
    Outcome,
    implementation,
    outcome,
    to_measure,
)
from orders.regulation.regions import Force

T0 = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
DUE, MINUTE = T0 + HOUR, timedelta(minutes=1)
LATER = T0 + 10 * HOUR


def hour(**facts):
    """The hour from T0."""
    return ClockFacts(due_at=DUE, **facts)


def measured(taken, reported=None):
    return hour(taken_at=taken, reported_at=reported or taken)


DISPLACED_HOUR = hour(stopped_at=T0 + MINUTE, stop=Stop.DISPLACED)
TOO_LATE = hour(stopped_at=DUE + MINUTE, stop=Stop.DISPLACED)
MISSED = replace(TOO_LATE, taken_at=DUE + 9 * MINUTE, reported_at=DUE + 9 * MINUTE)


@pytest.mark.parametrize(
    ("measure", "hours", "expected"),
    [
        ("", (), "not_received"),
        ("", (hour(),), "unanswered"),
        ("removed", (measured(DUE),), "within_hour"),
        ("removed", (measured(DUE, DUE + MINUTE),), "within_hour_reported_late"),
        ("disabled_in_all_member_states", (measured(DUE + MINUTE),), "after_hour"),
        ("already_unavailable", (measured(T0 + MINUTE),), "already_gone"),
        ("", (DISPLACED_HOUR,), "displaced_open"),
        ("removed", (DISPLACED_HOUR,), "displaced_in_time"),
        ("removed", (DISPLACED_HOUR, measured(DUE)), "displaced_in_time"),
        ("removed", (DISPLACED_HOUR, measured(DUE + MINUTE)), "displaced_late"),
        ("", (DISPLACED_HOUR, hour()), "displaced_unanswered"),
        ("", (TOO_LATE, hour()), "unanswered"),
        ("removed", (measured(DUE + 3 * MINUTE), measured(DUE)), "after_hour"),
        ("removed", (DISPLACED_HOUR, MISSED, measured(DUE)), "displaced_late"),
        ("", (DISPLACED_HOUR, TOO_LATE, hour()), "displaced_unanswered"),
    ],
)
def test_the_class_of_an_item_follows_from_its_first_hour(measure, hours, expected):
    assert outcome(ItemFacts(measure, Force.IN_FORCE, hours), now=LATER) == expected


@pytest.mark.parametrize("force", [Force.WITHDRAWN, Force.ANNULLED_BY_SCRUTINY, Force.ANNULLED_BY_COURT])
def test_what_an_order_that_ended_asked_for_stands_apart(force):
    within = (measured(T0 + MINUTE),)
    assert outcome(ItemFacts("removed", force, within), now=LATER) is Outcome.ENDED_AFTER_MEASURE
    assert outcome(ItemFacts("", force, (hour(),)), now=LATER) is Outcome.NO_LONGER_REQUIRED
    assert outcome(ItemFacts("already_unavailable", force, within), now=LATER) is Outcome.ALREADY_GONE


def test_the_hour_runs_to_its_last_instant():
    item = ItemFacts("", Force.IN_FORCE, (hour(),))
    assert outcome(item, now=DUE) is Outcome.RUNNING
    assert outcome(item, now=DUE + timedelta(microseconds=1)) is Outcome.UNANSWERED


def test_what_is_gone_or_displaced_never_counts():
    assert not COUNTED & (DISPLACED | {Outcome.ALREADY_GONE})


def test_the_time_to_a_measure_is_legal_time_and_not_later_than_its_report():
    sped = ClockFacts(due_at=T0 + MINUTE, taken_at=T0 + MINUTE / 2, reported_at=T0 + MINUTE / 2)
    assert to_measure(sped, T0, scale="1/60") == 1800
    assert to_measure(measured(DUE, DUE - MINUTE), T0, scale="1") == 59 * 60
    assert to_measure(hour(), T0, scale="1") is None


@pytest.mark.parametrize(
    ("items", "force", "expected"),
    [
        ([(True, Outcome.WITHIN_HOUR), (True, Outcome.ALREADY_GONE)], Force.IN_FORCE, "implemented"),
        ([(True, Outcome.WITHIN_HOUR), (False, Outcome.UNANSWERED)], Force.IN_FORCE, "partly"),
        ([(False, Outcome.UNANSWERED), (False, Outcome.RUNNING)], Force.IN_FORCE, "not_implemented"),
        ([(False, Outcome.DISPLACED_UNANSWERED)], Force.FINAL, "not_implemented"),
        ([(False, Outcome.DISPLACED_OPEN), (False, Outcome.RUNNING)], Force.IN_FORCE, "impossible"),
        ([(False, Outcome.NOT_RECEIVED)], Force.IN_FORCE, "pending"),
        ([(False, Outcome.NO_LONGER_REQUIRED)], Force.WITHDRAWN, "ended"),
        ([(True, Outcome.ENDED_AFTER_MEASURE)], Force.ANNULLED_BY_COURT, "implemented"),
    ],
)
def test_the_class_of_an_order_follows_from_its_items(items, force, expected):
    assert implementation(items, force) is Implementation(expected)
