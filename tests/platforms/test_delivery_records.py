"""Delivery against a real receiver: what leaves, what its answer proves, and what is tried again."""

import hashlib
import json
from datetime import timedelta

import pytest
import standardwebhooks
from joserfc import jws
from joserfc.jwk import KeySet

from orders import clock, signing
from orders.acts import issuing, transmitting
from orders.models import Attempt, Deadline, Exhibit, Heartbeat, LedgerEntry, Receipt
from platforms.channels import requests
from platforms.channels.requests import Outcome
from platforms.delivery import recording, retry, rounds
from platforms.models import WebhookSecret
from tests.factories import again, issued, officer, provider
from tests.platforms.reached import connect, deliver, message_of, order_to
from tests.platforms.receiver import receiving, status

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_a_2xx_is_receipt_dated_at_the_end_of_the_answer_and_starts_the_hour():
    with receiving(status(200, b'{"seen":true}')) as receiver:
        _, message = order_to(receiver.url)
        assert deliver() == 1
    attempt, receipt, hour = Attempt.objects.get(), Receipt.objects.get(), Deadline.objects.get(code="C2")
    message.refresh_from_db()
    assert (attempt.outcome, attempt.http_status, attempt.is_receipt) == ("accepted", 200, True)
    assert (attempt.answer_excerpt, attempt.number, attempt.address) == ('{"seen":true}', 1, receiver.url)
    assert attempt.answer_sha256 == hashlib.sha256(b'{"seen":true}').hexdigest()
    assert sorted(attempt.salts) == ["/address", "/answer_excerpt", "/headers"]
    assert attempt.recorded_at >= attempt.ended_at
    assert (receipt.message, receipt.channel, receipt.rule) == (message, "webhook", "webhook_2xx")
    assert receipt.received_at == attempt.ended_at == hour.starts_at == message.delivered_at
    assert (message.next_attempt_at, message.leased_until, message.attempts_made) == (None, None, 1)
    assert deliver() == 0


def test_a_receiver_with_nothing_but_public_packages_verifies_message_and_order():
    with receiving() as receiver:
        order, message = order_to(receiver.url)
        deliver()
    ((headers, body),) = receiver.posts
    content = standardwebhooks.Webhook(WebhookSecret.objects.get().secret).verify(body, headers)
    keys = KeySet.import_key_set(json.loads(json.dumps(signing.jwks())))
    signed = jws.deserialize_compact(content["data"]["annex_i_jws"], keys, algorithms=["Ed25519"])
    assert json.loads(signed.payload) == content["data"]["annex_i"]
    assert signed.payload == bytes(order.annex_i.content)
    assert headers["webhook-id"] == message.message_id
    assert {name: value for name, value in content.items() if name != "data"} == {
        "type": "order.issued",
        "timestamp": message.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "sequence": 1,
        "simulated": True,
    }
    assert sorted(content["data"]) == ["annex_i", "annex_i_jws", "generation", "limit", "order_url", "reference"]
    assert content["data"]["order_url"].endswith(f"/api/platforms/v1/orders/{order.reference}")
    assert bytes(Exhibit.objects.get(pk=hashlib.sha256(body).hexdigest()).content) == body


def test_while_secrets_rotate_both_sign_and_a_retired_one_does_not():
    with receiving() as receiver:
        order_to(receiver.url)
        old, now = WebhookSecret.objects.get(), clock.now()
        WebhookSecret.objects.filter(pk=old.pk).update(retires_at=now + timedelta(hours=1))
        new = WebhookSecret.objects.create(connection=old.connection, created_at=now)
        gone = WebhookSecret.objects.create(connection=old.connection, created_at=now, retires_at=now - SECOND)
        deliver()
    ((headers, body),) = receiver.posts
    assert len(headers["webhook-signature"].split()) == 2
    for secret in (old.secret, new.secret):
        standardwebhooks.Webhook(secret).verify(body, headers)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(gone.secret).verify(body, headers)


def test_a_failing_endpoint_is_tried_again_with_the_same_bytes_and_id_until_it_answers():
    with receiving(500) as receiver:
        _, message = order_to(receiver.url)
        deliver()
        message.refresh_from_db()
        first = Attempt.objects.get()
        due = message.next_attempt_at
        assert (first.outcome, first.is_receipt, first.next_attempt_at) == ("failed", False, due)
        assert 2 * SECOND <= due - first.ended_at <= 3 * SECOND
        assert (Receipt.objects.count(), deliver(at=due - SECOND)) == (0, 0)
        receiver.respond = status(204)
        assert deliver(at=due) == 1
    (one, body), (two, repeated) = receiver.posts
    assert (body, one["webhook-id"]) == (repeated, two["webhook-id"])
    assert list(Attempt.objects.values_list("number", "outcome", "body")) == [
        (1, "failed", first.body_id),
        (2, "accepted", first.body_id),
    ]
    assert Receipt.objects.get().message == message


@pytest.mark.parametrize(
    ("respond", "outcome"), [(status(302, Location="http://127.0.0.1:9/"), "redirected"), (status(410), "refused")]
)
def test_what_is_no_2xx_is_no_receipt(respond, outcome):
    with receiving(respond) as receiver:
        order, message = order_to(receiver.url)
        deliver()
    message.refresh_from_db()
    assert (Attempt.objects.get().outcome, Receipt.objects.count()) == (outcome, 0)
    assert message.next_attempt_at is not None
    assert again(order).received_at is None


def test_a_timeout_is_no_receipt(monkeypatch):
    monkeypatch.setattr(requests, "TIME_LIMIT", 0.2)
    with receiving(lambda handler: receiver.over.wait()) as receiver:
        order_to(receiver.url)
        deliver()
    assert (Attempt.objects.get().outcome, Receipt.objects.count()) == ("timeout", 0)


