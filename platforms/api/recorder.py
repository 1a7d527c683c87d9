"""Keeps what a provider of the sandbox asked and what we answered, for its engineers; not there in production mode."""

import base64
import binascii
import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError

from orders import canonical, clock
from orders.api import tokens
from orders.api.headers import REFERENCE
from orders.api.problems import Problem, printable
from orders.models import Application
from platforms.api.arrival import arrived_at
from platforms.api.statements import STATEMENTS
from platforms.api.submissions import asking
from platforms.inspecting.replaying import KEPT_AS, REPLAY_OF
from platforms.models import Connection, Exchange, Submission

log = logging.getLogger(__name__)
KEPT = 64 * 1024  # bytes of a body, characters of an answer
API, TOKEN = "/api/platforms/v1/", "/oauth/token"
PRIVATE = ("authorization", "cookie", "proxy-authorization")
TELL_A_SECRET = ("secrets", "credentials")  # POST there is answered with a secret, told once
NAME_ORDERS = ("batches", "events")  # many in a body, none in the address
NotKept = Exchange.NotKept


class RecorderMiddleware:
    """After the answer is made: one row, for connections of the sandbox alone. What cannot be kept fails no answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        try:
            if _concerns_an_engineer(request, response):
                _keep(request, response)
        except Exception:
            log.exception("%s %s could not be kept for the inspector", request.method, request.path)
        return response


def _concerns_an_engineer(request: HttpRequest, response: HttpResponse) -> bool:
    """A poll that found nothing says nothing, and a token that was given is a secret."""
    if request.path == TOKEN:
        return response.status_code >= 400
    empty = _name(request) == "events" and getattr(response, "data", {}).get("items") == []
    return request.path.startswith(API) and not empty


def _keep(request: HttpRequest, response: HttpResponse) -> None:
    original: Exchange | None = request.META.get(REPLAY_OF)
    client_id, scope, connection = _whose(request, original)
    if connection is None:
        return
    told = printable(_told(request, response).decode(errors="replace"), KEPT)
    read = _read(request)
    kept = Exchange.objects.create(
        connection=connection,
        arrived_at=arrived_at(request),
        answered_at=clock.now(),
        method=str(request.method)[:20],
        path=request.get_full_path(),
        headers={name: text for name, text in request.headers.items() if name.lower() not in PRIVATE},
        **read,
        status=response.status_code,
        answer_headers=dict(response.headers),
        answer=told.replace("\0", "\ufffd"),  # PostgreSQL keeps no NUL in a text
        client_id=client_id,
        scope=scope,
        orders=_orders(request, read["body"], told),
        submission=_submission(request, read["body"], connection) if response.status_code < 400 else None,
        again=original,
    )
    request.META[KEPT_AS] = kept


# --- whose it is ---
def _whose(request: HttpRequest, original: Exchange | None) -> tuple[str, str, Connection | None]:
    """Client id, scope of its token (empty where it was refused), and the connection if it is one of the sandbox."""
    application, scope = _application(request)
    if application is None:
        return (original.client_id, "", original.connection) if original else ("", "", None)
    found = Connection.objects.filter(provider=application.provider_id, sandbox=True).first()
    return application.client_id, scope, found


def _application(request: HttpRequest) -> tuple[Application | None, str]:
    token = getattr(request, "auth", None)
    if token is not None:
        return token.application, token.scope
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if request.path == TOKEN:
        client_id = _user(text) if scheme.lower() == "basic" else request.POST.get("client_id", "")
        return Application.objects.filter(client_id=client_id.replace("\0", "")).first(), ""
    expired = tokens.known(text.strip()) if scheme.lower() == "bearer" else None
    return (expired.application if expired else None), ""


def _user(basic: str) -> str:
    try:
        return base64.b64decode(basic).decode(errors="replace").partition(":")[0]
    except (binascii.Error, ValueError):
        return ""


# --- what is kept ---
def _read(request: HttpRequest) -> dict[str, Any]:
    """The columns of the body; of a request for a token none, since it may carry the secret of its client."""
    if request.path == TOKEN:
        return {"body": b"", "body_size": 0, "not_kept": NotKept.SECRET}
    try:
        body = request.body
    except (RequestDataTooBig, RawPostDataException, UnreadablePostError):
        return {"body": b"", "body_size": _length(request), "not_kept": NotKept.TOO_LARGE}
    whole = NotKept.TOO_LARGE if len(body) > KEPT else NotKept.SECRET if _tells_a_secret(request) else ""
    return {
        "body": body[:KEPT],
        "body_size": len(body),
        "body_sha256": canonical.sha256(body),
        "not_kept": whole,
    }


def _length(request: HttpRequest) -> int:
    given = request.META.get("CONTENT_LENGTH") or "0"
    return min(int(given), 2**31 - 1) if given.isdecimal() else 0


def _told(request: HttpRequest, response: HttpResponse) -> bytes:
    """Our answer; a refusal tells no secret."""
    return b"" if _tells_a_secret(request) and response.status_code < 400 else response.content


def _tells_a_secret(request: HttpRequest) -> bool:
    return request.path == TOKEN or (request.method == "POST" and _name(request) in TELL_A_SECRET)


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name or "") if match else ""


def _orders(request: HttpRequest, body: bytes, answer: str) -> str:
    """The orders it is about, as the column takes them."""
    match, name = request.resolver_match, _name(request)
    said = str(match.kwargs.get("reference", "")) if match else ""
    if name in NAME_ORDERS:
        said = body.decode(errors="replace") if name == "batches" else answer
    found = dict.fromkeys(REFERENCE.findall(said))
    return f" {' '.join(found)} " if found else ""


def _submission(request: HttpRequest, body: bytes, connection: Connection) -> Submission | None:
    """What it recorded, or what was recorded under its key before."""
    if request.method != "POST" or _name(request) not in STATEMENTS:
        return None
    try:
        key = asking(request.path, body, request.headers.get("Idempotency-Key", "").strip(), arrived_at(request)).key
    except Problem:  # a key that no row can hold recorded nothing
        return None
    return Submission.objects.filter(provider=connection.provider_id, idempotency_key=key).first()
