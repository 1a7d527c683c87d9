"""What a provider sees of the way of its messages; nothing of another's, and no receipt follows from looking."""

import pytest

from orders import canonical, clock
from orders.acts import issuing
from orders.models import Attempt, OutboxMessage, Receipt
from platforms.models import Resending
from tests import api, factories
from tests.api import P, problem_of
from tests.platforms.reached import deliver, message_of, order_to
from tests.platforms.receiver import receiving
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


def deliveries(of) -> list[dict]:
    caller = api.platform(of.provider)
    caller.get(f"{P}/me")
    before = everything()
    items = caller.get(f"{P}/orders/{of.reference}/deliveries").json()["items"]
    assert everything() == before
    return items


def test_each_message_is_told_with_its_attempts_and_its_receipt():
    with receiving(200) as receiver:
        order, message = order_to(receiver.url)
        deliver()
    attempt, receipt = Attempt.objects.get(), Receipt.objects.get()
    assert deliveries(order) == [
        {
            "id": message.message_id,
            "type": "order.issued",
            "sequence": 1,
            "generation": message.generation,
            "created_at": canonical.instant(message.created_at),
            "next_attempt_at": None,
            "receipt": {
                "channel": "webhook",
                "rule": "webhook_2xx",
                "received_at": canonical.instant(receipt.received_at),
                "recorded_at": canonical.instant(receipt.recorded_at),
            },
            "attempts": [
                {
                    "number": 1,
                    "channel": "webhook",
                    "address": receiver.url,
                    "started_at": canonical.instant(attempt.started_at),
                    "ended_at": canonical.instant(attempt.ended_at),
                    "http_status": 200,
                    "outcome": "accepted",
                    "latency_ms": attempt.latency_ms,
                    "body_sha256": attempt.body_id,
                    "answer_sha256": canonical.sha256(b""),
                    "is_receipt": True,
                    "next_attempt_at": None,
                }
            ],
        }
    ]


def test_a_failed_attempt_says_when_it_goes_on():
    with receiving(503) as receiver:
        order, _ = order_to(receiver.url)
        deliver()
    [sent] = deliveries(order)
    assert (sent["receipt"], sent["attempts"][0]["outcome"], sent["attempts"][0]["http_status"]) == (
        None, "failed", 503,
    )  # fmt: skip
    assert sent["next_attempt_at"] == sent["attempts"][0]["next_attempt_at"] > sent["created_at"]


def test_what_goes_to_authorities_is_not_told():
    factories.authority("nl-home", "NL", scrutinises=True)
    order = factories.issued()
    assert OutboxMessage.objects.filter(dossier=order.dossier).count() > 1
    assert [sent["type"] for sent in deliveries(order)] == ["order.issued"]


def test_those_of_another_provider_are_not_found():
    order = factories.issued()
    stranger = api.platform(factories.provider("stranger"))
    assert problem_of(stranger.get(f"{P}/orders/{order.reference}/deliveries")) == "not-found"


def test_a_message_is_sent_again_under_its_id_with_the_reason_kept_and_the_receipt_stands():
    with receiving(200) as receiver:
        order, message = order_to(receiver.url)
        deliver()
        caller = api.platform(order.provider)
        answer = caller.post(f"{P}/deliveries/{message.message_id}/resend", {"reason": "Lost."})
        deliver()
    kept = Resending.objects.get()
    assert (answer.status_code, answer.json()) == (
        202, {"id": message.message_id, "asked_at": canonical.instant(kept.asked_at), "reason": "Lost."},
    )  # fmt: skip
    assert receiver.ids == [message.message_id] * 2
    assert (kept.actor_role, kept.actor_party, kept.channel) == ("provider", order.provider.code, "api")
    assert [attempt["is_receipt"] for attempt in deliveries(order)[0]["attempts"]] == [True, False]


def test_a_message_taken_off_the_wire_is_not_sent_again():
    order = factories.issued(at=clock.now())
    bert = factories.officer("bert", order.issuing_authority)
    issuing.withdraw(order=order, reason="Wrong.", by=bert, at=clock.now())
    caller = api.platform(order.provider)
    caller.get(f"{P}/me")
    before = everything()
    refused = caller.post(f"{P}/deliveries/{message_of(order).message_id}/resend", {"reason": "Lost."})
    assert (refused.status_code, problem_of(refused), everything() == before) == (409, "not-sendable", True)


@pytest.mark.parametrize("whose", ["another provider", "an authority", "nobody"])
def test_a_message_to_somebody_else_is_not_found(whose):
    factories.authority("nl-home", "NL", scrutinises=True)
    order = factories.issued()
    notice = OutboxMessage.objects.exclude(recipient=order.provider.code).filter(dossier=order.dossier).first()
    ids = {
        "another provider": message_of(order).message_id, "an authority": notice.message_id, "nobody": "%00",
    }  # fmt: skip
    caller = api.platform(factories.provider("stranger") if whose == "another provider" else order.provider)
    caller.get(f"{P}/me")
    before = everything()
    refused = caller.post(f"{P}/deliveries/{ids[whose]}/resend", {"reason": "Lost."})
    assert (problem_of(refused), everything() == before) == ("not-found", True)
