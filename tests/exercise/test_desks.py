"""Desks: how long an order takes is a result of who is there and what lies before it."""

from datetime import UTC, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

from orders.models import Deadline, LedgerEntry
from perci.exercise.desks import intervals
from perci.exercise.scenario.model import DAY, HOUR, MINUTE, Desk, Event, Happening, Provider, Shift
from tests.exercise.scenarios import STARTS, scenario, stream

ALWAYS = tuple(range(7))
BRUSSELS = ZoneInfo("Europe/Brussels")


def board(**desk):
    """A provider with one desk: a reviewer by day, unless told otherwise."""
    usual = {"shifts": (Shift(ALWAYS, time(8), time(18), 1),), "minutes": 10.0, "spread": 0.1}
    return Provider("small-board", "Small Board", home="NL", desk=Desk(**{**usual, **desk}))


def wave(**columns):
    """Eight orders in the hour after one o'clock at night, in Brussels."""
    return stream(**{"to": ("small-board",), "count": 8, "ends": HOUR, **columns})


def verdicts():
    found = list(Deadline.objects.filter(code="C2", starts_at__gte=STARTS).values_list("verdict", flat=True))
    return {verdict: found.count(verdict) for verdict in set(found)}


def minutes():
    """From the start of the hour to the measure, sorted."""
    hours = Deadline.objects.filter(code="C2", starts_at__gte=STARTS, taken_at__isnull=False)
    return sorted((hour.taken_at - hour.starts_at) / MINUTE for hour in hours)


# --- when people are there ---
def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_begins():
    friday_night = Shift((4,), time(22), time(6), 1)
    found = list(islice(intervals(friday_night, BRUSSELS, since=STARTS), 2))
    friday = datetime(2026, 3, 6, 21, tzinfo=UTC)
    assert found == [(friday, friday + 8 * HOUR), (friday + 7 * DAY, friday + 7 * DAY + 8 * HOUR)]


def test_a_shift_goes_on_when_it_has_begun_the_day_before():
    night = Shift(ALWAYS, time(22), time(6), 1)
    assert next(intervals(night, BRUSSELS, since=STARTS)) == (STARTS - 3 * HOUR, STARTS + 5 * HOUR)


def test_a_shift_keeps_to_the_wall_clock_when_the_clocks_are_put_forward():
    day = Shift((6,), time(1), time(4), 1)
    sunday = next(intervals(day, BRUSSELS, since=datetime(2026, 3, 28, 12, tzinfo=UTC)))
    assert sunday == (datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC))


# --- what they get done ---
def test_by_day_one_person_handles_what_comes_one_by_one(play):
    play(scenario(wave(count=3, begins=10 * HOUR, ends=11 * HOUR), providers=(board(),)))
    assert verdicts() == {"within_hour": 3}
    assert all(8 < taken < 40 for taken in minutes())


def test_what_comes_at_night_waits_for_the_morning(play):
    play(scenario(wave(count=2), providers=(board(),)))
    assert verdicts() == {"after_hour": 2}
    assert all(taken > 240 for taken in minutes())


def test_what_the_machine_handles_does_not_wait(play):
    play(scenario(wave(), providers=(board(automated=1.0),)))
    assert verdicts() == {"within_hour": 8}
    assert max(minutes()) < 3


def test_one_more_person_at_night_shortens_its_tail(compare):
    def at_night(people):
        return scenario(wave(), providers=(board(shifts=(Shift(ALWAYS, time(20), time(8), people),), minutes=25.0),))

    (kept_by_one, tail_of_one), (kept_by_two, tail_of_two) = compare(
        [at_night(1), at_night(2)], lambda: (verdicts()["within_hour"], minutes()[-1])
    )
    assert kept_by_one < kept_by_two
    assert tail_of_one > tail_of_two


def test_on_call_somebody_wakes_up_and_works_until_nothing_is_left(play):
    play(scenario(wave(count=3, ends=15 * MINUTE), providers=(board(on_call=1, awakes=12 * MINUTE, minutes=5.0),)))
    assert verdicts() == {"within_hour": 3}
    assert minutes()[0] > 12


def test_who_seldom_answers_a_page_is_paged_again(compare):
    def on_call(answers):
        return scenario(wave(count=1), providers=(board(on_call=1, answers=answers),))

    always, seldom = compare([on_call(1.0), on_call(0.1)], minutes)
    assert seldom[0] > always[0] + 10


def test_of_an_order_that_was_withdrawn_nobody_thinks_any_more(play):
    withdrawn = Event(3 * HOUR, Happening.WITHDRAWAL, "small-board")
    play(scenario(wave(count=1), providers=(board(),), events=(withdrawn,)))
    acts = LedgerEntry.objects.filter(recorded_at__gte=STARTS).values_list("act", flat=True)
    assert ("withdraw" in acts, "report_removal" in acts) == (True, False)


def test_in_an_outage_nobody_gets_anything_done(play):
    outage = Event(9 * HOUR, Happening.OUTAGE, "small-board", lasts=2 * HOUR)
    one = wave(arrives="burst", count=1, begins=9 * HOUR - 10 * MINUTE, ends=9 * HOUR)
    play(scenario(one, providers=(board(),), events=(outage,)))
    assert verdicts() == {"displaced": 1, "within_hour": 1}
    removed = Deadline.objects.get(code="C2", verdict="within_hour")
    assert (removed.ground, removed.taken_at > STARTS + 11 * HOUR) == ("grounds_ceased", True)


def test_a_desk_that_is_staffed_anew_takes_over_what_waits(play):
    more = Desk(shifts=(Shift(ALWAYS, time(0), time(0), 3),), minutes=10.0, spread=0.1)
    staffed = Event(2 * HOUR, Happening.RECOVERY, "small-board", now={"desk": more})
    play(scenario(wave(count=6, ends=HOUR), providers=(board(),), events=(staffed,)))
    assert sum(verdicts().values()) == 6
    assert max(minutes()) < 180


def test_the_same_orders_take_the_same_work_whoever_is_there(compare):
    def some(people):
        staffed = board(shifts=(Shift(ALWAYS, time(8), time(18), people),))
        return scenario(wave(count=3, begins=10 * HOUR, ends=14 * HOUR), providers=(staffed,))

    one, five = compare([some(1), some(5)], minutes)
    assert one[0] == five[0]
