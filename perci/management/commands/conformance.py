"""`manage.py conformance`: checks a provider's own receiver, and writes a signed report."""

import argparse
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django import db
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from orders import clock
from orders.models import LIMIT_SCALES
from perci import conformance
from perci.conformance import wrong
from perci.supervisor import ChildDied
from platforms import addresses, connecting
from platforms.addresses import AddressRefused
from platforms.conformance import probing, receivers, running, sealing
from platforms.conformance.checks import CHECKS
from platforms.conformance.scenarios import MOST_BURST
from platforms.models import ConformanceRun, Connection

STYLES = {"PASSED": "green", "WARNING": "yellow", "FAILED": "red", "SKIPPED": "dim"}
console = Console()


def number(least: int, most: int) -> Callable[[str], int]:
    """An argument that is a whole number between these."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r}: give a whole number from {least} to {most}")
        return int(text)

    return read


class Command(BaseCommand):
    help = (
        f"Run {len(CHECKS)} checks against the receiver of a provider. Exit status: 0 no check failed, 1 one did, "
        "2 wrong use, such as an endpoint that nobody answers."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        whose = parser.add_mutually_exclusive_group()
        whose.add_argument("--endpoint", metavar="URL", help="your webhook, such as http://127.0.0.1:9000/webhook")
        whose.add_argument(
            "--against", metavar="CODE", help="the sandbox connection of this provider in the running system, as it is"
        )
        whose.add_argument(
            "--print-config", action="store_true", help="only say what to configure in your receiver beforehand"
        )
        parser.add_argument("--seed", type=number(0, 2**31), default=1, help="your credentials follow from it (1)")
        parser.add_argument("--port", type=number(1, 65535), default=8400, help="where the API listens (8400)")
        parser.add_argument(
            "--scale", choices=[scale for scale, _ in LIMIT_SCALES], default="1/60", help="of the hour (1/60: a minute)"
        )
        parser.add_argument("--burst", type=number(1, MOST_BURST), default=50, help="orders at once (50)")
        parser.add_argument("--pages", metavar="URL", default="", help="base URL on loopback of your pages of content")
        parser.add_argument("--out", type=Path, default=Path("conformance-report"), help="directory of the report")
        parser.add_argument("--public", action="store_true", help="yes, this endpoint on the internet is mine")

    def handle(self, *args: Any, **options: Any) -> None:
        given = argparse.Namespace(**options)
        if given.print_config:
            tell(given)
            return
        if not given.endpoint and not given.against:
            wrong("give --endpoint URL, the address of your webhook (or --print-config, to configure it first).")
        sys.exit(watch_running(given) if given.against else run_own(given))


def end_by_signal() -> None:
    """Ctrl-C and a friendly end are one and the same: what was started is ended, too."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)


def tell(given: argparse.Namespace) -> None:
    """What the receiver has to know. Synthetic, and the same whenever seed and port are."""
    told = receivers.given(given.seed)
    for name, value in {
        "BASE": conformance.base_url(given.port),
        "CLIENT_ID": told.client_id,
        "CLIENT_SECRET": told.client_secret,
        "WEBHOOK_SECRETS": told.webhook_secret,
    }.items():
        print(f"export {name}='{value}'")


# --- a small system of its own ---
def run_own(given: argparse.Namespace) -> int:
    """Start it, run, report; the exit status."""
    endpoint, pages = checked(given), checked_pages(given)
    if not conformance.is_own():
        conformance.become_own(given.port)
    end_by_signal()
    try:
        with conformance.system(given.port) as supervisor:
            connection = receivers.receiver(given.seed, endpoint=endpoint, pages=pages, at=clock.now())
            for old in receivers.left_open(connection):
                running.break_off(old, because="Another run began.", at=clock.now())
            tell(given)
            run = asked(connection, given, seed=given.seed)
            with Shown(run) as shown:
                conformance.play(run, supervisor, shown.show)
            return done(run, given.out)
    except ChildDied as died:
        wrong(str(died))
    except KeyboardInterrupt:
        console.print("perci: broken off; no report is written")
        return 130


