"""How far an exercise is: a bar for whoever looks at a terminal, a file for whoever looks from elsewhere."""

import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from orders.portal.tags import utc
from perci.exercise import engine
from perci.exercise.scenario.model import Scenario

EVERY = 25  # steps between two writings: the clocks of this process are virtual, and tell no pace


class Bar:
    """How far virtual time is, and what was done; nothing where nobody looks.

    With a `path` the same is in a file, which is whole whenever somebody reads it.
    """

    def __init__(self, scenario: Scenario, path: Path | None = None) -> None:
        self.scenario, self.path, self.steps = scenario, path, 0
        self.last = engine.Progress(scenario.starts, drafted=0, planned=0, ticks=0, events=0)
        self.bar = Progress(
            TextColumn("{task.fields[now]}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %  {task.fields[orders]} orders"),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )

    def __enter__(self) -> "Bar":
        self.bar.start()
        self.task: TaskID = self.bar.add_task("", total=1, now=utc(self.scenario.starts), orders=0)
        return self

    def __exit__(self, *reason: object) -> None:
        _stop(self.bar)

    def show(self, progress: engine.Progress) -> None:
        """Called at each step; the bar draws itself now and then, and now and then the file is written."""
        self.steps, self.last = self.steps + 1, progress
        if not self.bar.disable:
            self.bar.update(self.task, **_told(self.scenario, progress))
        if self.steps % EVERY == 1:
            self._write()

    def end(self, at: datetime) -> None:
        """Time stands at `at`, where it ended or was stopped."""
        self.show(replace(self.last, now=at))
        self._write()

    def say(self, sentence: str) -> None:
        """Something to know meanwhile, above the bar."""
        self.bar.console.print(sentence, markup=False, highlight=False)

    def _write(self) -> None:
        if self.path is not None:
            told = _told(self.scenario, self.last)
            beside = self.path.with_suffix(".new")
            beside.write_text(json.dumps({"done": round(told.pop("completed"), 4), **told}), encoding="utf-8")
            beside.replace(self.path)


class Count:
    """How many of something were done."""

    def __init__(self, what: str) -> None:
        self.bar = Progress(
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.total:,.0f} " + what),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )

    def __enter__(self) -> "Count":
        self.bar.start()
        self.task: TaskID = self.bar.add_task("", total=0)
        return self

    def __exit__(self, *reason: object) -> None:
        _stop(self.bar)

    def show(self, done: int, of: int) -> None:
        """Called after each."""
        self.bar.update(self.task, completed=done, total=of)


def _stop(bar: Progress) -> None:
    """What was never shown leaves no empty line either."""
    if not bar.disable:
        bar.stop()


def _told(scenario: Scenario, progress: engine.Progress) -> dict[str, Any]:
    length = (scenario.ends - scenario.starts).total_seconds()
    return {
        "completed": (progress.now - scenario.starts).total_seconds() / length,
        "now": utc(progress.now),
        "orders": f"{progress.drafted:,} of {progress.planned:,}",
    }
