"""`manage.py drill_night`: the two steps of a drill inside its own system; `manage.py drill` calls them."""

import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.text import Text

from orders import clock
from perci.drill import certificate, night, proof, world
from perci.drill import terms as wanted
from perci.drill.certificate import BUNDLE, DATA, PAGE, Certificate
from perci.drill.screen import Screen
from perci.drill.terms import Terms, WrongUse
from perci.launching import say, where

WITHIN, NOT_WITHIN, WRONG, FAILED = 0, 1, 2, 3


class Command(BaseCommand):
    help = "A step of `manage.py drill`, in the system that it started: prepare its world, or play the night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("step", choices=["prepare", "play"])
        parser.add_argument("--endpoint", required=True)
        parser.add_argument("--page", default="")
        parser.add_argument("--scale", required=True)
        parser.add_argument("--unbroken", action="store_true")
        parser.add_argument("--wait", type=float, default=0)
        parser.add_argument("--out", type=Path, default=Path("."))

    def handle(self, *args: Any, step: str, wait: float, out: Path, **options: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # the cursor comes back before we go
        terms = Terms(options["endpoint"], options["page"], options["scale"], options["unbroken"])
        if step == "prepare":
            prepare(terms)
            return
        try:
            until_ready(terms, seconds=wait)
            status = WITHIN if play(terms, out).passed else NOT_WITHIN
        except WrongUse as wrong:
            print(f"perci: {wrong}", file=sys.stderr)
            status = WRONG
        except Exception:  # Python's own status would be 1, which says that the platform was too late
            traceback.print_exc()
            status = FAILED
        sys.exit(status)


def prepare(terms: Terms) -> None:
    """An empty database with the world of the drill, and the static files."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    world.make(terms, at=clock.now())


def until_ready(terms: Terms, *, seconds: float) -> None:
    """Return once the receiver listens and the page is there; says what it waits for. Raises WrongUse in the end."""
    end, said = time.monotonic() + seconds, ""
    while missing := wanted.missing(terms):
        if time.monotonic() >= end:
            raise WrongUse(missing.gave_up)
        if missing.waiting != said:
            said = missing.waiting
            say(f"waiting up to {seconds:.0f} s for {said}")
        time.sleep(0.5)


def play(terms: Terms, out: Path) -> Certificate:
    """The night, and its certificate with the bundle in the directory `out`."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
    console.print(Text(f"\n02:30 at night (in the story): an order goes to {terms.endpoint}.\n"), soft_wrap=True)
    with Screen(console) as screen:
        done = night.play(terms, broker=settings.REDIS_URL, run_dir=settings.RUN_DIR, show=screen.show)
    made = write(done, out)
    console.print(Text(f"\n{made.headline}. {made.margin}\nBasis: {made.basis}."), soft_wrap=True)
    console.print(Text(f"The certificate: {where(out / PAGE)} (and {DATA}, {BUNDLE})"), soft_wrap=True)
    if not made.proof.holds:
        console.print(Text("NOT PROVEN, its verify.py says:\n" + "\n".join(made.proof.said)), soft_wrap=True)
    return made


def write(done: night.Night, out: Path) -> Certificate:
    """Read the record once more, write the bundle, have it examined, and write the certificate beside it."""
    out.mkdir(parents=True, exist_ok=True)
    at = clock.now()
    record = done.look(at)
    evidence = proof.make(record.reference, to=out / BUNDLE, at=at)
    made = Certificate(done.terms, record, tuple(done.broken), evidence, at)
    (out / PAGE).write_text(certificate.as_html(made), encoding="utf-8")
    (out / DATA).write_text(certificate.as_json(made), encoding="utf-8")
    return made
