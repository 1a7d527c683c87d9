"""Further channels: mail and the box join after five minutes or a refusal, and the first evidence stands."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse

from orders import clock
from orders.acts import transmitting
from orders.models import Attempt, LedgerEntry, Membership, Receipt, User
from orders.regulation.regions import OfficerRole
from platforms import connecting
from platforms.connecting import NotReachable
from platforms.delivery import claims
from platforms.models import Opening, SecondChannel
from tests.factories import again, issued, provider
from tests.platforms.reached import connect, deliver, message_of, order_to
from tests.platforms.receiver import receiving, status

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def somebody(of, name="erik"):
    """A person with an account at a provider."""
    user = User.objects.create(username=name)
    Membership.objects.create(user=user, provider=of, role=OfficerRole.PLATFORM_AGENT)
    return user


def joined():
    return sorted(SecondChannel.objects.values_list("channel", "because"))


@pytest.mark.parametrize(("scale", "minutes"), [("1", 5), ("1/60", 5 / 60)])
def test_they_join_after_five_legal_minutes_without_receipt_and_webhooks_go_on(scale, minutes):
    at, join = clock.now(), timedelta(minutes=minutes)
    with receiving(500) as receiver:
        order = issued(at=at, limit_scale=scale)
        connect(order.provider, receiver.url)
        somebody(order.provider)
        deliver(at=at)
        deliver(at=at + join - timedelta(milliseconds=1))
        assert joined() == []
        deliver(at=at + join)
        assert joined() == [("inbox", "late"), ("mail", "late")]
        before = len(receiver.posts)
        deliver(at=at + join + 30 * SECOND)
    assert [str(sent.to) for sent in outbox.outbox] == [str([order.provider.contact_point])]
    receipt = Receipt.objects.get()
    assert (receipt.channel, receipt.rule) == ("inbox", "inbox_placed")
    assert len(receiver.posts) == before  # received: nothing more is posted
    assert again(order).received_at == receipt.received_at


def test_while_nothing_proves_receipt_the_webhook_is_tried_on_beside_the_mail():
    at = clock.now()
    with receiving(500) as receiver:
        order_to(receiver.url, at=at)
        deliver(at=at + 5 * MINUTE)
        assert (len(outbox.outbox), len(receiver.posts)) == (1, 1)
        receiver.respond = status(200)
        deliver(at=at + 11 * MINUTE)
    assert (len(outbox.outbox), len(receiver.posts)) == (1, 2)
    assert Receipt.objects.get().rule == "webhook_2xx"
    assert [attempt.channel for attempt in Attempt.objects.all()].count("mail") == 1


def test_a_provider_without_accounts_gets_mail_alone_and_one_with_a_web_form_neither():
    at = clock.now()
    issued(at=at)
    issued(at=at, to=provider("form-be", "BE", webform="https://form-be.example/"))
    deliver(at=at + 5 * MINUTE)
    assert list(SecondChannel.objects.values_list("message__recipient", "channel")) == [("hosting-nl", "mail")]


def test_the_first_evidence_stands_when_the_box_and_the_endpoint_take_it_in_one_round():
    at = clock.now()
    with receiving() as receiver:
        order, _ = order_to(receiver.url, at=at)
        somebody(order.provider)
        deliver(at=at + 5 * MINUTE)
    accepted = list(Attempt.objects.filter(outcome="accepted").order_by("number").values_list("channel", "is_receipt"))
    assert accepted[0] == ("inbox", True)
    assert [channel for channel, is_receipt in accepted if is_receipt] == ["inbox"]
    assert LedgerEntry.objects.filter(act="record_receipt").count() == 1


def test_a_second_channel_of_a_withdrawn_or_received_message_is_not_tried():
    at = clock.now()
    order = issued(at=at)
    SecondChannel.objects.create(
        message=message_of(order), channel="mail", because="late", joined_at=at, next_attempt_at=at
    )
    transmitting.prove_receipt(order=order, rule="order_read", at=at)
    assert claims.claim(at=at) == []


# --- the first channel is the provider's choice ---
def first(channel, order):
    connecting.set_channel(
        connecting.connection_of(order.provider, sandbox=True, at=clock.now()), channel, at=clock.now()
    )


def test_by_pull_nothing_is_sent_until_the_others_join():
    at = clock.now()
    with receiving() as receiver:
        order, _ = order_to(receiver.url, at=at)
        first("pull", order)
        for minute in range(5):
            deliver(at=at + minute * MINUTE)
        assert list(Attempt.objects.values_list("channel", "outcome")) == [("pull", "to_be_fetched")]
        deliver(at=at + 5 * MINUTE)
        transmitting.prove_receipt(order=order, rule="order_read", at=at)
    assert (receiver.posts, len(outbox.outbox), Receipt.objects.get().rule) == ([], 1, "order_read")


def test_by_inbox_the_order_is_placed_at_once_and_that_is_receipt():
    order = issued(at=clock.now())
    somebody(order.provider)
    first("inbox", order)
    deliver()
    attempt, receipt = Attempt.objects.get(), Receipt.objects.get()
    assert (attempt.channel, attempt.outcome, attempt.is_receipt) == ("inbox", "accepted", True)
    assert attempt.address == f"/inbox/box/{message_of(order).message_id}"
    assert (receipt.rule, receipt.received_at) == ("inbox_placed", attempt.ended_at)


def test_the_inbox_is_refused_to_a_provider_without_accounts():
    order = issued(at=clock.now())
    with pytest.raises(NotReachable):
        first("inbox", order)


def test_where_opening_is_receipt_the_first_person_who_opens_it_starts_the_hour(settings):
    settings.INBOX_RECEIPT = "opened"
    order = issued(at=clock.now())
    erik, fay = somebody(order.provider), somebody(order.provider, "fay")
    first("inbox", order)
    for minute in range(3):
        deliver(at=clock.now() + minute * MINUTE)
    assert (Attempt.objects.count(), Receipt.objects.count()) == (1, 0)
    url = reverse("inbox:placed", args=[message_of(order).message_id])
    assert staff(erik).head(url).status_code == 200
    assert Receipt.objects.count() == 0  # the headers alone show nothing
    for person in (erik, erik, fay):
        assert order.reference in staff(person).get(url).content.decode()
    receipt = Receipt.objects.get()
    assert (receipt.channel, receipt.rule) == ("inbox", "inbox_opened")
    assert receipt.received_at == Opening.objects.get(person=erik).opened_at == again(order).received_at
    assert Opening.objects.count() == 2


def staff(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_box_shows_what_was_placed_and_its_documents_to_its_own_people_alone():
    order = issued(at=clock.now())
    erik, stranger = somebody(order.provider), somebody(provider("other-nl"), "stranger")
    first("inbox", order)
    deliver()
    key = message_of(order).message_id
    assert order.reference in staff(erik).get(reverse("inbox:box")).content.decode()
    assert order.reference not in staff(stranger).get(reverse("inbox:box")).content.decode()
    assert staff(stranger).get(reverse("inbox:placed", args=[key])).status_code == 404
    assert Opening.objects.count() == 0
    signed = staff(erik).get(reverse("inbox:attachment", args=[key, "annex-i.json"]))
    assert signed.content == bytes(order.annex_i.content)
    assert staff(erik).get(reverse("inbox:attachment", args=[key, "other.json"])).status_code == 404
