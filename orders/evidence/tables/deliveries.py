"""deliveries: one row per attempt to deliver a message about the orders in scope, whatever came of it."""

from collections.abc import Iterator
from datetime import datetime

from orders.evidence.scope import Scope
from orders.evidence.tables._table import CHUNK, Column, Table
from orders.models import Attempt


def _rows(scope: Scope, as_of: datetime) -> Iterator[Attempt]:  # noqa: ARG001  an attempt does not change
    attempts = Attempt.objects.filter(message__dossier__in=scope.orders().order_by().values("dossier"))
    related = attempts.select_related("message__dossier").defer("message__data", "answer_excerpt")
    ordered = related.order_by("message__dossier__reference", "message__recipient", "message__sequence", "number")
    return ordered.iterator(chunk_size=CHUNK)


DELIVERIES: Table[Attempt] = Table(
    "deliveries",
    "one attempt to deliver a message, whatever came of it",
    {
        "message_id": Column(lambda attempt: attempt.message.message_id, "what the receiver deduplicates on"),
        "reference": Column(lambda attempt: attempt.message.dossier.reference, "the order"),
        "event_type": Column(lambda attempt: attempt.message.type, "type of the message"),
        "channel": Column(lambda attempt: attempt.channel, "of the attempt"),
        "attempt": Column(lambda attempt: attempt.number, "number, from 1"),
        "started_at": Column(lambda attempt: attempt.started_at, "of the attempt"),
        "ended_at": Column(lambda attempt: attempt.ended_at, "of the attempt"),
        "http_status": Column(lambda attempt: attempt.http_status, "empty when there was no answer"),
        "outcome": Column(
            lambda attempt: attempt.outcome,
            "accepted, refused, timeout ..., or not_known: its worker ended",
        ),
        "latency_ms": Column(lambda attempt: attempt.latency_ms, "whole milliseconds"),
        "body_sha256": Column(lambda attempt: attempt.body_id, "of the bytes sent"),
        "answer_sha256": Column(lambda attempt: attempt.answer_sha256, "of the bytes answered"),
        "is_receipt": Column(lambda attempt: attempt.is_receipt, "this attempt proved the receipt"),
        "next_attempt_at": Column(
            lambda attempt: attempt.next_attempt_at, "when it was to be tried again; empty when not"
        ),
    },
    _rows,
)
