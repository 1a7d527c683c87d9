"""A locked dossier in memory: what an act changes here is written all at once, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from orders import canonical, deadlines, ledger, outbox
from orders.acts.capacity import Capacity
from orders.acts.refusals import StaleGeneration
from orders.models import (
    ContentItem,
    Deadline,
    Dossier,
    Ground,
    LedgerEntry,
    OutboxMessage,
    RemovalOrder,
    Scrutiny,
    ScrutinyRequest,
)
from orders.outbox import Letter
from orders.regulation.limits import ONE_HOUR, ClockGround, Stop

CLOCK_FIELDS = [
    "taken_at", "reported_at", "stop", "stopped_at", "closed_at", "close_entry", "noticed_at", "verdict",
    "warnings_sent", "next_warning_at", "set_aside_at", "set_aside_reason",
]  # fmt: skip
ITEM_FIELDS = [
    "execution", "preservation", "measure", "taken_at", "reported_at", "provider_received_at", "receipt_basis",
    "content_provider_informed_at", "preserved_until", "reinstated_at",
]  # fmt: skip

NAMES: dict[type[models.Model], str] = {RemovalOrder: "order", Scrutiny: "scrutiny"}


@dataclass
class Case:
    """One order under lock, and what is to be written about it."""

    order: RemovalOrder
    items: list[ContentItem]
    clocks: list[Deadline]
    head: LedgerEntry | None
    scrutiny: Scrutiny | None = None
    entries: list[LedgerEntry] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    told: int = 0  # how many of the letters an entry names already
    new_clocks: list[Deadline] = field(default_factory=list)
    started: list[dict[str, Any]] = field(default_factory=list)
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

    def running(self, code: str, *, item: ContentItem | None = None) -> list[Deadline]:
        """The clocks of this code (and item) that are not closed, oldest first."""
        clocks = [clock for clock in [*self.clocks, *self.new_clocks] if clock.code == code and clock.closed_at is None]
        return [clock for clock in clocks if item is None or clock.item_id == item.pk]

    def clock_of(self, item: ContentItem) -> Deadline | None:
        """The hour of `item` that may still be answered."""
        return next(iter(self.running(ONE_HOUR.code, item=item)), None)

    def item(self, number: int) -> ContentItem:
        return next(item for item in self.items if item.number == number)

    def start(self, code: str, *, starts_at: datetime, ground: ClockGround, **terms: Any) -> Deadline:
        """Open a clock; it is written with the case. `terms` as `deadlines.start` takes them."""
        clock = deadlines.start(self.order, code, starts_at=starts_at, ground=ground, entry=self.next_number, **terms)
        self.new_clocks.append(clock)
        number = clock.item.number if clock.item else None
        fact = {"clock": clock.clock_id, "code": code, "item": number, "ground": ground, "starts_at": starts_at}
        self.started.append({**fact, "due_at": clock.due_at})
        return clock

    def elapsed(self, code: str, *, starts_at: datetime, ground: ClockGround, done_at: datetime, **terms: Any) -> None:
        """What was due without undue delay and is done: an elapsed time, never a verdict."""
        clock = self.start(code, starts_at=min(starts_at, done_at), ground=ground, **terms)
        deadlines.answer(clock, taken_at=done_at, reported_at=done_at, entry=self.next_number)

    def use(self, clock: Deadline, *, at: datetime) -> None:
        """Close `clock` because what it is about was done at `at`."""
        deadlines.answer(clock, taken_at=at, reported_at=at, entry=self.next_number)
        self.touch(clock)

    def measure(self, clock: Deadline, *, taken_at: datetime, reported_at: datetime) -> None:
        """Close `clock` by a measure; the time it was taken decides, not that of the report."""
        deadlines.answer(clock, taken_at=taken_at, reported_at=reported_at, entry=self.next_number)
        self.touch(clock)

    def use_window(self, code: str, debtor: str, *, at: datetime) -> bool:
        """Use the window of a debtor's role by what it did at `at`, whenever that is entered; whether it was over."""
        open_now = [clock for clock in self.running(code) if clock.debtor_role == debtor]
        passed_now = [clock for clock in self.clocks if (clock.code, clock.debtor_role) == (code, debtor)]
        windows = open_now or passed_now or list(deadlines.unused(self.dossier, code, debtor))
        for clock in windows:
            self.use(clock, at=at)
        known = windows or self.dossier.deadlines.filter(code=code, debtor_role=debtor)
        ends = [clock.due_at for clock in known if clock.due_at is not None]
        return bool(ends) and at > max(ends)

    def stop(self, clocks: Iterable[Deadline], *, because: Stop, at: datetime, since: datetime | None = None) -> None:
        """Stop `clocks` by the act that is written at `at`, as of `since` where that counts instead.

        None stops before it started, and none later than the act is recorded: a term that was to follow another one,
        and ends with it, is closed before it began.
        """
        recorded_at = max(at, self.head.recorded_at) if self.head else at
        for clock in clocks:
            stopped_at = min(max(since or at, clock.starts_at), recorded_at)
            deadlines.stop(clock, because=because, at=stopped_at, entry=self.next_number)
            self.touch(clock)

    def move(self, row: models.Model, method: str, **arguments: Any) -> list[list[str]]:
        """Run a declared transition of `row`; returns its effect as the ledger keeps it, or nothing."""
        bound = getattr(row, method)
        region = bound._django_fsm.field.name
        before = getattr(row, region)
        bound(**arguments)
        self.touch(row)
        after = getattr(row, region)
        return [[name_of(row), region, str(before), str(after)]] if after != before else []

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
            facts=canonical.plain({**facts, **self._set_going()}),
        )
        self.started, self.told = [], len(self.letters)
        self.entries.append(self.head)
        return self.head

    def _set_going(self) -> dict[str, Any]:
        """The clocks and the messages that came of the entry which is being made."""
        letters = self.letters[self.told :]
        started = {"clocks_started": self.started} if self.started else {}
        return {**started, "told": [letter.fact() for letter in letters]}


