"""What was entered since: the parties learn from the record what concerns them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders.models import LedgerEntry


@dataclass(frozen=True)
class Heard:
    """An entry about one order."""

    act: str
    reference: str
    number: int
    occurred_at: datetime
    facts: Mapping[str, Any]


class Listener:
    """Reads each entry once, in the order in which they were written."""

    def __init__(self) -> None:
        self._read = LedgerEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def news(self) -> Iterator[Heard]:
        """What was entered since the last time."""
        columns = ("pk", "act", "dossier__reference", "number", "occurred_at", "facts")
        for key, *entry in LedgerEntry.objects.filter(pk__gt=self._read).order_by("pk").values_list(*columns):
            self._read = key
            yield Heard(*entry)
