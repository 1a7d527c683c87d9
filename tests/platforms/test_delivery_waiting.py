"""What is not simply sent: messages that wait for an endpoint, and those sent again by hand."""

from datetime import timedelta

import pytest

from orders import clock
from orders.acts import answering, capacity, issuing, transmitting
from orders.acts.refusals import ActNotYours, Invalid
from orders.models import Attempt, OutboxMessage, Receipt
from platforms import connecting
from platforms.delivery import circuits
from platforms.delivery.resending import NotSendable, resend
from platforms.models import Resending
from tests.factories import authority, by_provider, issued, officer, unclear
from tests.factories import provider as party
from tests.platforms.reached import connect, deliver, message_of, order_to
from tests.platforms.receiver import receiving, status

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.mark.parametrize("reach", ["no connection", "no endpoint"])
def test_without_an_endpoint_a_message_waits_to_be_fetched_and_that_is_said_once(reach):
    at = clock.now()
    order = issued(at=at)
    message = message_of(order)
    if reach != "no connection":
        connect(order.provider, "", secret=False)
    for minute in range(0, 20):
        deliver(at=at + minute * MINUTE)
    message.refresh_from_db()
    attempt = Attempt.objects.get(channel="webhook")
    assert (attempt.outcome, attempt.address, attempt.started_at) == ("no_endpoint", "", at)
    assert message.next_attempt_at == at + 20 * MINUTE
    assert circuits.open_circuits() == []  # no endpoint has failed
    assert transmitting.prove_receipt(order=order, rule="order_read", at=at) is None
    assert deliver(at=at + 30 * MINUTE) == 0


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
        order, message = order_to(receiver.url)
        deliver()
        received_at, at = Receipt.objects.get().received_at, clock.now()
        resend(message, reason="Their database was restored.", by=by_provider(order), at=at)
        receiver.respond = status(500)
        deliver()
        assert deliver(at=clock.now() + timedelta(days=1)) == 0
    assert receiver.ids == [message.message_id] * 2
    assert [(attempt.outcome, attempt.is_receipt) for attempt in Attempt.objects.all()] == [
        ("accepted", True),
        ("failed", False),
    ]
    assert Receipt.objects.get().received_at == received_at
    kept = Resending.objects.values("message", "asked_at", "reason", "actor_role", "actor_party", "channel").get()
    assert kept == {
        "message": message.pk, "asked_at": at, "reason": "Their database was restored.", "actor_role": "provider",
        "actor_party": order.provider.code, "channel": "api",
    }  # fmt: skip


def test_an_officer_who_sends_again_is_named_by_pseudonym():
    order = issued(at=clock.now())
    bert = officer("bert", order.issuing_authority)
    resend(message_of(order), reason="They called us.", by=bert, at=clock.now())
    kept = Resending.objects.get()
    assert (kept.actor_party, kept.actor_person, kept.channel) == ("de-fpo", bert.person.pseudonym, "portal")


def test_sending_again_needs_a_reason_and_one_of_the_two_parties():
    order = issued(at=clock.now())
    message = message_of(order)
    others = [officer("dora", authority("fr-other", "FR")), capacity.provider(party("other-nl"), channel="api")]
    for other in others:
        with pytest.raises(ActNotYours):
            resend(message, reason="Curious.", by=other, at=clock.now())
    with pytest.raises(Invalid):
        resend(message, reason="  ", by=by_provider(order), at=clock.now())
    assert Resending.objects.count() == 0


def test_what_was_withdrawn_or_is_a_notice_to_an_authority_cannot_be_sent_by_hand():
    order = issued(at=clock.now())
    withdrawn, bert = message_of(order), officer("bert", order.issuing_authority)
    issuing.withdraw(order=order, reason="In error.", by=bert, at=clock.now())
    with pytest.raises(NotSendable):
        resend(withdrawn, reason="Again.", by=bert, at=clock.now())
    other = issued(at=clock.now())
    answering.seek_clarification(order=other, annex=unclear(), by=by_provider(other), at=clock.now())
    notice = OutboxMessage.objects.filter(dossier=other.dossier).exclude(recipient=other.provider.code).first()
    with pytest.raises(NotSendable):
        resend(notice, reason="Again.", by=bert, at=clock.now())
    assert Resending.objects.count() == 0
    assert deliver() == 1  # the withdrawal


@pytest.mark.parametrize("scale", ["1", "1/60"])
def test_a_message_that_waits_for_a_closed_order_is_given_up_after_a_day(scale):
    at = clock.now()
    order = issued(at=at, limit_scale=scale)
    issuing.withdraw(order=order, reason="In error.", by=officer("bert", order.issuing_authority), at=at)
    withdrawal = OutboxMessage.objects.get(type="order.withdrawn", recipient=order.provider.code)
    day = timedelta(days=1) / (60 if scale == "1/60" else 1)
    deliver(at=at + day)
    withdrawal.refresh_from_db()
    assert withdrawal.next_attempt_at is not None
    deliver(at=at + 2 * day + 6 * MINUTE)
    withdrawal.refresh_from_db()
    assert withdrawal.next_attempt_at is None
    again_at = at + 2 * day + timedelta(days=1)
    assert deliver(at=again_at) == 0
    connect(order.provider, "http://127.0.0.1:9/hook")
    resend(withdrawal, reason="Their endpoint is back.", by=by_provider(order), at=again_at)
    deliver(at=again_at)
    assert withdrawal.attempts.filter(channel="webhook", address="http://127.0.0.1:9/hook").count() == 1
