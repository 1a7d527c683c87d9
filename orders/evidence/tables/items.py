"""items: one row per content item, and the hour that it is judged by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from orders.evidence.scope import Scope
from orders.evidence.tables._table import Column, Table, private, with_standings
from orders.models import ContentItem, Deadline, Observation, RemovalOrder
from orders.regulation import limits, observing, outcomes
from orders.regulation.limits import Basis, Standing, Verdict
from orders.regulation.observing import Discrepancy
from orders.regulation.outcomes import COUNTED, DISPLACED, ItemFacts, Outcome
from orders.regulation.regions import Execution
from orders.standings import ItemStanding


@dataclass(frozen=True)
class ItemRow:
    """An item of an order, how it stands, and the hour that its verdict is about (None when none ever ran)."""

    order: RemovalOrder
    standing: ItemStanding
    as_of: datetime

    @property
    def item(self) -> ContentItem:
        return self.standing.item

    @property
    def clock(self) -> Deadline | None:
        return self.standing.judged

    @property
    def due_at(self) -> datetime | None:
        """The end of that hour; None while it is displaced."""
        displaced = self.standing.verdict is Verdict.DISPLACED or self.standing.standing is Standing.DISPLACED
        return None if self.clock is None or displaced else self.clock.due_at

    @property
    def last_look(self) -> Observation | None:
        """The latest observation of the item."""
        return max(self.item.observations.all(), key=lambda look: (look.observed_at, look.pk), default=None)


def _rows(scope: Scope, as_of: datetime) -> Iterator[ItemRow]:
    for order, standings in with_standings(scope.orders(), as_of=as_of):
        for standing in standings:
            yield ItemRow(order, standing, as_of)


def discrepancy(row: ItemRow) -> bool | None:
    """Whether what was seen contradicts the provider's statement (case 25); None while nothing was seen."""
    return row.standing.basis is Basis.CONFLICTING if row.standing.seen else None


def last_discrepancy(row: ItemRow) -> Discrepancy | None:
    """The latest time that what was seen contradicted the statement."""
    return row.standing.discrepancies[-1] if row.standing.discrepancies else None


def reinstatement_due(row: ItemRow) -> datetime | None:
    """When the duty to reinstate began (C11): it is owed immediately, so no end is set."""
    owed = [clock for clock in row.order.dossier.deadlines.all() if (clock.code, clock.item_id) == ("C11", row.item.pk)]
    return owed[-1].starts_at if owed else None


def receipt_drift(row: ItemRow) -> timedelta | None:
    """By how much the receipt that the provider asserts is later than the one the channel proves."""
    stated, proven = row.item.provider_received_at, row.order.received_at
    return stated - proven if stated and proven else None


def to_measure(row: ItemRow) -> timedelta | None:
    """From the start of the hour to the measure; negative when the measure came before receipt was proven."""
    return row.clock.taken_at - row.clock.starts_at if row.clock and row.clock.taken_at else None


KPI_42 = {
    **dict.fromkeys(COUNTED, "counted"),
    **dict.fromkeys(DISPLACED, "excluded_displaced"),
    Outcome.ALREADY_GONE: "excluded_already_gone",
    Outcome.ENDED_AFTER_MEASURE: "excluded_annulled",
    Outcome.NO_LONGER_REQUIRED: "excluded_annulled",
}


def kpi_42(row: ItemRow) -> str | None:
    """Whether the item counts in KPI 42 of SWD(2024)36, orders handled within one hour; None while not decided.

    Its first hour decides, that from receipt: a fresh one after a displaced hour never counts as that one.
    """
    item = row.item
    hours = [clock for clock in row.order.dossier.deadlines.all() if (clock.code, clock.item_id) == ("C2", item.pk)]
    facts = ItemFacts(item.measure, row.order.force, tuple(clock.facts() for clock in hours))
    return KPI_42.get(outcomes.outcome(facts, now=row.as_of))


