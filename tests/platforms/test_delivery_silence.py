"""Nothing refuses an order and nothing proves its receipt: after an hour the issuing authority is told, once."""

from datetime import timedelta

import pytest
import time_machine

from orders import clock
from orders.evidence import verify
from orders.models import LedgerEntry, OutboxMessage
from platforms.channels.requests import TIMEOUT, Outcome
from platforms.delivery import rounds
from platforms.models import Channel, Connection
from tests.factories import HOUR, T0, again, deliver, issued, provider, received
from tests.platforms.reached import connect
from tests.recipes import asked, clarified

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock_of_the_day():
    with time_machine.travel(T0, tick=False) as traveller:
        yield traveller


def hangs(requests):
    """The endpoint never answers in time, and a mail server takes the mail, which proves nothing."""
    for request in requests:
        word = "accepted" if request.channel == Channel.MAIL else TIMEOUT
        yield Outcome(request, word, clock.now(), clock.now())


def wait(traveller, length, *, step=MINUTE):
    """Rounds of deliveries, one each `step`, up to `length` after T0."""
    while clock.now() < T0 + length:
        traveller.shift(step)
        rounds.deliver_due(at=clock.now(), send=hangs)


def alarms():
    return OutboxMessage.objects.filter(type="order.undeliverable")


def test_an_order_that_nobody_took_for_an_hour_is_told_once_and_tried_on(clock_of_the_day):
    order = issued(at=T0)
    connect(order.provider, "http://127.0.0.1:9/hook")
    wait(clock_of_the_day, 59 * MINUTE)
    assert (alarms().count(), again(order).transmission) == (0, "sent")
    wait(clock_of_the_day, HOUR)
    alarm = alarms().get()
    assert (alarm.recipient, again(order).transmission) == ("de-fpo", "undeliverable")
    assert alarm.data["reason"].startswith(
        "Nothing has proven its receipt for an hour. Tried: mail 1 times, last accepted"
    )
    assert "; webhook 2" in alarm.data["reason"]
    tried = order.dossier.messages.get(type="order.issued").attempts_made
    wait(clock_of_the_day, 3 * HOUR)
    assert alarms().count() == LedgerEntry.objects.filter(act="report_undeliverable").count() == 1
    assert order.dossier.messages.get(type="order.issued").attempts_made > tried
    assert list(verify.findings()) == []
    deliver(order, "order.issued", at=clock.now())
    assert again(order).transmission == "received"


def test_the_hour_is_scaled_like_that_of_the_order(clock_of_the_day):
    issued(at=T0, limit_scale="1/60")
    wait(clock_of_the_day, timedelta(seconds=59), step=timedelta(seconds=1))
    assert alarms().count() == 0
    wait(clock_of_the_day, timedelta(seconds=60), step=timedelta(seconds=1))
    assert alarms().count() == 1


def test_what_waits_to_be_fetched_is_told_too(clock_of_the_day):
    order = issued(at=T0)
    connect(order.provider, "")
    Connection.objects.update(channel=Channel.PULL)
    wait(clock_of_the_day, HOUR)
    assert alarms().get().data["type"] == "order.issued"


def test_a_clarification_has_an_alarm_of_its_own(clock_of_the_day):
    order = clarified(asked(received(at=T0)))
    wait(clock_of_the_day, 2 * HOUR, step=5 * MINUTE)
    assert [alarm.data["type"] for alarm in alarms()] == ["order.clarified"]
    assert again(order).transmission == "received"


def test_what_was_received_and_what_is_submitted_by_hand_is_no_alarm(clock_of_the_day):
    received(at=T0)
    issued(at=T0, to=provider("form-only", "BE", webform="https://form.example/"))
    wait(clock_of_the_day, 2 * HOUR, step=10 * MINUTE)
    assert alarms().count() == 0
