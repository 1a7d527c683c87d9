"""The client against the API itself, over real HTTP: pull, batch, resend, explain, rotate."""

from itertools import islice

import httpx
import pytest

from orders import clock, signing
from orders.models import OutboxMessage
from platforms import connecting, wire
from platforms.client import Client, NotAuthentic, Refused
from platforms.delivery import trying
from platforms.models import WebhookSecret
from tests import api
from tests.factories import authority, issued, provider
from tests.platforms.reached import connect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def http():
    """Closed at the end: a connection that is kept alive keeps a thread of the server, and its database."""
    with httpx.Client(timeout=10) as http:
        yield http


@pytest.fixture
def client(live_server, http):
    application, secret = api.machine(provider=provider())
    return Client(live_server.url, application.client_id, secret, http=http, patience=0)


@pytest.fixture
def orders():
    return [issued(at=clock.now()) for _ in range(3)]


def pulled(client, after="", *, count):
    return list(islice(client.events(after, wait=0), count))


def test_events_come_in_their_order_and_go_on_behind_the_saved_cursor(client, orders):
    events = pulled(client, count=3)
    assert [event.message["data"]["reference"] for event in events] == [order.reference for order in orders]
    assert [event.after == "" for event in events] == [True, True, False]  # the cursor stands behind a whole page
    later = issued(at=clock.now())
    (event,) = pulled(client, events[-1].after, count=1)
    assert event.message["data"]["reference"] == later.reference


def test_an_event_that_is_not_authentic_keeps_nobody_from_those_behind_it(client, orders):
    message = OutboxMessage.objects.get(dossier=orders[0].dossier, type="order.issued")
    forged = signing.sign(message.data["annex_i"], signing.current_key(authority("fr-regulator", "FR")))
    OutboxMessage.objects.filter(pk=message.pk).update(data={**message.data, "annex_i_jws": forged})
    first, second, _ = pulled(client, count=3)
    with pytest.raises(NotAuthentic):
        _ = first.message
    assert second.message["data"]["reference"] == orders[1].reference


def test_a_batch_has_a_result_for_each_answer_and_each_is_found_under_its_key(client, orders):
    entries = [
        {"reference": order.reference, "kind": "acknowledgements", "idempotency_key": f"{order.reference}-seen",
         "body": {"provider_reference": "TS-1"}}
        for order in orders
    ]  # fmt: skip
    first, again = client.batch(entries), client.batch(entries)
    assert [(result["status"], result["replayed"]) for result in first] == [(201, False)] * 3
    assert [(result["status"], result["replayed"]) for result in again] == [(201, True)] * 3
    assert client.submission(entries[0]["idempotency_key"])["answer"] == first[0]["answer"]
    with pytest.raises(Refused) as refused:
        client.submission("never-sent")
    assert refused.value.code == "not-found"


def test_a_message_is_found_with_its_attempts_and_sent_again(client, orders):
    connect(provider(), "http://127.0.0.1:9/hook")
    (found,) = client.deliveries(orders[0].reference)
    assert client.resend(found["id"], reason="A repair.")["id"] == found["id"]


def test_a_signature_is_explained(client, orders):
    secret = connecting.first_secret(connect(provider(), "", secret=False), at=clock.now())
    message = OutboxMessage.objects.get(dossier=orders[0].dossier, type="order.issued")
    body = trying.compose(message)
    headers = wire.sign(body, message.message_id, clock.now(), [secret])
    assert client.explain(body, {name.title(): value for name, value in headers.items()})["finding"] == "valid"
    assert client.explain(body + b" ", headers)["finding"] == "bad_signature"


def test_secrets_and_credentials_are_rotated_without_a_pause(client, live_server, http):
    connect(provider(), "")
    assert client.new_secret()["secret"] == WebhookSecret.objects.get(retires_at=None).secret
    made, old = client.new_credential("worker 2"), client.me()["client_id"]
    young = Client(live_server.url, made["client_id"], made["client_secret"], http=http, patience=0)
    assert young.me()["provider"] == client.me()["provider"] == provider().code
    young.delete_credential(old)
    with pytest.raises(Refused) as refused:
        client.me()
    assert (refused.value.status, refused.value.problem["error"]) == (401, "invalid_client")
    assert young.me()["client_id"] == made["client_id"]
