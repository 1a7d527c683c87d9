"""events: one row per entry of the ledgers of the orders in scope, enough to recompute every digest."""

from collections.abc import Iterator
from datetime import datetime

from orders.evidence.scope import Scope
from orders.evidence.tables._table import CHUNK, Table, later
from orders.models import LedgerEntry


def _rows(scope: Scope, as_of: datetime) -> Iterator[LedgerEntry]:  # noqa: ARG001  what happened does not depend on when one looks
    entries = LedgerEntry.objects.filter(dossier__in=scope.orders().order_by().values("dossier"))
    return entries.select_related("dossier").order_by("dossier__reference", "number").iterator(chunk_size=CHUNK)


EVENTS: Table[LedgerEntry] = Table(
    "events",
    {
        "reference": lambda entry: entry.dossier.reference,
        "number": lambda entry: entry.number,
        "act": lambda entry: entry.act,
        "article": lambda entry: entry.article,
        "actor_role": lambda entry: entry.actor_role,
        "actor_party": lambda entry: entry.actor_party,
        "actor_person": lambda entry: entry.actor_person,
        "channel": lambda entry: entry.channel,
        "occurred_at": lambda entry: entry.occurred_at,
        "recorded_at": lambda entry: entry.recorded_at,
        "facts": lambda entry: entry.facts,
        "previous_digest": lambda entry: entry.previous_digest,
        "digest": lambda entry: entry.digest,
        "leaf_index": later,
    },
    _rows,
)