def test_retry_after_is_honoured():
    with receiving(status(503, Retry_After="60")) as receiver:
        _, message = order_to(receiver.url)
        deliver()
    message.refresh_from_db()
    assert message.next_attempt_at == Attempt.objects.get().ended_at + 60 * SECOND


def test_a_large_binary_answer_is_shown_in_its_first_four_kilobytes():
    with receiving(status(500, b"\0\xff" + b"x" * 10_000)) as receiver:
        order_to(receiver.url)
        deliver()
    attempt = Attempt.objects.get()
    assert attempt.answer_excerpt == "\ufffd\ufffd" + "x" * 4094
    assert attempt.answer_sha256 == hashlib.sha256(b"\0\xff" + b"x" * 10_000).hexdigest()
    assert bytes(attempt.answer.content) == b"\0\xff" + b"x" * 10_000


def test_a_loopback_endpoint_of_a_connection_outside_the_sandbox_is_blocked_and_says_why():
    with receiving() as receiver:
        order_to(receiver.url, sandbox=False)
        deliver()
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.answer_sha256, attempt.answer, receiver.posts) == ("blocked", "", None, [])
    assert attempt.answer_excerpt.startswith("127.0.0.1 is a loopback address")


def test_a_provider_may_answer_inside_the_webhook_request_and_the_first_evidence_stands():
    """The receipt race, the provider's own request recorded while ours still runs; single-threaded `send` stands in."""
    order = issued(at=clock.now())
    message = message_of(order)
    connect(order.provider, "http://127.0.0.1:9/")

    def answered_inside(requests):
        started = clock.now()
        transmitting.prove_receipt(order=order, rule="order_read", at=started)
        yield Outcome(requests[0], "accepted", started, clock.now(), status=200)

    rounds.deliver_due(at=clock.now(), send=answered_inside)
    attempt, receipt = Attempt.objects.get(), Receipt.objects.get()
    message.refresh_from_db()
    assert (receipt.rule, receipt.received_at) == ("order_read", attempt.started_at)
    assert (attempt.outcome, attempt.is_receipt, message.attempts_made) == ("accepted", False, 1)
    assert message.next_attempt_at is None
    assert LedgerEntry.objects.filter(act="record_receipt").count() == 1
    assert Deadline.objects.filter(code="C2").count() == 1


def test_an_order_withdrawn_while_it_was_sent_is_not_sent_again():
    order = issued(at=clock.now())
    connect(order.provider, "http://127.0.0.1:9/")

    def withdrawn_meanwhile(requests):
        by = officer("bert", order.issuing_authority)
        issuing.withdraw(order=order, reason="In error.", by=by, at=clock.now())
        yield Outcome(requests[0], "failed", clock.now(), clock.now(), status=500)

    rounds.deliver_due(at=clock.now(), send=withdrawn_meanwhile)
    assert message_of(order).next_attempt_at is None
    assert Attempt.objects.values_list("outcome", "next_attempt_at").get() == ("failed", None)


def test_what_was_withdrawn_before_it_left_is_not_sent_but_the_withdrawal_is():
    with receiving() as receiver:
        order, _ = order_to(receiver.url)
        issuing.withdraw(order=order, reason="In error.", by=officer("bert", order.issuing_authority), at=clock.now())
        deliver()
    assert [json.loads(body)["type"] for _, body in receiver.posts] == ["order.withdrawn"]


def test_an_outcome_that_cannot_be_recorded_leaves_the_others_and_comes_again(monkeypatch):
    broken = issued(at=clock.now())
    whole = issued(at=clock.now())
    record, poisoned = recording.record, message_of(broken)

    def fails_for_one(turn, outcome):
        assert turn.message != poisoned, "poisoned"
        record(turn, outcome)

    monkeypatch.setattr(recording, "record", fails_for_one)
    with receiving() as receiver:
        connect(provider(), receiver.url)
        at = clock.now()
        deliver(at=at)
        assert set(Receipt.objects.values_list("message", flat=True)) == {message_of(whole).pk}
        monkeypatch.undo()
        assert deliver(at=at + 31 * SECOND) == 1
    assert receiver.ids.count(poisoned.message_id) == 2
    assert Receipt.objects.count() == 2


def test_a_message_that_cannot_be_signed_leaves_the_others():
    broken = connect(issued(at=clock.now(), to=provider("broken-fr", "FR")).provider, "http://127.0.0.1:9/")
    WebhookSecret.objects.filter(connection=broken).update(secret="whsec_")
    with receiving() as receiver:
        _, message = order_to(receiver.url)
        assert deliver() == 2
    assert receiver.ids == [message.message_id]


def test_a_scaled_order_is_tried_again_by_its_scaled_plan():
    with receiving(500) as receiver:
        order = issued(at=clock.now(), limit_scale="1/60")
        connect(order.provider, receiver.url)
        deliver()
    attempt = Attempt.objects.get()
    assert attempt.next_attempt_at - attempt.ended_at == retry.FLOOR


def test_the_heartbeat_says_how_late_the_oldest_message_was_taken_up():
    issued_at = clock.now() - 3 * SECOND
    with receiving() as receiver:
        order_to(receiver.url, at=issued_at)
        deliver(at=issued_at + 2 * SECOND)
    beat = Heartbeat.objects.get(job="deliver")
    assert (beat.beat_at, beat.lag_ms, beat.handled) == (issued_at + 2 * SECOND, 2000, 1)
    deliver(at=issued_at + 5 * SECOND)
    beat.refresh_from_db()
    assert (beat.lag_ms, beat.handled) == (0, 0)
