"""Claims: a lease, a lane per provider, the order of messages; two workers never send one message in parallel."""

import os
import queue
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from orders import clock
from orders.acts import lapsing
from orders.models import Attempt, Deadline, LedgerEntry, OutboxMessage, Receipt
from platforms import tasks
from platforms.channels import requests
from platforms.channels.requests import Outcome
from platforms.delivery import claims, rounds, sending
from tests.factories import HOUR, T0, issued, provider, received
from tests.platforms.reached import connect
from tests.platforms.receiver import receiving

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PASSED = T0 + HOUR + SECOND


def two_messages():
    """The first warning and the notice that the limit passed, both on their way to one provider since `PASSED`."""
    order = received(at=T0)
    lapsing.warn(at=PASSED - 2 * MINUTE)
    lapsing.lapse(at=PASSED)
    return list(OutboxMessage.objects.filter(recipient=order.provider.code, delivered_at=None).order_by("sequence"))


def claimed(*, at):
    return [turn.message for turn in claims.claim(at=at)]


@pytest.mark.django_db
def test_a_claimed_message_is_nobody_elses_until_its_lease_runs_out():
    issued()
    (message,) = claimed(at=T0)
    assert claimed(at=T0 + claims.LEASE - SECOND) == []
    assert claimed(at=T0 + claims.LEASE) == [message]


def test_a_lease_is_longer_than_any_try_and_what_a_killed_worker_had_is_taken_up_within_half_a_minute():
    assert timedelta(seconds=requests.TIME_LIMIT) + 5 * SECOND < claims.LEASE < 30 * SECOND


@pytest.mark.django_db
def test_nothing_is_claimed_before_it_is_due():
    issued(at=T0)
    assert claims.claim(at=T0 - timedelta(microseconds=1)) == []


@pytest.mark.django_db
def test_of_one_order_only_the_earliest_message_is_in_flight():
    connect(provider(), "http://127.0.0.1:9/")
    first, second = two_messages()

    def tried_once(requests):
        assert [request.message_id for request in requests] == [first.message_id]
        assert claimed(at=PASSED + SECOND) == []
        yield Outcome(requests[0], "accepted", PASSED, PASSED, status=200)

    rounds.deliver_due(at=PASSED, send=tried_once)
    assert claimed(at=PASSED + SECOND) == [second]


@pytest.mark.django_db
def test_an_undeliverable_message_holds_back_the_next_one_for_five_attempts_and_not_for_ever():
    connect(provider(), "http://127.0.0.1:9/")
    first, second = two_messages()
    sent = []

    def unreachable(requests):
        for request in requests:
            sent.append(request.message_id)
            yield Outcome(request, "unreachable", at, at)

    at = PASSED
    while second.message_id not in sent:
        rounds.deliver_due(at=at, send=unreachable)
        at += SECOND
    assert sent == [first.message_id] * claims.HELD_BACK + [second.message_id]


@pytest.mark.django_db
def test_a_crowded_lane_leaves_room_for_the_others():
    crowd = [issued(at=T0) for _ in range(sending.LANE_WIDTH + 2)]
    other = issued(at=T0 + SECOND, to=provider("quick-fr", "FR"))
    messages = claimed(at=T0 + SECOND)
    assert [message.recipient for message in messages] == [crowd[0].provider.code] * sending.LANE_WIDTH + ["quick-fr"]
    assert other.dossier_id == messages[-1].dossier_id
    assert claims.claim(at=T0 + 2 * SECOND) == []  # the lane is full until outcomes come in


@pytest.mark.django_db
def test_the_task_goes_on_until_nothing_is_due():
    orders = [issued(at=clock.now()) for _ in range(2 * sending.LANE_WIDTH + 1)]
    with receiving() as receiver:
        connect(provider(), receiver.url)
        assert tasks.deliver() == len(orders)
        tasks.finish()
    assert Receipt.objects.count() == len(receiver.ids) == len(orders)


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_each_message_once():
    orders = [issued(at=clock.now()) for _ in range(12)]
    taken: queue.SimpleQueue[int] = queue.SimpleQueue()

    def work():
        at = clock.now()
        while count := rounds.deliver_due(at=at):
            taken.put(count)
        connections.close_all()

    with receiving() as receiver:
        connect(provider(), receiver.url)
        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        rounds.deliver_due(at=clock.now())  # what a full lane left to the next tick
    assert len(receiver.ids) == len(set(receiver.ids)) == len(orders)
    assert Receipt.objects.count() == Deadline.objects.filter(code="C2").count() == len(orders)


# A delivery worker that has had the provider's 2xx, says so, and never gets to write it down.
WORKER = """
import os, sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["WORKER_DATABASE"]
django.setup()
from orders import clock
from platforms.delivery import rounds
def record(turn, outcome):
    print(outcome.word, flush=True)
    sys.stdin.read()
rounds.record = record
rounds.deliver_due(at=clock.now())
"""


@pytest.mark.django_db(transaction=True)
def test_killed_between_the_2xx_and_the_receipt_it_is_delivered_again_under_its_id_and_one_receipt_stands():
    order = issued(at=clock.now())
    with receiving() as receiver:
        connect(order.provider, receiver.url)
        environment = {**os.environ, "WORKER_DATABASE": str(connection.settings_dict["NAME"])}
        environment["DJANGO_SETTINGS_MODULE"] = "perci.settings"
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with worker:
            assert worker.stdout.readline() == "accepted\n"
            os.kill(worker.pid, signal.SIGKILL)
        assert worker.returncode == -signal.SIGKILL
        assert (len(receiver.posts), Receipt.objects.count(), Attempt.objects.count()) == (1, 0, 0)

        assert rounds.deliver_due(at=clock.now()) == 0  # the dead worker's lease
        assert rounds.deliver_due(at=clock.now() + claims.LEASE) == 1
        assert rounds.deliver_due(at=clock.now() + 2 * claims.LEASE) == 0
    (message,) = OutboxMessage.objects.filter(recipient=order.provider.code)
    assert receiver.ids == [message.message_id] * 2
    assert receiver.posts[0][1] == receiver.posts[1][1]
    assert Receipt.objects.get().message == message
    assert Deadline.objects.get(code="C2").starts_at == Receipt.objects.get().received_at
    assert LedgerEntry.objects.filter(act="record_receipt").count() == 1
    assert list(Attempt.objects.order_by("number").values_list("outcome", flat=True)) == ["not_known", "accepted"]
