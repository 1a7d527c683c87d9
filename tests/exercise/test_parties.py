"""What authorities, content providers and courts do by themselves, each by the acts that people have, too."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from orders.models import Deadline, LedgerEntry, RemovalOrder
from perci.exercise import plan
from perci.exercise.scenario.model import DAY, HOUR, MINUTE, Conduct, Event, Happening, Provider
from tests.exercise.scenarios import GERMAN, PROMPT, STARTS, scenario, stream

ONE = stream(count=1, ends=HOUR)


def entries(act):
    return LedgerEntry.objects.filter(act=act, recorded_at__gte=STARTS).order_by("pk")


def acts():
    return Counter(LedgerEntry.objects.filter(recorded_at__gte=STARTS).values_list("act", flat=True))


def issued():
    return RemovalOrder.objects.get(issued_at__gte=STARTS)


# --- which orders come ---
def test_a_stream_with_a_count_has_as_many_orders_within_its_time_and_in_order():
    orders = plan.plan(scenario(stream(count=30, begins=HOUR, ends=2 * HOUR)), seed=7)
    times = [order.at - STARTS for order in orders]
    assert (len(times), times, min(times) >= HOUR, max(times) < 2 * HOUR) == (30, sorted(times), True, True)


def test_a_rate_brings_about_as_many_as_it_says():
    days = scenario(stream(count=None, per_day=100.0, ends=20 * DAY), lasts=20 * DAY)
    assert 1800 < len(plan.plan(days, seed=7)) < 2200


def test_a_burst_is_even():
    orders = plan.plan(scenario(stream(count=4, arrives="burst", ends=HOUR)), seed=7)
    assert [order.at - STARTS for order in orders] == [timedelta(), 15 * MINUTE, 30 * MINUTE, 45 * MINUTE]


def test_another_stream_reshuffles_nothing():
    alone = plan.plan(scenario(stream(count=9)), seed=7)
    both = plan.plan(scenario(stream(count=9), stream("more", count=5)), seed=7)
    assert alone == [order for order in both if order.stream.name == "daily"]


def test_weights_and_several_alike_are_drawn_from():
    alike = Provider("board", "Board", count=3)
    orders = plan.plan(scenario(stream(to=("prompt-video", "board"), count=200), providers=(PROMPT, alike)), seed=7)
    assert {order.provider for order in orders} == {"prompt-video", "board-1", "board-2", "board-3"}
    assert 70 < sum(order.provider == "prompt-video" for order in orders) < 130


def test_a_share_of_the_orders_is_at_least_one_of_each_stream():
    reduced = plan.reduced(scenario(stream(count=40), stream("few", count=2)), 0.1)
    assert [one.count for one in reduced.streams] == [4, 1]


# --- before the issue ---
def test_a_first_order_waits_twelve_hours_for_its_prior_information(play):
    play(scenario(replace(ONE, first="notice"), settles=DAY))
    informed, order = entries("inform_beforehand").get(), issued()
    assert order.issued_at - informed.recorded_at == 12 * HOUR
    assert not order.emergency


def test_a_first_order_in_an_emergency_does_not_wait(play):
    play(scenario(replace(ONE, first="emergency")))
    assert (issued().emergency, acts()["inform_beforehand"]) == (True, 0)


def test_who_is_known_had_an_order_long_before(play):
    play(scenario(ONE))
    earlier = RemovalOrder.objects.get(file_number="long ago")
    assert (earlier.force, STARTS - earlier.issued_at > 365 * DAY, issued().emergency) == ("withdrawn", True, False)
    assert not Deadline.objects.filter(dossier=earlier.dossier_id, closed_at=None).exists()


def test_another_person_approves_five_minutes_after_the_submission(play):
    play(scenario(ONE))
    submitted, approved = entries("submit").get(), entries("approve").get()
    assert approved.recorded_at - submitted.recorded_at == 5 * MINUTE
    assert submitted.actor_person != approved.actor_person


def test_an_interest_of_somebody_else_holds_the_order_for_an_hour(play):
    play(scenario(replace(ONE, meets=1.0)))
    held, released = entries("put_on_hold").get(), entries("release_hold").get()
    assert (held.actor_role, held.actor_party) == ("objecting_authority", "nl-atc")
    assert released.recorded_at - held.recorded_at == HOUR
    assert issued().issued_at - released.recorded_at == 5 * MINUTE


def test_a_web_form_is_filled_in_by_hand_and_its_confirmation_starts_the_hour(play):
    form = Provider("form-only", "Form Only", home="NL", channel="webform")
    play(scenario(stream(to=("form-only",), count=1, first="emergency"), providers=(form,)))
    assert (acts()["record_submission"], acts()["report_removal"]) == (1, 1)
    assert Deadline.objects.get(code="C2", starts_at__gte=STARTS).verdict == "within_hour"


# --- after it ---
def test_a_wrong_address_is_asked_about_and_clarified(play):
    play(scenario(replace(ONE, wrong=1.0)))
    assert [acts()[act] for act in ("seek_clarification", "clarify", "report_removal")] == [1, 1, 1]


def test_a_question_may_stay_without_an_answer(play):
    play(scenario(replace(ONE, wrong=1.0), conduct=Conduct(leaves_unclear=1.0)))
    assert [acts()[act] for act in ("seek_clarification", "clarify", "lapse")] == [1, 0, 0]


def test_orders_are_withdrawn_some_time_after_their_issue(play):
    silent = replace(PROMPT, temperament="silent")
    play(scenario(ONE, providers=(silent,), conduct=Conduct(withdraws=1.0)))
    assert entries("withdraw").get().recorded_at - issued().issued_at == 20 * MINUTE


def test_the_home_authority_opens_announces_and_decides_within_its_72_hours(play):
    conduct = Conduct(own_initiative=1.0, infringements=1.0)
    restoring = replace(PROMPT, temperament="restores")
    play(scenario(ONE, providers=(restoring,), conduct=conduct, settles=5 * DAY))
    opened, announced = entries("open_scrutiny").get(), entries("announce_intent").get()
    decided = entries("decide_scrutiny").get()
    assert (decided.recorded_at - opened.recorded_at, decided.recorded_at - announced.recorded_at) == (48 * HOUR, HOUR)
    assert (issued().force, acts()["report_reinstatement"]) == ("annulled_by_scrutiny", 1)


def test_an_informed_content_provider_asks_and_gets_a_decision(play):
    play(scenario(ONE, conduct=Conduct(content_provider_asks=1.0), settles=6 * DAY))
    assert entries("inform_content_provider").get().facts["information"] == "copy_given"
    assert entries("request_scrutiny").get().facts["late"] is False
    assert entries("decide_scrutiny").get().facts["outcome"] == "no_infringement"


def test_while_disclosure_is_withheld_nobody_is_told(play):
    play(scenario(replace(ONE, secret=1.0), settles=50 * DAY))
    informed = entries("inform_content_provider").get()
    assert informed.recorded_at - issued().issued_at > 42 * DAY
    assert informed.facts["flags"] == []


def test_a_court_confirms_and_the_order_is_final(play):
    play(scenario(ONE, conduct=Conduct(appeals=1.0), settles=95 * DAY))
    judged, appealed = entries("record_judgment").get(), entries("record_appeal").get()
    assert (judged.facts["outcome"], judged.recorded_at - appealed.recorded_at) == ("confirmed", 60 * DAY)
    assert issued().force == "final"


def test_a_scenario_has_the_latest_orders_withdrawn_annulled_or_scrutinised(play):
    happens = [(5 * HOUR, Happening.WITHDRAWAL), (6 * HOUR, Happening.ANNULMENT), (8 * HOUR, Happening.SCRUTINY)]
    events = [Event(at, what, "prompt-video") for at, what in happens]
    play(scenario(stream(count=3, ends=4 * HOUR), events=events, settles=4 * DAY))
    forces = RemovalOrder.objects.filter(issued_at__gte=STARTS).order_by("issued_at").values_list("force", flat=True)
    assert list(forces) == ["in_force", "annulled_by_scrutiny", "withdrawn"]
    assert (acts()["request_scrutiny"], acts()["decide_scrutiny"]) == (1, 2)


def test_a_recovered_provider_answers_again(play):
    silent = replace(PROMPT, temperament="silent")
    event = Event(HOUR, Happening.RECOVERY, "prompt-video", now={"temperament": "compliant"})
    times = {"arrives": "burst", "count": 2, "ends": 4 * HOUR}
    play(scenario(stream(**times), providers=(silent,), events=(event,)))
    verdicts = Deadline.objects.filter(code="C2", starts_at__gte=STARTS).order_by("starts_at")
    assert list(verdicts.values_list("verdict", flat=True)) == ["unanswered", "within_hour"]


def test_an_order_from_at_home_crosses_no_border(play):
    at_home = replace(PROMPT, home="DE")
    play(scenario(ONE, providers=(at_home,), authorities=(GERMAN,), conduct=Conduct(own_initiative=1.0)))
    assert (issued().home_authority, acts()["open_scrutiny"]) == (None, 0)
