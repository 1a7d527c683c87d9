"""How far a long command is, on a terminal; anywhere else nothing is written."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from orders.evidence.jobs.telling import Told

LOOK = 0.2  # seconds between two looks


def show(what: str, count: int) -> None:
    """Overwrite the line on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{what} {count}\033[K\r")
        sys.stderr.flush()


@contextmanager
def bar(told: Told) -> Iterator[None]:
    """Show what `told` knows on standard error while the body runs."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        ended = Event()
        looking = Thread(target=_look, args=(told, shown, ended), daemon=True)
        looking.start()
        try:
            yield
        finally:
            ended.set()
            looking.join()


def _look(told: Told, shown: Progress, ended: Event) -> None:
    line = shown.add_task("export", total=None)
    while not ended.wait(LOOK):
        shown.update(line, description=told.step or "export", completed=told.done, total=told.total or None)