def checked(given: argparse.Namespace) -> str:
    """The endpoint in its plain form, when it may be called and somebody is there."""
    try:
        plain = connecting.checked(given.endpoint, sandbox=True)
    except AddressRefused as refused:
        wrong(f"--endpoint: {refused}")
    try:
        addresses.check_simulated(given.endpoint)
    except AddressRefused:
        if not given.public:
            wrong("--endpoint is on the internet: forgeries and bursts go there. If it is yours, say so by --public.")
        return plain
    if not probing.reachable(plain):
        wrong(f"nobody answers at {plain}: start your receiver first (see --print-config), or mend the address.")
    return plain


def checked_pages(given: argparse.Namespace) -> str:
    try:
        return addresses.check_simulated(given.pages) if given.pages else ""
    except AddressRefused as refused:
        wrong(f"--pages: {refused}")


# --- a system that runs anyway ---
def watch_running(given: argparse.Namespace) -> int:
    """Ask for a run in the system whose database is configured; its own workers make the steps."""
    if settings.PRODUCTION:
        wrong("there is no sandbox in production mode: run against a system that rehearses, or with --endpoint.")
    if given.scale not in running.SCALES:
        wrong(
            f"--scale {given.scale} is too fast for a system that ticks by the second: {' or '.join(running.SCALES)}."
        )
    if Connection._meta.db_table not in db.connection.introspection.table_names():
        wrong("the database of the settings has no tables: start the system that it belongs to, or use --endpoint.")
    connection = (
        Connection.objects.filter(provider__code=given.against, sandbox=True).select_related("provider").first()
    )
    if connection is None:
        wrong(f"{given.against} has no sandbox connection in this system: see its connection page, or use --endpoint.")
    if not connection.endpoint:
        wrong(f"{given.against} has no endpoint yet: register one first.")
    run = asked(connection, given, seed=None)
    end_by_signal()
    try:
        with Shown(run) as shown:
            while run.ended_at is None:
                time.sleep(1)
                run.refresh_from_db()
                shown.show(run)
    except KeyboardInterrupt:
        running.break_off(run, because="Its command was interrupted.", at=clock.now())
        return 130
    return done(run, given.out)


def asked(connection: Connection, given: argparse.Namespace, *, seed: int | None) -> ConformanceRun:
    try:
        return running.ask(connection, limit_scale=given.scale, burst=given.burst, seed=seed, at=clock.now())
    except running.NotAlone as not_alone:
        wrong(str(not_alone))


# --- what is seen ---
class Shown:
    """The progress of a run on the screen: its stage, and how many of its orders are settled."""

    def __init__(self, run: ConformanceRun) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self.progress = Progress(*columns, console=console)
        self.task = self.progress.add_task(run.get_stage_display(), total=None)
        self.stage = ""

    def __enter__(self) -> "Shown":
        self.progress.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self.progress.stop()

    def show(self, run: ConformanceRun) -> None:
        """Bring the screen up to date."""
        if run.stage != self.stage:
            self.stage = run.stage
            console.print(f"perci: {run.get_stage_display()}")
        settled, total = running.progress(run)
        self.progress.update(self.task, description=run.get_stage_display(), completed=settled, total=total or None)


def done(run: ConformanceRun, out: Path) -> int:
    """Write the report, say what came of it; the exit status."""
    if run.stage == ConformanceRun.Stage.BROKEN:
        console.print(f"perci: broken off: {run.because}")
        return 1
    report = run.report
    table = Table("verdict", "check", "why", box=None, pad_edge=False)
    for check in report["checks"]:
        if check["verdict"] != "PASSED":
            table.add_row(f"[{STYLES[check['verdict']]}]{check['verdict']}[/]", check["id"], check["why"])
    console.print(table)
    write(report, out)
    console.print(", ".join(f"{count} {verdict}" for verdict, count in report["counts"].items()), highlight=False)
    console.print(f"perci: the signed report is {out / sealing.HTML}")
    return 0 if report["conformant"] else 1


def write(report: dict[str, Any], out: Path) -> None:
    """All its files."""
    out.mkdir(parents=True, exist_ok=True)
    for name, content in sealing.files(report, sealing.key()).items():
        (out / name).write_bytes(content)
