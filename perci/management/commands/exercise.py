"""`manage.py exercise run SCENARIO`: plays a scenario in virtual time, in a process and a database of its own."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from perci.exercise import directory, engine, running
from perci.exercise.scenario import reading
from perci.exercise.scenario.model import Scenario
from perci.exercise.scenario.source import Mistaken

WRONG_USE, INTERRUPTED = 2, 130


class Command(BaseCommand):
    help = "Play a scenario in virtual time: what happens to the hour if ...?"
    requires_system_checks = []  # its process has no sessions and no pages, which the checks would miss

    def add_arguments(self, parser: CommandParser) -> None:
        does = parser.add_subparsers(dest="what", required=True)
        run = does.add_parser("run", help="play a scenario, and write its record and report into a directory")
        run.add_argument("scenario", help="a file, or the name of a shipped scenario")
        run.add_argument("--out", type=Path, required=True, help="a directory that is not there yet")
        run.add_argument("--seed", type=int, help="another seed than the scenario's own")
        run.add_argument("--share", type=float, default=1.0, help="of the orders, for a reduced size, such as 0.1 (1)")
        run.add_argument("--no-bundle", action="store_true", help="leave out the evidence bundle")

    def handle(self, *args: Any, **options: Any) -> None:
        scenario, out = _read(options["scenario"]), options["out"]
        if not 0 < options["share"] <= 1:
            raise CommandError("--share is a share of the orders: above 0, up to 1.", returncode=WRONG_USE)
        if not directory.is_at_home():
            _check_fresh(out)
            directory.make_at_home(out)
        seed = scenario.seed if options["seed"] is None else options["seed"]
        with Bar(scenario) as bar:
            ran, digest = running.run(
                scenario,
                seed=seed,
                out=out,
                share=options["share"],
                progress=bar.show,
                bundled=not options["no_bundle"],
            )
        # The report goes here, once there is one: perci.exercise.report.write(out)
        self.stdout.write(_summary(ran, out))
        self.stdout.write(f"ledger sha256: {digest}")
        if ran.stopped:
            sys.exit(INTERRUPTED)


def _read(name: str) -> Scenario:
    try:
        return reading.read(reading.find(name))
    except Mistaken as error:
        raise CommandError(str(error), returncode=WRONG_USE) from None


def _check_fresh(out: Path) -> None:
    try:
        directory.check_fresh(out)
    except directory.NotFresh as error:
        raise CommandError(str(error), returncode=WRONG_USE) from None


def _summary(ran: engine.Ran, out: Path) -> str:
    counts = ran.facts["counts"]
    told = f"{counts.get('orders issued', 0):,} orders issued, {ran.ticks:,} ticks, {ran.events:,} events"
    until = f"stopped at {ran.ended:%F %T}" if ran.stopped else f"ended at {ran.ended:%F %T}"
    return f"{told}; {until} (UTC, virtual). Written into {out}."


class Bar:
    """How far virtual time is, and what was done; nothing where nobody looks."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.bar = Progress(
            TextColumn("{task.fields[now]}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %  {task.fields[orders]} orders"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )

    def __enter__(self) -> "Bar":
        self.bar.start()
        length = (self.scenario.ends - self.scenario.starts).total_seconds()
        self.task: TaskID = self.bar.add_task("", total=length, now=f"{self.scenario.starts:%F %T}", orders=0)
        return self

    def __exit__(self, *reason: object) -> None:
        self.bar.stop()

    def show(self, progress: engine.Progress) -> None:
        """Called at each step; the bar draws itself now and then."""
        if not self.bar.disable:
            gone = (progress.now - self.scenario.starts).total_seconds()
            orders = f"{progress.drafted:,} of {progress.planned:,}"
            self.bar.update(self.task, completed=gone, now=f"{progress.now:%F %T}", orders=orders)
