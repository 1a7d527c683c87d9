"""Platforms whose endpoint fails in every way before it works, or for ever: real sockets, and what the sender sees."""

import httpx
import pytest

from orders import clock
from orders.models import OutboxMessage, Receipt
from perci.management.commands.seed import seed
from platforms.channels import requests
from platforms.simulator import reach
from platforms.simulator.models import HeardMessage, PlannedAct, SimulatedPlatform
from tests.journeys.stage import Desk
from tests.journeys.world import ACQUAINTED
from tests.platforms.reached import deliver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(live_server, monkeypatch, settings):
    settings.PUBLIC_URL = settings.SIMULATOR_URL = live_server.url
    monkeypatch.setattr(requests, "TIME_LIMIT", 3.0)  # the endpoint hangs for longer than that
    with httpx.Client(timeout=30) as http:
        monkeypatch.setattr(reach, "http", http)
        yield Desk(http, portal=live_server.url, platforms=live_server.url)


def played(temperament, **peculiarities):
    seed(at=clock.now(), history=ACQUAINTED)
    player = SimulatedPlatform.objects.get(code="prompt-video")
    player.temperament, player.peculiarities = temperament, peculiarities
    player.save()


def message_of(reference):
    return OutboxMessage.objects.get(dossier__reference=reference, type="order.issued", recipient="prompt-video")


def try_once(reference):
    """One attempt, as soon as it is asked for; what it came to."""
    OutboxMessage.objects.filter(pk=message_of(reference).pk).update(next_attempt_at=clock.now(), leased_until=None)
    deliver()
    attempt = message_of(reference).attempts.latest("number")
    return attempt.http_status, attempt.outcome


def test_each_fault_is_seen_for_what_it_is_and_the_first_whole_answer_is_receipt(desk):
    played("flaky", hang_seconds=4)
    reference = desk.issue("prompt-video")
    assert [try_once(reference) for _ in range(5)] == [
        (500, "failed"),
        (None, "timeout"),
        (None, "broken_off"),  # hung up
        (200, "broken_off"),  # half a body
        (200, "accepted"),
    ]
    receipt = Receipt.objects.get(message=message_of(reference))
    assert (receipt.rule, receipt.received_at) == (
        "webhook_2xx",
        message_of(reference).attempts.latest("number").ended_at,
    )
    heard = HeardMessage.objects.get(message_id=message_of(reference).message_id)
    assert (heard.tries, sorted(PlannedAct.objects.values_list("what", flat=True))) == (5, ["acknowledge", "remove"])


def test_an_endpoint_that_reads_and_fails_for_ever_knows_the_order_and_proves_no_receipt(desk):
    played("evasive")
    reference = desk.issue("prompt-video")
    assert {try_once(reference) for _ in range(3)} == {(500, "failed")}
    heard = HeardMessage.objects.get(platform__code="prompt-video")
    assert (heard.reference, heard.tries) == (reference, 3)  # it knows
    assert not Receipt.objects.filter(message=message_of(reference)).exists()
    order = desk.order(reference)
    assert (order["transmission"], order["items"][0]["execution"]) == ("sent", "awaiting_receipt")
    assert (order["items"][0]["verdict"], PlannedAct.objects.count()) == (None, 0)
    assert message_of(reference).next_attempt_at > clock.now()  # it is tried again
