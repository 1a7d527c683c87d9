"""A case as it is in the database. Every act begins with this, so its statements are written down here.

For rows that are this wide Django takes several times as long to write a statement as the database to answer it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import models

from orders.acts._case import Case
from orders.models import (
    CompetentAuthority,
    ContentItem,
    Deadline,
    Dossier,
    HostingServiceProvider,
    LedgerEntry,
    RemovalOrder,
    Scrutiny,
)

M = TypeVar("M", bound=models.Model)


def load(dossiers: Sequence[Dossier]) -> list[Case]:
    """The cases of locked `dossiers`, everything read afresh after the lock."""
    locked = {dossier.pk: dossier for dossier in dossiers}
    orders = _rows(RemovalOrder, "dossier_id", locked, "ORDER BY dossier_id")
    keys = [order.pk for order in orders]
    authorities = _by("id", _rows(CompetentAuthority, "id", {order.issuing_authority_id for order in orders}))
    providers = _by("id", _rows(HostingServiceProvider, "id", {order.provider_id for order in orders}))
    scrutinies = _by("order_id", _rows(Scrutiny, "order_id", keys))
    items = _grouped("order_id", _rows(ContentItem, "order_id", keys, "ORDER BY number"))
    clocks = _grouped("dossier_id", _rows(Deadline, "dossier_id", locked, "AND closed_at IS NULL ORDER BY id"))
    heads = _by("dossier_id", _heads(dossiers))
    cases = []
    for order in orders:
        order.dossier = locked[order.dossier_id]
        order.issuing_authority = authorities[order.issuing_authority_id]
        order.provider = providers[order.provider_id]
        rows = items.get(order.pk, []), clocks.get(order.dossier_id, []), heads.get(order.dossier_id)
        RemovalOrder._meta.get_field("scrutiny").set_cached_value(order, scrutinies.get(order.pk))  # none is known, too
        cases.append(_shared(Case(order, *rows, scrutinies.get(order.pk))))
    return cases


def _rows(model: type[M], column: str, keys: Iterable[int], further: str = "") -> list[M]:
    """The rows whose `column` is one of `keys`."""
    asked = list(keys)
    among = ", ".join(["%s"] * len(asked))
    select = f'SELECT * FROM "{model._meta.db_table}" WHERE {column} IN ({among}) {further}'  # noqa: S608  no input
    return list(model._default_manager.raw(select, asked)) if asked else []


def _heads(dossiers: Iterable[Dossier]) -> list[LedgerEntry]:
    """The last entries. Their number is the generation: one entry an act, one generation an entry."""
    asked = [part for dossier in dossiers for part in (dossier.pk, dossier.generation)]
    among = ", ".join(["(%s, %s)"] * (len(asked) // 2))
    select = f'SELECT * FROM "{LedgerEntry._meta.db_table}" WHERE (dossier_id, number) IN (VALUES {among})'  # noqa: S608
    return list(LedgerEntry.objects.raw(select, asked)) if asked else []


def _by(column: str, rows: Iterable[Any]) -> dict[int, Any]:
    return {getattr(row, column): row for row in rows}


def _grouped(column: str, rows: Iterable[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(getattr(row, column), []).append(row)
    return groups


def _shared(case: Case) -> Case:
    """Let the rows of `case` point at the same objects, so that a change is seen everywhere."""
    by_key = _by("pk", case.items)
    for item in case.items:
        item.order = case.order
    if case.scrutiny is not None:
        case.scrutiny.order = case.order
    for clock in case.clocks:
        clock.dossier = case.dossier
        if clock.item_id is not None:
            clock.item = by_key[clock.item_id]
    return case
