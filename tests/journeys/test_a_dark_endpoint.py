"""The endpoint is down for twenty minutes: the order still arrives inside the hour, by a further channel."""

import pytest
from django.core import mail as outbox

from orders import clock
from orders.models import Attempt, HostingServiceProvider, Membership, Receipt, User
from orders.regulation.regions import OfficerRole
from platforms.channels.requests import UNREACHABLE, Outcome
from platforms.models import SecondChannel
from tests.journeys.scene import told
from tests.journeys.stage import HOUR, MINUTE, hour, received_at, story

DARK = "prompt-video"


@pytest.fixture
def dark(stage, monkeypatch):
    """Nothing answers at the endpoint of `DARK`; setting the flag to False brings it back."""
    state = {"dark": True}
    send = stage.send

    def hop(requests):
        for request in requests:
            if request.channel == "webhook" and request.lane == DARK and state["dark"]:
                yield Outcome(request, UNREACHABLE, clock.now(), clock.now(), problem="connection refused")
            else:
                yield from send([request])

    monkeypatch.setattr(stage, "send", hop)
    return state


def outage(stage, dark):
    reference = stage.issue(DARK)
    issued_at = clock.now()
    stage.wait(20 * MINUTE)
    dark["dark"] = False
    stage.wait(2 * HOUR)
    return reference, issued_at


def test_it_is_placed_in_the_box_and_the_hour_starts_there(stage, dark):
    agent = User.objects.create(username="night.agent")
    Membership.objects.create(
        user=agent, provider=HostingServiceProvider.objects.get(code=DARK), role=OfficerRole.PLATFORM_AGENT
    )
    reference, issued_at = outage(stage, dark)
    receipt = Receipt.objects.get(message__dossier__reference=reference, message__type="order.issued")
    assert (receipt.channel, receipt.rule) == ("inbox", "inbox_placed")
    assert 5 * MINUTE <= receipt.received_at - issued_at < 6 * MINUTE
    assert received_at(reference) == hour(reference).starts_at == receipt.received_at
    assert [mail.to for mail in outbox.outbox][:1] == [[f"tco@{DARK}.example"]]


def test_the_mail_server_takes_it_and_where_that_is_receipt_the_hour_starts_there(stage, dark, settings):
    settings.MAIL_PROVES_RECEIPT = True
    reference, issued_at = outage(stage, dark)
    receipt = Receipt.objects.get(message__dossier__reference=reference, message__type="order.issued")
    assert (receipt.channel, receipt.rule) == ("mail", "mail_250")
    assert 5 * MINUTE <= receipt.received_at - issued_at < 6 * MINUTE


def test_where_mail_proves_nothing_the_endpoint_is_tried_on_and_takes_it_when_it_is_back(stage, dark):
    reference, issued_at = outage(stage, dark)
    receipt = Receipt.objects.get(message__dossier__reference=reference, message__type="order.issued")
    assert (receipt.channel, receipt.rule) == ("webhook", "webhook_2xx")
    assert 20 * MINUTE <= receipt.received_at - issued_at <= 26 * MINUTE
    tried = Attempt.objects.filter(message=receipt.message).order_by("number")
    assert [attempt.channel for attempt in tried].count("mail") == 1
    assert tried.filter(channel="webhook").exclude(is_receipt=True).count() >= 14
    assert tried.get(is_receipt=True).ended_at == receipt.received_at
    assert SecondChannel.objects.get(message=receipt.message).because == "late"
    assert "report_removal" in story(reference)  # the platform answered once it had it
    assert told(reference, "order.undeliverable") == []