ITEMS: Table[ItemRow] = Table(
    "items",
    "one content item, judged as of the export by its latest hour, or by the first that ran out before a ground was "
    "notified",
    {
        "reference": Column(lambda row: row.order.reference, "the order"),
        "item": Column(lambda row: row.item.number, "number within the order"),
        "url_sha256": Column(lambda row: row.item.url_sha256, "SHA-256 of the canonical form of the URL"),
        "url": private(lambda row: row.item.url, "as ordered"),
        "kind": private(lambda row: row.item.kind, "of content, as the drafter put it"),
        "execution": Column(lambda row: row.item.execution, "state"),
        "measure": Column(lambda row: row.item.measure, "box of Annex II"),
        "taken_at": Column(
            lambda row: row.item.taken_at, "time of the measure as stated by the provider: this decides"
        ),
        "reported_at": Column(lambda row: row.item.reported_at, "arrival of the report"),
        "provider_received_at": Column(lambda row: row.item.provider_received_at, "receipt as the provider asserts it"),
        "receipt_drift_s": Column(receipt_drift, "asserted minus proven receipt, in seconds"),
        "receipt_basis": Column(
            lambda row: row.item.receipt_basis,
            "what shows that the order had reached the provider at taken_at. proven: the channel's receipt, by then; "
            "stated: proof came later, the provider itself states an earlier receipt; tried: it states none, but "
            "a try to deliver it had been answered; of these two the hour began after the measure. Empty: no removal",
        ),
        "observed_gone_at": Column(
            lambda row: observing.first_gone(row.standing.seen),
            "when the content was first seen to be gone; evidence only",
        ),
        "observed_status": Column(
            lambda row: row.last_look and row.last_look.status,
            "HTTP status at the latest look; empty: none, or no answer",
        ),
        "basis": Column(
            lambda row: row.standing.basis,
            "what the verdict rests on. claimed: the provider's statement; observed: seen gone, nothing claimed; both; "
            "conflicting: seen after the stated time of the measure",
        ),
        "discrepancy": Column(
            discrepancy, "what was seen contradicts the statement; empty when nobody looked. It changes no state"
        ),
        "discrepancy_opened_at": Column(
            lambda row: (last := last_discrepancy(row)) and last.opened_at,
            "when the content was first seen after the stated time of the measure (or again, after it was seen gone)",
        ),
        "discrepancy_closed_at": Column(
            lambda row: (last := last_discrepancy(row)) and last.closed_at,
            "when a later look found it gone; empty: open, or none",
        ),
        "hour_started_at": Column(lambda row: row.clock and row.clock.starts_at, "start of the hour that is judged"),
        "start_ground": Column(lambda row: row.clock and row.clock.ground, "why that hour started"),
        "due_at": Column(lambda row: row.due_at, "its end; empty while displaced"),
        "seconds_to_measure": Column(
            to_measure,
            "taken_at minus hour_started_at, in seconds to the microsecond; negative when the measure came before, see "
            "receipt_basis",
        ),
        "verdict": Column(lambda row: row.standing.verdict, "see clocks"),
        "late_by_s": Column(
            lambda row: row.clock and limits.late_by(row.clock.facts()),
            "seconds by which the measure came after due_at; empty when it did not",
        ),
        "already_gone": Column(
            lambda row: row.item.execution == Execution.ALREADY_GONE if row.item.measure else None,
            "the content was gone before receipt; empty before a measure is reported",
        ),
        "preserved_until": Column(
            lambda row: row.item.preserved_until, "six calendar months from the measure or longer on request, Art. 6"
        ),
        "content_provider_informed_at": Column(
            lambda row: row.item.content_provider_informed_at, "first told, as the provider reports, Art. 11(1)"
        ),
        "reinstatement_due_at": Column(
            reinstatement_due, "receipt of the annulment: reinstatement is due immediately from then, Art. 4(7)"
        ),
        "reinstated_at": Column(lambda row: row.item.reinstated_at, "back online, as the provider reports"),
        "kpi_42": Column(
            kpi_42,
            "KPI 42 of SWD(2024)36, handled within one hour: counted, or excluded_already_gone, excluded_displaced "
            "(the hour was displaced), excluded_annulled (annulled or withdrawn); empty while undecided",
        ),
    },
    _rows,
)
