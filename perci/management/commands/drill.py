"""`manage.py drill`, which `make drill` calls: an order at night to an engineer's receiver, in a system of its own."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from orders import clock
from perci import broker, launching
from perci.drill import terms as wanted
from perci.drill import world
from perci.drill.certificate import BUNDLE, DATA, PAGE
from perci.drill.terms import Terms, WrongUse
from perci.launching import MANAGE, say, where
from perci.management.commands.drill_night import FAILED, NOT_WITHIN, WITHIN, WRONG
from perci.supervisor import CallerGone, ChildDied, Supervisor

PORT = 8200  # away from those of a demo
INTERRUPTED = 130
LONGEST_WAIT = 3600.0
# What would lead a drill out of its own directory: the servers, mail and time stamps of a real installation.
OF_OTHERS = (
    "DATABASE_URL", "EMAIL_URL", "MAIL_PROVES_RECEIPT", "DOCUMENT_CERTIFICATES", "DOCUMENT_TSA_URL", "DOCUMENT_ROOTS",
)  # fmt: skip


class Command(BaseCommand):
    help = (
        "Send a signed order to your receiver at night, break things shortly before the hour ends, certify what came."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--endpoint", help="where your receiver takes webhooks, such as http://localhost:9000")
        parser.add_argument("--page", help="where the content stands (200, gone: 410), on loopback; none: nobody looks")
        parser.add_argument("--scale", help=f"{', '.join(wanted.SCALES)} ({Terms.scale}: the hour takes a minute)")
        parser.add_argument("--unbroken", action="store_true", help="break nothing, to compare")
        parser.add_argument("--wait", type=float, default=120, help="seconds to wait for your receiver (120)")
        parser.add_argument("--port", type=int, default=PORT, help=f"the first port to try for the system ({PORT})")
        parser.add_argument("--out", type=Path, help="a directory for certificate and bundle (var/drills/TIME)")

    def handle(self, *args: Any, wait: float, port: int, out: Path | None, **options: Any) -> None:
        launching.interrupted_by_signals()
        try:
            if settings.PRODUCTION:
                raise WrongUse("a drill is synthetic: it does not run with PERCI_PRODUCTION.")
            terms = wanted.agreed(
                options["endpoint"], page=options["page"], scale=options["scale"], unbroken=options["unbroken"]
            )
            check(wait=wait, port=port)
            if wait == 0 and (missing := wanted.missing(terms)):
                raise WrongUse(missing.gave_up)
            out = place(out, at=clock.now())
        except WrongUse as wrong:
            end(WRONG, str(wrong))
        run(terms, wait=wait, port=port, out=out)


def check(*, wait: float, port: int) -> None:
    """Refuse numbers with which nothing could begin or end. Raises WrongUse."""
    if not 0 <= wait <= LONGEST_WAIT:
        raise WrongUse(f"WAIT is {wait:g}: wait from 0 to {LONGEST_WAIT:.0f} seconds for your receiver.")
    if not 1024 <= port <= 65000:
        raise WrongUse(f"PORT is {port}: use one from 1024 to 65000.")


def place(out: Path | None, *, at: datetime) -> Path:
    """Where certificate and bundle will stand; never over an earlier one. Raises WrongUse."""
    chosen = (out or Path(settings.BASE_DIR) / "var" / "drills" / f"{at:%Y%m%dT%H%M%SZ}").resolve()
    if any((chosen / name).exists() for name in (PAGE, DATA, BUNDLE)):
        raise WrongUse(f"OUT is {str(out)!r}, where an earlier certificate stands: choose another directory.")
    parent = next(folder for folder in (chosen, *chosen.parents) if folder.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise WrongUse(f"OUT is {str(out)!r}: {parent} is no directory that can be written to.")
    return chosen


def end(status: int, sentence: str) -> NoReturn:
    """Stop with a sentence and an exit code."""
    print(f"perci: {sentence}", file=sys.stderr, flush=True)
    sys.exit(status)


def run(terms: Terms, *, wait: float, port: int, out: Path) -> NoReturn:
    """The whole drill; exits with 0 within the hour, 1 not, 2 wrong use, 3 when the drill itself failed."""
    try:
        with launching.run_directory("drill") as run_dir, Supervisor(run_dir, caller=launching.caller()) as supervisor:
            try:
                status = play(supervisor, terms, wait=wait, port=port, out=out)
            finally:
                launching.no_more_interrupts()
                say("stopping")
    except ChildDied as died:
        end(FAILED, f"the drill itself failed: {died}")
    except (KeyboardInterrupt, CallerGone):
        end(INTERRUPTED, "stopped before the hour was over: no certificate. Nothing is left running.")
    say("stopped, nothing is left running")
    sys.exit(status if status in (WITHIN, NOT_WITHIN, WRONG) else FAILED)


def play(supervisor: Supervisor, terms: Terms, *, wait: float, port: int, out: Path) -> int:
    """Tell the credentials, start the system, play the night in it; the exit status of the night."""
    web = launching.free_port(supervisor, port)
    print(invitation(terms, f"http://localhost:{web}"), flush=True)
    supervisor.environment |= dict.fromkeys(OF_OTHERS, "") | {
        "DJANGO_SETTINGS_MODULE": "perci.settings",
        "PERCI_RUN_DIR": str(supervisor.run_dir),
        "PERCI_PUBLIC_URL": f"http://localhost:{web}",
        "REDIS_URL": broker.start(supervisor),  # always its own: it is going to be emptied
    }
    launching.set_up(supervisor, {"world of the drill": ["drill_night", "prepare", *arguments(terms)]})
    launching.start_all(supervisor, web=web, again=1)
    say(f"everything is up; logs are in {where(supervisor.run_dir)}/")
    night = ["drill_night", "play", *arguments(terms), "--wait", str(wait), "--out", str(out)]
    return supervisor.run("night", [*MANAGE, *night], logged=False)


def arguments(terms: Terms) -> list[str]:
    """The terms as the steps inside take them."""
    given = ["--endpoint", terms.endpoint, "--page", terms.page, "--scale", terms.scale]
    return [*given, *(["--unbroken"] if terms.unbroken else [])]


def invitation(terms: Terms, base: str) -> str:
    """What the engineer's receiver needs to know, and the one that ships."""
    return f"""
A drill: at 02:30 at night, in its story, a removal order reaches your receiver; its hour takes {terms.lasts}.
Your receiver needs these, the same in every drill (synthetic, they open nothing else):

  base URL        {base}
  client id       {world.CLIENT_ID}
  client secret   {world.CLIENT_SECRET}
  webhook secret  {world.WEBHOOK_SECRET}
  webhooks go to  {terms.endpoint}
  content is at   {terms.page or "nowhere: nobody looks whether it is gone (PAGE=http://localhost:9000/v/1 for a look)"}

No receiver yet? In another terminal:  BASE={base} .venv/bin/python -m platforms.sample_receiver
"""
