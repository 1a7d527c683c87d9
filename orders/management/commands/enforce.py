"""`manage.py enforce`: the sweep of the deadlines in a plain loop, with no broker at all."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from orders import clock, deadlines
from orders.acts import lapsing
from orders.tasks import run_sweep


class Command(BaseCommand):
    help = "Enforce the deadlines without a broker: the same sweep as the Celery task, in a plain loop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then stop")
        parser.add_argument("--again", action="store_true", help="first try again what was set aside, then as usual")
        parser.add_argument("--every", type=float, default=1.0, metavar="SECONDS", help="pause between rounds (1)")

    def handle(self, *args: Any, once: bool, again: bool, every: float, **options: Any) -> None:
        if again:
            taken_up, left = lapsing.take_up(at=clock.now()), deadlines.set_aside().count()
            self.stdout.write(f"{taken_up} dossier(s) taken up again, {left} deadline(s) still set aside.")
        self.stdout.write("Enforcing the deadlines; Ctrl-C stops." if not once else "One round of the sweep.")
        try:
            while True:
                handled = run_sweep(at=clock.now())
                if handled or once:
                    self.stdout.write(f"{clock.now():%H:%M:%S} {handled} dossier(s) handled")
                if once:
                    return
                time.sleep(every)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
