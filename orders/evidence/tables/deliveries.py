"""deliveries: one row per attempt to deliver a message about the orders in scope, whatever came of it."""

from collections.abc import Iterator
from datetime import datetime

from orders.evidence.scope import Scope
from orders.evidence.tables._table import CHUNK, Table
from orders.models import Attempt


def _rows(scope: Scope, as_of: datetime) -> Iterator[Attempt]:  # noqa: ARG001  an attempt does not change
    attempts = Attempt.objects.filter(message__dossier__in=scope.orders().order_by().values("dossier"))
    related = attempts.select_related("message__dossier").defer("message__data", "answer_excerpt")
    ordered = related.order_by("message__dossier__reference", "message__recipient", "message__sequence", "number")
    return ordered.iterator(chunk_size=CHUNK)


DELIVERIES: Table[Attempt] = Table(
    "deliveries",
    {
        "message_id": lambda attempt: attempt.message.message_id,
        "reference": lambda attempt: attempt.message.dossier.reference,
        "event_type": lambda attempt: attempt.message.type,
        "channel": lambda attempt: attempt.channel,
        "attempt": lambda attempt: attempt.number,
        "started_at": lambda attempt: attempt.started_at,
        "ended_at": lambda attempt: attempt.ended_at,
        "http_status": lambda attempt: attempt.http_status,
        "outcome": lambda attempt: attempt.outcome,
        "latency_ms": lambda attempt: attempt.latency_ms,
        "body_sha256": lambda attempt: attempt.body_id,
        "answer_sha256": lambda attempt: attempt.answer_sha256,
        "is_receipt": lambda attempt: attempt.is_receipt,
        "next_attempt_at": lambda attempt: attempt.next_attempt_at,
    },
    _rows,
)
