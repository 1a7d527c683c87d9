"""One table of an export: its columns in order, how each is read, and where the rows come from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from django.db.models import Prefetch, QuerySet

from orders import standings
from orders.evidence.scope import Scope
from orders.evidence.verifier.withheld import WITHHELD
from orders.models import Deadline, RemovalOrder
from orders.standings import ItemStanding

Row = TypeVar("Row")
CHUNK = 500  # rows held in memory at a time


class Column(NamedTuple):
    """How a column is read from a row, None meaning unknown, what it means, and what stands there when withheld."""

    read: Callable[[Any], object]
    meaning: str
    withheld: Callable[[Any], object] | None = None

    def reader(self, *, withhold: bool) -> Callable[[Any], object]:
        """What a bundle that withholds, or one that does not, reads it with."""
        return self.withheld if withhold and self.withheld else self.read


def private(read: Callable[[Any], object], meaning: str) -> Column:
    """A column of texts or addresses that a bundle may withhold; whether there is one is still seen."""
    return Column(read, meaning, lambda row: WITHHELD if read(row) else None)


@dataclass(frozen=True)
class Table(Generic[Row]):
    """`rows(scope, as_of)` streams; `meaning` says what one row is."""

    name: str
    meaning: str
    columns: Mapping[str, Column]
    rows: Callable[[Scope, datetime], Iterator[Row]]

    def read(self, row: Row) -> list[object]:
        """The values of `row` in the order of the columns."""
        return [column.read(row) for column in self.columns.values()]


def later(meaning: str) -> Column:
    """A column whose subject the software does not hold yet: unknown, never 0."""
    return Column(lambda row: None, f"not held yet, so empty: {meaning}")


def with_standings(
    orders: QuerySet[RemovalOrder], *prefetch: Prefetch, as_of: datetime
) -> Iterator[tuple[RemovalOrder, list[ItemStanding]]]:
    """Stream `orders` with the standing of each item at `as_of`, in a few queries per chunk."""
    clocks = Prefetch("dossier__deadlines", queryset=Deadline.objects.order_by("pk"))
    related = orders.select_related("dossier", "issuing_authority", "provider", "home_authority")
    for order in related.prefetch_related("items__observations", clocks, *prefetch).iterator(chunk_size=CHUNK):
        yield order, standings.of_rows(order.items.all(), order.dossier.deadlines.all(), at=as_of)
