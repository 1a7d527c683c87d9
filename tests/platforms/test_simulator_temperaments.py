"""The less simple temperaments, each as a pure function of what came in and of its luck."""

from datetime import datetime, timedelta
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.simulator.behaviours import TEMPERAMENTS, opening
from platforms.simulator.behaviours.intents import Received, What
from platforms.simulator.behaviours.traits import Fault, Traits
from platforms.simulator.models import SimulatedPlatform
from tests.factories import T0

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
luck = st.integers().map(Random)


def received(temperament, kind="order.issued", *, at=T0, round=1, **peculiarities):
    return Received(kind, HOUR, at, TEMPERAMENTS[temperament].traits.but(peculiarities), round)


def plan(temperament, chance, *args, **told):
    return TEMPERAMENTS[temperament].plan(received(temperament, *args, **told), chance)


def at(intents, what):
    return [intent.at - T0 for intent in intents if intent.what is what]


@pytest.mark.parametrize("temperament", TEMPERAMENTS)
@given(seed=st.integers())
def test_the_same_message_with_the_same_luck_makes_the_same_plan(temperament, seed):
    assert plan(temperament, Random(seed)) == plan(temperament, Random(seed))


def test_a_slow_platform_takes_a_log_normal_time_around_its_median():
    chance = Random(784)
    drawn = [at(plan("slow", chance, median_minutes=30, spread=0.5), What.REMOVE)[0] / MINUTE for _ in range(2000)]
    assert 28 < median(drawn) < 32
    below, above = (sum(low < each <= high for each in drawn) / 2000 for low, high in ((0, 30), (30, 30 * 2.7183**0.5)))
    assert (round(below, 1), round(above, 1)) == (0.5, 0.3)  # 34 % lie within one sigma above


@given(luck, st.floats(5, 600))
def test_a_late_platform_is_late_by_at_least_what_its_traits_say(chance, minutes):
    (removed,) = at(plan("late", chance, late_minutes=minutes), What.REMOVE)
    assert HOUR + minutes * MINUTE - MINUTE / 1000 <= removed <= HOUR + (minutes + 2.01) * MINUTE


@given(luck, st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))
def test_an_office_removes_only_while_people_are_there_and_as_soon_as_they_are(chance, moment):
    zone = ZoneInfo("Europe/Paris")
    came = moment.replace(tzinfo=T0.tzinfo)
    told = received("office_hours", at=came, time_zone="Europe/Paris")
    *_, removal = TEMPERAMENTS["office_hours"].plan(told, chance)
    there = removal.at.astimezone(zone)
    assert there.weekday() < 5
    assert 9 <= there.hour < 17
    if opening.is_staffed(came, told.traits) and opening.is_staffed(came + HOUR / 2, told.traits):
        assert removal.at - came <= HOUR / 2


def test_an_office_opens_by_the_wall_on_both_sides_of_a_change_of_clocks():
    traits = Traits(time_zone="Europe/Berlin")
    for saturday, opens in (("2026-03-28", "2026-03-30T07:00+00:00"), ("2026-03-21", "2026-03-23T08:00+00:00")):
        noon = datetime.fromisoformat(f"{saturday}T12:00+00:00")
        assert opening.staffed_from(noon, traits) == datetime.fromisoformat(opens)


@given(luck)
def test_an_outage_is_notified_while_it_lasts_and_the_removal_comes_within_the_fresh_hour(chance):
    intents = plan("force_majeure", chance, outage_after=5, outage_minutes=180)
    notice = next(intent for intent in intents if intent.what is What.NOTIFY_OUTAGE)
    (ended,), (removed,) = at(intents, What.END_OUTAGE), at(intents, What.REMOVE)
    assert notice.instants == {"grounds_since": T0 + 5 * MINUTE}
    assert 5 * MINUTE < notice.at - T0 < ended == 185 * MINUTE < removed < ended + HOUR / 2


@given(luck)
def test_it_asks_as_often_as_its_traits_say(chance):
    rounds = [("order.issued", 1), ("order.clarified", 1), ("order.clarified", 2)]
    told = [[intent.what for intent in plan("asks_twice", chance, kind, round=number)] for kind, number in rounds]
    assert told == [[What.ACKNOWLEDGE, What.ASK], [What.ASK], [What.REMOVE]]


@given(luck)
def test_each_answer_comes_four_times_under_two_keys_and_with_one_body_for_each(chance):
    removals = [intent for intent in plan("duplicates", chance) if intent.what is What.REMOVE]
    assert [(intent.turn, intent.key) for intent in removals] == [(0, ""), (1, ""), (2, "-again"), (3, "-again")]
    assert len({intent.instants["signed_at"] for intent in removals}) == 1


@given(luck)
def test_every_platform_puts_back_what_was_annulled_but_those_that_are_silent_evade_or_lie(chance):
    for name, temperament in TEMPERAMENTS.items():
        planned = temperament.when_annulled(received(name, "order.annulled"), chance)
        assert [intent.what for intent in planned] == (
            [] if name in ("silent", "evasive", "lies") else [What.REINSTATE]
        )


@pytest.mark.parametrize(
    "peculiarities",
    [
        {"median_minutes": 0}, {"spread": -1}, {"late_minutes": 4}, {"opens": "17:00", "closes": "09:00"},
        {"opens": "soon"}, {"time_zone": "Europe/Atlantis"}, {"outage_minutes": 0}, {"questions": 3},
        {"gone_status": 200}, {"gone_minutes": 1}, {"faults": ["explode"]}, {"faulty_for_ever": True},
        {"hang_seconds": 0}, {"colour": "green"}, {"median_minutes": "forty"}, {"faults": 5},
    ],
    ids=lambda told: next(iter(told)),
)  # fmt: skip
def test_traits_that_no_platform_can_have_are_refused_before_they_are_saved(peculiarities):
    player = SimulatedPlatform(code="odd", temperament="compliant", peculiarities=peculiarities)
    with pytest.raises(ValueError):
        player.save()


def test_what_a_platforms_own_data_say_comes_before_its_temperament():
    player = SimulatedPlatform(temperament="flaky", peculiarities={"faults": ["half"], "skew_seconds": -30})
    assert player.traits.faults == (Fault.HALF,)
    assert player.skew == timedelta(seconds=-30)
