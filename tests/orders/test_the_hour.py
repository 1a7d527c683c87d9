"""The hour of Art. 3(3): the time of the measure decides, not of the report, and no sweep changes it."""

from datetime import timedelta

import pytest

from orders.acts import answering, issuing, lapsing, transmitting
from orders.models import LedgerEntry, Receipt
from orders.regulation.limits import Verdict
from tests.factories import HOUR, T0, annex_ii, by_provider, deliver, hours, impossible, officer, received

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)


def report(order, *, taken, reported):
    answering.report_removal(order=order, annex=annex_ii(taken_at=T0 + taken), by=by_provider(order), at=T0 + reported)
    return hours(order)[0]


@pytest.mark.parametrize("swept", [False, True], ids=["no sweep ran", "the sweep ran"])
@pytest.mark.parametrize(
    ("taken", "reported", "verdict"),
    [
        (HOUR, HOUR, Verdict.WITHIN_HOUR),
        (HOUR + MICROSECOND, HOUR + MICROSECOND, Verdict.AFTER_HOUR),
        (59 * MINUTE, 65 * MINUTE, Verdict.WITHIN_HOUR_REPORTED_LATE),
        (61 * MINUTE, 65 * MINUTE, Verdict.AFTER_HOUR),
        (30 * MINUTE, 31 * MINUTE, Verdict.WITHIN_HOUR),
    ],
)
def test_the_time_of_the_measure_decides_whether_the_sweep_ran_or_not(taken, reported, verdict, swept):
    order = received()
    if swept:
        lapsing.lapse(at=T0 + reported)
    clock = report(order, taken=taken, reported=reported)
    passed = LedgerEntry.objects.filter(dossier=order.dossier, act="lapse").values_list("occurred_at", flat=True)
    assert (clock.verdict, list(passed)) == (verdict, [T0 + HOUR] if reported > HOUR else [])


def test_a_callback_that_loses_the_lock_to_the_sweep_gets_the_same_verdict():
    order = received()
    lapsing.lapse(at=T0 + HOUR + MINUTE)
    clock = report(order, taken=59 * MINUTE, reported=HOUR)  # arrived before the sweep, written after it
    assert clock.verdict == Verdict.WITHIN_HOUR


def test_receipt_recorded_twice_starts_one_clock_and_the_first_evidence_stands():
    order = received(at=T0)
    message = deliver(order, "order.issued", at=T0 + MINUTE)
    again = transmitting.record_receipt(message=message, channel="pull", rule="order_read", received_at=T0, at=T0)
    assert again is False
    assert Receipt.objects.get(message=message).received_at == T0
    assert hours(order)[0].due_at == T0 + HOUR


def test_a_sweep_that_was_down_across_the_deadline_changes_only_when_it_was_noticed():
    order = received()
    lapsing.lapse(at=T0 + 10 * HOUR)
    entry = LedgerEntry.objects.get(dossier=order.dossier, act="lapse")
    clock = hours(order)[0]
    assert (entry.occurred_at, entry.recorded_at) == (T0 + HOUR, T0 + 10 * HOUR)
    assert (clock.verdict, clock.noticed_at, clock.closed_at) == (Verdict.UNANSWERED, T0 + 10 * HOUR, None)


def test_two_sweeps_give_one_entry():
    order = received()
    assert [lapsing.lapse(at=T0 + 2 * HOUR), lapsing.lapse(at=T0 + 2 * HOUR)] == [1, 0]
    assert LedgerEntry.objects.filter(dossier=order.dossier, act="lapse").count() == 1


def test_a_measure_taken_before_the_ground_was_notified_decides_the_displaced_hour():
    order = received()
    annex = impossible(since=T0 + 58 * MINUTE)
    answering.report_impossibility(order=order, annex=annex, by=by_provider(order), at=T0 + 59 * MINUTE)
    clock = report(order, taken=30 * MINUTE, reported=65 * MINUTE)
    assert clock.verdict == Verdict.WITHIN_HOUR_REPORTED_LATE


def test_a_measure_taken_before_the_withdrawal_decides_though_it_was_written_after_it():
    order = received()
    by = officer("bert", order.issuing_authority)
    issuing.withdraw(order=order, reason="Wrong URL.", by=by, at=T0 + 40 * MINUTE)
    clock = report(order, taken=30 * MINUTE, reported=39 * MINUTE)
    assert clock.verdict == Verdict.WITHIN_HOUR


def test_withdrawal_ends_running_clocks_and_leaves_a_passed_limit_on_record():
    early, late = received(), received()
    lapsing.lapse(at=T0 + HOUR + MINUTE)
    for order, at in ((early, T0 + 2 * HOUR), (late, T0 + 2 * HOUR)):
        issuing.withdraw(order=order, reason="Wrong URL.", by=officer("bert", order.issuing_authority), at=at)
    running = received(at=T0 + 3 * HOUR)
    by = officer("bert", running.issuing_authority)
    issuing.withdraw(order=running, reason="Wrong URL.", by=by, at=T0 + 3 * HOUR + MINUTE)
    assert [hours(order)[0].verdict for order in (early, late, running)] == ["unanswered", "unanswered", "ended"]


def test_a_measure_is_never_later_than_the_arrival_of_its_report_whatever_the_providers_clock_says():
    """Case 22: kept as stated, flagged, and not held against the provider."""
    order = received()
    clock = report(order, taken=HOUR + MINUTE, reported=HOUR)
    assert (clock.verdict, clock.taken_at) == (Verdict.WITHIN_HOUR, T0 + HOUR + MINUTE)
