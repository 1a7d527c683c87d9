"""A platform that answers while it is still being told: its answer proves the receipt before the webhook has ended."""

import httpx
import pytest

from orders import clock
from orders.models import OutboxMessage, Receipt
from perci.management.commands.seed import seed
from platforms.delivery import rounds
from platforms.simulator import reach
from platforms.simulator.models import PlannedAct, SimulatedPlatform
from tests.journeys.stage import Desk, hour, received_at, story
from tests.journeys.world import ACQUAINTED


@pytest.fixture
def desk(live_server, monkeypatch, settings):
    """Real sockets in both directions."""
    settings.PUBLIC_URL = settings.SIMULATOR_URL = live_server.url
    with httpx.Client(timeout=10) as http:
        monkeypatch.setattr(reach, "http", http)
        yield Desk(http, portal=live_server.url, platforms=live_server.url)


@pytest.mark.django_db(transaction=True)
def test_an_answer_within_the_webhook_request_starts_and_stops_one_hour(desk):
    seed(at=clock.now(), history=ACQUAINTED)
    SimulatedPlatform.objects.filter(code="prompt-video").update(temperament="eager")
    reference = desk.issue("prompt-video")
    rounds.deliver_due(at=clock.now())
    assert list(PlannedAct.objects.values_list("what", "outcome", "problem")) == [("remove", "done", None)]
    assert story(reference) == [
        "draft", "submit", "approve", "issue", "record_receipt", "report_removal",
    ]  # fmt: skip
    assert hour(reference).verdict == "within_hour"
    message = OutboxMessage.objects.get(dossier__reference=reference, type="order.issued", recipient="prompt-video")
    receipt = Receipt.objects.get(message=message)  # there is one, although the 2xx came as well
    assert receipt.rule == "answer"
    assert receipt.received_at == received_at(reference)
    assert (message.next_attempt_at, message.attempts.get().outcome) == (None, "accepted")
    assert desk.page("prompt-video") == 410
