"""orders: one row per removal order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from orders import standings
from orders.evidence.scope import Scope
from orders.evidence.tables._table import Table, later, with_standings
from orders.models import LedgerEntry, OutboxMessage, Receipt, RemovalOrder
from orders.regulation.annexes import LEGAL_BASIS
from orders.standings import ItemStanding


@dataclass(frozen=True)
class OrderRow:
    """An order with what was read beside it."""

    order: Any  # a RemovalOrder, annotated by `_counted`
    standings: list[ItemStanding]
    issued: OutboxMessage | None
    copied: OutboxMessage | None

    @property
    def receipt(self) -> Receipt | None:
        return getattr(self.issued, "receipt", None)

    @property
    def home(self) -> str:
        """The home Member State: frozen at issue when a home authority was named then."""
        frozen = self.order.home_authority
        return str(frozen.member_state if frozen else self.order.provider.home_state)


def _rows(scope: Scope, as_of: datetime) -> Iterator[OrderRow]:
    wanted = OutboxMessage.objects.filter(type__in=("order.issued", "order.copied")).defer("data")
    messages = Prefetch("dossier__messages", queryset=wanted.select_related("receipt"))
    orders = _counted(scope).select_related("drafted_by", "approved_by")
    for order, items in with_standings(orders, messages, as_of=as_of):
        sent = {message.type: message for message in order.dossier.messages.all()}
        yield OrderRow(order, items, sent.get("order.issued"), sent.get("order.copied"))


def _counted(scope: Scope) -> Any:
    earlier = RemovalOrder.objects.filter(
        issuing_authority=OuterRef("issuing_authority"),
        provider=OuterRef("provider"),
    ).filter(Q(issued_at__lt=OuterRef("issued_at")) | Q(issued_at=OuterRef("issued_at"), pk__lt=OuterRef("pk")))
    return scope.orders().annotate(
        follows_another=Exists(earlier),
        annex_ii_count=_entries("report_removal"),
        annex_iii_count=_entries("report_impossibility", "seek_clarification"),
        clarification_loops=_entries("clarify"),
    )


def _entries(*acts: str) -> Coalesce:
    found = LedgerEntry.objects.filter(dossier=OuterRef("dossier"), act__in=acts).order_by()
    counted = found.values("dossier").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


ORDERS: Table[OrderRow] = Table(
    "orders",
    {
        "reference": lambda row: row.order.reference,
        "issuing_ms": lambda row: row.order.issuing_authority.member_state,
        "issuing_authority": lambda row: row.order.issuing_authority.code,
        "provider": lambda row: row.order.provider.code,
        "home_ms": lambda row: row.home,
        "cross_border": lambda row: row.home not in ("", row.order.issuing_authority.member_state),
        "no_home_ms": lambda row: not row.home,
        "legal_basis": lambda row: LEGAL_BASIS,
        "language": lambda row: row.order.language,
        "categories": lambda row: row.order.categories,
        "item_count": lambda row: len(row.standings),
        "first_order": lambda row: not row.order.follows_another if row.order.issued_at else None,
        "prior_information_at": later,
        "emergency": later,
        "emergency_reason": later,
        "drafted_by": lambda row: row.order.drafted_by and row.order.drafted_by.pseudonym,
        "approved_by": lambda row: row.order.approved_by and row.order.approved_by.pseudonym,
        "issued_at": lambda row: row.order.issued_at,
        "sent_at": lambda row: row.order.sent_at,
        "delivered_at": lambda row: row.issued and row.issued.delivered_at,
        "received_at": lambda row: row.order.received_at,
        "receipt_channel": lambda row: row.receipt and row.receipt.channel,
        "receipt_rule": lambda row: row.receipt and row.receipt.rule,
        "acknowledged_at": lambda row: row.order.acknowledged_at,
        "copy_sent_at": lambda row: row.copied and row.copied.created_at,
        "copy_received_at": lambda row: row.copied and row.copied.delivered_at,
        "preparation": lambda row: row.order.preparation,
        "transmission": lambda row: row.order.transmission,
        "force": lambda row: row.order.force,
        "force_at": lambda row: row.order.force_at,
        "disclosure": lambda row: row.order.disclosure,
        "withheld_until": later,
        "summary": lambda row: standings.summary(row.order, row.standings),
        "annex_ii_count": lambda row: row.order.annex_ii_count,
        "annex_iii_count": lambda row: row.order.annex_iii_count,
        "clarification_loops": lambda row: row.order.clarification_loops,
        "scrutiny_outcome": later,
        "final_at": later,
        "sent_for_penalty_at": later,
        "generation": lambda row: row.order.dossier.generation,
        "simulated": lambda row: True,
        "limit_scale": lambda row: row.order.limit_scale,
        "rule_version": lambda row: row.order.rule_version,
    },
    _rows,
)
