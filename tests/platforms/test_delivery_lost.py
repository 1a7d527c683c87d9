"""A try whose worker was killed: it is an attempt of which nothing is known, and the message goes again."""

from datetime import timedelta

import pytest

from orders import clock
from orders.evidence import verify
from orders.models import Attempt, OutboxMessage, Receipt
from platforms.channels import requests
from platforms.channels.requests import Outcome
from platforms.delivery import resending, rounds
from platforms.delivery.claims import LEASE
from platforms.models import Connection
from tests.factories import by_provider, issued
from tests.platforms.mailserver import mail_server
from tests.platforms.reached import connect, deliver, message_of
from tests.platforms.receiver import receiving, status

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def outcomes():
    return list(Attempt.objects.order_by("number").values_list("outcome", flat=True))


def killed(*, at):
    """A worker took up what is due and was killed before anything came of it."""
    return rounds.take_up(at=at)[1]


def test_the_lost_try_is_a_row_with_the_same_bytes_and_the_times_of_its_lease():
    with receiving() as receiver:
        order = issued(at=clock.now())
        connect(order.provider, receiver.url)
        at = clock.now()
        ((_, request),) = killed(at=at)
        deliver(at=at + LEASE)
    first, second = Attempt.objects.order_by("number")
    assert (first.number, first.outcome, first.started_at, first.ended_at) == (1, "not_known", at, at + LEASE)
    assert (first.channel, first.address, first.http_status, first.is_receipt) == (
        "webhook", request.url, None, False,
    )  # fmt: skip
    assert bytes(first.body.content) == request.body == bytes(second.body.content)
    assert first.next_attempt_at == at + LEASE
    assert (second.number, second.outcome) == (2, "accepted")
    assert message_of(order).attempts_made == 2
    assert list(verify.findings()) == []


def test_a_lost_mail_is_a_row_with_the_bytes_that_were_about_to_leave(settings):
    at = clock.now()
    order = issued(at=at)
    connect(order.provider, "")
    Connection.objects.update(channel="mail")
    ((_, request),) = killed(at=at)
    with mail_server(settings):
        deliver(at=at + LEASE)
    first = Attempt.objects.get(number=1)
    assert (first.channel, first.address, first.outcome) == ("mail", order.provider.contact_point, "not_known")
    assert bytes(first.body.content) == request.body
    assert list(verify.findings()) == []


def test_a_try_of_which_no_byte_was_kept_never_was_made():
    at = clock.now()
    with receiving() as receiver:
        order = issued(at=at)
        connect(order.provider, receiver.url)
        OutboxMessage.objects.filter(pk=message_of(order).pk).update(leased_until=at)
        deliver(at=at)
    assert outcomes() == ["accepted"]


def test_a_lease_that_is_left_behind_a_recorded_try_is_no_lost_one():
    """Somebody asks to send it again while it is under way: the try is recorded, and its lease runs out."""
    at = clock.now()
    order = issued(at=at)
    connect(order.provider, "http://127.0.0.1:9/")

    def asked_meanwhile(tries):
        resending.resend(message_of(order), reason="Synthetic.", by=by_provider(order), at=at + SECOND)
        yield Outcome(tries[0], requests.UNREACHABLE, at, at + SECOND)

    def unreachable(tries):
        yield Outcome(tries[0], requests.UNREACHABLE, at + LEASE, at + LEASE)

    rounds.deliver_due(at=at, send=asked_meanwhile)
    rounds.deliver_due(at=at + LEASE, send=unreachable)
    assert outcomes() == ["unreachable", "unreachable"]


def test_what_was_never_begun_is_given_back_and_leaves_no_row():
    at = clock.now()
    order = issued(at=at)
    connect(order.provider, "http://127.0.0.1:9/")
    rounds.deliver_due(at=at, send=lambda tries: [Outcome(tries[0], requests.NOT_BEGUN, at, at)])
    assert message_of(order).leased_until is None
    ((_, request),) = killed(at=at + SECOND)
    assert (request.message_id, outcomes()) == (message_of(order).message_id, [])


def test_a_lost_try_counts_in_the_plan_and_neither_for_the_circuit_nor_for_an_alarm():
    at = clock.now()
    with receiving(status(400)) as receiver:
        order = issued(at=at)
        connect(order.provider, receiver.url)
        for number in range(6):
            killed(at=at + number * LEASE)
        deliver(at=at + 6 * LEASE)
    assert outcomes() == ["not_known"] * 6 + ["refused"]
    assert (Connection.objects.get().failures, Receipt.objects.count()) == (1, 0)
    assert not OutboxMessage.objects.filter(type="order.undeliverable").exists()
    last = Attempt.objects.latest("number")
    assert last.next_attempt_at - last.ended_at >= 10 * SECOND  # the seventh of the plan, not the first
