"""Alarms: what does not get through for good is told to the issuing authority at once, and other channels join."""

from datetime import timedelta

import pytest
from django.core import mail as outbox

from orders import clock
from orders.acts import lapsing
from orders.evidence import verify
from orders.models import Attempt, Deadline, Exhibit, LedgerEntry, OutboxMessage, Receipt
from orders.portal.telling import notice
from platforms import wire
from platforms.delivery import rounds
from platforms.models import SecondChannel, WebhookSecret
from tests.factories import HOUR, T0, again, issued, received
from tests.platforms.reached import connect, deliver, message_of, order_to
from tests.platforms.receiver import receiving, status

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def alarms():
    return OutboxMessage.objects.filter(type="order.undeliverable", recipient="de-fpo")


def tries(count, *, at):
    """`count` rounds, each when the message is due again."""
    for _ in range(count):
        deliver(at=at)
        at = max(OutboxMessage.objects.exclude(next_attempt_at=None).values_list("next_attempt_at", flat=True))
    return at


def test_410_raises_the_alarm_at_once_names_what_was_said_and_lets_mail_join():
    with receiving(status(410, b"We have moved.")) as receiver:
        order, message = order_to(receiver.url)
        deliver()
    (alarm,) = alarms()
    assert alarm.data == {
        "reason": f"{receiver.url} answered 410, it is gone for good: We have moved.",
        "message": message.message_id,
        "type": "order.issued",
    }
    assert notice(alarm.type, alarm.data) == (
        f"The order could not be delivered: {receiver.url} answered 410, it is gone for good: We have moved. "
        "Look for another way."
    )
    assert again(order).transmission == "undeliverable"
    assert Deadline.objects.filter(dossier=order.dossier, code="C2").count() == 0
    assert SecondChannel.objects.values_list("channel", "because").get() == ("mail", "refused")
    deliver()
    assert len(outbox.outbox) == 1
    assert list(verify.findings()) == []


def test_five_refusals_in_a_row_are_persistent_and_the_alarm_comes_once():
    with receiving(404) as receiver:
        order_to(receiver.url)
        at = tries(4, at=clock.now())
        assert alarms().count() == 0
        at = tries(1, at=at)
        assert alarms().get().data["reason"] == (
            f"{receiver.url} refused it 5 times in a row, last with 404: it said no more."
        )
        tries(6, at=at)
        assert alarms().count() == 1
        assert LedgerEntry.objects.filter(act="report_undeliverable").count() == 1
    assert len(receiver.posts) > 5  # webhooks go on


@pytest.mark.parametrize("passing", [408, 425, 429, 503])
def test_an_endpoint_that_asks_to_come_again_raises_no_alarm(passing):
    with receiving(passing) as receiver:
        order_to(receiver.url)
        tries(6, at=clock.now())
    assert (len(receiver.posts), alarms().count()) == (6, 0)


def test_refusals_with_anything_else_between_them_are_not_persistent():
    with receiving(404) as receiver:
        order_to(receiver.url)
        at = tries(3, at=clock.now())
        receiver.respond = status(503)
        at = tries(1, at=at)
        receiver.respond = status(404)
        tries(4, at=at)
    assert (len(receiver.posts), alarms().count()) == (8, 0)


def test_after_the_alarm_a_success_is_receipt_and_the_hour_starts():
    with receiving(410) as receiver:
        order, _ = order_to(receiver.url)
        at = tries(1, at=clock.now())
        receiver.respond = status(200)
        deliver(at=at)
    assert again(order).transmission == "received"
    assert Deadline.objects.get(dossier=order.dossier, code="C2").starts_at == Receipt.objects.get().received_at
    assert list(verify.findings()) == []


def test_another_message_about_a_received_order_raises_its_own_alarm_and_moves_no_state():
    order = received(at=T0)
    lapsing.lapse(at=T0 + HOUR + SECOND)
    passed = OutboxMessage.objects.get(type="order.limit_passed", recipient=order.provider.code)
    with receiving(410) as receiver:
        connect(order.provider, receiver.url)
        deliver()
    alarm = alarms().get()
    assert (alarm.data["message"], alarm.data["type"]) == (passed.message_id, "order.limit_passed")
    assert notice(alarm.type, alarm.data).startswith("The message order.limit_passed could not be delivered: ")
    assert again(order).transmission == "received"
    assert list(verify.findings()) == []


def test_an_endpoint_without_a_secret_raises_the_alarm_and_nothing_leaves():
    order = issued(at=clock.now())
    with receiving() as receiver:
        connect(order.provider, receiver.url, secret=False)
        deliver()
    assert (receiver.posts, alarms().count()) == ([], 1)
    assert "has an endpoint and no webhook secret to sign with" in alarms().get().data["reason"]
    assert SecondChannel.objects.get().because == "not_sent"


def test_a_message_that_cannot_be_signed_raises_the_alarm_and_its_attempt_says_that_nothing_left():
    order = issued(at=clock.now())
    WebhookSecret.objects.filter(connection=connect(order.provider, "http://127.0.0.1:9/")).update(secret="whsec_")
    deliver()
    attempt = Attempt.objects.get()
    assert (attempt.outcome, bytes(Exhibit.objects.get(pk=attempt.body_id).content)) == ("not_sent", b"")
    assert alarms().get().data["reason"].startswith("It could not be sent by webhook: ")


def test_a_message_that_cannot_be_composed_raises_the_alarm_on_every_channel_once(monkeypatch):
    order, _ = order_to("http://127.0.0.1:9/")

    def broken(*arguments):
        raise KeyError("annex_i")

    monkeypatch.setattr(wire, "compose", broken)
    at = tries(2, at=clock.now())
    monkeypatch.undo()
    assert (alarms().count(), again(order).transmission) == (1, "undeliverable")
    assert rounds.deliver_due(at=at + HOUR) > 0
    assert len(outbox.outbox) == 1  # once it can be composed it goes by every channel


def test_what_was_received_meanwhile_raises_no_alarm():
    with receiving() as receiver:
        order, message = order_to(receiver.url)
        deliver()
        receiver.respond = status(410)
        OutboxMessage.objects.filter(pk=message.pk).update(next_attempt_at=clock.now())
        deliver()
    assert (alarms().count(), again(order).transmission) == (0, "received")
    assert message_of(order).next_attempt_at is None
