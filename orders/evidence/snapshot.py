"""One consistent view of the database for a long reading, while others go on writing."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is as it was at the first reading; within a transaction, what that one sees."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.in_atomic_block:
        yield
    elif database.vendor == "postgresql":
        with transaction.atomic(), database.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with _deferred(database):
            yield


@contextmanager
def _deferred(database: Any) -> Iterator[None]:
    """A transaction of SQLite without the write lock that ours otherwise take at once, so that writers only queue."""
    database.ensure_connection()
    usual, database.transaction_mode = database.transaction_mode, "DEFERRED"
    with ExitStack() as stack:
        try:
            stack.enter_context(transaction.atomic())
        finally:
            database.transaction_mode = usual
        yield
