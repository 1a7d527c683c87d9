"""What is not simply sent: messages that wait for an endpoint, and those sent again by hand."""

from datetime import timedelta

import pytest

from orders import clock
from orders.acts import answering, issuing, transmitting
from orders.models import Attempt, OutboxMessage, Receipt
from platforms import connecting, delivery
from platforms.delivery import NotSendable
from tests.factories import by_provider, issued, officer, unclear
from tests.platforms.reached import connect, deliver, message_of, order_to
from tests.platforms.receiver import receiving, status

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("reach", ["no connection", "no endpoint", "no secret"])
def test_without_an_endpoint_a_message_waits_for_pull_and_that_is_said_once(reach):
    at = clock.now()
    order = issued(at=at)
    message = message_of(order)
    if reach != "no connection":
        connect(order.provider, "" if reach == "no endpoint" else "http://127.0.0.1:9/", secret=False)
    for minute in range(0, 20):
        deliver(at=at + timedelta(minutes=minute))
    message.refresh_from_db()
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.address, attempt.started_at) == ("no_endpoint", "", at)
    assert message.next_attempt_at == at + timedelta(minutes=20)
    assert transmitting.prove_receipt(order=order, rule="order_read", at=at) is None
    assert deliver(at=at + timedelta(minutes=30)) == 0


def test_once_an_endpoint_is_there_what_waited_is_sent_at_once_and_its_plan_begins():
    order = issued(at=clock.now())
    reach = connecting.connection_of(order.provider, sandbox=True, at=clock.now())
    connecting.first_secret(reach, at=clock.now())
    deliver()
    with receiving(500) as receiver:
        connecting.set_endpoint(reach, receiver.url, at=clock.now())
        assert deliver() == 1
    refused = Attempt.objects.get(number=2)
    assert refused.next_attempt_at - refused.ended_at < 3 * SECOND


def test_a_delivered_message_can_be_sent_again_by_hand_and_proves_nothing_new():
    with receiving() as receiver:
        _, message = order_to(receiver.url)
        deliver()
        received_at = Receipt.objects.get().received_at
        delivery.resend(message, at=clock.now())
        receiver.respond = status(500)
        deliver()
        assert deliver(at=clock.now() + timedelta(days=1)) == 0
    assert receiver.ids == [message.message_id] * 2
    assert [(attempt.outcome, attempt.is_receipt) for attempt in Attempt.objects.all()] == [
        ("accepted", True),
        ("failed", False),
    ]
    assert Receipt.objects.get().received_at == received_at


def test_what_was_withdrawn_or_is_a_notice_to_an_authority_cannot_be_sent_by_hand():
    order = issued(at=clock.now())
    withdrawn = message_of(order)
    issuing.withdraw(order=order, reason="In error.", by=officer("bert", order.issuing_authority), at=clock.now())
    with pytest.raises(NotSendable):
        delivery.resend(withdrawn, at=clock.now())
    other = issued(at=clock.now())
    answering.seek_clarification(order=other, annex=unclear(), by=by_provider(other), at=clock.now())
    notice = OutboxMessage.objects.filter(dossier=other.dossier).exclude(recipient=other.provider.code).first()
    with pytest.raises(NotSendable):
        delivery.resend(notice, at=clock.now())
    assert deliver() == 1  # the withdrawal
