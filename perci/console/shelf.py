"""The exercises of this installation: what somebody asked for is a file, what was played a directory beside it."""

import fcntl
import json
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from orders import canonical, ids
from perci.exercise.directory import BUNDLE, RUN
from perci.exercise.report.writing import PAGE
from perci.exercise.scenario.model import Scenario

ASKED, TEXT, PROGRESS, STOP, LOG, LOCK = ".asked.json", ".yaml", ".progress.json", ".stop", ".log", ".lock"
WAITING, RUNNING, FINISHED, STOPPED, FAILED = "waiting", "running", "finished", "stopped", "failed"
STOPPING, WITHDRAWN = "stopping", "withdrawn"
ENDED = (FINISHED, STOPPED, FAILED, WITHDRAWN)


@dataclass(frozen=True)
class Asked:
    """What somebody asked for: the scenario as they wrote it is beside it."""

    scenario: str
    title: str
    seed: int
    share: float
    by: str
    at: str


@dataclass(frozen=True)
class Kept:
    """One exercise, by its name."""

    name: str
    asked: Asked

    def file(self, kind: str) -> Path:
        """The file of that kind beside the directory of the run."""
        return room() / f"{self.name}{kind}"

    @property
    def directory(self) -> Path:
        return room() / self.name

    @property
    def run(self) -> dict[str, Any]:
        """What ran; empty while it has not ended."""
        return _read(self.directory / RUN)

    @property
    def progress(self) -> dict[str, Any]:
        """How far it is: done (of 1), now (virtual), orders."""
        return _read(self.file(PROGRESS))

    @property
    def state(self) -> str:
        """A report is the last that a run writes: without one it has not ended, or has failed."""
        asked_to_stop = self.file(STOP).exists()
        if held(self.file(LOCK)):
            return STOPPING if asked_to_stop else RUNNING
        if (self.directory / PAGE).exists():
            return STOPPED if self.run.get("stopped_early") else FINISHED
        if self.file(LOG).exists():
            return FAILED
        return WITHDRAWN if asked_to_stop else WAITING

    @property
    def bundled(self) -> bool:
        """Whether its evidence bundle is there."""
        return (self.directory / BUNDLE).exists()

    @property
    def percent(self) -> float:
        """How many of the orders were asked for."""
        return round(100 * self.asked.share, 2)

    @property
    def last_words(self) -> str:
        """The end of what it printed."""
        try:
            return "\n".join(self.file(LOG).read_text(encoding="utf-8", errors="replace").splitlines()[-6:])
        except FileNotFoundError:
            return ""


def room() -> Path:
    """Where they are kept, in the run directory."""
    return Path(settings.RUN_DIR) / "exercises"


def all_kept() -> list[Kept]:
    """The latest first."""
    found = [kept for path in room().glob(f"*{ASKED}") if (kept := find(path.name.removesuffix(ASKED)))]
    return sorted(found, key=lambda kept: (kept.asked.at, kept.name), reverse=True)


def find(name: str) -> Kept | None:
    """The exercise of that name, or None; a name is one part of a path."""
    if Path(name).name != name:
        return None
    told = _read(room() / f"{name}{ASKED}")
    return Kept(name, Asked(**told)) if told else None


def ask(scenario: Scenario, *, seed: int, share: float, by: str, at: datetime) -> Kept:
    """Keep what somebody wants played. It waits until `playing.start_next` gets to it."""
    room().mkdir(parents=True, exist_ok=True)
    asked = Asked(scenario.name, scenario.title, seed, share, by, canonical.instant(at))
    kept = Kept(f"{scenario.name}-{seed}-{ids.new('x')[-6:]}", asked)
    kept.file(TEXT).write_text(scenario.text, encoding="utf-8")
    kept.file(ASKED).write_text(json.dumps(asdict(asked)), encoding="utf-8")  # last: now it can be found
    return kept


def remove(kept: Kept) -> bool:
    """Delete an exercise that has ended, with all it left; whether it was one."""
    ended = kept.state in ENDED
    lock = hold(kept.file(LOCK)) if ended else None
    if lock is None:
        return False
    with lock:
        if kept.directory.exists():
            shutil.rmtree(kept.directory)
        for kind in (TEXT, PROGRESS, STOP, LOG, LOCK, ASKED):  # as long as anything is left it can be found
            kept.file(kind).unlink(missing_ok=True)
    return True


def held(path: Path) -> bool:
    """Whether somebody holds the lock in `path`."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def hold(path: Path) -> IO[str] | None:
    """Take the lock in `path` until the file is closed; None where somebody else has it."""
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    return found
