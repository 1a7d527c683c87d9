"""The circuit of an endpoint: failures in a row slow its lane down to one try at a time, a success opens it again."""

from datetime import timedelta

import pytest
from django.test import Client

from orders import clock
from orders.models import Membership, OutboxMessage, Receipt, User
from orders.regulation.regions import OfficerRole
from platforms import connecting
from platforms.delivery import circuits, claims
from platforms.models import Connection
from tests.factories import issued, provider
from tests.platforms.reached import connect, deliver
from tests.platforms.receiver import receiving, status

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def open_circuit(receiver, count=3):
    """`count` orders to a provider whose endpoint has failed often enough; returns when they are all due again."""
    at = clock.now()
    for _ in range(count):
        issued(at=at)
    connect(provider(), receiver.url)
    while not Connection.objects.get().circuit_open_at:
        at = all_due()
        deliver(at=at)
    return all_due()


def all_due():
    last = OutboxMessage.objects.filter(next_attempt_at__isnull=False).order_by("-next_attempt_at").first()
    return last.next_attempt_at + claims.LEASE


def test_it_opens_after_failures_in_a_row_and_then_one_at_a_time_is_tried():
    with receiving(500) as receiver:
        at = open_circuit(receiver)
        assert Connection.objects.get().failures >= circuits.OPENS_AFTER
        before = len(receiver.posts)
        assert (deliver(at=at), len(receiver.posts)) == (1, before + 1)
        failed_at = Connection.objects.get().probe_at - circuits.PAUSE
        assert deliver(at=failed_at + circuits.PAUSE - timedelta(microseconds=1)) == 0
        assert (deliver(at=at + SECOND), len(receiver.posts)) == (1, before + 2)  # the next, not the same again
    assert len(set(receiver.ids[-2:])) == 2


def test_the_first_success_closes_it_and_sends_at_once_what_waits():
    with receiving(500) as receiver:
        at = open_circuit(receiver)
        receiver.respond = status(200)
        assert deliver(at=at) == 1
        connection = Connection.objects.get()
        assert (connection.failures, connection.circuit_open_at, connection.probe_at) == (0, None, None)
        assert deliver() == 2  # at once: not when their plans say
    assert Receipt.objects.count() == 3


def test_a_single_order_keeps_its_plan_while_the_circuit_is_open():
    at = clock.now()
    with receiving(500) as receiver:
        connect(issued(at=at).provider, receiver.url)
        end = at + timedelta(hours=1)
        while at < end:
            deliver(at=at)
            at = max(OutboxMessage.objects.get(recipient="hosting-nl").next_attempt_at, at + SECOND)
    assert Connection.objects.get().circuit_open_at is not None
    assert len(receiver.posts) >= 20


def test_another_endpoint_starts_afresh_and_other_providers_are_not_slowed():
    with receiving(500) as receiver:
        at = open_circuit(receiver)
        other = [issued(at=at, to=provider("quick-fr", "FR")) for _ in range(3)]
        recipients = [turn.message.recipient for turn in claims.claim(at=at) if not turn.second]
        assert sorted(recipients) == ["hosting-nl"] + ["quick-fr"] * len(other)
        connecting.set_endpoint(Connection.objects.get(), "http://127.0.0.1:9/new", at=at)
    assert (Connection.objects.get().failures, circuits.open_circuits()) == (0, [])


def test_it_is_seen_on_the_connection_page_and_among_the_figures():
    engineer, client = User.objects.create(username="erik"), Client()
    Membership.objects.create(user=engineer, provider=provider(), role=OfficerRole.PLATFORM_ENGINEER)
    client.force_login(engineer)
    with receiving(500) as receiver:
        open_circuit(receiver)
    assert "one is tried at a time, until it accepts one" in client.get("/inbox/").content.decode()
    assert 'perci_circuit_open{provider="hosting-nl"} 1' in client.get("/metrics").content.decode().splitlines()
