"""The client against the API itself, over real HTTP: read, answer, sign, rotate; and what it has no method for."""

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from orders import clock, signing
from orders.models import OutboxMessage
from platforms import signatures
from platforms.client import Client, NotAuthentic, Refused
from platforms.models import SignedRequest, WebhookSecret
from tests import api
from tests.factories import authority, issued, provider
from tests.platforms.reached import connect
from tests.platforms.signing import jwk_of

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


def seen(client, order):
    return client.answer(order.reference, "acknowledgements", key=f"{order.reference}-seen", document={})


def test_an_order_is_read_and_answered_once(client, orders):
    order = client.order(orders[0].reference)
    assert (order["reference"], order["received_at"] is not None) == (orders[0].reference, True)
    assert seen(client, orders[0]) == seen(client, orders[0])
    assert client.call("GET", f"/submissions/{orders[0].reference}-seen")["answer"]["effect"] == "recorded"
    with pytest.raises(Refused) as refused:
        client.call("GET", "/submissions/never-sent")
    assert refused.value.code == "not-found"


def test_what_is_pulled_is_checked_one_by_one(client, orders):
    message = OutboxMessage.objects.get(dossier=orders[0].dossier, type="order.issued")
    forged = signing.sign(message.data["annex_i"], signing.current_key(authority("fr-regulator", "FR")))
    OutboxMessage.objects.filter(pk=message.pk).update(data={**message.data, "annex_i_jws": forged})
    first, second, third = client.call("GET", "/events", params={"after": "", "wait": "0"})["items"]
    with pytest.raises(NotAuthentic):
        client.check_signed(first["message"]["data"])
    client.check_signed(second["message"]["data"])
    client.check_signed(third["message"]["data"])


def test_a_client_that_signs_is_believed_at_each_attempt(live_server, client, orders):
    key = Ed25519PrivateKey.generate()
    kid = client.call("POST", "/answer-keys", json={"jwk": jwk_of(key)})["kid"]
    client.call("PUT", "/endpoint", json={"signed_answers": True})
    with pytest.raises(Refused) as refused:
        seen(client, orders[0])
    assert refused.value.code == "signature-missing"
    with httpx.Client(timeout=10, auth=signatures.Signer(key, kid)) as http:
        signer = Client(live_server.url, *client._credentials, http=http, patience=0)
        assert seen(signer, orders[0]) == seen(signer, orders[0])
        entries = [{"reference": order.reference, "kind": "acknowledgements", "body": {}} for order in orders[1:]]
        results = signer.call("POST", "/batches", json={"entries": entries})["items"]
    assert [result["status"] for result in results] == [201, 201]
    assert SignedRequest.objects.count() == 3


def test_secrets_and_credentials_are_rotated_without_a_pause(client, live_server, http):
    connect(provider(), "")
    assert client.call("POST", "/endpoint/secrets")["secret"] == WebhookSecret.objects.get(retires_at=None).secret
    made = client.call("POST", "/credentials", json={"name": "worker 2"})
    old = client.call("GET", "/me")["client_id"]
    young = Client(live_server.url, made["client_id"], made["client_secret"], http=http, patience=0)
    assert young.call("GET", "/me")["provider"] == client.call("GET", "/me")["provider"] == provider().code
    young.call("DELETE", f"/credentials/{old}")
    with pytest.raises(Refused) as refused:
        client.call("GET", "/me")
    assert (refused.value.status, refused.value.problem["error"]) == (401, "invalid_client")
    assert young.call("GET", "/me")["client_id"] == made["client_id"]
