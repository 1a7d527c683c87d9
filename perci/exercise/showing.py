"""How far an exercise is: a bar for whoever looks at a terminal, a file for whoever looks from elsewhere."""

import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from perci.exercise import engine
from perci.exercise.scenario.model import Scenario

EVERY = 25  # steps between two writings: the clocks of this process are virtual, and tell no pace


class Bar:
    """How far virtual time is, and what was done; nothing where nobody looks."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.bar = Progress(
            TextColumn("{task.fields[now]}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %  {task.fields[orders]} orders"),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )

    def __enter__(self) -> "Bar":
        self.bar.start()
        self.task: TaskID = self.bar.add_task("", total=1, now=f"{self.scenario.starts:%F %T}", orders=0)
        return self

    def __exit__(self, *reason: object) -> None:
        self.bar.stop()

    def show(self, progress: engine.Progress) -> None:
        """Called at each step; the bar draws itself now and then."""
        if not self.bar.disable:
            self.bar.update(self.task, **_told(self.scenario, progress))


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
        self.bar.stop()

    def show(self, done: int, of: int) -> None:
        """Called after each."""
        self.bar.update(self.task, completed=done, total=of)


class File:
    """The same in a file that is whole whenever somebody reads it."""

    def __init__(self, scenario: Scenario, path: Path | None) -> None:
        self.scenario, self.path, self.steps = scenario, path, 0

    def show(self, progress: engine.Progress) -> None:
        """Called at each step; the file is written now and then."""
        self.steps += 1
        if self.path is not None and self.steps % EVERY == 1:
            told = _told(self.scenario, progress)
            beside = self.path.with_suffix(".new")
            beside.write_text(json.dumps({"done": round(told.pop("completed"), 4), **told}), encoding="utf-8")
            beside.replace(self.path)


def _told(scenario: Scenario, progress: engine.Progress) -> dict[str, Any]:
    length = (scenario.ends - scenario.starts).total_seconds()
    return {
        "completed": (progress.now - scenario.starts).total_seconds() / length,
        "now": f"{progress.now:%F %T}",
        "orders": f"{progress.drafted:,} of {progress.planned:,}",
    }
