"""An export as one zip: each table as CSV and JSON lines, and a manifest that says what it is and hashes each file."""

import csv
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.db.models import Max, Min

from orders import canonical
from orders.acts.capacity import Capacity
from orders.acts.exporting import take_export
from orders.evidence import writing
from orders.evidence.scope import Scope, check
from orders.evidence.sealing import rounds
from orders.evidence.snapshot import snapshot
from orders.evidence.tables import TABLES, Table
from orders.models import LedgerEntry, TreeLeaf
from orders.regulation.rules import Rules

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the same inputs give the same bytes: a zip's own time is not among them
Progress = Callable[[str, int], None]


def export(
    scope: Scope, *, by: Capacity, at: datetime, to: IO[bytes], progress: Progress = lambda *_: None
) -> dict[str, Any]:
    """Record that `by` takes an export of `scope` at `at`, write the zip into `to` (seekable), return its manifest.

    `progress(table, rows)` is called now and then. Raises `Invalid` for an unknown order or party and `ActNotYours`;
    then nothing was written.
    """
    check(scope)
    taken = take_export(scope=scope.facts(), by=by, at=at)
    with snapshot():
        return write(scope, taken=taken, to=to, progress=progress)


def write(scope: Scope, *, taken: LedgerEntry, to: IO[bytes], progress: Progress = lambda *_: None) -> dict[str, Any]:
    """Write the zip of an export recorded as `taken`; clocks are judged as of that instant. Returns the manifest."""
    files: dict[str, _File] = {}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in TABLES:
            files |= _write_table(archive, table, scope, taken.recorded_at, progress)
        manifest = _manifest(scope, taken, files)
        archive.writestr(_entry("manifest.json"), json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    return manifest


class _File:
    """A file of the bundle as it grows: hashed and counted on its way."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.hash, self.rows, self.neutralised = stream, hashlib.sha256(), 0, 0

    def write(self, text: str) -> None:
        content = text.encode()
        self.hash.update(content)
        self.stream.write(content)


def _write_table(
    archive: zipfile.ZipFile, table: Table[Any], scope: Scope, as_of: datetime, progress: Progress
) -> dict[str, _File]:
    """Both forms from one reading: a zip takes one file at a time, so the JSON lines wait in a temporary one."""
    names = [f"{table.name}.csv", f"{table.name}.jsonl"]
    with TemporaryFile() as waiting:
        with archive.open(_entry(names[0]), "w", force_zip64=True) as stream:
            cells, lines = _File(stream), _File(waiting)
            _write_rows(table, scope, as_of, cells, lines, progress)
        waiting.seek(0)
        with archive.open(_entry(names[1]), "w", force_zip64=True) as stream:
            shutil.copyfileobj(waiting, stream)
    return dict(zip(names, (cells, lines), strict=True))


def _write_rows(
    table: Table[Any], scope: Scope, as_of: datetime, cells: _File, lines: _File, progress: Progress
) -> None:
    names = list(table.columns)
    sheet = csv.writer(cells)  # RFC 4180: lines end with CR LF, and a cell that holds either is quoted
    sheet.writerow(names)
    for count, row in enumerate(table.rows(scope, as_of), start=1):
        values = [writing.json_value(raw) for raw in table.read(row)]
        sheet.writerow([_safe_cell(value, cells) for value in values])
        lines.write(writing.json_line(names, values))
        cells.rows = lines.rows = count
        if count % 1000 == 0:
            progress(table.name, count)
    progress(table.name, cells.rows)


def _safe_cell(value: Any, counted: _File) -> str:
    text = writing.cell(value)
    if not writing.is_formula(value, text):
        return text
    counted.neutralised += 1
    return f"'{text}"


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EARLIEST)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    return info


def _seal(scope: Scope) -> dict[str, Any]:
    """The latest checkpoint, and between which leaves the exported entries are; null where nothing is sealed."""
    latest = rounds.latest()
    leaves = TreeLeaf.objects.filter(entry__dossier__in=scope.orders().order_by().values("dossier"))
    return {
        "tree_size": latest.tree_size if latest else None,
        "root": latest.root if latest else None,
        **leaves.aggregate(first_leaf=Min("index"), last_leaf=Max("index")),
    }


def _manifest(scope: Scope, taken: LedgerEntry, files: dict[str, _File]) -> dict[str, Any]:
    facts, rules = scope.facts(), Rules(**settings.RULES)
    return {
        "export_id": taken.dossier.reference,
        "requested_by": {"role": taken.actor_role, "party": taken.actor_party, "person": taken.actor_person},
        "record": {"reference": taken.dossier.reference, "number": taken.number, "digest": taken.digest},
        "as_of": canonical.instant(taken.recorded_at),
        "from": facts.pop("from"),
        "to": facts.pop("to"),
        "scope": facts,
        **_seal(scope),
        "rows": {name: file.rows for name, file in files.items()},
        "sha256": {name: file.hash.hexdigest() for name, file in files.items()},
        "csv_neutralised_cells": sum(file.neutralised for file in files.values()),
        "settings": {
            "rules": rules.name,  # for new orders; each order has its own in orders.rule_version
            **asdict(rules),
            "measure_tolerance_seconds": settings.MEASURE_TOLERANCE_SECONDS,
        },
        "software_version": settings.VERSION,
        "simulated": True,
    }
