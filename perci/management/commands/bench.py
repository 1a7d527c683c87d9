"""Measures this machine: each measurement is a subcommand, runs on a database of its own, and is no test."""

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from perci.benches import delivery, exercise, export


class Command(BaseCommand):
    help = "Measure this machine on a throwaway database. Compare the figures of one run with each other alone."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        measured = parser.add_subparsers(dest="what", required=True)
        of_delivery = measured.add_parser("delivery", help="messages per second: the pump beside a plain loop")
        of_delivery.add_argument("--messages", type=int, default=60, help="orders to deliver each way (60)")
        of_delivery.add_argument("--latency", type=float, default=0.1, help="seconds an endpoint takes (0.1)")
        of_delivery.set_defaults(run=_delivery)
        of_export = measured.add_parser("export", help="rows per second of each format, and memory at two sizes")
        of_export.add_argument("--rows", type=int, default=12_000, help="events, and as many deliveries (12000)")
        of_export.set_defaults(run=_export)
        one = measured.add_parser("export-one", help="one of them, on the rows that are there; the bench calls it")
        one.add_argument("measure", help="such as 'events csv COPY'")
        one.set_defaults(run=None)
        of_exercise = measured.add_parser("exercise", help="how fast a scenario is played, beside real time")
        of_exercise.add_argument("scenario", nargs="?", default="de-2024", help="a file or a shipped one (de-2024)")
        of_exercise.add_argument("--share", type=float, default=1.0, help="of its orders (1)")
        of_exercise.set_defaults(run=_exercise)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("It makes synthetic orders: unset PERCI_PRODUCTION.")
        if options["run"] is None:
            export.one(options["measure"], say=self.stdout.write)
            return
        with tempfile.TemporaryDirectory(prefix="perci-bench-") as folder:
            if connection.vendor == "sqlite":  # what settings name as its test database is the one that is in use
                connection.settings_dict["TEST"]["NAME"] = Path(folder) / "perci.sqlite3"
            ours = connection.settings_dict["NAME"]
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
            try:
                options["run"](self, **options)
            finally:
                connection.creation.destroy_test_db(ours, verbosity=0)


def _exercise(command: Command, *, scenario: str, share: float, **_: Any) -> None:
    exercise.run(scenario=scenario, share=share, say=command.stdout.write)


def _delivery(command: Command, *, messages: int, latency: float, **_: Any) -> None:
    delivery.run(messages=messages, latency=latency, say=command.stdout.write)


def _export(command: Command, *, rows: int, **_: Any) -> None:
    if rows < 1:
        raise CommandError("--rows is at least 1.")
    export.run(rows=rows, say=command.stdout.write)
