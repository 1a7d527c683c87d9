"""Where PostgreSQL finds the rows of the tables that it writes by itself: the same rows as the declared tables read."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONArray, JSONObject

from orders.evidence.bagging.copying import Kind, Source
from orders.evidence.bagging.cut import Cut
from orders.models import Attempt, LedgerEntry

ENTRY = {
    "reference": ("dossier__reference", Kind.TEXT),
    "number": ("number", Kind.PLAIN),
    "act": ("act", Kind.TEXT),
    "article": ("article", Kind.TEXT),
    "actor_role": ("actor_role", Kind.TEXT),
    "actor_party": ("actor_party", Kind.TEXT),
    "actor_person": ("actor_person", Kind.TEXT),
    "channel": ("channel", Kind.TEXT),
    "occurred_at": ("occurred_at", Kind.INSTANT),
    "recorded_at": ("recorded_at", Kind.INSTANT),
    "facts": ("facts", Kind.OBJECT),
    "salts": ("salts", Kind.OBJECT),
    "previous_digest": ("previous_digest", Kind.TEXT),
    "digest": ("digest", Kind.TEXT),
    "leaf_index": ("leaf__index", Kind.PLAIN),
}
ATTEMPT = {
    "message_id": ("message__message_id", Kind.TEXT),
    "reference": ("message__dossier__reference", Kind.TEXT),
    "event_type": ("message__type", Kind.TEXT),
    "channel": ("channel", Kind.TEXT),
    "attempt": ("number", Kind.PLAIN),
    "started_at": ("started_at", Kind.INSTANT),
    "ended_at": ("ended_at", Kind.INSTANT),
    "http_status": ("http_status", Kind.PLAIN),
    "outcome": ("outcome", Kind.TEXT),
    "latency_ms": ("latency_ms", Kind.PLAIN),
    "body_sha256": ("body", Kind.TEXT),
    "answer_sha256": ("answer_sha256", Kind.TEXT),
    "is_receipt": ("is_receipt", Kind.PLAIN),
    "next_attempt_at": ("next_attempt_at", Kind.INSTANT),
}


def entries(cut: Cut) -> Source:
    """The rows of events."""
    return Source(cut.entries(), ENTRY)


def attempts(cut: Cut) -> Source:
    """The rows of deliveries, by the rule of `Cut.attempts` as one condition."""
    said = JSONObject(told=JSONArray(JSONObject(message=OuterRef("message__message_id"))))
    under = LedgerEntry.objects.filter(leaf__index__lt=cut.checkpoint.tree_size)
    told = under.filter(dossier=OuterRef("message__dossier"), facts__contains=said)
    by_itself = Q(message__leaf__index__lt=cut.checkpoint.tree_size)
    own = Attempt.objects.filter(message__dossier__in=cut.entries().order_by().values("dossier"))
    found = own.filter(leaf__index__lt=cut.checkpoint.tree_size).filter(Exists(told) | by_itself)
    return Source(
        found.order_by("message__dossier__reference", "message__recipient", "message__sequence", "number"), ATTEMPT
    )


SOURCES: dict[str, Callable[[Cut], Source]] = {"events": entries, "deliveries": attempts}
