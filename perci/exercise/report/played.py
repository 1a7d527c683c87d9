"""What an exercise left behind: its run, its scenario, and its orders as of the end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db.models import Q

from orders.evidence.reports import reading
from orders.evidence.reports.reading import ReportedOrder
from orders.evidence.reports.spans import Span
from orders.models import Ground, LedgerEntry
from perci.exercise.directory import BUNDLE, SCENARIO, read_run
from perci.exercise.scenario.model import DAY, Scenario
from perci.exercise.scenario.reading import read

BESIDES = (
    "clarify",
    "submit",
    "put_on_hold",
    "open_scrutiny",
    "request_scrutiny",
)  # acts that no report of the law counts


@dataclass(frozen=True)
class Played:
    """An exercise that has ended; `orders` are those that the scenario let begin, not those on record before.

    `bundled`: its evidence bundle is beside it.
    """

    run: Mapping[str, Any]
    scenario: Scenario
    orders: tuple[ReportedOrder, ...]
    as_of: datetime
    bundled: bool

    @cached_property
    def families(self) -> dict[str, str]:
        """The entry of the scenario that each provider's code belongs to."""
        return {code: provider.code for provider in self.scenario.providers for code in provider.codes}

    @cached_property
    def streams(self) -> dict[str, str]:
        """The stream that each order came with, by reference."""
        return {reference: name for name, references in self.run["streams"].items() for reference in references}

    @cached_property
    def entries(self) -> dict[str, list[LedgerEntry]]:
        """By reference, the entries of acts that are counted besides."""
        found: dict[str, list[LedgerEntry]] = defaultdict(list)
        of = [order.order.dossier_id for order in self.orders]
        for entry in LedgerEntry.objects.filter(dossier__in=of, act__in=BESIDES).select_related("dossier"):
            found[entry.dossier.reference].append(entry)
        return found

    @cached_property
    def grounds(self) -> dict[int, list[Ground]]:
        """By item, the grounds that were notified."""
        found: dict[int, list[Ground]] = defaultdict(list)
        for ground in Ground.objects.filter(item__order__in=[order.order.pk for order in self.orders]).order_by("pk"):
            found[ground.item_id].append(ground)
        return found

    def acts(self, order: ReportedOrder, *names: str) -> list[LedgerEntry]:
        """Its entries by these acts."""
        return [entry for entry in self.entries[order.reference] if entry.act in names]

    def chosen(self, of: Mapping[str, str]) -> list[ReportedOrder]:
        """The orders of a provider (or of all that are alike), an authority, a stream, a home."""
        return [order for order in self.orders if all(self._is(order, name, value) for name, value in of.items())]

    def _is(self, order: ReportedOrder, name: str, value: str) -> bool:
        code = order.order.provider.code
        told: dict[str, Iterable[str]] = {
            "provider": (code, self.families.get(code, code)),
            "authority": (order.order.issuing_authority.code,),
            "stream": (self.streams.get(order.reference, ""),),
            "home": (order.home,),
        }
        return value in told[name]


def load(directory: Path) -> Played:
    """The exercise in `directory`, whose database this process is connected to."""
    run = read_run(directory)
    scenario = read(directory / SCENARIO)
    as_of = datetime.fromisoformat(run["ended"])
    span = Span(scenario.starts, as_of + DAY)
    orders = reading.orders(Q(created_at__gte=scenario.starts), span, by="issued_at", as_of=as_of)
    return Played(run, scenario, tuple(orders), as_of, (directory / BUNDLE).is_file())