def name_of(row: models.Model) -> str:
    """How the ledger names a row of an order."""
    return f"item:{row.number}" if isinstance(row, ContentItem) else NAMES[type(row)]


def save(cases: list[Case], *, at: datetime) -> None:
    """Write what `cases` gathered: compare-and-set of the generation, entries, rows, clocks and messages."""
    for case in cases:
        _raise_generation(case)
        for row in [*case.rows(RemovalOrder), *case.rows(Scrutiny), *case.rows(ScrutinyRequest)]:
            row.save()
    ledger.append([entry for case in cases for entry in case.entries])
    for ground in [ground for case in cases for ground in case.rows(Ground)]:
        ground.save()
    _update(ContentItem, [item for case in cases for item in case.rows(ContentItem)], ITEM_FIELDS)
    _update(Deadline, [clock for case in cases for clock in case.rows(Deadline) if clock.pk], CLOCK_FIELDS)
    Deadline.objects.bulk_create([clock for case in cases for clock in case.new_clocks])
    outbox.write([message for case in cases for message in _messages(case, at)])


def _update(model: type[models.Model], rows: list[Any], fields: list[str]) -> None:
    """Write `fields` of `rows`, those that are alike by one statement, which the rows of one order mostly are.

    `bulk_update` writes a CASE for each row and field: it takes longer than as many statements as there are rows.
    """
    alike: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        alike.setdefault(tuple(getattr(row, field) for field in fields), []).append(row.pk)
    for values, keys in alike.items():
        model._default_manager.filter(pk__in=keys).update(**dict(zip(fields, values, strict=True)))


def _raise_generation(case: Case) -> None:
    before = case.dossier.generation
    case.dossier.generation = before + len(case.entries)
    moved = Dossier.objects.filter(pk=case.dossier.pk, generation=before).update(generation=case.dossier.generation)
    if moved != 1:  # SQLite has no row locks: the loser of a race finds out here
        raise StaleGeneration(f"{case.dossier.reference} was changed by somebody else in between: read it again.")


def _messages(case: Case, at: datetime) -> list[OutboxMessage]:
    return outbox.drafts(case.dossier, case.letters, at=at)
