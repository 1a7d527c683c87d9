"""Which rows may still come to light: keys are given in one order and committed in another."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import connection
from django.db.models import Max, Q

from orders.evidence.sealing.kinds import KINDS, Kind
from orders.models import Checkpoint

# Whoever inserts holds this lock of the table from before a key is given until the transaction has ended and can be
# seen; it can be read by any role. What is done in other databases of the server, or in other tables, holds nothing
# back. Read in one go, so that a writer and its number are of one instant.
WRITERS = """
    WITH held AS MATERIALIZED (SELECT * FROM pg_locks WHERE granted)
    SELECT writer.relation::regclass::text, number.transactionid::text::bigint
    FROM held writer LEFT JOIN held number
        ON number.virtualtransaction = writer.virtualtransaction AND number.locktype = 'transactionid'
    WHERE writer.locktype = 'relation' AND writer.mode = 'RowExclusiveLock'
        AND writer.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND writer.relation = ANY(%s::regclass[])
"""
NUMBERS = 1 << 32  # of transactions, that pg_locks tells apart


class Horizon(NamedTuple):
    """The number of this transaction, and the oldest that writes a table and has not ended, by table.

    A writer of the ledger is a transaction before it gets a key, since it locks or makes its dossier first.
    """

    transaction: int
    oldest: Mapping[str, int]


def reached() -> dict[str, int]:
    """The highest key that can be seen, by kind. Ask before the transaction that shall seal has begun to write."""
    return {kind.name: kind.model.objects.aggregate(highest=Max("pk"))["highest"] or 0 for kind in KINDS}


def horizon() -> Horizon:
    """As of now; on SQLite nothing is written beside us, so that everything has settled."""
    if connection.vendor != "postgresql":
        return Horizon(0, {})
    oldest: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")  # which makes this a writing transaction
        ours = cursor.fetchone()[0]
        cursor.execute(WRITERS, [[kind.table for kind in KINDS]])
        for table, number in cursor.fetchall():
            begun = 0 if number is None else counted_on(number, near=ours)  # without a number nothing is known of it
            oldest[table] = min(begun, oldest.get(table, begun))
    return Horizon(ours, oldest)


def counted_on(number: int, *, near: int) -> int:
    """The whole number of a transaction of which `number` is the lower half: the one that is nearest to `near`."""
    ahead = (number - near) % NUMBERS
    return near + (ahead if ahead < NUMBERS // 2 else ahead - NUMBERS)


def settled(now: Horizon, kind: Kind, reached: Mapping[str, int]) -> int:
    """The key up to which all rows that will ever be can be seen; what is `reached` was so before `now` began."""
    oldest = now.oldest.get(kind.table, now.transaction)
    if now.transaction <= oldest:
        return reached[kind.name]
    # One of a number still to come was in another cluster, from which this database was restored.
    ended = Q(transaction__lte=oldest) | Q(transaction__gt=now.transaction)
    earlier = Checkpoint.objects.filter(ended).order_by("-number").values_list("reached", flat=True)
    return int((earlier.first() or {}).get(kind.name, 0))
