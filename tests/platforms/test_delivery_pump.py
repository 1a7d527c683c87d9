"""The pump: one thread serves every lane, and no endpoint that hangs delays another provider's first attempt."""

import threading
from datetime import timedelta

import pytest

from orders import clock
from orders.models import Attempt, OutboxMessage, Receipt
from platforms.channels import requests
from platforms.channels.requests import NOT_BEGUN, Request
from platforms.delivery import claims, sending
from platforms.delivery.pump import Pump
from tests.factories import issued, provider
from tests.platforms.reached import connect, message_of
from tests.platforms.receiver import receiving, status

SECOND = timedelta(seconds=1)
HANGING = 40


@pytest.fixture
def pump():
    made = Pump()
    yield made
    made.finish()


def hang(receiver):
    """A 200 that does not come before the receiver is over."""

    def respond(handler):
        receiver().over.wait()
        status(200)(handler)

    return respond


@pytest.mark.django_db
def test_while_forty_endpoints_hang_another_providers_order_is_tried_and_received(pump, monkeypatch):
    """One thread, one database connection: the slow ones are all still in flight when the late one is done."""
    monkeypatch.setattr(requests, "TIME_LIMIT", 600.0)  # they hang as long as this test needs, however slow it is
    monkeypatch.setattr(claims, "LEASE", timedelta(seconds=600))
    with receiving(hang(lambda: slow)) as slow, receiving() as healthy:
        for number in range(HANGING):
            connect(issued(at=clock.now(), to=provider(f"slow-{number}")).provider, slow.url)
        assert pump.run(lasting=0 * SECOND) == HANGING
        late = issued(at=clock.now(), to=provider("healthy-fr", "FR"))
        connect(late.provider, healthy.url)
        assert Attempt.objects.count() == 0  # every one of them hangs
        while not healthy.posts or pump.network.in_flight > HANGING:
            pump.run(lasting=0 * SECOND)
        assert [attempt.message for attempt in Attempt.objects.all()] == [message_of(late)]
        assert Receipt.objects.get().message == message_of(late)
        assert pump.network.in_flight == HANGING
        slow.over.set()
        pump.finish()
    assert sorted(slow.ids) == sorted(set(slow.ids))
    assert Receipt.objects.count() == HANGING + 1


@pytest.mark.django_db
def test_one_slice_takes_up_what_comes_while_it_waits_for_others(pump):
    with receiving(hang(lambda: slow)) as slow, receiving() as healthy:
        connect(issued(at=clock.now()).provider, slow.url)
        connect(provider("healthy-fr", "FR"), healthy.url)
        take = sending.Network.take

        def writes_meanwhile(network, *, wait):
            if not OutboxMessage.objects.filter(recipient="healthy-fr").exists():
                issued(at=clock.now(), to=provider("healthy-fr"))
            elif healthy.posts:
                slow.over.set()  # the slice ends when nothing is in flight any more
            return take(network, wait=wait)

        pump.network = sending.Network()
        pump.network.take = writes_meanwhile.__get__(pump.network)
        assert pump.run(lasting=60 * SECOND) == 2
    ended = Attempt.objects.order_by("ended_at").values_list("message__recipient", flat=True)
    assert list(ended) == ["healthy-fr", "hosting-nl"]


@pytest.mark.django_db
def test_what_a_slice_leaves_in_flight_is_recorded_by_the_next_and_by_the_end_of_the_process(pump):
    with receiving(hang(lambda: slow)) as slow:
        order = issued(at=clock.now())
        connect(order.provider, slow.url)
        assert pump.run(lasting=0 * SECOND) == 1
        assert pump.run(lasting=0 * SECOND) == 0
        assert (Attempt.objects.count(), claims.claim(at=clock.now())) == (0, [])
        slow.over.set()
        pump.finish()
    assert Receipt.objects.get().message == message_of(order)
    assert pump.run(lasting=0 * SECOND) == 0


@pytest.mark.django_db
def test_a_second_thread_leaves_the_pump_to_the_first(pump):
    issued(at=clock.now())
    pump.one_at_a_time.acquire()
    counts = []
    other = threading.Thread(target=lambda: counts.append(pump.run()))
    other.start()
    other.join()
    pump.one_at_a_time.release()
    assert counts == [0]


def request(url, **fields):
    return Request("msg_1", "a", url, {}, b"{}", True, **fields)


def test_a_try_whose_lease_has_ended_is_not_begun():
    with receiving() as receiver:
        (outcome,) = sending.send([request(receiver.url, not_after=clock.now())])
    assert (outcome.word, receiver.posts) == (NOT_BEGUN, [])


def test_a_try_is_broken_off_before_its_lease_ends():
    at = clock.now()
    short = request("http://127.0.0.1:9/", not_after=at + 3 * SECOND)
    assert (short.time_limit(at), request("").time_limit(at)) == (3.0, requests.TIME_LIMIT)


@pytest.mark.django_db
def test_a_try_that_breaks_our_own_code_has_an_outcome_too():
    with receiving() as receiver:
        (outcome,) = sending.send([Request("msg_1", "a", receiver.url, {"x": 5}, b"{}", True)])
    assert (outcome.word, outcome.problem.split(":")[0], receiver.posts) == ("not_sent", "TypeError", [])
