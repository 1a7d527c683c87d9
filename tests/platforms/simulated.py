"""A simulated platform for the tests, and at the other end of the wire a portal that only notes what it was told."""

import json
from contextlib import contextmanager
from datetime import datetime

import httpx

from orders import canonical, ids, signing
from orders.models import OutboxMessage, RemovalOrder
from platforms import wire
from platforms.simulator import reach
from platforms.simulator.models import SimulatedPlatform

SECRET = ids.webhook_secret()
ACCEPTED = httpx.Response(201, json={"effect": "recorded"})


class Portal:
    """Takes the place of the network: hands out tokens and the real keys, and notes every answer."""

    def __init__(self):
        self.answers: list[tuple[str, str, dict]] = []  # path, idempotency key, document
        self.tokens = 0
        self.refusals: list[httpx.Response] = []  # of a token, before one is given
        self.keys_asked = 0
        self.says = lambda path: ACCEPTED
        self.keys = signing.jwks

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            if self.refusals:
                return self.refusals.pop(0)
            self.tokens += 1
            return httpx.Response(200, json={"access_token": f"token-{self.tokens}", "expires_in": 600})
        if request.url.path == "/.well-known/jwks.json":
            self.keys_asked += 1
            return httpx.Response(200, json=self.keys())
        document = json.loads(request.content or b"null")
        self.answers.append((request.url.path, request.headers.get("idempotency-key", ""), document))
        return self.says(request.url.path)

    def http(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self))


@contextmanager
def at_the_portal(monkeypatch):
    """The simulated platforms reach a `Portal` that notes what they say."""
    portal = Portal()
    monkeypatch.setattr(reach, "http", portal.http())
    yield portal


def platform(temperament: str = "compliant", code: str = "hosting-nl", **peculiarities) -> SimulatedPlatform:
    return SimulatedPlatform.objects.create(
        code=code, name=f"Provider {code}", temperament=temperament, api="http://portal.test", client_id=code,
        client_secret="a-synthetic-secret", webhook_secrets=[SECRET], peculiarities=peculiarities,
    )  # fmt: skip


def data_of(order: RemovalOrder, kind: str = "order.issued") -> dict:
    """What a webhook of `kind` about `order` carries."""
    message = OutboxMessage.objects.filter(dossier=order.dossier, type=kind, recipient=order.provider.code).latest("pk")
    return {**message.data, "reference": order.reference, "generation": message.generation}


def post(
    client, code: str, kind: str, data, *, at: datetime, message_id: str = "msg_1", secret: str = SECRET, **forged
):
    """Post a webhook as the portal would; `forged` headers or body take the place of the true ones."""
    body = wire.compose(kind, at, 1, canonical.plain(data))
    headers = wire.sign(body, message_id, at, [secret]) | forged.pop("headers", {})
    return client.post(
        f"/simulator/{code}/webhook", forged.pop("body", body), content_type="application/json", headers=headers
    )
