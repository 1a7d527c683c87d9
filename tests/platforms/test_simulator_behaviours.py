"""How simulated platforms behave: each keeps its word with five seconds to spare in an hour of a minute."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.simulator.behaviours import TEMPERAMENTS
from platforms.simulator.behaviours.intents import Received, What
from tests.factories import T0

MINUTE = timedelta(minutes=1)  # the hour of scale 1/60
MARGIN = timedelta(seconds=5)
luck = st.integers().map(Random)


def plan(temperament, chance, kind="order.issued", hour=MINUTE):
    known = TEMPERAMENTS[temperament]
    received = Received(kind, hour, T0, known.traits)
    return {intent.what: intent.at - T0 for intent in known.plan(received, chance)}


@given(luck)
def test_compliant_acknowledges_and_removes_in_the_first_half(chance):
    planned = plan("compliant", chance)
    assert list(planned) == [What.ACKNOWLEDGE, What.REMOVE]
    assert planned[What.ACKNOWLEDGE] < planned[What.REMOVE] < MINUTE / 2


@given(luck)
def test_slow_removes_in_the_second_half_and_in_time(chance):
    assert MINUTE / 2 < plan("slow", chance)[What.REMOVE] <= MINUTE - MARGIN


@given(luck)
def test_late_removes_after_the_hour(chance):
    assert MINUTE + MARGIN <= plan("late", chance)[What.REMOVE] < MINUTE + 10 * timedelta(seconds=1)


@given(luck)
def test_clarification_asks_in_time_and_does_not_remove_before_it_has_an_answer(chance):
    planned = plan("clarification", chance)
    assert list(planned) == [What.ACKNOWLEDGE, What.ASK]
    assert planned[What.ASK] <= MINUTE - MARGIN


@given(luck)
def test_clarification_removes_within_the_fresh_hour(chance):
    planned = plan("clarification", chance, kind="order.clarified")
    assert list(planned) == [What.REMOVE]
    assert planned[What.REMOVE] <= MINUTE - MARGIN


@given(luck, st.sampled_from(["order.issued", "order.clarified"]))
def test_silent_never_does_anything(chance, kind):
    assert plan("silent", chance, kind) == {}


@given(luck)
def test_eager_removes_before_it_has_answered_the_webhook(chance):
    (intent,) = TEMPERAMENTS["eager"].plan(Received("order.issued", MINUTE, T0), chance)
    assert (intent.what, intent.at, intent.in_request) == (What.REMOVE, T0, True)


# An office opens by the wall clock.
@pytest.mark.parametrize("temperament", sorted(TEMPERAMENTS.keys() - {"office_hours"}))
@given(seed=st.integers(), minutes=st.integers(1, 60))
def test_a_longer_hour_stretches_everything_alike(temperament, seed, minutes):
    short, long = (plan(temperament, Random(seed), hour=hour) for hour in (MINUTE, minutes * MINUTE))
    assert list(short) == list(long)
    for what, after in short.items():
        assert abs(long[what] - minutes * after) <= minutes * timedelta(microseconds=1)
