"""`manage.py demo`, which `make demo` calls: sets up a fresh run directory, starts everything, and plays the tour."""

import sys
import time
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection

from perci import broker, launching
from perci.environment import refuse
from perci.launching import MANAGE, say, where
from perci.supervisor import CallerGone, ChildDied, Supervisor

STEPS = {
    "database": ["migrate", "--verbosity", "0"],
    "demo data": ["seed"],
    "static files": ["collectstatic", "--no-input", "--verbosity", "0"],
}


class Command(BaseCommand):
    help = "Set up a fresh run directory, start everything, play the tour, and stay up until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="play the tour, print the verdicts, export, and exit")
        parser.add_argument("--port", type=int, default=8000, help="the first port to try for the portal (8000)")

    def handle(self, *args: Any, once: bool, port: int, **options: Any) -> None:
        launching.interrupted_by_signals()
        check_servers()
        try:
            with launching.run_directory() as run_dir, Supervisor(run_dir, caller=launching.caller()) as supervisor:
                try:
                    status = play(supervisor, once=once, port=port)
                finally:
                    launching.no_more_interrupts()
                    say("stopping")
        except ChildDied as died:
            refuse(str(died))
        except (KeyboardInterrupt, CallerGone):
            status = 0
        say("stopped, nothing is left running")
        sys.exit(status)


def check_servers() -> None:
    """Stop with a sentence when a configured database or broker does not answer."""
    if connection.vendor == "postgresql":
        try:
            connection.ensure_connection()
        except OperationalError as error:
            refuse(f"the database of DATABASE_URL does not answer: {str(error).splitlines()[0]}")
        finally:
            connection.close()
    if settings.REDIS_URL:
        try:
            redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5).ping()
        except redis.RedisError as error:
            refuse(f"the broker of REDIS_URL does not answer: {error}")


def play(supervisor: Supervisor, *, once: bool, port: int) -> int:
    """Set up, start, tour; without `once` stay up until Ctrl-C. Returns the exit status."""
    began = time.monotonic()
    web, platforms = (launching.free_port(supervisor, first) for first in (port, port + 100))
    supervisor.environment |= {
        "DJANGO_SETTINGS_MODULE": "perci.settings",
        "PERCI_RUN_DIR": str(supervisor.run_dir),
        "PERCI_PUBLIC_URL": f"http://localhost:{web}",
        "PERCI_SIMULATOR_URL": f"http://localhost:{platforms}",
    }
    supervisor.environment["REDIS_URL"] = settings.REDIS_URL or broker.start(supervisor)
    launching.set_up(supervisor, STEPS)
    launching.start_all(supervisor, web=web, platforms=platforms)
    say(f"mail to providers {mail_goes(supervisor.run_dir)}")
    say(f"everything is up after {time.monotonic() - began:.0f} s; logs are in {where(supervisor.run_dir)}/")
    status = supervisor.run("tour", [*MANAGE, "tour", *(["--once"] if once else [])], logged=False)
    while not once:
        supervisor.check()
        time.sleep(0.5)
    return status


def mail_goes(run_dir: Path) -> str:
    """Where mail goes, in words."""
    return "goes where EMAIL_URL says" if settings.EMAIL_URL else f"is written to {where(run_dir)}/mail/"
