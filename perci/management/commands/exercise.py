"""`manage.py exercise`: plays scenarios in virtual time, each in a process and a database of its own; compares runs."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.acts.refusals import Refusal
from orders.portal.tags import utc
from perci.exercise import directory, engine, running, showing, sweeping
from perci.exercise.replay import files
from perci.exercise.report import comparing, writing
from perci.exercise.scenario import changing, reading
from perci.exercise.scenario.expecting import said
from perci.exercise.scenario.model import Scenario
from perci.exercise.scenario.source import Mistaken

MISSED, WRONG_USE, INTERRUPTED = 1, 2, 130
VERDICTS = {True: "met", False: "MISSED", None: "not judged"}
MOST_SEED = 2**31  # as the form of the console has it
SHOWN = 20  # differences that a replay prints
INNER = "take"  # what a replay asks of the process of an exercise: understood, and listed nowhere


class _Offered(dict[str, Any]):
    """What `exercise` understands, as usage and errors list it."""

    def __iter__(self) -> Iterator[str]:
        return (name for name in super().__iter__() if name != INNER)


class Command(BaseCommand):
    help = "Play a scenario in virtual time: what happens to the hour if ...?"
    requires_system_checks = []  # its process has no sessions and no pages, which the checks would miss

    def add_arguments(self, parser: CommandParser) -> None:
        does = parser.add_subparsers(dest="what", required=True)
        does.add_parser("list", help="the scenarios that come with the software")
        run = does.add_parser("run", help="play a scenario, and write its record and report into a directory")
        _add_scenario(run)
        run.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="PLACE=VALUE",
            help="play with another value, such as orders.1.count=40; may be said again",
        )
        run.add_argument("--no-bundle", action="store_true", help="leave out the evidence bundle")
        run.add_argument("--progress", type=Path, metavar="FILE", help="write into FILE how far it is")
        run.add_argument("--stop", type=Path, metavar="FILE", help="end after a step once FILE is there")
        compare = does.add_parser("compare", help="set two runs side by side")
        compare.add_argument("first", type=Path, help="the --out of a run")
        compare.add_argument("second", type=Path, help="the --out of another")
        compare.add_argument("--out", type=Path, required=True, help="the page to write")
        sweep = does.add_parser("sweep", help="one figure over several values of one parameter")
        _add_scenario(sweep)
        sweep.add_argument("--place", required=True, help="what to set, such as providers.on-call.desk.on_call")
        sweep.add_argument("--values", required=True, nargs="+", help="to what, one after the other")
        sweep.add_argument(
            "--figure", default="within_hour_share", help="which, such as median_minutes (within_hour_share)"
        )
        sweep.add_argument("--provider", default="", help="of the orders to one entry of the scenario only")
        again = does.add_parser("replay", help="do what is on record again by this build, and list what differs")
        again.add_argument("source", help="the --out of a run, or live: the database of the settings, only read")
        again.add_argument("--order", default="", metavar="REF", help="one order, with what came before it")
        again.add_argument("--out", type=Path, required=True, help="a directory that is not there yet")
        take = does.add_parser(INNER)
        take.add_argument("path", type=Path)
        take.add_argument("--order", default="")
        does.choices = _Offered(does.choices)
        does.metavar = f"{{{','.join(does.choices)}}}"

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        try:
            getattr(self, f"_{what}")(options)
        except (Mistaken, Refusal, directory.NotFresh) as error:
            raise CommandError(str(error), returncode=WRONG_USE) from None
        except KeyboardInterrupt:
            left = f" What {options['out']} holds is not whole: remove it." if options.get("out") else ""
            self.stderr.write(f"Broken off.{left}")
            sys.exit(INTERRUPTED)

    def _list(self, options: dict[str, Any]) -> None:
        for scenario in reading.shipped_scenarios():
            self.stdout.write(f"{scenario.name:<32} {scenario.title}")

    def _run(self, options: dict[str, Any]) -> None:
        scenario = _read(options["scenario"], options["set"])
        out, seed = _at_home(options), _seed(scenario, options)
        stop: Path | None = options["stop"]
        with showing.Bar(scenario, options["progress"]) as bar:
            ran, digest = running.run(
                scenario,
                seed=seed,
                out=out,
                share=options["share"],
                changed=options["set"],
                progress=bar.show,
                asked_to_stop=lambda: stop is not None and stop.exists(),
                bundled=not options["no_bundle"],
                told=bar.say,
            )
            bar.end(ran.ended)
        found = writing.write(out)
        self.stdout.write(_summary(ran, out))
        for one in found["expectations"]:
            self.stdout.write(f"{VERDICTS[one['met']]:<11} {one['that']}: {one['bound']}, got {one['said']}")
        self.stdout.write(f"ledger sha256: {digest}")
        sys.exit(INTERRUPTED if ran.stopped else 0 if found["met"] else MISSED)

    def _compare(self, options: dict[str, Any]) -> None:
        found = comparing.compare(options["first"], options["second"])
        _written(options["out"], comparing.as_html(found))
        for line in (line for line in found.lines if line.differs):
            self.stdout.write("{:<24} {:>12} {:>12}  {}".format(line.name, *line.texts))
        if found.same:
            self.stdout.write("Both wrote the same ledger.")
        self.stdout.write(f"Side by side in {options['out']}.")

    def _replay(self, options: dict[str, Any]) -> None:
        out, reference = options["out"], options["order"]
        if not directory.is_at_home():
            files.check(options["source"])
            directory.make_fresh(out)
            files.take(options["source"], reference, out)
            directory.make_at_home(out)
        with showing.Count("entries") as bar:
            found = files.play_again(out, reference, progress=bar.show)
        for one in found[:SHOWN]:
            place = f"entry {one.number}" if one.number else "as it stands"
            self.stdout.write(f"{one.reference}, {place}, {one.what}:\n  then {one.then}\n  now  {one.now}")
        more = f", the first {SHOWN} of them above" if len(found) > SHOWN else ""
        told = f"{len(found)} differences{more}; all are" if found else "No differences; that is"
        self.stdout.write(f"{told} in {out / files.DIFFERENCES}.")
        sys.exit(MISSED if found else 0)

    def _take(self, options: dict[str, Any]) -> None:
        files.take_here(options["order"], options["path"])

    def _sweep(self, options: dict[str, Any]) -> None:
        path, out = reading.find(options["scenario"]), options["out"]
        figure, provider = options["figure"], options["provider"]
        _check_numbers(options)
        sweeping.check(path, options["place"], options["values"], figure, provider)
        directory.make_fresh(out)
        found = sweeping.sweep(
            path,
            options["place"],
            options["values"],
            figure=figure,
            provider=provider,
            seed=options["seed"],
            share=options["share"],
            out=out,
            told=self.stdout.write,
        )
        for value, got, _ in found.points:
            self.stdout.write(f"{value:>12}  {said(figure, got)}")
        self.stdout.write(f"The curve is in {out / sweeping.PAGE}.")


def _add_scenario(parser: Any) -> None:
    parser.add_argument("scenario", help="a file, or the name of a shipped scenario")
    parser.add_argument("--out", type=Path, required=True, help="a directory that is not there yet")
    parser.add_argument("--seed", type=int, help="another seed than the scenario's own")
    parser.add_argument("--share", type=float, default=1.0, help="of the orders, for a reduced size, such as 0.1 (1)")


def _read(name: str, settings: list[str]) -> Scenario:
    return reading.read(reading.find(name), changes=[changing.split(told) for told in settings])


def _seed(scenario: Scenario, options: dict[str, Any]) -> int:
    return scenario.seed if options["seed"] is None else int(options["seed"])


def _at_home(options: dict[str, Any]) -> Path:
    """The directory of the run, once this process is one made for it; goes on in such a process otherwise."""
    out: Path = options["out"]
    _check_numbers(options)
    _check_place(options["progress"])
    if not directory.is_at_home():
        directory.make_fresh(out)
        directory.make_at_home(out)
    return out


def _check_place(path: Path | None) -> None:
    if path is not None and path.is_dir():
        raise CommandError(f"{path} is a directory: name a file in it.", returncode=WRONG_USE)
    if path is not None and not path.parent.is_dir():
        raise CommandError(f"There is no directory {path.parent} for {path.name}.", returncode=WRONG_USE)


def _check_numbers(options: dict[str, Any]) -> None:
    if not 0 < options["share"] <= 1:
        raise CommandError("--share is a share of the orders: above 0, up to 1.", returncode=WRONG_USE)
    if not 0 <= (options["seed"] or 0) <= MOST_SEED:
        raise CommandError(f"--seed is a whole number from 0 to {MOST_SEED:,}.", returncode=WRONG_USE)


def _written(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.", returncode=WRONG_USE) from None


def _summary(ran: engine.Ran, out: Path) -> str:
    issued = ran.facts["counts"].get("orders issued", 0)
    told = f"{issued:,} order{'' if issued == 1 else 's'} issued, {ran.ticks:,} ticks, {ran.events:,} events"
    until = f"{'stopped' if ran.stopped else 'ended'} at {utc(ran.ended)}"
    there = [name for name in (writing.PAGE, writing.DATA, directory.BUNDLE) if (out / name).exists()]
    return f"{told}; {until}, virtual time. Written into {out}: {', '.join(there)}."
