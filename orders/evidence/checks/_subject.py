"""One dossier under examination, and what is found wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from orders.models import AuthorityKey, Deadline, Dossier, Ground, LedgerEntry, OutboxMessage, RemovalOrder


@dataclass(frozen=True)
class Finding:
    """Something that is not as the record says. `number` is the ledger entry concerned, None when there is none."""

    reference: str
    number: int | None
    differs: str

    def __str__(self) -> str:
        entry = f", entry {self.number}" if self.number is not None else ""
        return f"{self.reference}{entry}: {self.differs}"


@dataclass(frozen=True)
class Subject:
    """A dossier with all its rows, already read; `order` is None for a dossier of another kind."""

    dossier: Dossier
    order: RemovalOrder | None
    entries: list[LedgerEntry]
    clocks: list[Deadline]
    messages: list[OutboxMessage]
    keys: dict[str, AuthorityKey]

    def finding(self, number: int | None, differs: str) -> Finding:
        return Finding(self.dossier.reference, number, differs)

    def differs(self, number: int | None, what: str, *, is_: Any, should: Any) -> Iterator[Finding]:
        """A finding when `is_`, what a row says, is not what it should be."""
        if is_ != should:
            yield self.finding(number, f"{what} is {_shown(is_)}, but should be {_shown(should)}")

    def rows(self) -> dict[str, Any]:
        """The rows that have states, under their names in the ledger: order, item:1 ..., scrutiny."""
        if self.order is None:
            return {}
        items = {f"item:{item.number}": item for item in self.order.items.all()}
        scrutiny = getattr(self.order, "scrutiny", None)
        return {"order": self.order, **items, **({"scrutiny": scrutiny} if scrutiny else {})}

    def grounds(self) -> list[Ground]:
        """The Annex III grounds of all items."""
        items = self.order.items.all() if self.order else []
        return [ground for item in items for ground in item.grounds.all()]

    def of_act(self, act: str) -> list[LedgerEntry]:
        return [entry for entry in self.entries if entry.act == act]

    def entry(self, number: int | None) -> LedgerEntry | None:
        """The entry with that number; chains were checked before, so its place tells."""
        return self.entries[number - 1] if number and number <= len(self.entries) else None


def _shown(value: object) -> str:
    return "empty" if value in (None, "") else str(value)
