"""Callers of the APIs as their engineers would write them: a real token from /oauth/token, JSON over HTTP."""

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from orders import ids
from orders.models import Application, CompetentAuthority, HostingServiceProvider, User
from tests import described

P, A, S, L = "/api/platforms/v1", "/api/authorities/v1", "/api/sandbox/v1", "/api/ledger/v1"
REDIRECT = "http://localhost:9999/back"


class Caller:
    """Somebody with a token; every call is answered, a fault of ours too, and as the OpenAPI document says."""

    def __init__(self, token: str) -> None:
        self.http = Client(raise_request_exception=False)
        self.authorization = f"Bearer {token}"

    def get(self, path: str, **headers: str) -> HttpResponse:
        answer = self.http.get(path, headers=self._headers(headers))
        described.check(answer)
        return answer

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """`body` as JSON, or as it is when it is bytes. Header names with _ for -."""
        content = body if isinstance(body, bytes) else json.dumps(body)
        kind = headers.pop("content_type", "application/json")
        answer = self.http.generic(method, path, content, kind, headers=self._headers(headers))
        described.check(answer)
        return answer

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.send("POST", path, {} if body is None else body, **headers)

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Authorization": self.authorization, **named}


def machine(**party: Any) -> tuple[Application, str]:
    """An application of client credentials and its secret."""
    secret = ids.client_secret()
    made = Application.objects.create(
        name="machine", client_type="confidential", authorization_grant_type="client-credentials",
        client_secret=secret, **party,
    )  # fmt: skip
    return made, secret


def ask_for_token(application: Application, secret: str, **asked: str) -> HttpResponse:
    basic = base64.b64encode(f"{application.client_id}:{secret}".encode()).decode()
    body = {"grant_type": "client_credentials", **asked}
    return Client(raise_request_exception=False).post("/oauth/token", body, headers={"Authorization": f"Basic {basic}"})


def platform(of: HostingServiceProvider, **asked: str) -> Caller:
    """The provider's machine."""
    return Caller(ask_for_token(*machine(provider=of), **asked).json()["access_token"])


def authority_machine(of: CompetentAuthority) -> Caller:
    return Caller(ask_for_token(*machine(authority=of)).json()["access_token"])


def officer(user: User, of: CompetentAuthority | None, scope: str = "") -> Caller:
    """A named officer's client, of an authority or (None) of Europol: authorization code with PKCE.

    It goes through the page that asks for permission.
    """
    app = Application.objects.create(
        name="tool", client_type="public", authorization_grant_type="authorization-code", redirect_uris=REDIRECT,
        authority=of, europol=of is None,
    )  # fmt: skip
    verifier = "v" * 64
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    browser = Client()
    browser.force_login(user)
    asked = {
        "client_id": app.client_id, "response_type": "code", "redirect_uri": REDIRECT, "code_challenge": challenge,
        "code_challenge_method": "S256", "scope": scope or "authority.read authority.draft authority.act",
    }  # fmt: skip
    page = browser.get("/oauth/authorize", asked)
    assert page.status_code == 200
    # A browser follows the redirect after the form only when the policy does not bind forms to our own address.
    assert "form-action" not in page["Content-Security-Policy"]
    back = browser.post("/oauth/authorize", {**asked, "allow": "Authorize"})
    code = parse_qs(urlsplit(back["Location"]).query)["code"][0]
    grant = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "client_id": app.client_id,
        "code_verifier": verifier,
    }  # fmt: skip
    return Caller(Client().post("/oauth/token", grant).json()["access_token"])


NASTY = [
    None, True, [], {}, [[]], [None], "", "\u0000", "a\u0000b", "\ud800", "x" * 200_000, -1, 0, 32768, 2**63, 10**400,
    1.5, 1e999, "2026-11-21T01:30:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2026-13-45T99:99:99Z", "٣",
]  # fmt: skip

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
UNREADABLE = {  # bodies that no call reads, their Content-Type, and the type of problem they get
    "cut off": (b'{"a": ', JSON, "malformed"),
    "not UTF-8": (b'{"a": "\xff"}', JSON, "malformed"),
    "a name twice": (b'{"a": 1, "b": 2, "a": 1}', JSON, "malformed"),
    "a name twice far inside": (b'{"a": [{"b": {"c": 1, "\\u0063": 2}}]}', JSON, "malformed"),
    "NaN": (b'{"a": NaN}', JSON, "malformed"),
    "a number of 10,000 digits": (b'{"a": ' + b"9" * 10_000 + b"}", JSON, "malformed"),
    "nested 100,000 deep": (b"[" * 100_000, JSON, "malformed"),
    "a list": (b"[]", JSON, "validation"),
    "text": (b'"a"', JSON, "validation"),
    "null": (b"null", JSON, "validation"),
    "too large": (b'{"a": "' + b"x" * 1_000_000 + b'"}', JSON, "body-too-large"),
    "a form": (b"a=b", FORM, "unsupported-media-type"),
    "a form in parts": (b"a=b", "multipart/form-data", "unsupported-media-type"),
    "plain text": (b"{}", "text/plain", "unsupported-media-type"),
    "nothing known": (b"{}", "x", "unsupported-media-type"),
}


def spoiled(body: Any) -> Iterator[Any]:
    """`body` with each of its members in turn replaced by each nasty value, or left out."""
    members = list(body.items() if isinstance(body, dict) else enumerate(body))
    for key, value in members:
        below = list(spoiled(value)) if isinstance(value, dict | list) else []
        for nasty in [*NASTY, *below]:
            yield {**body, key: nasty} if isinstance(body, dict) else [*body[:key], nasty, *body[key + 1 :]]
        yield {k: v for k, v in members if k != key} if isinstance(body, dict) else []


def refused(caller: Caller, method: str, path: str, good: Any) -> int:
    """Try everything spoiled from the body `good`: each is a 4xx problem, or was possible and is taken back.

    Returns how many were refused; the database must then be as it was before.
    """
    count = 0
    for body in spoiled(good):
        with transaction.atomic():
            answer = caller.send(method, path, body)
            transaction.set_rollback(answer.status_code < 300)
        if answer.status_code >= 300:
            assert problem_of(answer)
            assert 400 <= answer.status_code < 500, (body, answer.content)
            count += 1
    return count


def problem_of(answer: HttpResponse) -> str:
    """The type of a problem, after a look that it is one."""
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    assert problem["detail"]
    return problem["type"].rpartition("/")[2]
