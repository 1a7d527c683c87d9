"""The directory of one run: its database, its scenario, what ran, and the evidence bundle."""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings

from orders import canonical
from perci.exercise.engine import Ran
from perci.exercise.scenario.model import Scenario

DATABASE, SCENARIO, RUN, BUNDLE = "perci.sqlite3", "scenario.yaml", "run.json", "bundle.zip"
PLAYED = "perci.exercise.settings"
# What a user's environment says about the live system says nothing about an exercise.
FOREIGN = (
    "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "MAIL_FROM", "MAIL_PROVES_RECEIPT", "INBOX_RECEIPT", "LEDGER_ORIGIN",
    "PERIOD_RULE", "HOUR_PROOF", "LATE_NOTICE", "FINALITY", "FIRST_ORDER", "ANNULLED_FROM", "LOG_LEVEL",
)  # fmt: skip
PREFIXES = ("PERCI_", "DJANGO_", "DOCUMENT_", "PYTEST_")


class NotFresh(Exception):
    """A directory that holds something already, or that cannot be: nothing of it is touched."""


def make_fresh(out: Path) -> None:
    """An empty directory at `out`. Raises NotFresh."""
    if out.is_dir() and any(out.iterdir()):
        raise NotFresh(f"{out} holds something already: name a directory that is not there yet.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotFresh(f"{out} cannot be made ({error.strerror}): name a directory that is not there yet.") from None


def tidy() -> None:
    """Nothing is served or exported from here: the directories that settings make for that go."""
    for made in (settings.STATIC_ROOT, settings.EXPORT_DIR):
        with suppress(OSError):
            Path(made).rmdir()


def is_at_home() -> bool:
    """Whether this process is one of an exercise."""
    return bool(settings.SETTINGS_MODULE == PLAYED)


def make_at_home(out: Path) -> NoReturn:
    """Go on in a process whose settings are those of an exercise, with its database in `out`."""
    _replace([sys.executable, *sys.argv], environment(out))


def environment(out: Path) -> dict[str, str]:
    """Of a process whose database is in `out`, with nothing in it that speaks of a live system."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN and not name.startswith(PREFIXES)}
    return {**kept, "DJANGO_SETTINGS_MODULE": PLAYED, "PERCI_RUN_DIR": str(out.resolve())}


def _replace(command: list[str], environment: Mapping[str, str]) -> NoReturn:
    sys.stdout.flush()
    os.execve(command[0], command, dict(environment))


def write_run(out: Path, scenario: Scenario, asked: Mapping[str, Any], ran: Ran, *, ledger: str, entries: int) -> None:
    """What ran, for the report: nothing in it tells when or where that was."""
    told = {
        "name": scenario.name,
        "title": scenario.title,
        **asked,
        "version": settings.VERSION,
        "started": canonical.instant(ran.started),
        "ended": canonical.instant(ran.ended),
        "stopped_early": ran.stopped,
        "ticks": ran.ticks,
        "events": ran.events,
        "entries": entries,
        "ledger_sha256": ledger,
        **ran.facts,
    }
    (out / SCENARIO).write_text(scenario.text, encoding="utf-8")
    (out / RUN).write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read_run(out: Path) -> dict[str, Any]:
    """What `write_run` wrote."""
    found: dict[str, Any] = json.loads((out / RUN).read_text(encoding="utf-8"))
    return found
