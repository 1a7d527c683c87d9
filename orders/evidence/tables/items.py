"""items: one row per content item, judged by its latest clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from orders.evidence.scope import Scope
from orders.evidence.tables._table import Table, later, with_standings
from orders.models import ContentItem, Deadline, RemovalOrder
from orders.regulation import limits
from orders.regulation.limits import Verdict
from orders.regulation.regions import Execution
from orders.standings import ItemStanding


@dataclass(frozen=True)
class ItemRow:
    """An item of an order, how it stands, and its latest clock (None when no hour ever ran)."""

    order: RemovalOrder
    standing: ItemStanding

    @property
    def item(self) -> ContentItem:
        return self.standing.item

    @property
    def clock(self) -> Deadline | None:
        return self.standing.clock


def _rows(scope: Scope, as_of: datetime) -> Iterator[ItemRow]:
    for order, standings in with_standings(scope.orders(), as_of=as_of):
        for standing in standings:
            yield ItemRow(order, standing)


def receipt_drift(row: ItemRow) -> timedelta | None:
    """By how much the receipt that the provider asserts is later than the one the channel proves."""
    stated, proven = row.item.provider_received_at, row.order.received_at
    return stated - proven if stated and proven else None


def to_measure(row: ItemRow) -> timedelta | None:
    """From the start of the hour to the measure; negative when the measure came before (already gone, clock skew)."""
    return row.clock.taken_at - row.clock.starts_at if row.clock and row.clock.taken_at else None


def kpi_42(row: ItemRow) -> str | None:
    """Whether the item counts in KPI 42 of SWD(2024)36, orders handled within one hour; None while not decided."""
    if row.item.execution == Execution.ALREADY_GONE:
        return "excluded_already_gone"
    if row.order.issued_at and not row.order.open:
        return "excluded_annulled"
    if row.standing.verdict is None:
        return None
    return "excluded_displaced" if row.standing.verdict is Verdict.DISPLACED else "counted"


ITEMS: Table[ItemRow] = Table(
    "items",
    {
        "reference": lambda row: row.order.reference,
        "item": lambda row: row.item.number,
        "url_sha256": lambda row: row.item.url_sha256,
        "url": lambda row: row.item.url,
        "kind": lambda row: row.item.kind,
        "execution": lambda row: row.item.execution,
        "measure": lambda row: row.item.measure,
        "taken_at": lambda row: row.item.taken_at,
        "reported_at": lambda row: row.item.reported_at,
        "provider_received_at": lambda row: row.item.provider_received_at,
        "receipt_drift_s": receipt_drift,
        "observed_gone_at": later,
        "observed_status": later,
        "basis": lambda row: row.standing.basis,
        "discrepancy": later,
        "hour_started_at": lambda row: row.clock and row.clock.starts_at,
        "start_ground": lambda row: row.clock and row.clock.ground,
        "due_at": lambda row: row.standing.due_at,
        "seconds_to_measure": to_measure,
        "verdict": lambda row: row.standing.verdict,
        "late_by_s": lambda row: row.clock and limits.late_by(row.clock.facts()),
        "already_gone": lambda row: row.item.execution == Execution.ALREADY_GONE if row.item.measure else None,
        "preserved_until": later,
        "content_provider_informed_at": later,
        "reinstatement_due_at": later,
        "reinstated_at": later,
        "kpi_42": kpi_42,
    },
    _rows,
)
