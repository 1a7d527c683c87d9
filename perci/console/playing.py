"""Plays what waits, one exercise at a time, each in a process of its own that ends with this one."""

import subprocess
import sys
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from perci.console import shelf
from perci.console.shelf import Kept
from perci.supervisor import GUARD

PATIENCE = "20"  # seconds in which an exercise that is to stop writes the report of what ran


@dataclass(frozen=True)
class _Player:
    """The exercise that this process plays; the guard ends it when this process is gone."""

    process: "subprocess.Popen[bytes]"
    locks: tuple[IO[str], ...]

    @property
    def is_over(self) -> bool:
        return self.process.poll() is not None


_playing: list[_Player] = []  # one at most


def start_next() -> str | None:
    """Begin the exercise that has waited longest, unless one is running; returns its name."""
    if _playing and not _playing[0].is_over:
        return None
    _let_go()
    shelf.room().mkdir(parents=True, exist_ok=True)
    alone = shelf.hold(shelf.room() / ".one-at-a-time")
    if alone is None:
        return None
    waiting = [kept for kept in shelf.all_kept() if kept.state == shelf.WAITING]
    if not waiting:
        alone.close()
        return None
    lock = shelf.hold(waiting[-1].file(shelf.LOCK))
    if lock is None:  # somebody looks just now whether it is held: it begins with the next beat
        alone.close()
        return None
    _start(waiting[-1], (alone, lock))
    return waiting[-1].name


def stop(kept: Kept) -> None:
    """Ask a running exercise to end: it writes the report of what ran. One that waits is not played."""
    kept.file(shelf.STOP).touch()


def wait() -> int | None:
    """Wait for the exercise that this process plays; its exit status."""
    return _playing[0].process.wait() if _playing else None


def end() -> None:
    """End the exercise that this process plays, if any."""
    for player in _playing:
        assert player.process.stdin is not None
        player.process.stdin.close()  # its guard sees that
    wait()
    _let_go()


def command_of(kept: Kept) -> list[str]:
    """How `kept` is played."""
    return [
        sys.executable, str(settings.BASE_DIR / "manage.py"), "exercise", "run", str(kept.file(shelf.TEXT)),
        "--seed", str(kept.asked.seed), "--share", str(kept.asked.share), "--out", str(kept.directory),
        "--progress", str(kept.file(shelf.PROGRESS)), "--stop", str(kept.file(shelf.STOP)),
    ]  # fmt: skip


def _let_go() -> None:
    while _playing:
        for lock in _playing.pop().locks:
            lock.close()


def _start(kept: Kept, locks: tuple[IO[str], ...]) -> None:
    with kept.file(shelf.LOG).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-I", str(GUARD), PATIENCE, *command_of(kept)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _playing.append(_Player(process, locks))
