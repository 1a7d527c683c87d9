"""A locked dossier in memory: what an act changes here is written all at once, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from orders import canonical, ledger, outbox
from orders.acts.capacity import Capacity
from orders.acts.refusals import StaleGeneration
from orders.models import ContentItem, Deadline, Dossier, Ground, LedgerEntry, OutboxMessage, RemovalOrder
from orders.outbox import Letter

CLOCK_FIELDS = [
    "taken_at", "reported_at", "stop", "closed_at", "close_entry", "noticed_at", "verdict", "warnings_sent",
    "next_warning_at", "set_aside_at", "set_aside_reason",
]  # fmt: skip
ITEM_FIELDS = ["execution", "preservation", "measure", "taken_at", "reported_at", "provider_received_at"]


@dataclass
class Case:
    """One order under lock, and what is to be written about it."""

    order: RemovalOrder
    items: list[ContentItem]
    clocks: list[Deadline]
    head: LedgerEntry | None
    entries: list[LedgerEntry] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    new_clocks: list[Deadline] = field(default_factory=list)
    touched: dict[int, models.Model] = field(default_factory=dict)

    @property
    def dossier(self) -> Dossier:
        return self.order.dossier

    @property
    def next_number(self) -> int:
        """The number the next entry will have."""
        return self.head.number + 1 if self.head else 1

    def touch(self, row: models.Model) -> None:
        """Remember to save `row`."""
        self.touched[id(row)] = row

    def rows(self, model: type[models.Model]) -> list[Any]:
        """The touched rows of `model`."""
        return [row for row in self.touched.values() if isinstance(row, model)]

    def clock_of(self, item: ContentItem) -> Deadline | None:
        """The clock of `item` that may still be answered."""
        clocks = [*self.clocks, *self.new_clocks]
        return next((clock for clock in clocks if clock.item_id == item.pk and clock.closed_at is None), None)

    def enter(
        self, *, act: str, article: str, by: Capacity, occurred_at: datetime, recorded_at: datetime, facts: Any
    ) -> LedgerEntry:
        """Chain an entry; it is written with the case."""
        self.head = ledger.chained(
            self.dossier,
            self.head,
            act=act,
            article=article,
            actor_role=by.actor,
            actor_party=by.party,
            actor_person=by.pseudonym,
            channel=by.channel,
            occurred_at=occurred_at,
            recorded_at=recorded_at,
            facts=canonical.plain(facts),
        )
        self.entries.append(self.head)
        return self.head


def load(dossiers: list[Dossier]) -> list[Case]:
    """The cases of locked `dossiers`, everything read afresh after the lock."""
    keys = [dossier.pk for dossier in dossiers]
    orders = RemovalOrder.objects.filter(dossier__in=keys).select_related(
        "dossier", "issuing_authority", "provider", "home_authority"
    )
    items = _grouped(ContentItem.objects.filter(order__dossier__in=keys).order_by("number"), "order_id")
    clocks = _grouped(Deadline.objects.filter(dossier__in=keys, closed_at=None).order_by("pk"), "dossier_id")
    heads = {head.dossier_id: head for head in _heads(keys)}
    cases = []
    for order in orders.order_by("dossier_id"):
        case = Case(order, items.get(order.pk, []), clocks.get(order.dossier_id, []), heads.get(order.dossier_id))
        _share(case)
        cases.append(case)
    return cases


def _heads(keys: list[int]) -> models.QuerySet[LedgerEntry]:
    # The number of the last entry is the generation: one entry an act, one generation an entry.
    return LedgerEntry.objects.filter(dossier__in=keys, number=models.F("dossier__generation")).select_related(
        "dossier"
    )


def _grouped(rows: Iterable[Any], key: str) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(getattr(row, key), []).append(row)
    return groups


def _share(case: Case) -> None:
    """Let the rows of a case point at the same objects, so that a change is seen everywhere."""
    by_key = {item.pk: item for item in case.items}
    for item in case.items:
        item.order = case.order
    for clock in case.clocks:
        clock.dossier = case.dossier
        if clock.item_id is not None:
            clock.item = by_key[clock.item_id]


def save(cases: list[Case], *, at: datetime) -> None:
    """Write what `cases` gathered: compare-and-set of the generation, entries, rows, clocks and messages."""
    for case in cases:
        _raise_generation(case)
        for order in case.rows(RemovalOrder):
            order.save()
    ledger.append([entry for case in cases for entry in case.entries])
    for ground in [ground for case in cases for ground in case.rows(Ground)]:
        ground.save()
    ContentItem.objects.bulk_update([item for case in cases for item in case.rows(ContentItem)], ITEM_FIELDS)
    Deadline.objects.bulk_update([clock for case in cases for clock in case.rows(Deadline)], CLOCK_FIELDS)
    Deadline.objects.bulk_create([clock for case in cases for clock in case.new_clocks])
    outbox.write([message for case in cases for message in _messages(case, at)])


def _raise_generation(case: Case) -> None:
    before = case.dossier.generation
    case.dossier.generation = before + len(case.entries)
    moved = Dossier.objects.filter(pk=case.dossier.pk, generation=before).update(generation=case.dossier.generation)
    if moved != 1:  # SQLite has no row locks: the loser of a race finds out here
        raise StaleGeneration(f"{case.dossier.reference} was changed by somebody else in between: read it again.")


def _messages(case: Case, at: datetime) -> list[OutboxMessage]:
    return outbox.drafts(case.dossier, case.letters, at=at)
