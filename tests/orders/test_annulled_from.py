"""ANNULLED_FROM: whether an order that is annulled binds the provider until it hears of that (Art. 4(7))."""

from datetime import timedelta

import pytest

from orders.acts import answering, appealing, following_up, issuing, lapsing, transmitting
from orders.models import OutboxMessage
from orders.regulation.limits import Verdict
from orders.regulation.regions import Execution, Force, Measure, Preservation
from tests.factories import HOUR, T0, again, annex_ii, by_provider, deliver, hours, issued, officer, received
from tests.orders.findings import found

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def communication(settings):
    settings.RULES = {"annulled_from": "communication"}


def annul(order, *, at):
    bert = officer("bert", order.issuing_authority)
    appealing.record_judgment(order=order, outcome="annulled", received_at=at, by=bert, at=at)


def hear_of_withdrawal(order, *, at):
    message = OutboxMessage.objects.get(dossier=order.dossier, type="order.withdrawn", recipient=order.provider.code)
    transmitting.record_receipt(message=message, channel="pull", rule="event_read", received_at=at, at=at)


def stands(order):
    (hour,), item = hours(order), order.items.get()
    return item.execution, hour.verdict, hour.closed_at


def test_by_default_the_hour_ends_when_the_decision_is_adopted():
    order = received()
    annul(order, at=T0 + 30 * MINUTE)
    assert stands(order) == (Execution.NO_LONGER_REQUIRED, Verdict.ENDED, T0 + 30 * MINUTE)


@pytest.mark.usefixtures("communication")
def test_under_communication_the_hour_goes_on_until_the_provider_receives_the_decision():
    order = received()
    annul(order, at=T0 + 30 * MINUTE)
    assert again(order).force == Force.ANNULLED_BY_COURT
    assert stands(order) == (Execution.DUE, "", None)
    deliver(order, "order.annulled", at=T0 + 40 * MINUTE)
    assert stands(order) == (Execution.NO_LONGER_REQUIRED, Verdict.ENDED, T0 + 40 * MINUTE)
    assert found() == []


@pytest.mark.usefixtures("communication")
def test_under_communication_an_hour_that_ran_out_before_the_provider_heard_of_it_stays_on_record():
    order = received()
    annul(order, at=T0 + 30 * MINUTE)
    lapsing.lapse(at=T0 + 2 * HOUR)
    deliver(order, "order.annulled", at=T0 + 3 * HOUR)
    assert stands(order) == (Execution.NO_LONGER_REQUIRED, Verdict.UNANSWERED, T0 + 3 * HOUR)
    assert found() == []


@pytest.mark.usefixtures("communication")
def test_under_communication_what_was_removed_before_the_provider_heard_of_it_is_to_be_reinstated():
    order = received()
    annul(order, at=T0 + 30 * MINUTE)
    annex = annex_ii(taken_at=T0 + 35 * MINUTE)
    answering.report_removal(order=order, annex=annex, by=by_provider(order), at=T0 + 36 * MINUTE)
    deliver(order, "order.annulled", at=T0 + 40 * MINUTE)
    assert stands(order)[:2] == (Execution.REINSTATEMENT_DUE, Verdict.WITHIN_HOUR)
    assert order.dossier.deadlines.get(code="C11").starts_at == T0 + 40 * MINUTE
    assert found() == []


def report(order, *, taken_at, at, measure=Measure.REMOVED, items=(1,)):
    annex = annex_ii(taken_at=taken_at, items=items, measure=measure)
    return answering.report_removal(order=order, annex=annex, by=by_provider(order), at=at)


