"""Warnings and reminders reach both sides exactly once, whatever the rhythm of the sweep (Art. 3, 4, 6, 11)."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections
from django.test import override_settings

from orders import standings
from orders.acts import answering, clarifying, lapsing, scrutinising
from orders.models import Deadline, Ground, LedgerEntry, OutboxMessage
from orders.regulation import limits
from orders.regulation.limits import LIMITS
from orders.regulation.regions import Execution
from orders.tasks import run_sweep
from perci.settings import RULES
from tests.factories import HOUR, T0, again, annex_ii, by_provider, impossible, received
from tests.people import drafter, scrutineer
from tests.recipes import (
    DAY,
    afterwards,
    annulled,
    asked,
    crossing,
    failed,
    put,
    removed,
    requested,
    withdrawn,
    withheld,
)

pytestmark = pytest.mark.django_db
TICK, MINUTE = timedelta(microseconds=1), timedelta(minutes=1)
SCHEDULE = [6 * HOUR, 24 * HOUR, 72 * HOUR, 7 * DAY, 14 * DAY, 21 * DAY, 28 * DAY]
REACH = {
    "C2": crossing,
    "C9": crossing,
    "C10a": crossing,
    "C10b": lambda: requested(crossing()),
    "C15": lambda: removed(crossing()),
    "C18": lambda: withheld(crossing()),
    "C26": crossing,
}
OTHER_SIDE = {"C9": "nl-home", "C10b": "nl-home"}


def warned(clock):
    """(recipient, seconds left) of every warning about `clock`."""
    messages = OutboxMessage.objects.filter(type="order.limit_approaching")
    named = [message for message in messages if clock.clock_id in message.data["clocks"]]
    return Counter((message.recipient, message.data["seconds_left"]) for message in named)


def expected(code, order):
    both = (OTHER_SIDE.get(code, order.provider.code), order.issuing_authority.code)
    lengths = [int(before.total_seconds()) for before in LIMITS[code].warnings]
    return Counter({(party, seconds): 1 for party in both for seconds in lengths})


@pytest.mark.parametrize("code", REACH)
def test_both_sides_are_warned_exactly_once_at_each_time(code):
    order = REACH[code]()
    clock = order.dossier.deadlines.get(code=code)
    for before in LIMITS[code].warnings:
        at = clock.due_at - before
        run_sweep(at=at - timedelta(microseconds=1))
        run_sweep(at=at)
        run_sweep(at=at)
    run_sweep(at=clock.due_at)
    run_sweep(at=clock.due_at + timedelta(seconds=1))
    assert warned(clock) == expected(code, order)


def test_every_limit_that_has_a_length_and_a_duty_or_end_warns():
    assert set(REACH) == {code for code, limit in LIMITS.items() if limit.warnings}


@pytest.mark.parametrize("code", ["C2", "C9", "C10a", "C26"])
def test_nobody_is_warned_of_a_clock_that_stopped(code):
    order = REACH[code]()
    clock = order.dossier.deadlines.get(code=code)
    withdrawn(order)
    run_sweep(at=clock.due_at - LIMITS[code].warnings[-1])
    assert warned(clock) == Counter()


# --- clocks of one order that are warned of at once ---
def spoken_of(order, code="C2", recipient="hosting-nl"):
    """(items, clocks, seconds left) of every warning to `recipient` about the clocks of one code, as they were sent."""
    sent = OutboxMessage.objects.filter(dossier=order.dossier, type="order.limit_approaching", recipient=recipient)
    said = [message.data for message in sent.order_by("sequence") if message.data["code"] == code]
    return [(data["items"], data["clocks"], data["seconds_left"] // 60) for data in said]


def clocks(order, *numbers, code="C2"):
    """The ids of the open clocks of the items with these numbers."""
    running = dict(order.dossier.deadlines.filter(code=code, closed_at=None).values_list("item__number", "clock_id"))
    return [running[number] for number in numbers]


@pytest.mark.parametrize("recipient", ["hosting-nl", "de-fpo"])
def test_the_hours_of_ten_items_are_one_message_to_each_side_at_each_time(recipient):
    order = received(items=10)
    every = list(range(1, 11))
    hour = order.dossier.deadlines.filter(code="C2").first()
    for before in LIMITS["C2"].warnings:
        run_sweep(at=hour.due_at - before)
        run_sweep(at=hour.due_at - before)
    lengths = [before // MINUTE for before in LIMITS["C2"].warnings]
    assert spoken_of(order, recipient=recipient) == [(every, clocks(order, *every), left) for left in lengths]
    assert set(order.dossier.deadlines.filter(code="C2").values_list("warnings_sent", flat=True)) == {len(lengths)}


def test_an_item_that_was_reported_is_no_longer_spoken_of():
    order = received(items=3)
    first, second, third = clocks(order, 1, 2, 3)
    run_sweep(at=T0 + 15 * MINUTE)
    annex = annex_ii(taken_at=T0 + 16 * MINUTE, items=(2,))
    answering.report_removal(order=again(order), annex=annex, by=by_provider(order), at=T0 + 17 * MINUTE)
    run_sweep(at=T0 + 30 * MINUTE)
    assert spoken_of(order) == [([1, 2, 3], [first, second, third], 45), ([1, 3], [first, third], 30)]


def test_hours_that_end_at_different_times_are_spoken_of_apart_the_earlier_end_first():
    """The fresh hour of the first item began when it was free again; one late sweep warns of both."""
    order = received(items=2)
    annex = impossible(since=T0, items=(1,))
    answering.report_impossibility(order=order, annex=annex, by=by_provider(order), at=T0 + MINUTE)
    ceased = {"items": (1,), "ceased_at": T0 + 5 * MINUTE, "at": T0 + 6 * MINUTE}
    answering.report_grounds_ceased(order=again(order), by=by_provider(order), **ceased)
    run_sweep(at=T0 + 50 * MINUTE)
    assert spoken_of(order) == [([2], clocks(order, 2), 10), ([1], clocks(order, 1), 15)]


def test_a_limit_of_the_whole_order_names_no_item():
    order = crossing(items=2)
    clock = order.dossier.deadlines.get(code="C9")
    run_sweep(at=clock.due_at - LIMITS["C9"].warnings[0])
    minutes = LIMITS["C9"].warnings[0] // MINUTE
    assert spoken_of(order, "C9", "de-fpo") == [([], [clock.clock_id], minutes)]


def test_decisions_owed_on_two_requests_that_came_at_once_are_spoken_of_together():
    """Neither is about an item; their places are those of their ids."""
    order = removed(crossing())
    at = afterwards(order)
    for by, received_at in ((by_provider(order), None), (scrutineer(), at)):
        request = {"reasons": "It is a newspaper.", "received_at": received_at}
        scrutinising.request_scrutiny(order=again(order), by=by, at=at, **request)
    owed = order.dossier.deadlines.filter(code="C10b")
    run_sweep(at=owed[0].due_at - LIMITS["C10b"].warnings[0])
    ids, minutes = sorted(owed.values_list("clock_id", flat=True)), LIMITS["C10b"].warnings[0] // MINUTE
    assert len(ids) == 2
    assert [spoken_of(order, "C10b", to) for to in ("nl-home", "de-fpo")] == [[([], ids, minutes)]] * 2


# --- case 7: reminders of an impossibility that nobody reported as ended ---
def reminders(order):
    """(recipient, time since the notice) of every reminder about `order`, in the order of their times."""
    sent = OutboxMessage.objects.filter(dossier=order.dossier, type="order.ground_reminded").order_by("pk")
    return [(message.recipient, timedelta(seconds=message.data["open_seconds"])) for message in sent]


def both(*times):
    return [(party, time) for time in times for party in ("hosting-nl", "de-fpo")]


def reported(order):
    return Ground.objects.filter(item__order=order).earliest("pk").notified_at


def test_case_7_both_sides_are_reminded_at_6_24_and_72_hours_and_then_each_week():
    """Case 7: each exactly once, though each sweep comes twice; nothing else changes."""
    order = failed(received())
    start, before = reported(order), again(order).dossier.generation
    for time in SCHEDULE:
        run_sweep(at=start + time - TICK)
        run_sweep(at=start + time)
        run_sweep(at=start + time)
    assert reminders(order) == both(*SCHEDULE)
    assert again(order).dossier.generation == before
    assert again(order).items.get().execution == Execution.DISPLACED
    assert not LedgerEntry.objects.filter(dossier=order.dossier, act__startswith="remind").exists()


def test_case_7_a_reminder_starts_and_changes_no_clock():
    """Case 7: the hour stays displaced; all clocks are as they were."""
    order = failed(received())

    def clocks():
        return list(Deadline.objects.filter(dossier=order.dossier).order_by("pk").values())

    before = clocks()
    run_sweep(at=reported(order) + 6 * HOUR)
    assert (clocks(), reminders(order)) == (before, both(6 * HOUR))
    (standing,) = standings.of_items(again(order), at=reported(order) + 6 * HOUR)
    assert standing.due_at is None


def test_case_7_a_sweep_that_was_paused_for_a_month_reminds_once_and_then_on_schedule():
    """Case 7: what went by in the pause is not made up for."""
    order = failed(received())
    start = reported(order)
    run_sweep(at=start + 31 * DAY)
    run_sweep(at=start + 31 * DAY + HOUR)
    assert reminders(order) == both(31 * DAY)
    run_sweep(at=start + 35 * DAY - TICK)
    run_sweep(at=start + 35 * DAY)
    assert reminders(order) == both(31 * DAY, 35 * DAY)


@pytest.mark.parametrize(("scale", "parts"), [("1/60", 60), ("1/3600", 3600)])
def test_case_7_reminders_are_scaled_as_the_limits_are(scale, parts):
    """Case 7: under 1/3600 the first comes after six seconds."""
    order = failed(received(limit_scale=scale))
    start = reported(order)
    for time in SCHEDULE:
        run_sweep(at=start + time / parts - TICK)
        run_sweep(at=start + time / parts)
    assert reminders(order) == both(*(time / parts for time in SCHEDULE))


def test_case_7_one_notice_about_several_items_is_one_reminder_to_each_side():
    """Case 7: of the items that are still displaced; of the first only until it was reported as free again."""
    order = failed(received(items=2))
    start = reported(order)
    run_sweep(at=start + 6 * HOUR)
    ceased = {"items": (1,), "ceased_at": start + HOUR, "at": start + 7 * HOUR}
    answering.report_grounds_ceased(order=order, by=by_provider(order), **ceased)
    run_sweep(at=start + 24 * HOUR)
    sent = OutboxMessage.objects.filter(dossier=order.dossier, type="order.ground_reminded", recipient="de-fpo")
    assert [message.data["items"] for message in sent.order_by("pk")] == [[1, 2], [2]]


def test_case_7_two_notices_have_their_own_reminders():
    """Case 7: the second counts from its own notice."""
    order = failed(received())
    start = reported(order)
    by = by_provider(order)
    answering.report_impossibility(order=order, annex=impossible(since=start), by=by, at=start + HOUR)
    run_sweep(at=start + 6 * HOUR)
    run_sweep(at=start + 7 * HOUR)
    assert reminders(order) == both(6 * HOUR, 6 * HOUR)


def _ceases(order):
    return put(order, answering.report_grounds_ceased, by_provider(order), items=(), ceased_at=afterwards(order))


def _recorded(order):
    evidence = {"ceased_at": afterwards(order), "evidence": "Its status page is green."}
    return put(order, clarifying.record_grounds_ceased, drafter(order), **evidence)


@pytest.mark.parametrize("end", [_ceases, _recorded, removed, withdrawn], ids=["ceased", "recorded", "done", "ended"])
def test_case_7_nobody_is_reminded_once_the_ground_or_the_order_ended(end):
    """Case 7: whoever ended it."""
    order = failed(received())
    start = reported(order)
    run_sweep(at=start + TICK)
    end(order)
    run_sweep(at=start + 40 * DAY)
    assert reminders(order) == []


def test_case_7_nobody_is_reminded_of_an_annulled_order_of_which_the_provider_was_not_told_yet():
    """Case 7: the ground is open until the decision is received (ANNULLED_FROM=communication), the order is not."""
    with override_settings(RULES={**RULES, "annulled_from": "communication"}):
        order = crossing()
    annulled(failed(order))
    run_sweep(at=T0 + 40 * DAY)
    assert Ground.objects.filter(item__order=order, closed_at=None).exists()
    assert reminders(order) == []


def test_case_7_a_question_is_for_the_issuer_to_answer_and_nobody_is_reminded_of_it():
    """Case 7 is about Art. 3(7); of a question (3(8)) the issuing authority has its notice."""
    order = asked(received())
    run_sweep(at=T0 + 40 * DAY)
    assert reminders(order) == []


@pytest.mark.parametrize("late", [0 * HOUR, HOUR, 71 * HOUR, 8 * DAY, 100 * DAY])
def test_the_next_reminder_is_the_first_of_the_schedule_that_is_still_to_come(late):
    """Case 7: whenever it is asked for."""
    times = [*SCHEDULE[:3], *(week * 7 * DAY for week in range(1, 20))]
    assert limits.next_reminder(T0, after=T0 + late) == next(T0 + time for time in times if time > late)


def test_case_7_an_order_that_cannot_be_processed_is_left_out_and_the_others_are_reminded(monkeypatch):
    """Case 7: it is logged, and not tried again each second."""
    poisoned, sound = failed(received()), failed(received())
    at, written = reported(sound) + 6 * HOUR, lapsing._reminders

    def fail(case, grounds, at):
        if case.order.pk == poisoned.pk:
            raise ValueError("synthetic")
        return written(case, grounds, at)

    monkeypatch.setattr(lapsing, "_reminders", fail)
    run_sweep(at=at)
    assert (reminders(poisoned), reminders(sound)) == ([], both(6 * HOUR))
    assert Ground.objects.get(item__order=poisoned).next_reminder_at is None


@pytest.mark.django_db(transaction=True)
def test_case_7_two_sweepers_side_by_side_remind_once():
    """Case 7: whichever of them holds the dossier."""
    made = [failed(received()) for _ in range(8)]
    at, gate, failures = reported(made[-1]) + 6 * HOUR, threading.Barrier(2), []

    def sweep():
        try:
            gate.wait(timeout=30)
            while lapsing.remind(at=at, batch=2):
                pass
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=sweep) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    lapsing.remind(at=at)  # what one of them found locked is left to the next round
    assert failures == []
    assert [reminders(order) for order in made] == [both(6 * HOUR)] * 8
