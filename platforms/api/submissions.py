"""An answer is recorded once, however often it is sent: the second request with one key gets the first one's answer."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from orders import canonical
from orders.acts.answering import Answer
from orders.api.problems import Problem
from orders.models import Dossier, RemovalOrder, keep
from platforms.api.arrival import arrived_at
from platforms.api.bodies import answer_body
from platforms.api.signed import Proof
from platforms.models import Submission

PATIENCE = "10s"  # how long an answer waits for its order on PostgreSQL; SQLite waits for its busy timeout
Perform = Callable[[str], Answer]


@dataclass(frozen=True)
class Asked:
    """A request as it counts for idempotency."""

    key: str
    digest: str
    body: bytes
    arrived_at: datetime
    path: str
    proof: Proof | None = None  # that the provider signed it


def asked(request: Request) -> Asked:
    """Raises Problem for an Idempotency-Key that is there but is none: no row can hold it, or nothing is in it.

    The server hands on a header with bytes beyond ASCII as an empty one; its sender counts on a key all the same.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key and "Idempotency-Key" in request.headers:
        raise no_key()
    return asking(request.path, request._request.body, key, arrived_at(request._request))


def no_key() -> Problem:
    """The refusal of what cannot be an idempotency key."""
    return Problem("malformed", "Idempotency-Key takes 1 to 255 visible ASCII characters. Nothing was recorded.")


def asking(path: str, body: bytes, key: str, at: datetime) -> Asked:
    """A POST of `body` to `path` that arrived at `at`; without a key the digest is the key."""
    digest = _digest(path, body)
    if not is_key(key):
        raise no_key()
    return Asked(key or digest, digest, body, at, path)


def _digest(path: str, body: bytes) -> str:
    return canonical.sha256(f"POST\n{path}\n".encode("utf-8", "replace") + body)


def is_key(text: str) -> bool:
    """Whether `text` can be an idempotency key."""
    return len(text) <= 255 and text.isascii() and text.isprintable()


def recorded_once(ask: Asked, order: RemovalOrder, perform: Perform) -> Response:
    """Perform an answer about `order`, or replay it. `perform` takes the digest of the exhibit that holds the body.

    The act, its exhibit and the kept answer are one transaction; a refusal leaves nothing and is evaluated afresh.
    """
    try:
        return _unless_overtaken(ask, order, perform)
    except OperationalError as error:
        if _lock_not_had(error):
            raise Problem("idempotency-in-flight", "Another request holds this order. Send yours again.") from None
        raise


def _unless_overtaken(ask: Asked, order: RemovalOrder, perform: Perform) -> Response:
    try:
        return _once(ask, order, perform)
    except IntegrityError:  # a request about another order took the key in between: look at what it recorded
        return _once(ask, order, perform)


def _once(ask: Asked, order: RemovalOrder, perform: Perform) -> Response:
    with transaction.atomic():
        _lock(order)  # first of all, so that the second of two requests waits here and then finds the first
        signed = ask.proof.keep() if ask.proof else None
        kept = Submission.objects.filter(provider=order.provider, idempotency_key=ask.key).first()
        if kept is not None:
            return _replay(kept, ask)
        exhibit = keep(ask.body, media_type="application/json", at=ask.arrived_at)
        body = answer_body(perform(exhibit.sha256))
        Submission.objects.create(
            provider=order.provider,
            idempotency_key=ask.key,
            request_digest=ask.digest,
            reference=order.reference,
            body=exhibit,
            status=201,
            answer=body,
            arrived_at=ask.arrived_at,
            signed=signed,
        )
    return Response(body, 201)


def _lock(order: RemovalOrder) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
    Dossier.objects.select_for_update().get(pk=order.dossier_id)


def _replay(kept: Submission, ask: Asked) -> Response:
    if kept.request_digest != ask.digest and not _says_the_same(kept, ask):
        raise Problem("idempotency-key-reused", "This Idempotency-Key was used for another request before.")
    return Response(kept.answer, kept.status, headers={"Idempotent-Replayed": "true"})


def _says_the_same(kept: Submission, ask: Asked) -> bool:
    """Whether the request kept went to the same address with the same JSON, written in another way."""
    body = bytes(kept.body.content)
    return kept.request_digest == _digest(ask.path, body) and _value(body) == _value(ask.body)


def _value(body: bytes) -> str:
    return json.dumps(json.loads(body), sort_keys=True)  # as text, since True == 1 in Python


def _lock_not_had(error: Any) -> bool:
    lock_not_available = getattr(error.__cause__, "sqlstate", "") == "55P03"
    return lock_not_available or "database is locked" in str(error)
