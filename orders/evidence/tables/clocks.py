"""clocks: one row per clock; a fresh hour is a row of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from orders.evidence.scope import Scope
from orders.evidence.tables._table import CHUNK, Column, Table
from orders.models import Deadline
from orders.regulation import limits
from orders.regulation.limits import ClockFacts, Verdict


@dataclass(frozen=True)
class ClockRow:
    """A clock, its facts, and the moment they are judged at."""

    clock: Any  # a Deadline, annotated with superseded_by
    facts: ClockFacts
    as_of: datetime


def _rows(scope: Scope, as_of: datetime) -> Iterator[ClockRow]:
    next_hour = Deadline.objects.filter(item=OuterRef("item"), code=OuterRef("code"), pk__gt=OuterRef("pk"))
    clocks = (
        Deadline.objects.filter(dossier__in=scope.orders().order_by().values("dossier"))
        .annotate(superseded_by=Subquery(next_hour.order_by("pk").values("clock_id")[:1]))
        .select_related("dossier", "item")
        .order_by("dossier__reference", "pk")
    )
    for clock in clocks.iterator(chunk_size=CHUNK):
        yield ClockRow(clock, clock.facts(), as_of)


def verdict(row: ClockRow) -> Verdict | None:
    """The time of the measure decides (HOUR_PROOF = action)."""
    return limits.verdict(row.facts, now=row.as_of)


def verdict_other_rule(row: ClockRow) -> Verdict | None:
    """The verdict if the report decided instead of the measure (HOUR_PROOF = report)."""
    reported = row.facts.reported_at if row.facts.taken_at else None
    return limits.verdict(replace(row.facts, taken_at=reported), now=row.as_of)


def notice_lag_ms(row: ClockRow) -> int | None:
    """How long after the limit had passed the machine noticed; changes nothing but this figure."""
    noticed = row.clock.noticed_at
    return (noticed - row.clock.due_at) // timedelta(milliseconds=1) if noticed else None


CLOCKS: Table[ClockRow] = Table(
    "clocks",
    "one clock of one debtor; a fresh hour is a clock of its own",
    {
        "clock_id": Column(lambda row: row.clock.clock_id, "stable name"),
        "code": Column(lambda row: row.clock.code, "limit, C2 is the hour"),
        "article": Column(lambda row: row.clock.article, "of the limit"),
        "reference": Column(lambda row: row.clock.dossier.reference, "the order"),
        "item": Column(lambda row: row.clock.item and row.clock.item.number, "number within the order"),
        "debtor_role": Column(lambda row: row.clock.debtor_role, "who owes"),
        "debtor": Column(lambda row: row.clock.debtor, "code of the party"),
        "ground": Column(lambda row: row.clock.ground, "why the clock started"),
        "started_at": Column(lambda row: row.clock.starts_at, "start"),
        "start_entry": Column(lambda row: row.clock.start_entry, "ledger entry that started it"),
        "limit": Column(
            lambda row: row.clock.due_at - row.clock.starts_at,
            "length in seconds with limit_scale applied: due_at = started_at + limit",
        ),
        "period_rule": Column(lambda row: row.clock.period_rule, "plain: 60 minutes are 60 minutes"),
        "due_at": Column(lambda row: row.clock.due_at, "the last instant within the limit"),
        "closed_at": Column(
            lambda row: row.clock.closed_at, "measure reported, displaced or ended; empty while it may be answered"
        ),
        "close_entry": Column(lambda row: row.clock.close_entry, "ledger entry that closed it"),
        "superseded_by": Column(lambda row: row.clock.superseded_by, "the fresh clock that followed"),
        "standing": Column(
            lambda row: limits.standing(row.facts, now=row.as_of),
            "as of the export: running, displaced, unanswered or closed",
        ),
        "verdict": Column(
            verdict,
            "as of the export; empty while running. The time of the measure decides: within_hour, "
            "within_hour_reported_late, after_hour; unanswered, displaced, ended. A fact, never a finding",
        ),
        "verdict_other_rule": Column(verdict_other_rule, "the verdict if the report decided instead of the measure"),
        "late_by_s": Column(
            lambda row: limits.late_by(row.facts),
            "seconds by which the measure came after due_at; empty when it did not",
        ),
        "noticed_at": Column(lambda row: row.clock.noticed_at, "when the machine noticed that the limit had passed"),
        "notice_lag_ms": Column(notice_lag_ms, "noticed_at minus due_at in whole milliseconds; decides nothing"),
        "warnings_sent": Column(lambda row: row.clock.warnings_sent, "warnings before the limit"),
    },
    _rows,
)