@pytest.mark.parametrize("measure", [Measure.REMOVED, Measure.DISABLED_IN_ALL_MEMBER_STATES])
def test_what_was_taken_down_before_the_decision_and_is_reported_after_it_was_received_is_to_be_reinstated(measure):
    """L5: each removed or disabled item; the duty is immediate from receipt of the decision, not from the report."""
    order = received()
    annul(order, at=T0 + 30 * MINUTE)
    deliver(order, "order.annulled", at=T0 + 40 * MINUTE)
    answer = report(order, taken_at=T0 + 10 * MINUTE, at=T0 + 50 * MINUTE, measure=measure)
    assert (answer.effect, answer.flags) == ("recorded", ["reinstatement_due"])
    assert stands(order)[:2] == (Execution.REINSTATEMENT_DUE, Verdict.WITHIN_HOUR)
    assert order.dossier.deadlines.get(code="C11").starts_at == T0 + 40 * MINUTE
    assert order.items.get().preservation == Preservation.PRESERVED
    assert found() == []
    back = {"items": (1,), "reinstated_at": T0 + 55 * MINUTE}
    following_up.report_reinstatement(order=order, by=by_provider(order), at=T0 + HOUR, **back)
    assert order.items.get().execution == Execution.REINSTATED
    assert found() == []


def test_what_is_reported_before_the_decision_is_received_is_to_be_reinstated_from_that_receipt():
    """L5."""
    order = received()
    annul(order, at=T0 + 30 * MINUTE)
    answer = report(order, taken_at=T0 + 10 * MINUTE, at=T0 + 35 * MINUTE)
    assert (answer.effect, order.items.get().execution) == ("recorded", Execution.REMOVED)
    deliver(order, "order.annulled", at=T0 + 40 * MINUTE)
    assert order.items.get().execution == Execution.REINSTATEMENT_DUE
    assert order.dossier.deadlines.get(code="C11").starts_at == T0 + 40 * MINUTE
    assert found() == []


@pytest.mark.parametrize("heard_first", [True, False], ids=["heard first", "reported first"])
def test_what_was_removed_after_the_decision_and_before_the_provider_heard_of_it_is_to_be_reinstated(heard_first):
    """L5, Art. 4(7): it was removed because of the order; the hour had ended with the decision."""
    order = received()
    annul(order, at=T0 + 30 * MINUTE)
    steps = [
        lambda: deliver(order, "order.annulled", at=T0 + 40 * MINUTE),
        lambda: report(order, taken_at=T0 + 35 * MINUTE, at=T0 + 50 * MINUTE),
    ]
    for step in steps if heard_first else reversed(steps):
        step()
    assert stands(order) == (Execution.REINSTATEMENT_DUE, Verdict.ENDED, T0 + 30 * MINUTE)
    assert order.dossier.deadlines.get(code="C11").starts_at == T0 + 40 * MINUTE
    assert found() == []


@pytest.mark.parametrize(
    ("taken_at", "measure"),
    [
        (T0 + 40 * MINUTE + timedelta(microseconds=1), Measure.REMOVED),
        (T0 - 10 * MINUTE, Measure.ALREADY_UNAVAILABLE),
        (T0 - 10 * MINUTE, Measure.REMOVED),
    ],
    ids=["after the provider heard", "already gone", "before receipt"],
)
def test_what_the_order_did_not_take_down_is_not_to_be_reinstated(taken_at, measure):
    order = received()
    annul(order, at=T0 + 30 * MINUTE)
    deliver(order, "order.annulled", at=T0 + 40 * MINUTE)
    answer = report(order, taken_at=taken_at, at=T0 + 50 * MINUTE, measure=measure)
    assert (answer.effect, order.items.get().execution) == ("none", Execution.NO_LONGER_REQUIRED)
    assert not order.dossier.deadlines.filter(code="C11").exists()
    assert found() == []


def test_a_removal_before_a_withdrawal_and_reported_after_it_is_preserved_and_not_to_be_reinstated():
    """L9: the six months run from the measure; the provider may restore the content, no article obliges it to."""
    order = received()
    issuing.withdraw(order=order, reason="Wrong.", by=officer("bert", order.issuing_authority), at=T0 + 30 * MINUTE)
    answer = report(order, taken_at=T0 + 10 * MINUTE, at=T0 + 50 * MINUTE)
    assert (answer.effect, *stands(order)[:2]) == ("recorded", Execution.REMOVED, Verdict.WITHIN_HOUR)
    kept = order.dossier.deadlines.get(code="C15")
    assert (kept.starts_at, kept.due_at) == (T0 + 10 * MINUTE, order.items.get().preserved_until)
    assert order.items.get().preservation == Preservation.PRESERVED
    assert found() == []


