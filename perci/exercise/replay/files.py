"""A replay from the database of a record to a file of differences; the record itself is only read."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from orders import ids
from orders.evidence.snapshot import snapshot
from orders.models import LedgerEntry
from perci.exercise import directory
from perci.exercise.replay import record
from perci.exercise.replay.replaying import Difference, replay
from perci.exercise.scenario.source import Mistaken

LIVE = "live"  # the database of the settings, instead of an exercise's
RECORD, DIFFERENCES = "record.json", "differences.json"


def check(source: str) -> None:
    """Refuse what holds no record. Raises Mistaken."""
    if source == LIVE and LedgerEntry._meta.db_table not in connection.introspection.table_names():
        raise Mistaken(["The database of the settings holds no record yet: run `manage.py migrate`, or a demo, first."])
    if source != LIVE and not (Path(source) / directory.DATABASE).is_file():
        raise Mistaken([f"{source} is no exercise that was run: give the --out of one, or {LIVE}."])


def take(source: str, reference: str, out: Path) -> None:
    """Write the record in `source` into `out`: from this process, or for an exercise from one of its own."""
    if source == LIVE:
        take_here(reference, out / RECORD)
        return
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "exercise", "take", str(out / RECORD)]
    command += ["--order", reference] if reference else []
    done = subprocess.run(
        command, env=directory.environment(Path(source)), stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise Mistaken([_last_word(done.stderr) or "The record cannot be read."])


def _last_word(stderr: str) -> str:
    """What a command of this project ended with, without what the command puts in front of it."""
    return stderr.strip().rpartition("\n")[2].removeprefix("CommandError: ")


def take_here(reference: str, path: Path) -> None:
    """The record in the database of this process, as of one instant."""
    with snapshot():
        taken = record.take(reference)
    path.write_text(json.dumps(taken), encoding="utf-8")


def play_again(out: Path, reference: str, *, progress: Callable[[int, int], object]) -> list[Difference]:
    """Replay what was taken into `out`, in the empty database there; of one order only its own differences count."""
    directory.tidy()
    ids.seed(0)
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    taken = json.loads((out / RECORD).read_text(encoding="utf-8"))
    found = [one for one in replay(taken, progress=progress) if reference in ("", one.reference)]
    told = [asdict(one) for one in found]
    (out / DIFFERENCES).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return found
