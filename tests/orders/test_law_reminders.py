"""Reminders of an impossibility that nobody reported as ended: on schedule, once to both sides (Art. 3(7), case 7)."""

from datetime import timedelta

import pytest
from django.test import override_settings

from orders import standings
from orders.acts import answering, clarifying, lapsing
from orders.models import Deadline, Ground, LedgerEntry, OutboxMessage
from orders.regulation import limits
from orders.regulation.regions import Execution
from orders.tasks import run_sweep
from perci.settings import RULES
from tests.at_once import at_once
from tests.factories import HOUR, T0, again, by_provider, impossible, received
from tests.people import drafter
from tests.recipes import DAY, afterwards, annulled, asked, crossing, failed, put, removed, withdrawn

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)
SCHEDULE = [6 * HOUR, 24 * HOUR, 72 * HOUR, 7 * DAY, 14 * DAY, 21 * DAY, 28 * DAY]


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
    at = reported(made[-1]) + 6 * HOUR

    def sweep():
        while lapsing.remind(at=at, batch=2):
            pass

    at_once(sweep, sweep)
    lapsing.remind(at=at)  # what one of them found locked is left to the next round
    assert [reminders(order) for order in made] == [both(6 * HOUR)] * 8
