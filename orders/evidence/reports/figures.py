"""A report: sections of figures, each computed from the very rows that can be opened behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil, inf
from typing import Any, NamedTuple

from orders.evidence.reports.spans import Span

ORDERS, ITEMS, ACTS, HOURS = "orders", "items", "acts", "hours"  # what one row behind a figure is
SHARE, SECONDS = "%", "seconds"


class Behind(NamedTuple):
    """One order, item, hour or ledger entry behind a figure; `entry` is the number of the ledger entry that shows it.

    `hit` says whether it is in the numerator of a share, `seconds` is what a length of time is taken from.
    """

    reference: str
    item: int | None
    entry: int | None
    at: datetime | None
    says: str
    hit: bool = True
    seconds: float | None = None


Measure = Callable[[Sequence[Behind]], float | int | None]


def count(rows: Sequence[Behind]) -> int:
    return len(rows)


def share(rows: Sequence[Behind]) -> float | None:
    """The hits in percent; unknown where there is nothing to take a share of."""
    return 100 * sum(row.hit for row in rows) / len(rows) if rows else None


def percentile(percent: int) -> Measure:
    """The nearest rank: the smallest length that `percent` of the rows do not exceed, so one that occurred.

    A row without a length is longer than any; where the rank falls on one of those the percentile is not reached.
    """

    def nearest_rank(rows: Sequence[Behind]) -> float | None:
        lengths = sorted(inf if row.seconds is None else row.seconds for row in rows)
        found = lengths[max(ceil(len(lengths) * percent / 100), 1) - 1] if lengths else inf
        return None if found == inf else found

    return nearest_rank


def longest(rows: Sequence[Behind]) -> float | None:
    """The longest of the lengths that are known."""
    return max((row.seconds for row in rows if row.seconds is not None), default=None)


@dataclass(frozen=True)
class Figure:
    """One cell. `behind` None means that its value is not known, and `why` says why; unknown is never zero."""

    id: str
    label: str
    law: str
    unit: str
    rule: str
    behind: tuple[Behind, ...] | None
    measure: Measure = count
    kpi: str = ""
    why: str = ""
    party: str = ""

    @property
    def value(self) -> float | int | None:
        """By construction what its rows say."""
        return None if self.behind is None else self.measure(self.behind)

    @property
    def unknown(self) -> str:
        """Why there is no value; empty where there is one."""
        if self.value is not None:
            return ""
        return self.why or "Nothing in this period to take it from."

    @property
    def of(self) -> int | None:
        """How many rows a share or a length was taken from."""
        return None if self.behind is None or self.measure is count else len(self.behind)


@dataclass(frozen=True)
class Section:
    """Figures that belong together. Those of a section that is a `partition` add up to its `total`."""

    id: str
    title: str
    figures: tuple[Figure, ...]
    note: str = ""
    total: Figure | None = None
    chart: str = ""

    @property
    def all(self) -> tuple[Figure, ...]:
        return (*((self.total,) if self.total else ()), *self.figures)

    @property
    def partition(self) -> bool:
        return self.total is not None


@dataclass(frozen=True)
class Report:
    """What one party's record says about one span, as of an instant."""

    kind: str
    title: str
    law: str
    party: str
    party_name: str
    span: Span
    as_of: datetime
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for section in self.sections for figure in section.all)

    def figure(self, name: str) -> Figure | None:
        """The figure with the id `name`, or None."""
        return next((figure for figure in self.figures if figure.id == name), None)

    @property
    def name(self) -> str:
        """As a file is named: article-8-de-fpo-2026."""
        span = str(self.span.year or f"{self.span.since:%Y%m%d}-{self.span.until:%Y%m%d}")
        return "-".join(filter(None, (f"article-{self.kind}" if self.kind.isdigit() else self.kind, self.party, span)))


def unknown(id_: str, label: str, law: str, unit: str, why: str, **more: Any) -> Figure:
    """A figure whose value the record does not hold, and why."""
    return Figure(id_, label, law, unit, "", None, why=why, **more)