@pytest.mark.parametrize("heard_first", [True, False], ids=["heard first", "reported first"])
def test_a_removal_before_the_provider_heard_of_a_withdrawal_is_preserved_and_told_and_nothing_is_owed_back(
    heard_first,
):
    """It acted because of the order: C15 and C19 run from the measure. The hour had ended with the withdrawal."""
    order = received()
    issuing.withdraw(order=order, reason="Wrong.", by=officer("bert", order.issuing_authority), at=T0 + 30 * MINUTE)
    steps = [
        lambda: hear_of_withdrawal(order, at=T0 + 40 * MINUTE),
        lambda: report(order, taken_at=T0 + 35 * MINUTE, at=T0 + 50 * MINUTE),
    ]
    for step in steps if heard_first else reversed(steps):
        step()
    assert stands(order) == (Execution.REMOVED, Verdict.ENDED, T0 + 30 * MINUTE)
    assert order.items.get().preservation == Preservation.PRESERVED
    started = order.dossier.deadlines.filter(code__in=("C15", "C19", "C11")).values_list("code", "starts_at")
    assert sorted(started) == [("C15", T0 + 35 * MINUTE), ("C19", T0 + 35 * MINUTE)]
    assert found() == []


def test_a_removal_after_the_provider_heard_of_a_withdrawal_was_not_under_the_order():
    order = received()
    issuing.withdraw(order=order, reason="Wrong.", by=officer("bert", order.issuing_authority), at=T0 + 30 * MINUTE)
    hear_of_withdrawal(order, at=T0 + 40 * MINUTE)
    answer = report(order, taken_at=T0 + 41 * MINUTE, at=T0 + 50 * MINUTE)
    assert (answer.effect, order.items.get().execution) == ("none", Execution.NO_LONGER_REQUIRED)
    assert not order.dossier.deadlines.filter(code="C15").exists()


@pytest.mark.parametrize("heard_first", [True, False], ids=["heard first", "reported first"])
def test_after_a_judgment_only_what_it_names_is_to_be_reinstated(heard_first):
    """L5: after a judgment, what the judgment says."""
    order = received(items=2)
    bert = officer("bert", order.issuing_authority)
    judgment = {"outcome": "annulled", "received_at": T0 + 30 * MINUTE, "reinstate": (2,), "at": T0 + 30 * MINUTE}
    appealing.record_judgment(order=order, by=bert, **judgment)
    steps = [
        lambda at: deliver(order, "order.annulled", at=at),
        lambda at: report(order, taken_at=T0 + 10 * MINUTE, at=at, items=(1, 2)),
    ]
    for step, minutes in zip(steps if heard_first else reversed(steps), (40, 50), strict=True):
        step(T0 + minutes * MINUTE)
    states = list(order.items.order_by("number").values_list("execution", flat=True))
    assert states == [Execution.REMOVED, Execution.REINSTATEMENT_DUE]
    assert found() == []


@pytest.mark.usefixtures("communication")
def test_under_communication_what_was_removed_before_the_provider_heard_and_is_reported_later_is_to_be_reinstated():
    order = received()
    annul(order, at=T0 + 30 * MINUTE)
    deliver(order, "order.annulled", at=T0 + 40 * MINUTE)
    report(order, taken_at=T0 + 35 * MINUTE, at=T0 + 50 * MINUTE)
    assert stands(order)[:2] == (Execution.REINSTATEMENT_DUE, Verdict.WITHIN_HOUR)
    assert order.dossier.deadlines.get(code="C11").starts_at == T0 + 40 * MINUTE
    assert found() == []


@pytest.mark.usefixtures("communication")
def test_an_order_that_was_never_received_binds_nobody_until_anything():
    order = issued()
    annul(order, at=T0 + MINUTE)
    assert order.items.get().execution == Execution.NO_LONGER_REQUIRED
    unsent = OutboxMessage.objects.get(dossier=order.dossier, type="order.issued", recipient=order.provider.code)
    assert unsent.next_attempt_at is None
    assert found() == []
