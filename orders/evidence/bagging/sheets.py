"""A table written as text, row by row: one CSV line and one JSON line of each, both from one reading."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from orders.acts.refusals import Invalid
from orders.commitments import Uncovered
from orders.evidence import writing
from orders.evidence.bagging import columnar, copying
from orders.evidence.bagging.archive import Hashed, Progress
from orders.evidence.bagging.copying import Source, Texts
from orders.evidence.tables._table import Column
from orders.models.exports import CSV, JSON_LINES, PARQUET

AT_ONCE = 500  # rows in memory


@dataclass(frozen=True)
class Wanted:
    """A table that is to be written as files of `forms`, perhaps without what may be withheld.

    `copied` says how PostgreSQL may write it by itself.
    """

    name: str
    columns: Mapping[str, Column]
    rows: Callable[[], Iterable[Any]]
    forms: tuple[str, ...] = (CSV, JSON_LINES)
    copied: Callable[[], Source] | None = None
    withhold: bool = False

    @property
    def file(self) -> str:
        """The name of its files, without the ending."""
        return self.name.replace("/", "-")


@dataclass(frozen=True)
class Part:
    """A table as it was written: how many rows, and the SHA-256 of each file by its form."""

    name: str
    rows: int
    neutralised: int
    sha256: dict[str, str]

    def path(self, folder: Path, form: str) -> Path:
        """Where its file of `form` is below `folder`."""
        return folder / f"{self.name.replace('/', '-')}.{form}"

    def facts(self) -> dict[str, Any]:
        """As it stands in the spool's list."""
        return asdict(self)


def write(wanted: Wanted, folder: Path, progress: Progress) -> Part:
    """Write the files of `wanted` into `folder`. Memory does not grow with the rows.

    Raises `Invalid` where something is to be withheld that was recorded before there were salts.
    """
    with ExitStack() as stack:
        files = {
            form: Hashed(stack.enter_context((folder / f"{wanted.file}.{form}").open("wb"))) for form in wanted.forms
        }
        with _salted():
            rows, neutralised = _fill(wanted, files, progress)
    sha256 = {form: file.hash.hexdigest() for form, file in files.items()}
    if PARQUET in files:
        sha256[PARQUET] = columnar.from_cells(folder / f"{wanted.file}.{PARQUET}", list(wanted.columns))
    return Part(wanted.name, rows, neutralised, sha256)


@contextmanager
def _salted() -> Iterator[None]:
    try:
        yield
    except Uncovered:
        raise Invalid(
            "This scope holds entries from before their texts had salts, so nothing of it can be withheld: take it "
            "as a whole, or choose orders begun later.",
            code="not-withholdable",
        ) from None


def _fill(wanted: Wanted, files: Mapping[str, Hashed], progress: Progress) -> tuple[int, int]:
    count = neutralised = 0
    for form in files.keys() - {JSON_LINES}:
        files[form].write(_line(wanted.columns))
    found = texts(wanted)
    while rows := list(islice(found, AT_ONCE)):
        for form, file in files.items():
            file.write("".join(_FORM[form](row, wanted) for row in rows))
        count += len(rows)
        neutralised += sum(row.neutralised for row in rows)
        progress(wanted.name, count)
    progress(wanted.name, count)
    return count, neutralised


def texts(wanted: Wanted, *, copy: bool = True) -> Iterator[Texts]:
    """The rows as text: by COPY where the database can and `copy` allows it, else one by one; with the same bytes."""
    if copy and wanted.copied is not None and copying.possible():
        return copying.texts(wanted.copied())
    return plainly(wanted.columns, wanted.rows(), withhold=wanted.withhold)


def plainly(columns: Mapping[str, Column], rows: Iterable[Any], *, withhold: bool = False) -> Iterator[Texts]:
    """The rows as text, each column read as it is declared."""
    names, reads = list(columns), [column.reader(withhold=withhold) for column in columns.values()]
    for row in rows:
        values = [writing.json_value(read(row)) for read in reads]
        cells, formulas = [], 0
        for value in values:
            text = writing.cell(value)
            if writing.is_formula(value, text):
                text, formulas = f"'{text}", formulas + 1
            cells.append(text)
        yield Texts(_line(cells), writing.json_line(names, values), formulas)


class _Kept:
    """What a CSV writer writes one line to (RFC 4180: it ends with CR LF)."""

    def write(self, text: str) -> None:
        self.text = text


_kept = _Kept()
_writer = csv.writer(_kept)


def _line(cells: Iterable[str]) -> str:
    _writer.writerow(cells)
    return _kept.text


def _plain_cells(row: Texts, wanted: Wanted) -> str:
    """Its CSV line with nothing neutralised: no spreadsheet opens it, and the text is to be as it was."""
    if not row.neutralised:
        return row.cells
    said = json.loads(row.line)
    return _line([writing.cell(said[name]) for name in wanted.columns])


_FORM: dict[str, Callable[[Texts, Wanted], str]] = {
    CSV: lambda row, wanted: row.cells,
    JSON_LINES: lambda row, wanted: row.line,
    PARQUET: _plain_cells,
}
