"""orders: one row per removal order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, Max, OuterRef, Prefetch, Subquery, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from orders import standings
from orders.evidence.scope import Scope
from orders.evidence.tables._table import Column, Table, later, private, with_standings
from orders.models import Ground, LedgerEntry, OutboxMessage, Receipt
from orders.regulation.annexes import LEGAL_BASIS
from orders.regulation.regions import Force, GroundKind
from orders.standings import ItemStanding

QUESTIONS = (GroundKind.MANIFEST_ERRORS, GroundKind.INSUFFICIENT_INFORMATION)


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
    decided = LedgerEntry.objects.filter(dossier=OuterRef("dossier"), act="decide_scrutiny").order_by("-number")
    return scope.orders().annotate(
        scrutiny_outcome=Subquery(decided.annotate(outcome=KT("facts__outcome")).values("outcome")[:1]),
        annex_ii_count=_entries("report_removal"),
        annex_iii_count=_entries("report_impossibility", "seek_clarification"),
        clarification_loops=Coalesce(Subquery(_loops(), output_field=IntegerField()), 0),
    )


def _loops() -> Any:
    """Of the item asked about most often: the clarifications of its questions, and one more where one still waits."""
    asked = Ground.objects.filter(item__order=OuterRef("pk"), kind__in=QUESTIONS).order_by().values("item")
    waiting = Max(Case(When(clarified_by=None, then=1), default=0))
    counted = asked.annotate(loops=Count("clarified_by", distinct=True) + waiting)
    return counted.order_by("-loops").values("loops")[:1]


def _entries(*acts: str) -> Coalesce:
    found = LedgerEntry.objects.filter(dossier=OuterRef("dossier"), act__in=acts).order_by()
    counted = found.values("dossier").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


ORDERS: Table[OrderRow] = Table(
    "orders",
    "one removal order, as it stands",
    {
        "reference": Column(lambda row: row.order.reference, "Member State, year and number"),
        "issuing_ms": Column(
            lambda row: row.order.issuing_authority.member_state, "Member State of the issuing authority"
        ),
        "issuing_authority": Column(lambda row: row.order.issuing_authority.code, "its code"),
        "provider": Column(lambda row: row.order.provider.code, "code of the provider addressed"),
        "home_ms": Column(
            lambda row: row.home,
            "Member State of the provider's main establishment or legal representative; "
            "frozen at issue where a home authority got the copy",
        ),
        "cross_border": Column(
            lambda row: row.home not in ("", row.order.issuing_authority.member_state),
            "the home Member State is another one, Art. 4(1)",
        ),
        "no_home_ms": Column(lambda row: not row.home, "the provider has no home in the Union"),
        "legal_basis": Column(lambda row: LEGAL_BASIS, "the act of law"),
        "language": Column(lambda row: row.order.language, "of the order"),
        "categories": Column(lambda row: row.order.categories, "boxes of Art. 2(7) ticked"),
        "item_count": Column(lambda row: len(row.standings), "URLs in the order"),
        "first_order": Column(
            lambda row: row.order.first_order if row.order.issued_at else None,
            "the first order of this authority to this provider, Art. 3(2), as FIRST_ORDER counted at issue; "
            "empty before, false for test orders",
        ),
        "prior_information_at": Column(
            lambda row: row.order.prior_information_at, "when the provider was informed beforehand, Art. 3(2)"
        ),
        "emergency": Column(lambda row: row.order.emergency, "a duly justified case of emergency, Art. 3(2)"),
        "emergency_reason": private(lambda row: row.order.emergency_reason, "its justification"),
        "drafted_by": Column(
            lambda row: row.order.drafted_by and row.order.drafted_by.pseudonym,
            "pseudonym of the person who wrote last; empty for a machine",
        ),
        "approved_by": Column(
            lambda row: row.order.approved_by and row.order.approved_by.pseudonym, "pseudonym of the second person"
        ),
        "issued_at": Column(lambda row: row.order.issued_at, "signed and in force"),
        "sent_at": Column(lambda row: row.order.sent_at, "handed to the channel"),
        "delivered_at": Column(
            lambda row: row.issued and row.issued.delivered_at, "when the channel delivered the order to the provider"
        ),
        "received_at": Column(lambda row: row.order.received_at, "receipt, which starts the hour"),
        "receipt_channel": Column(lambda row: row.receipt and row.receipt.channel, "channel that proves the receipt"),
        "receipt_rule": Column(lambda row: row.receipt and row.receipt.rule, "what proved it"),
        "acknowledged_at": Column(lambda row: row.order.acknowledged_at, "seen by the provider; changes no clock"),
        "copy_sent_at": Column(lambda row: row.copied and row.copied.created_at, "copy to the home authority sent"),
        "copy_received_at": Column(
            lambda row: row.copied and row.copied.delivered_at, "copy placed in the home authority's notices"
        ),
        "preparation": Column(lambda row: row.order.preparation, "state"),
        "transmission": Column(lambda row: row.order.transmission, "state"),
        "force": Column(lambda row: row.order.force, "state"),
        "force_at": Column(lambda row: row.order.force_at, "since when"),
        "disclosure": Column(lambda row: row.order.disclosure, "state"),
        "withheld_until": Column(
            lambda row: row.order.withheld_until, "end of the secrecy decided last, Art. 11(3), even if ended before"
        ),
        "summary": Column(
            lambda row: standings.summary(row.order, row.standings), "derived roll-up of the items as of the export"
        ),
        "annex_ii_count": Column(lambda row: row.order.annex_ii_count, "Annex II reports recorded"),
        "annex_iii_count": Column(lambda row: row.order.annex_iii_count, "Annex III notices recorded"),
        "clarification_loops": Column(
            lambda row: row.order.clarification_loops,
            "how often the provider asked about one item, at most, Art. 3(8); questions answered together count once",
        ),
        "scrutiny_outcome": Column(
            lambda row: row.order.scrutiny_outcome,
            "the last reasoned decision under Art. 4: infringement, no_infringement, or window_closed for an "
            "inadmissible request; empty: none",
        ),
        "final_at": Column(
            lambda row: row.order.force_at if row.order.force == Force.FINAL else None,
            "since when it is final, Art. 3(9); empty when it is not, or no longer",
        ),
        "sent_for_penalty_at": later("Art. 18"),
        "generation": Column(lambda row: row.order.dossier.generation, "number of the last ledger entry"),
        "simulated": Column(lambda row: True, "always true"),
        "limit_scale": Column(
            lambda row: row.order.limit_scale, "what the legal length of a limit is multiplied by here"
        ),
        "rule_version": Column(lambda row: row.order.rule_version, "rules by which the clocks are judged"),
    },
    _rows,
)
