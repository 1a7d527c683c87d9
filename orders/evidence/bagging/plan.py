"""What an export is made of, group by group: the readings first, since what an order looks like moves on."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from orders.evidence.bagging import papers
from orders.evidence.bagging.cut import Cut
from orders.evidence.bagging.sheets import Wanted
from orders.evidence.bagging.sources import SOURCES
from orders.evidence.bagging.spool import Group
from orders.evidence.bagging.tables import LEDGER, PARTS, READINGS, Part
from orders.evidence.bagging.tables import WITHHELD as INSTEAD
from orders.evidence.tables import TABLES, Table
from orders.evidence.tables._table import Column
from orders.models.exports import CSV, JSON_LINES

NAMED = "exhibits"  # not a table of the bundle, but which bytes go with it
WITHHELD = "withheld"  # the table of those digests, where the bytes are left out
EXHIBITS = {"sha256": Column(lambda digest: digest, "of bytes that a row of the bundle names")}
CHANGING = tuple(table.name for table in READINGS)  # as they are when they are read
ON_RECORD = tuple(table.name for table in TABLES if table.name not in CHANGING)  # as they were under a checkpoint
TOGETHER = ("messages", "deliveries")  # and the bytes they name: an attempt may still be written down meanwhile


def of_bundle(cut: Cut, *, readings: bool, withhold: bool = False) -> list[Group]:
    """The groups of an evidence bundle, in the order in which they are made.

    One that withholds names the exhibits in a table instead: bytes cannot be shown without what they say.
    """
    wanted = {part.name: _part(cut, part) for part in PARTS}
    letters = (*(wanted.pop(name) for name in TOGETHER), _withheld(cut) if withhold else _named(cut))
    proofs = tuple(_part(cut, part, (JSON_LINES,)) for part in LEDGER)
    first = [Group("readings", tuple(_reading(cut, table) for table in READINGS))] if readings else []
    alone = [Group(name, (table,)) for name, table in wanted.items()]
    groups = [*first, *alone, Group("letters", letters), Group("proofs", proofs)]
    return [_withholding(group) for group in groups] if withhold else groups


def _withholding(group: Group) -> Group:
    """The same without texts, addresses and persons; the database cannot write that by itself."""
    return Group(group.name, tuple(replace(table, withhold=True, copied=None) for table in group.tables))


def of_tables(cut: Cut, names: Iterable[str], form: str) -> list[Group]:
    """The groups of tables alone, each as one file of `form`."""
    asked = set(names)
    read = tuple(_reading(cut, table, (form,)) for table in READINGS if table.name in asked)
    kept = [Group(part.name, (_part(cut, part, (form,)),)) for part in PARTS if part.name in asked]
    return [*([Group("readings", read)] if read else []), *kept]


def _part(cut: Cut, part: Part, forms: tuple[str, ...] = (CSV, JSON_LINES)) -> Wanted:
    source = SOURCES.get(part.name)
    copied = partial(source, cut) if source else None
    return Wanted(part.name, part.columns, lambda: part.rows(cut), forms, copied)


def _reading(cut: Cut, table: Table[object], forms: tuple[str, ...] = (CSV, JSON_LINES)) -> Wanted:
    return Wanted(table.name, table.columns, lambda: table.rows(cut.scope, cut.at), forms)


def _withheld(cut: Cut) -> Wanted:
    return Wanted(WITHHELD, INSTEAD, lambda: sorted(papers.named(cut)))


def _named(cut: Cut) -> Wanted:
    return Wanted(NAMED, EXHIBITS, lambda: sorted(papers.named(cut)), (JSON_LINES,))
