"""A measure beside its receipt: proven by the very answer, stated, only tried; and gone, but after it (case 18)."""

from datetime import timedelta

import pytest

from orders.acts import answering, transmitting
from orders.evidence import verify
from orders.models import Attempt, LedgerEntry, OutboxMessage, keep
from orders.regulation.annexes import AnnexII, MeasureTaken
from orders.regulation.limits import Verdict
from orders.regulation.regions import Execution, Measure, Preservation
from tests.factories import T0, again, authority, by_provider, hours, issued, officer, received

pytestmark = pytest.mark.django_db
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
GONE = Measure.ALREADY_UNAVAILABLE


def answer(order, *, taken, at, stated=None, measure=Measure.REMOVED):
    """Annex II at `at` about a measure at `taken`, with the receipt that it states; all counted from the issue."""
    form = AnnexII((MeasureTaken(1, measure, T0 + taken),), received_at=None if stated is None else T0 + stated)
    return answering.report_removal(order=order, annex=form, by=by_provider(order), at=T0 + at)


def outcome(order):
    """What stands of its only item, and the clocks that followed from the measure."""
    item = again(order).items.get()
    followed = order.dossier.deadlines.filter(code__in=["C15", "C19"]).values_list("code", flat=True)
    return item.execution, item.receipt_basis, item.preservation, sorted(followed)


REMOVED = (Execution.REMOVED, "stated", Preservation.PRESERVED, ["C15", "C19"])
ALREADY_GONE = (Execution.ALREADY_GONE, "", Preservation.NONE, [])


def tried(order, *, at, channel="webhook", **outcome):
    """A try to bring the order that proved nothing."""
    message = OutboxMessage.objects.get(dossier=order.dossier, type="order.issued")
    body = keep(b"{}", media_type="application/json", at=T0)
    Attempt.objects.create(
        message=message, number=1, channel=channel, started_at=T0 + at - SECOND, ended_at=T0 + at, latency_ms=1000,
        body=body, recorded_at=T0 + at, **outcome,
    )  # fmt: skip


def test_a_removal_whose_report_is_the_first_proof_of_receipt_stays_a_removal():
    """Case 18 the other way round: the provider itself states a receipt before the measure."""
    order = issued()
    told = answer(order, stated=MINUTE, taken=10 * MINUTE, at=20 * MINUTE)
    assert (told.effect, told.flags) == ("recorded", ["before_proven_receipt", "receipt_drift"])
    assert outcome(order) == REMOVED
    (hour,) = hours(order)
    assert (hour.starts_at, hour.verdict) == (T0 + 20 * MINUTE, Verdict.WITHIN_HOUR)
    entry = LedgerEntry.objects.get(dossier=order.dossier, act="report_removal")
    assert entry.facts["measured"] == [{"item": 1, "measure": "removed", "receipt_basis": "stated"}]
    assert list(verify.findings()) == []


def test_a_receipt_proven_by_another_channel_after_the_measure_does_not_undo_it_either():
    order = issued()
    transmitting.prove_receipt(order=order, rule="order_read", at=T0 + 15 * MINUTE)
    answer(again(order), stated=MINUTE, taken=10 * MINUTE, at=20 * MINUTE)
    assert outcome(order) == REMOVED


@pytest.mark.parametrize(
    ("stated", "taken"),
    [(11 * MINUTE, 10 * MINUTE), (None, 10 * MINUTE), (MINUTE, -10 * MINUTE)],
    ids=["it states a later receipt", "it states none, and nothing was tried", "before the issue"],
)
def test_what_was_gone_before_the_order_had_come_is_already_gone(stated, taken):
    order = issued()
    answer(order, stated=stated, taken=taken, at=20 * MINUTE)
    assert outcome(order) == ALREADY_GONE


@pytest.mark.parametrize(
    ("channel", "result", "shown"),
    [
        ("mail", {"outcome": "accepted"}, True),
        ("webhook", {"outcome": "failed", "http_status": 500}, True),
        ("webhook", {"outcome": "unreachable"}, False),
        ("webhook", {"outcome": "timeout"}, False),
    ],
)
def test_where_it_states_no_receipt_a_try_that_was_answered_before_the_measure_shows_that_the_order_had_come(
    channel, result, shown
):
    order = issued()
    tried(order, at=5 * MINUTE, channel=channel, **result)
    answer(order, taken=10 * MINUTE, at=20 * MINUTE)
    assert outcome(order) == ((REMOVED[0], "tried", *REMOVED[2:]) if shown else ALREADY_GONE)


def test_case_18_what_is_said_to_be_gone_since_after_an_answered_try_was_removed_under_the_order():
    """Case 18: as of a removal, the try shows that the order had come; the box decides nothing."""
    order = issued()
    tried(order, at=5 * MINUTE, outcome="failed", http_status=500)
    told = answer(order, taken=10 * MINUTE, at=20 * MINUTE, measure=GONE)
    assert told.flags == ["before_proven_receipt", "unavailable_after_receipt"]
    assert outcome(order) == (REMOVED[0], "tried", *REMOVED[2:])


def test_where_it_states_no_receipt_a_submission_by_hand_before_the_measure_shows_that_the_order_had_come():
    order = issued()
    bert = officer("bert", authority())
    form = {"submitted_at": T0 + 5 * MINUTE, "address": "https://hosting-nl.example/form"}
    transmitting.record_submission(order=order, **form, by=bert, at=T0 + 6 * MINUTE)
    answer(order, taken=10 * MINUTE, at=20 * MINUTE)
    assert outcome(order)[:2] == (Execution.REMOVED, "tried")


def test_case_18_what_is_said_to_be_gone_since_after_the_receipt_was_removed_under_the_order():
    """Case 18: the time decides; the statement is kept as it is, flagged, and every duty follows."""
    order = received()
    told = answer(order, taken=30 * MINUTE, at=31 * MINUTE, measure=GONE)
    assert (told.effect, told.flags) == ("recorded", ["unavailable_after_receipt"])
    assert outcome(order) == (Execution.REMOVED, "proven", Preservation.PRESERVED, ["C15", "C19"])
    entry = LedgerEntry.objects.get(dossier=order.dossier, act="report_removal")
    assert entry.facts["annex_ii"]["measures"][0]["measure"] == GONE
    assert list(verify.findings()) == []


def test_case_18_gone_after_the_hour_is_late_like_any_measure():
    """Case 18: no box escapes the hour."""
    order = received()
    answer(order, taken=61 * MINUTE, at=62 * MINUTE, measure=GONE)
    assert hours(order)[0].verdict == Verdict.AFTER_HOUR


@pytest.mark.parametrize(
    ("measure", "taken", "execution", "flags"),
    [
        (GONE, 119 * SECOND, Execution.ALREADY_GONE, []),
        (Measure.REMOVED, -119 * SECOND, Execution.REMOVED, ["clock_skew"]),
        (Measure.REMOVED, 0 * SECOND, Execution.REMOVED, []),
    ],
)
def test_case_22_within_the_tolerance_around_the_receipt_the_box_stands(measure, taken, execution, flags):
    """Case 22: kept as stated; what lies on the wrong side of the receipt is flagged."""
    order = received()
    told = answer(order, taken=taken, at=10 * MINUTE, measure=measure)
    assert (again(order).items.get().execution, told.flags) == (execution, flags)
