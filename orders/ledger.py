"""Appends to the chain of a dossier; the dossier's row is locked by whoever calls."""

from collections.abc import Iterable
from typing import Any

from orders import commitments
from orders.models import Dossier, LedgerEntry

FIRST = "0" * 64  # the previous digest of a dossier's first entry


def head(dossier: Dossier) -> LedgerEntry | None:
    """The last entry of `dossier`, or None."""
    return LedgerEntry.objects.filter(dossier=dossier).order_by("-number").first()


def chained(dossier: Dossier, after: LedgerEntry | None, **columns: Any) -> LedgerEntry:
    """The entry that follows `after`, its digest computed, not yet saved.

    `occurred_at` need not rise along a chain; `recorded_at` does, whatever order the requests arrived in.
    """
    recorded_at = columns.pop("recorded_at")
    entry = LedgerEntry(
        dossier=dossier,
        number=after.number + 1 if after else 1,
        recorded_at=max(recorded_at, after.recorded_at) if after else recorded_at,
        previous_digest=after.digest if after else FIRST,
        salts=commitments.salts(columns["facts"]),
        **columns,
    )
    entry.digest = entry.computed_digest()
    return entry


def append(entries: Iterable[LedgerEntry]) -> None:
    """Write entries made by `chained`."""
    LedgerEntry.objects.bulk_create(entries)
