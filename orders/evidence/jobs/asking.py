"""Asking for an export: what is wrong with it is said before anything is on record; then it is an act and a job."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from orders.acts.capacity import Capacity
from orders.acts.exporting import take_export
from orders.acts.refusals import Invalid
from orders.evidence.bagging import checkpoints, columnar, plan
from orders.evidence.jobs import keeping
from orders.evidence.scope import Scope, check
from orders.evidence.tables import TABLES
from orders.models import ExportJob
from orders.models.exports import BUNDLE, FORMS, PARQUET

NAMES = tuple(table.name for table in TABLES)
Place = ExportJob.Place


@dataclass(frozen=True)
class Asked:
    """What is to be exported: a bundle, or (in another form) tables alone, all that there are if none is named."""

    scope: Scope
    form: str = BUNDLE
    tables: tuple[str, ...] = ()
    as_of: int | None = None
    since: int | None = None
    withhold: bool = False

    def chosen(self) -> tuple[str, ...]:
        """The tables, in the order of the contract; empty for a bundle."""
        asked = self.tables or (plan.ON_RECORD if self.as_of else NAMES)
        return () if self.form == BUNDLE else tuple(name for name in NAMES if name in asked)


def ask(asked: Asked, *, by: Capacity, at: datetime, place: str = Place.BACKGROUND) -> ExportJob:
    """Record that `by` takes this export at `at`, and have it made at `place`. Raises `Invalid` and `ActNotYours`."""
    _check(asked)
    tables: dict[str, Any] = {} if asked.form == BUNDLE else {"format": asked.form, "tables": asked.chosen()}
    scope = asked.scope.facts()
    with transaction.atomic():
        sizes = {"as_of": asked.as_of, "since": asked.since}
        entry = take_export(scope=scope, by=by, at=at, withhold=asked.withhold, tables=tables, **sizes)
        return ExportJob.objects.create(entry=entry, place=place, changed_at=at)


def taken_by(by: Capacity) -> QuerySet[ExportJob]:
    """The exports that this person took in this capacity, newest first: nobody else gets their files."""
    own = ExportJob.objects.filter(
        entry__actor_role=by.actor, entry__actor_party=by.party, entry__actor_person=by.pseudonym
    )
    return own.select_related("entry__dossier", "checkpoint").order_by("-pk")


def _check(asked: Asked) -> None:
    check(asked.scope)
    _check_form(asked)
    checkpoints.asked(as_of=asked.as_of, since=asked.since)
    if not asked.scope.orders().exists():
        raise Invalid("No order was begun in this scope: choose a longer time.", pointer="/from", code="empty-scope")
    keeping.check()


def _check_form(asked: Asked) -> None:
    if asked.form not in FORMS:
        raise Invalid(f"There is no format {asked.form!r}: use {', '.join(FORMS)}.", pointer="/format")
    unknown = [name for name in asked.tables if name not in NAMES]
    if unknown:
        raise Invalid(f"There is no table {unknown[0]!r}: use {', '.join(NAMES)}.", pointer="/tables")
    if asked.form == BUNDLE and asked.tables:
        raise Invalid("A bundle has all tables: ask for csv, jsonl or parquet to get some alone.", pointer="/tables")
    if asked.form != BUNDLE and asked.since:
        raise Invalid("Only a bundle proves what it continues: leave since out.", pointer="/since")
    if asked.form != BUNDLE and asked.withhold:
        raise Invalid("Only a bundle can withhold: leave that out, or take a bundle.", pointer="/withhold")
    moving = [name for name in asked.tables if name in plan.CHANGING]
    if moving and asked.as_of:
        raise Invalid(f"{moving[0]} is a reading as of now: leave as_of out, or the table.", pointer="/tables")
    if asked.form == PARQUET:
        columnar.check()
