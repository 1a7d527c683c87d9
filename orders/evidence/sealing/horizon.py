"""Which entries may still come to light: keys are given in one order and committed in another."""

from typing import NamedTuple

from django.db import connection
from django.db.models import Max, Q

from orders.models import Checkpoint, LedgerEntry


class Horizon(NamedTuple):
    """What this transaction is, and the oldest that has not ended. Whatever an earlier one wrote can be seen, if ever.

    A writer of the ledger is a transaction before it gets a key, since it locks or makes its dossier first.
    """

    transaction: int
    oldest: int


def reached() -> int:
    """The highest key of an entry that can be seen. Ask before the transaction that shall seal has begun to write."""
    return LedgerEntry.objects.aggregate(highest=Max("pk"))["highest"] or 0


def horizon() -> Horizon:
    """As of now; on SQLite nothing is written beside us, so that everything has settled."""
    if connection.vendor != "postgresql":
        return Horizon(0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")  # which makes this a writing transaction
        ours = cursor.fetchone()[0]
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return Horizon(ours, cursor.fetchone()[0])


def settled(now: Horizon, highest: int) -> int:
    """The key up to which all entries that will ever be can be seen; `highest` was reached before `now` began."""
    if now.transaction <= now.oldest:
        return highest
    # One of a number still to come was in another cluster, from which this database was restored.
    ended = Q(transaction__lte=now.oldest) | Q(transaction__gt=now.transaction)
    earlier = Checkpoint.objects.filter(ended).order_by("-number").values_list("reached", flat=True)
    return earlier.first() or 0
