"""The orders of a report and their acts, read once; what each figure counts is taken from these rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Min, Prefetch, Q, QuerySet

from orders.evidence.reports.figures import Behind
from orders.evidence.reports.spans import Span
from orders.models import ContentItem, Deadline, LedgerEntry, RemovalOrder
from orders.regulation import limits, outcomes
from orders.regulation.limits import ONE_HOUR
from orders.regulation.outcomes import Implementation, ItemFacts, Outcome
from orders.regulation.regions import Execution, Force

CHUNK = 500
ACTS = (
    "issue", "record_receipt", "report_removal", "lapse", "report_impossibility", "seek_clarification",
    "report_reinstatement", "report_preservation", "record_appeal", "record_judgment", "request_scrutiny",
    "open_scrutiny", "decide_scrutiny", "withdraw",
)  # fmt: skip


@dataclass(frozen=True)
class ReportedItem:
    """One item, its hours (oldest first) and its class as of the report."""

    order: "ReportedOrder"
    item: ContentItem
    hours: tuple[Deadline, ...]
    facts: ItemFacts
    outcome: Outcome

    @property
    def seconds(self) -> float | None:
        """Legal seconds from receipt to the measure."""
        if not self.hours:
            return None
        first = self.hours[0]
        return outcomes.to_measure(first.facts(), first.starts_at, scale=first.scale)

    def behind(self, *, hit: bool = True, seconds: float | None = None) -> Behind:
        """As a row behind a figure: the report of the measure, or the issue of the order where there is none."""
        entry = self.order.entry_of(self.item)
        return Behind(
            self.order.reference, self.item.number, entry.number, self.item.taken_at, self.outcome.gloss, hit, seconds
        )


@dataclass(frozen=True)
class ReportedOrder:
    """An order that was issued, with its items and those of its acts that a figure may count."""

    order: RemovalOrder
    entries: tuple[LedgerEntry, ...]
    as_of: datetime

    @property
    def reference(self) -> str:
        return str(self.order.reference)

    @property
    def home(self) -> str:
        """The provider's Member State: frozen at issue where a home authority got the copy; empty for none."""
        frozen = self.order.home_authority
        return str(frozen.member_state if frozen else self.order.provider.home_state)

    @property
    def crosses_border(self) -> bool:
        return self.home not in ("", self.order.issuing_authority.member_state)

    @cached_property
    def items(self) -> tuple[ReportedItem, ...]:
        return tuple(self._item(item) for item in self.order.items.all())

    def _item(self, item: ContentItem) -> ReportedItem:
        hours = tuple(clock for clock in self.order.dossier.deadlines.all() if clock.item_id == item.pk)
        facts = ItemFacts(item.measure, self.order.force, tuple(hour.facts() for hour in hours))
        return ReportedItem(self, item, hours, facts, outcomes.outcome(facts, now=self.as_of))

    @property
    def implementation(self) -> Implementation:
        """Its class as a whole."""
        return outcomes.implementation(
            [(item.facts.done, item.outcome) for item in self.items], Force(self.order.force)
        )

    def acts(self, *names: str) -> list[LedgerEntry]:
        """Its entries by these acts, oldest first."""
        return [entry for entry in self.entries if entry.act in names]

    def entry_of(self, item: ContentItem) -> LedgerEntry:
        """The entry that recorded the measure for `item`, or that of the issue."""
        reports = (entry for entry in self.acts("report_removal") if moved(entry, item.number))
        return next(reports, self.acts("issue")[0])

    def behind(self, *, says: str = "", hit: bool = True, entry: LedgerEntry | None = None) -> Behind:
        """As a row behind a figure, by the entry of its issue or another."""
        shown = entry or self.acts("issue")[0]
        return Behind(self.reference, None, shown.number, shown.occurred_at, says or self.implementation.gloss, hit)

    def lapses(self) -> Iterator[Behind]:
        """Each hour that ran out with nothing reported: its entry is never taken back (L3)."""
        for entry in self.acts("lapse"):
            if entry.facts.get("code") == ONE_HOUR.code:
                says = "an hour ran out and nothing was reported by then"
                yield Behind(self.reference, entry.facts["item"], entry.number, entry.occurred_at, says)


def moved(entry: LedgerEntry, number: int, *, to: Execution | None = None) -> bool:
    """Whether `entry` moved the execution of the item with this number (to a given state)."""
    return any(
        effect[:2] == [f"item:{number}", "execution"] and (to is None or effect[3] == to)
        for effect in entry.facts.get("effects", [])
    )


def orders(where: Q, span: Span, *, by: str, as_of: datetime) -> list[ReportedOrder]:
    """The orders of `where` whose instant `by` (issued_at or received_at) lies in `span`, oldest first."""
    found = issued().filter(where, **{f"{by}__gte": span.since, f"{by}__lt": span.until})
    return list(_read(found, as_of))


def acts(where: Q, span: Span, *names: str) -> list[LedgerEntry]:
    """Entries by these acts that occurred in `span`, on whichever order of `where`, in the order of their times."""
    of = LedgerEntry.objects.filter(dossier__removal_order__in=issued().filter(where), act__in=names)
    within = of.filter(occurred_at__gte=span.since, occurred_at__lt=span.until)
    return list(within.select_related("dossier").order_by("occurred_at", "pk"))


def issued() -> QuerySet[RemovalOrder]:
    """All that were issued; test orders of the sandbox are no orders in this sense."""
    return RemovalOrder.objects.exclude(issued_at=None).filter(issuing_authority__sandbox=False)


def begins() -> datetime | None:
    """When the record of issued orders begins; before, nothing is known."""
    found: dict[str, datetime | None] = issued().aggregate(begins=Min("issued_at"))
    return found["begins"]


def _read(found: QuerySet[RemovalOrder], as_of: datetime) -> Iterator[ReportedOrder]:
    hours = Deadline.objects.filter(code=ONE_HOUR.code).order_by("pk")
    entries = LedgerEntry.objects.filter(act__in=ACTS).order_by("number")
    read = found.select_related(
        "dossier", "issuing_authority", "provider", "home_authority", "scrutiny"
    ).prefetch_related(
        Prefetch("items", ContentItem.objects.order_by("number")),
        Prefetch("dossier__deadlines", hours),
        Prefetch("dossier__entries", entries),
    )
    for order in read.order_by("issued_at", "pk").iterator(chunk_size=CHUNK):
        yield ReportedOrder(order, tuple(order.dossier.entries.all()), as_of)


def said(entry: LedgerEntry, says: str, *, item: int | None = None) -> Behind:
    """An entry as a row behind a figure."""
    return Behind(entry.dossier.reference, item, entry.number, entry.occurred_at, says)


def latest_hour(item: ReportedItem) -> limits.Verdict | None:
    """The verdict on the item's latest hour as of the report."""
    return limits.verdict(item.facts.hours[-1], now=item.order.as_of) if item.hours else None
