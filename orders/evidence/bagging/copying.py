"""Rows as text that PostgreSQL has written itself and streams by COPY; the bytes are those of the plain way.

Only what SQL writes exactly as we do goes this way: text, whole numbers, truth values and instants. JSON comes as the
database keeps it and is put in order here, since its keys are sorted in another way there.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from orders.evidence import writing

FORMULA = "('=', '+', '-', '@', E'\\t', E'\\r')"  # writing.FORMULA as SQL


class Texts(NamedTuple):
    """One row: its CSV line, its JSON line, and how many of its cells were neutralised."""

    cells: str
    line: str
    neutralised: int


class Kind(Enum):
    """What a column holds, which says how SQL writes it."""

    TEXT = auto()
    PLAIN = auto()  # a whole number or a truth value: its text is the same in JSON and in a cell
    INSTANT = auto()
    OBJECT = auto()


@dataclass(frozen=True)
class Source:
    """The rows, and for each column where it is found from there and what it holds."""

    rows: QuerySet[Any]
    columns: Mapping[str, tuple[str, Kind]]


class _Cell(NamedTuple):
    """The SQL of one column: as a cell, as JSON, and whether it was neutralised; an object is one text for both."""

    cell: str
    json: str
    formula: str | None


def possible() -> bool:
    """Whether this database has COPY."""
    return connections[DEFAULT_DB_ALIAS].vendor == "postgresql"


def texts(source: Source) -> Iterator[Texts]:
    """Stream the rows of `source`; nothing is held but what the network holds."""
    inner, parameters = source.rows.values_list(*(path for path, _ in source.columns.values())).query.sql_with_params()
    names = ", ".join(f"c{number}" for number in range(len(source.columns)))
    segments, objects = _segments(source)
    statement = f"COPY (SELECT {segments} FROM ({inner}) AS found({names})) TO STDOUT"  # noqa: S608  all of it is ours
    read = _reader(objects)
    # Of the driver: where queries are shown (DEBUG), Django's wrapper takes no parameters.
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor, cursor.cursor.copy(statement, parameters) as copy:
        for row in copy.rows():
            yield read(row)


def _segments(source: Source) -> tuple[str, int]:
    """What is selected: the two lines in pieces, an object between two of them, and the count; and how many objects."""
    cells: list[str] = []
    lines: list[str] = ["'{'"]
    selected: list[str] = []
    formulas: list[str] = []
    for number, (name, (_, kind)) in enumerate(source.columns.items()):
        comma = "," if number else ""
        lines.append(_quoted(f"{comma}{json.dumps(name)}:"))
        cells += [_quoted(comma)] if comma else []
        if kind is Kind.OBJECT:
            selected += [_joined(cells), _joined(lines), f"c{number}::text"]
            cells, lines = [], []
            continue
        written = _written(f"c{number}", kind)
        cells.append(written.cell)
        lines.append(written.json)
        formulas += [written.formula] if written.formula else []
    selected += [_joined(cells), _joined([*lines, "'}'"]), " + ".join(formulas) or "0"]
    return ", ".join(selected), sum(kind is Kind.OBJECT for _, kind in source.columns.values())


def _written(column: str, kind: Kind) -> _Cell:
    if kind is Kind.INSTANT:
        text = f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        return _Cell(f"COALESCE({text}, '')", f"COALESCE('\"' || {text} || '\"', 'null')", None)
    if kind is Kind.PLAIN:
        return _Cell(f"COALESCE({column}::text, '')", f"COALESCE({column}::text, 'null')", None)
    formula = f"(left({column}, 1) IN {FORMULA})"
    safe = f"CASE WHEN {formula} THEN '''' || {column} ELSE {column} END"
    plain = f"translate({column}, E',\"\\r\\n', '') = {column}"  # nothing in it that makes quotes necessary
    cell = f"CASE WHEN {plain} THEN {safe} ELSE '\"' || replace({safe}, '\"', '\"\"') || '\"' END"
    said = f"CASE WHEN {column} = '' THEN 'null' ELSE to_json({column}::text)::text END"
    return _Cell(f"COALESCE({cell}, '')", f"COALESCE({said}, 'null')", f"COALESCE({formula}, false)::int")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _joined(pieces: list[str]) -> str:
    return " || ".join(pieces) or "''"


def _reader(objects: int) -> Callable[[tuple[Any, ...]], Texts]:
    def read(row: tuple[Any, ...]) -> Texts:
        cells, line = row[0], row[1]
        for place in range(2, 2 + 3 * objects, 3):
            said = writing.sorted_text(json.loads(row[place]))
            cells += _cell(said) + row[place + 1]
            line += said + row[place + 2]
        return Texts(f"{cells}\r\n", f"{line}\n", int(row[-1]))

    return read


def _cell(said: str) -> str:
    """JSON as a cell: all but an empty object has something in it that makes quotes necessary."""
    return said if '"' not in said and "," not in said else '"' + said.replace('"', '""') + '"'
