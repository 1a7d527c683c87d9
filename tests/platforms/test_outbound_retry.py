"""The plan of attempts as properties: whatever an endpoint does, the hour holds enough of them and never too many."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.regulation.limits import scaled
from platforms.delivery import retry
from tests.factories import HOUR, T0

SECOND = timedelta(seconds=1)
SCALES = st.sampled_from(["1", "1/60", "1/3600"])
NUMBERS = st.floats(0, 1, exclude_max=True)


def attempts(*, until, lasting=timedelta(0), scale="1", jitter=0.0, retry_after=None):
    """The instants since the first attempt at which an endpoint that never accepts is tried."""
    starts = [T0]
    while starts[-1] < T0 + until:
        after = retry.next_attempt(
            len(starts), first_at=T0, ended_at=starts[-1] + lasting, random=lambda: jitter, scale=scale,
            retry_after=retry_after,
        )  # fmt: skip
        starts.append(after)
    return [start - T0 for start in starts[:-1]]


def test_without_jitter_the_plan_is_as_published():
    minutes = [1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55]
    wanted = [second * SECOND for second in (0, 2, 5, 10, 20, 30, 45)] + [minute * 60 * SECOND for minute in minutes]
    assert attempts(until=HOUR) == wanted


@given(
    lasting=st.timedeltas(timedelta(0), 15 * SECOND),
    jitter=NUMBERS,
    retry_after=st.none() | st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_the_hour_holds_at_least_twenty_attempts_whatever_the_endpoint_does(lasting, jitter, retry_after):
    assert len(attempts(until=HOUR, lasting=lasting, jitter=jitter, retry_after=retry_after)) >= 20


@given(
    made=st.integers(1, 200), late=st.timedeltas(timedelta(0), timedelta(days=3)), jitter=NUMBERS, scale=SCALES,
    retry_after=st.none() | st.timedeltas(timedelta(0), timedelta(days=400)),
)  # fmt: skip
def test_an_open_order_is_always_tried_again_neither_at_once_nor_much_later(made, late, jitter, scale, retry_after):
    ended = T0 + scaled(retry.planned(made - 1), scale) + late
    after = retry.next_attempt(
        made, first_at=T0, ended_at=ended, random=lambda: jitter, scale=scale, retry_after=retry_after
    )
    longest = scaled(timedelta(days=1) * (1 + retry.JITTER), scale)
    assert retry.FLOOR <= (after - ended) <= max(longest, retry.FLOOR_AFTER_THE_HOUR)


def test_who_is_not_reached_for_long_is_tried_every_hour_after_a_day_and_once_a_day_after_a_week():
    starts = attempts(until=timedelta(days=30))
    in_a_day = [start for start in starts if start < timedelta(days=1)]
    in_a_week = [start for start in starts if timedelta(days=1) <= start < timedelta(days=7)]
    assert (len(in_a_day), len(in_a_week), len(starts)) == (299, 144, 466)


def test_what_waits_is_looked_at_calmly_after_the_hour_and_once_a_day_after_a_day():
    gaps = [retry.look_again(T0, at=T0 + gone) - T0 - gone for gone in (HOUR / 2, HOUR, timedelta(days=1))]
    assert gaps == [timedelta(minutes=5), HOUR, timedelta(days=1)]


@given(scale=SCALES, jitter=NUMBERS)
def test_attempts_keep_their_distance_in_real_time_at_every_scale(scale, jitter):
    hour = scaled(HOUR, scale)
    starts = attempts(until=2 * hour + 60 * SECOND, scale=scale, jitter=jitter)
    in_hour = [later - earlier for earlier, later in pairwise(starts) if earlier < hour]
    after = [later - earlier for earlier, later in pairwise(starts) if earlier >= hour]
    assert min(in_hour) >= retry.FLOOR
    assert min(after) >= max(retry.FLOOR_AFTER_THE_HOUR, scaled(timedelta(minutes=5), scale))


@given(jitter=NUMBERS)
def test_jitter_only_delays_and_by_at_most_a_tenth_of_the_step(jitter):
    plain, moved = attempts(until=HOUR), attempts(until=HOUR, jitter=jitter)
    for index, start in enumerate(moved[1:], start=1):
        step = retry.planned(index) - retry.planned(index - 1)
        assert retry.planned(index) <= start <= retry.planned(index) + step * retry.JITTER
    assert len(plain) - len(moved) <= 1


def test_retry_after_is_honoured_up_to_its_cap():
    def wait(asked, scale="1"):
        after = retry.next_attempt(
            1, first_at=T0, ended_at=T0 + SECOND, random=lambda: 0, retry_after=asked, scale=scale
        )
        return after - (T0 + SECOND)

    assert wait(90 * SECOND) == 90 * SECOND
    assert wait(timedelta(days=1)) == 120 * SECOND
    assert wait(timedelta(days=1), "1/60") == 2 * SECOND
    assert wait(timedelta(0)) == 2 * SECOND


def test_after_a_long_pause_of_ours_there_is_no_hail_of_attempts():
    after = retry.next_attempt(3, first_at=T0, ended_at=T0 + 10 * HOUR, random=lambda: 0)
    assert after == T0 + 10 * HOUR + timedelta(minutes=5)


@pytest.mark.parametrize("scale", ["1", "1/60"])
def test_a_closed_order_is_given_up_after_a_day_and_an_open_one_never(scale):
    day = scaled(timedelta(hours=24), scale)

    def plan(ended, still_open):
        return retry.next_attempt(300, first_at=T0, ended_at=T0 + ended, random=lambda: 0, scale=scale, open=still_open)

    assert plan(day + SECOND, still_open=False) is None
    assert plan(day, still_open=False) is not None
    assert plan(100 * day, still_open=True) is not None
