"""A small system of its own for `manage.py conformance`: one database, one web server, and all ticks in one loop."""

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.core.management import call_command

from orders import clock, signing, tasks
from perci.launching import answers, server
from perci.supervisor import Supervisor
from platforms import probe
from platforms.conformance import running
from platforms.delivery.pump import Pump
from platforms.models import ConformanceRun
from platforms.sandbox import scripts

OWN = "PERCI_CONFORMANCE"  # in the environment of the process that is the small system
OWN_DIR = "PERCI_CONFORMANCE_DIR"  # where its database is, instead of var/conformance
SLICE, PAUSE = timedelta(milliseconds=200), 0.1  # of deliveries; seconds between two rounds
NOT_OURS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PERCI_PRODUCTION", "MAIL_PROVES_RECEIPT")


def wrong(sentence: str) -> NoReturn:
    """Wrong use: one sentence, and the exit status 2."""
    print(f"perci: {sentence}", file=sys.stderr)
    sys.exit(2)


def is_own() -> bool:
    """Whether this process is the small system already."""
    return os.environ.get(OWN) == "1"


def become_own(port: int) -> NoReturn:
    """Start this command again with settings of its own; nothing of a configured system is touched."""
    run_dir = settings.BASE_DIR / "var" / "conformance" if OWN_DIR not in os.environ else Path(os.environ[OWN_DIR])
    environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    environment |= {
        OWN: "1",
        "DJANGO_SETTINGS_MODULE": "perci.settings",
        "PERCI_RUN_DIR": str(run_dir),
        "PERCI_PUBLIC_URL": base_url(port),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "ERROR"),
    }
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)


def base_url(port: int) -> str:
    """Where the receiver finds the API."""
    return f"http://127.0.0.1:{port}"


@contextmanager
def system(port: int) -> Iterator[Supervisor]:
    """The small system while the block runs. Its database stays: a later run goes on with its numbers."""
    run_dir = Path(settings.RUN_DIR)
    with (run_dir / "lock").open("w") as lock, Supervisor(run_dir) as supervisor:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wrong(f"another run uses {run_dir}: wait for it, or give {OWN_DIR} another directory.")
        if supervisor.reserve(port) != port:
            wrong(f"port {port} is taken: give --port another one, and your receiver the base URL with it.")
        call_command("migrate", verbosity=0)
        signing.keep_ledger_key(settings.LEDGER_ORIGIN, at=clock.now())
        supervisor.start("web", server(port))
        supervisor.wait_until(lambda: answers(port, but=()), seconds=120, what="the API")
        yield supervisor


def play(run: ConformanceRun, supervisor: Supervisor, show: Callable[[ConformanceRun], None]) -> None:
    """Everything that happens by itself, round after round, until the run is over; `show` is told after each."""
    pump = Pump()
    try:
        while run.ended_at is None:
            tick(pump, run)
            run.refresh_from_db()
            show(run)
            supervisor.check()
            time.sleep(PAUSE)
    finally:
        pump.finish()


def tick(pump: Pump, run: ConformanceRun) -> None:
    """One round of what beat and three workers do elsewhere."""
    scripts.play(at=clock.now())
    pump.run(lasting=SLICE)
    tasks.run_sweep(at=clock.now())
    if run.connection.pages:
        probe.look_due(at=clock.now())
    running.step(run.pk, at=clock.now())
