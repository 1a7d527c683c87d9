"""ANNULLED_FROM: whether an order that is annulled binds the provider until it hears of that (Art. 4(7))."""

from datetime import timedelta

import pytest

from orders.acts import answering, appealing, lapsing
from orders.models import OutboxMessage
from orders.regulation.limits import Verdict
from orders.regulation.regions import Execution, Force
from tests.factories import HOUR, T0, again, annex_ii, by_provider, deliver, hours, issued, officer, received
from tests.orders.test_evidence_verify import found

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def communication(settings):
    settings.RULES = {"annulled_from": "communication"}


def annul(order, *, at):
    bert = officer("bert", order.issuing_authority)
    appealing.record_judgment(order=order, outcome="annulled", received_at=at, by=bert, at=at)


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


@pytest.mark.usefixtures("communication")
def test_an_order_that_was_never_received_binds_nobody_until_anything():
    order = issued()
    annul(order, at=T0 + MINUTE)
    assert order.items.get().execution == Execution.NO_LONGER_REQUIRED
    unsent = OutboxMessage.objects.get(dossier=order.dossier, type="order.issued", recipient=order.provider.code)
    assert unsent.next_attempt_at is None
    assert found() == []
