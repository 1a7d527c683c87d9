"""`manage.py demo`, which `make demo` calls: sets up a fresh run directory, starts everything, and plays the tour."""

import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection

from perci import broker
from perci.celery import BACKGROUND, CLOCK, DELIVERY
from perci.environment import refuse
from perci.serving import answers, server
from perci.supervisor import CallerGone, ChildDied, Supervisor

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
# One for the deliveries, too: an endpoint that hangs keeps no thread (platforms/delivery/pump.py).
THREADS = {CLOCK: 1, DELIVERY: 1, BACKGROUND: 2}


class Command(BaseCommand):
    help = "Set up a fresh run directory, start everything, play the tour, and stay up until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="play the tour, print the verdicts, export, and exit")
        parser.add_argument("--port", type=int, default=8000, help="the first port to try for the portal (8000)")

    def handle(self, *args: Any, once: bool, port: int, **options: Any) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs in the background without
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.signal(signal.SIGHUP, signal.default_int_handler)
        check_servers()
        make = os.getppid() if "MAKELEVEL" in os.environ else None  # killed with -9 it cannot tell us that it is gone
        try:
            with run_directory() as run_dir, Supervisor(run_dir, caller=make) as supervisor:
                try:
                    status = play(supervisor, once=once, port=port)
                finally:
                    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave half of them behind
                    say("stopping")
        except ChildDied as died:
            refuse(str(died))
        except (KeyboardInterrupt, CallerGone):
            status = 0
        say("stopped, nothing is left running")
        sys.exit(status)


def say(sentence: str) -> None:
    """A progress line."""
    print(f"perci: {sentence}", flush=True)


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


@contextmanager
def run_directory() -> Iterator[Path]:
    """An empty directory for this run under var/; one that another demo still uses is left alone, exports are kept."""
    number = 1
    while True:
        directory = Path(settings.BASE_DIR) / "var" / (f"demo-{number}" if number > 1 else "demo")
        directory.parent.mkdir(exist_ok=True)
        with directory.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                number += 1
                continue
            keep_exports(directory)
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir()
            yield directory
            return


def keep_exports(directory: Path) -> None:
    """Move what an earlier run exported to var/exports/, under the time when it was written; says so."""
    for export in sorted(directory.glob("*.zip")):
        written = datetime.fromtimestamp(export.stat().st_mtime, UTC)
        kept = directory.parent / "exports" / f"{written:%Y%m%dT%H%M%SZ}-{export.name}"
        kept.parent.mkdir(exist_ok=True)
        export.replace(kept)
        say(f"the export of an earlier run is kept as {where(kept)}")


def play(supervisor: Supervisor, *, once: bool, port: int) -> int:
    """Set up, start, tour; without `once` stay up until Ctrl-C. Returns the exit status."""
    began = time.monotonic()
    web, platforms = ports(supervisor, port)
    supervisor.environment |= {
        "DJANGO_SETTINGS_MODULE": "perci.settings",
        "PERCI_RUN_DIR": str(supervisor.run_dir),
        "PERCI_PUBLIC_URL": f"http://localhost:{web}",
        "PERCI_SIMULATOR_URL": f"http://localhost:{platforms}",
    }
    supervisor.environment["REDIS_URL"] = settings.REDIS_URL or broker.start(supervisor)
    set_up(supervisor)
    start_all(supervisor, web=web, platforms=platforms)
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


def ports(supervisor: Supervisor, wanted: int) -> tuple[int, int]:
    """Free ports for the portal and for the simulated platforms; says so when one was taken."""
    found = []
    for first in (wanted, wanted + 100):
        port = supervisor.reserve(first)
        if port != first:
            say(f"port {first} is taken, using {port}")
        found.append(port)
    return found[0], found[1]


def set_up(supervisor: Supervisor) -> None:
    """Database, demo data, static files; each step says how long it took."""
    for name, step in (
        ("database", ["migrate", "--verbosity", "0"]),
        ("demo data", ["seed"]),
        ("static files", ["collectstatic", "--no-input", "--verbosity", "0"]),
    ):
        began = time.monotonic()
        supervisor.run(name.replace(" ", "-"), [*MANAGE, *step])
        say(f"{name}: {time.monotonic() - began:.0f} s")


def start_all(supervisor: Supervisor, *, web: int, platforms: int) -> None:
    """Web, simulated platforms, three workers and beat; returns when the portal is healthy."""
    supervisor.start("web", server(web))
    supervisor.start("platforms", server(platforms))
    for queue, threads in THREADS.items():
        supervisor.start(queue, worker(queue, threads))
    supervisor.start("beat", beat(supervisor.run_dir))
    supervisor.wait_until(lambda: answers(platforms, but=()), seconds=120, what="the simulated platforms")
    supervisor.wait_until(lambda: answers(web, but=(503,)), seconds=120, what="the portal")


def worker(queue: str, threads: int) -> list[str]:
    """A Celery worker for one queue. Threads, not processes: its work is waiting, and it starts at once."""
    options = ["--queues", queue, "--hostname", f"{queue}@{os.getpid()}", "--pool", "threads"]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    return [sys.executable, "-m", "celery", "-A", "perci", "worker", *options, "--concurrency", str(threads), *quiet]


def beat(run_dir: Path) -> list[str]:
    """The one process that ticks."""
    files = ["--schedule", str(run_dir / "beat"), "--pidfile", ""]
    return [sys.executable, "-m", "celery", "-A", "perci", "beat", *files, "--loglevel", "WARNING"]


def where(directory: Path) -> str:
    """The directory as one types it here."""
    return os.path.relpath(directory)
