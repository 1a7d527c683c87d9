"""What one ledger entry says, read without trusting its shape."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from orders.models import LedgerEntry


def effects(entry: LedgerEntry) -> list[tuple[str, str, str, str]]:
    """What the entry moved: row, region, state before, state after."""
    return [(row, region, before, after) for row, region, before, after in entry.facts.get("effects", [])]


def moved_items(entry: LedgerEntry, region: str, into: Collection[str]) -> list[str]:
    """The items whose `region` the entry moved into one of these states, by their name in the ledger."""
    return [row for row, moved, _, after in effects(entry) if moved == region and after in into]


def measure_in(entry: LedgerEntry, item: int) -> dict[str, Any]:
    """What the Annex II in `entry` says of `item`; empty when it says nothing."""
    measures = (entry.facts.get("annex_ii") or {}).get("measures", [])
    return next((measure for measure in measures if measure.get("item") == item), {})


def is_when(entry: LedgerEntry, before: LedgerEntry | None, at: datetime) -> bool:
    """Whether `at` can be the instant at which `entry` was written.

    That is its recorded_at, unless that was raised to recorded_at of the entry `before`: then `at` is no later.
    """
    raised = before is not None and before.recorded_at == entry.recorded_at
    return at <= entry.recorded_at if raised else at == entry.recorded_at
