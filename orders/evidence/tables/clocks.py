"""clocks: one row per clock; a fresh hour is a row of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from orders.evidence.scope import Scope
from orders.evidence.tables._table import CHUNK, Table
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
    {
        "clock_id": lambda row: row.clock.clock_id,
        "code": lambda row: row.clock.code,
        "article": lambda row: row.clock.article,
        "reference": lambda row: row.clock.dossier.reference,
        "item": lambda row: row.clock.item and row.clock.item.number,
        "debtor_role": lambda row: row.clock.debtor_role,
        "debtor": lambda row: row.clock.debtor,
        "ground": lambda row: row.clock.ground,
        "started_at": lambda row: row.clock.starts_at,
        "start_entry": lambda row: row.clock.start_entry,
        "limit": lambda row: row.clock.due_at - row.clock.starts_at,
        "period_rule": lambda row: row.clock.period_rule,
        "due_at": lambda row: row.clock.due_at,
        "closed_at": lambda row: row.clock.closed_at,
        "close_entry": lambda row: row.clock.close_entry,
        "superseded_by": lambda row: row.clock.superseded_by,
        "standing": lambda row: limits.standing(row.facts, now=row.as_of),
        "verdict": verdict,
        "verdict_other_rule": verdict_other_rule,
        "late_by_s": lambda row: limits.late_by(row.facts),
        "noticed_at": lambda row: row.clock.noticed_at,
        "notice_lag_ms": notice_lag_ms,
        "warnings_sent": lambda row: row.clock.warnings_sent,
    },
    _rows,
)
