"""Callers of the APIs as their engineers would write them: a real token from /oauth/token, JSON over HTTP."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponse
from django.test import Client

from orders import ids
from orders.models import Application, CompetentAuthority, HostingServiceProvider, User

P, A, S = "/api/platforms/v1", "/api/authorities/v1", "/api/sandbox/v1"
REDIRECT = "http://localhost:9999/back"


class Caller:
    """Somebody with a token; every call is answered, a fault of ours too."""

    def __init__(self, token: str) -> None:
        self.http = Client(raise_request_exception=False)
        self.authorization = f"Bearer {token}"

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.http.get(path, headers=self._headers(headers))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """`body` as JSON, or as it is when it is bytes. Header names with _ for -."""
        content = body if isinstance(body, bytes) else json.dumps(body)
        kind = headers.pop("content_type", "application/json")
        return self.http.generic(method, path, content, kind, headers=self._headers(headers))

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


def officer(user: User, of: CompetentAuthority, scope: str = "") -> Caller:
    """A named officer's client: authorization code with PKCE, through the page that asks for permission."""
    app = Application.objects.create(
        name="tool", client_type="public", authorization_grant_type="authorization-code", redirect_uris=REDIRECT,
        authority=of,
    )  # fmt: skip
    verifier = "v" * 64
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    browser = Client()
    browser.force_login(user)
    asked = {
        "client_id": app.client_id, "response_type": "code", "redirect_uri": REDIRECT, "code_challenge": challenge,
        "code_challenge_method": "S256", "scope": scope or "authority.read authority.draft authority.act",
    }  # fmt: skip
    assert browser.get("/oauth/authorize", asked).status_code == 200
    back = browser.post("/oauth/authorize", {**asked, "allow": "Authorize"})
    code = parse_qs(urlsplit(back["Location"]).query)["code"][0]
    grant = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "client_id": app.client_id,
        "code_verifier": verifier,
    }  # fmt: skip
    return Caller(Client().post("/oauth/token", grant).json()["access_token"])
