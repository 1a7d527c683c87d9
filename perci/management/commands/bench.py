"""Measures this machine: each measurement is a subcommand, runs on a database of its own, and is no test."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from perci.benches import delivery, exercise


class Command(BaseCommand):
    help = "Measure this machine on a throwaway database. Compare the figures of one run with each other alone."

    def add_arguments(self, parser: CommandParser) -> None:
        measured = parser.add_subparsers(dest="what", required=True)
        of_delivery = measured.add_parser("delivery", help="messages per second: the pump beside a plain loop")
        of_delivery.add_argument("--messages", type=int, default=60, help="orders to deliver each way (60)")
        of_delivery.add_argument("--latency", type=float, default=0.1, help="seconds an endpoint takes (0.1)")
        of_delivery.set_defaults(run=_delivery)
        of_exercise = measured.add_parser("exercise", help="how fast a scenario is played, beside real time")
        of_exercise.add_argument("scenario", nargs="?", default="de-2024", help="a file or a shipped one (de-2024)")
        of_exercise.add_argument("--share", type=float, default=1.0, help="of its orders (1)")
        of_exercise.set_defaults(run=_exercise)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("It makes synthetic orders: unset PERCI_PRODUCTION.")
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
