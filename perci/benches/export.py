"""Rows per second of each format beside `psql \\copy` of the same rows, and the memory that each takes at two sizes.

Each measurement is a process of its own, so that its peak is its own, on the rows that `fill` made before.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from rich.console import Console
from rich.table import Table

from orders import clock
from orders.evidence import bundle
from orders.evidence.bagging import copying, plan, sheets
from orders.evidence.bagging.cut import Cut
from orders.evidence.bagging.sheets import Wanted
from orders.evidence.bagging.spool import Spool
from orders.evidence.scope import Scope
from orders.evidence.sealing import rounds
from perci.benches import export_rows

EVENTS, DELIVERIES, BUNDLE = "events", "deliveries", "bundle"
TURNS = 3
FORMS = ("csv", "jsonl", "parquet")
PSQL, PLAIN, COPY = "psql \\copy", "plain", "COPY"


class Measured(NamedTuple):
    """One measurement: rows, seconds, and megabytes before and at the peak."""

    rows: int
    seconds: float
    before: float
    peak: float

    @property
    def rate(self) -> float:
        """Rows per second."""
        return self.rows / self.seconds


def run(*, rows: int, say: Callable[[str], None]) -> None:
    """Rows per second at `rows` events, and the memory of a process of its own at a quarter of them and at all."""
    sizes, memory = (max(rows // 4, 1), rows), []
    say(f"{connection.vendor}, {rows:,} events, as many deliveries; best of {TURNS} turns, memory in processes apart")
    for size in sizes:
        export_rows.fill(size, at=clock.now())
        memory.append({what: _apart(what) for what in [*_ways(EVENTS), BUNDLE]})
    rates = _rates()
    _show({**rates, BUNDLE: memory[1][BUNDLE]}, memory, sizes)
    if connection.vendor != "postgresql":
        say(f"{PSQL} and COPY are PostgreSQL's: set DATABASE_URL to a server to see them beside.")


def _rates() -> dict[str, Measured]:
    """The best of some turns, in each of which every way has its go: a machine changes from second to second."""
    best: dict[str, Measured] = {}
    for _ in range(TURNS):
        turn = {what: _here(what) for what in _ways(EVENTS, DELIVERIES, both=True)}
        if connection.vendor == "postgresql":
            turn |= {f"{table} {PSQL}": _psql(table) for table in (EVENTS, DELIVERIES)}
        best |= {what: max(one, best.get(what, one), key=lambda measured: measured.rate) for what, one in turn.items()}
    return best


def _ways(*tables: str, both: bool = False) -> Iterator[str]:
    """`TABLE FORM WAY`: the way that exports go on this database and, where `both` is said, the other for events."""
    copies = copying.possible()
    for table in tables:
        for form in FORMS:
            yield f"{table} {form} {COPY if copies else PLAIN}"
            if copies and both and table == EVENTS:
                yield f"{table} {form} {PLAIN}"


def _apart(what: str) -> Measured:
    """`what`, measured by a process of its own on this database."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench", "export-one", what]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{what} could not be measured: {done.stderr.strip().splitlines()[-1:]}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _environment() -> dict[str, str]:
    """That of this process, but on the throwaway database."""
    database = connection.settings_dict
    if connection.vendor == "postgresql":
        login = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}@"
        place = f"{database['HOST'] or 'localhost'}:{database['PORT'] or 5432}/{quote(database['NAME'])}"
        return {**os.environ, "DATABASE_URL": f"postgresql://{login}{place}"}
    return {**os.environ, "PERCI_RUN_DIR": str(Path(database["NAME"]).parent)}


def one(what: str, *, say: Callable[[str], None]) -> None:
    """Measure `what` here and print it as JSON."""
    say(json.dumps(_here(what)._asdict()))


def _here(what: str) -> Measured:
    checkpoint = rounds.latest()
    assert checkpoint is not None  # the rows were sealed when they were made
    cut = Cut(Scope(), checkpoint)
    with TemporaryDirectory(dir=settings.RUN_DIR) as folder:
        before, began = _peak(), time.perf_counter()
        rows = _bundle(cut, Path(folder)) if what == BUNDLE else _table(cut, Path(folder), *what.split())
        return Measured(rows, time.perf_counter() - began, before, _peak())


def _table(cut: Cut, folder: Path, table: str, form: str, way: str) -> int:
    groups = plan.of_tables(cut, [table], form)
    wanted: Wanted = groups[0].tables[0]
    if way == PLAIN:
        wanted = Wanted(wanted.name, wanted.columns, wanted.rows, wanted.forms)
    else:
        assert copying.possible()
    return sheets.write(wanted, folder, lambda *_: None).rows


def _bundle(cut: Cut, folder: Path) -> int:
    with (folder / "bundle.zip").open("wb") as to:
        manifest = bundle.write(cut, earlier=None, to=to, readings=True, spool=Spool(folder / "spool"))
    return sum(rows for name, rows in manifest["rows"].items() if name.endswith(".jsonl"))


def _psql(table: str) -> Measured:
    """The same rows by psql itself, as CSV as PostgreSQL writes it: the limit."""
    program = shutil.which("psql")
    if program is None:
        return Measured(0, 1.0, 0.0, 0.0)
    with TemporaryDirectory() as folder:
        copy = f"\\copy ({export_rows.QUERIES[table]}) TO '{folder}/rows.csv' CSV HEADER"
        began = time.perf_counter()
        subprocess.run([program, _environment()["DATABASE_URL"], "-qc", copy], check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - began
        with (Path(folder) / "rows.csv").open(encoding="utf-8", newline="") as lines:
            rows = sum(1 for line in lines if line.strip()) - 1
    return Measured(rows, seconds, 0.0, 0.0)


def _peak() -> float:
    """Megabytes of resident memory at most since this process began (what getrusage says is inherited)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _show(rates: dict[str, Measured], memory: list[dict[str, Measured]], sizes: tuple[int, int]) -> None:
    table = Table("what", "rows/s", "of \\copy", *(f"peak MB at {size:,}" for size in sizes))
    for what, measured in rates.items():
        limit = rates.get(f"{what.split()[0]} {PSQL}")
        share = f"{measured.rate / limit.rate:.2f}" if limit and limit.rows else "–"
        peaks = [_memory(found.get(what)) for found in memory]
        table.add_row(what, f"{measured.rate:,.0f}", share, *peaks)
    Console(width=100).print(table)


def _memory(measured: Measured | None) -> str:
    """At the start and what came on top of it."""
    return f"{measured.before:.0f} + {measured.peak - measured.before:.0f}" if measured and measured.peak else "–"
