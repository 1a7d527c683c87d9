"""clocks: one row per clock; a fresh hour is a row of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from orders import deadlines
from orders.evidence.scope import Scope
from orders.evidence.tables._other_rules import under_other_notice, under_other_proof
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
    order = "dossier__removal_order"
    clocks = (
        Deadline.objects.filter(dossier__in=scope.orders().order_by().values("dossier"))
        .annotate(superseded_by=Coalesce(_next(item=OuterRef("item")), _next(item=None, dossier=OuterRef("dossier"))))
        .select_related("item", *(f"{order}__{name}" for name in ("provider", "issuing_authority", "home_authority")))
        .order_by("dossier__reference", "pk")
    )
    for clock in clocks.iterator(chunk_size=CHUNK):
        yield ClockRow(clock, clock.facts(), as_of)


def _next(**same: Any) -> Subquery:
    """The clock of the same code and debtor that was started after."""
    later: QuerySet[Deadline] = Deadline.objects.filter(
        **same, code=OuterRef("code"), debtor_role=OuterRef("debtor_role"), pk__gt=OuterRef("pk")
    )
    return Subquery(later.order_by("pk").values("clock_id")[:1])


def verdict(row: ClockRow) -> Verdict | None:
    """The verdict under the rules that the order is judged by."""
    return limits.verdict(row.facts, now=row.as_of)


def verdict_other_rule(row: ClockRow) -> Verdict | None:
    """The verdict under the other PERIOD_RULE: the same facts, held against the end that the other rule gives."""
    return limits.verdict(deadlines.under_other_rule(row.clock), now=row.as_of)


def superseded_by(row: ClockRow) -> str | None:
    """The fresh clock after one that was stopped; what ran out or was done needs none."""
    return row.clock.superseded_by if row.clock.stop else None


def notice_lag_ms(row: ClockRow) -> int | None:
    """How long after the limit had passed the machine noticed; changes nothing but this figure."""
    noticed = row.clock.noticed_at
    return (noticed - row.clock.due_at) // timedelta(milliseconds=1) if noticed else None


CLOCKS: Table[ClockRow] = Table(
    "clocks",
    "one clock of one debtor; a fresh hour is a clock of its own",
    {
        "clock_id": Column(lambda row: row.clock.clock_id, "stable name"),
        "code": Column(lambda row: row.clock.code, "C1 to C26 as in the glossary; C2 is the hour"),
        "article": Column(lambda row: row.clock.article, "of the limit"),
        "reference": Column(lambda row: row.clock.dossier.reference, "the order"),
        "item": Column(lambda row: row.clock.item and row.clock.item.number, "number within the order"),
        "debtor_role": Column(lambda row: row.clock.debtor_role, "who owes"),
        "debtor": Column(lambda row: row.clock.debtor, "code of the party"),
        "ground": Column(lambda row: row.clock.ground, "why the clock started"),
        "started_at": Column(lambda row: row.clock.starts_at, "start"),
        "start_entry": Column(lambda row: row.clock.start_entry, "ledger entry that started it"),
        "limit": Column(
            lambda row: row.clock.due_at - row.clock.starts_at if row.clock.due_at else None,
            "length in seconds with limit_scale applied: due_at = started_at + limit; empty: without undue delay",
        ),
        "period_rule": Column(
            lambda row: row.clock.period_rule, "plain: 60 minutes are 60 minutes; reg1182: Regulation 1182/71"
        ),
        "due_at": Column(
            lambda row: row.clock.due_at,
            "the last instant within the limit; empty where the law says without undue delay",
        ),
        "closed_at": Column(
            lambda row: row.clock.closed_at,
            "done or reported, displaced, ended, or over; empty while it may still be answered. Before "
            "started_at where a term that was to follow another ended with it",
        ),
        "close_entry": Column(lambda row: row.clock.close_entry, "ledger entry that closed it"),
        "superseded_by": Column(superseded_by, "the fresh clock that followed one that was stopped"),
        "standing": Column(
            lambda row: limits.standing(row.facts, now=row.as_of),
            "as of the export: running, displaced, unanswered, passed or closed",
        ),
        "verdict": Column(
            verdict,
            "as of the export; empty while running and where only an elapsed time is shown. The hour: within_hour, "
            "within_hour_reported_late, after_hour, unanswered, displaced, ended; another duty: within_limit, "
            "after_limit, unanswered, ended; what one may do: used, used_late, lapsed, ended; what lasts: observed, "
            "cut_short, ended. A fact, never a finding",
        ),
        "verdict_other_rule": Column(
            verdict_other_rule,
            "the verdict under the other PERIOD_RULE, with the days and holidays of the debtor's Member State",
        ),
        "verdict_other_proof": Column(
            lambda row: limits.verdict(under_other_proof(row.clock), now=row.as_of),
            "the verdict under the other HOUR_PROOF: the report held against the limit instead of the measure, or "
            "the other way round",
        ),
        "verdict_other_notice": Column(
            lambda row: limits.verdict(under_other_notice(row.clock), now=row.as_of),
            "the verdict under the other LATE_NOTICE: an hour that had run out before its ground was notified counts "
            "as displaced from when the ground arose, or the other way round. Without effect on later hours",
        ),
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
