"""What `make demo` and `make drill` have in common: a run directory, and the processes of one system."""

import fcntl
import os
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from perci.celery import BACKGROUND, CLOCK, DELIVERY
from perci.supervisor import Supervisor

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
WEB_THREADS = 8  # a provider may answer inside the webhook request: never fewer than two per simulated platform
# One for the deliveries, too: an endpoint that hangs keeps no thread (platforms/delivery/pump.py).
THREADS = {CLOCK: 1, DELIVERY: 1, BACKGROUND: 2}


def say(sentence: str) -> None:
    """A progress line."""
    print(f"perci: {sentence}", flush=True)


def where(path: Path) -> str:
    """The path as one types it here."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


# --- the launcher: what ends it, and where its run is kept ---
def interrupted_by_signals() -> None:
    """Make whatever asks this process to end a KeyboardInterrupt, so that it ends what it started first."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a shell starts what runs in the background without
        signal.signal(number, signal.default_int_handler)


def no_more_interrupts() -> None:
    """From here on it is ending: a second Ctrl-C must not leave half of the processes behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def caller() -> int | None:
    """The process id of the make that called: killed with -9 it cannot tell us that it is gone."""
    return os.getppid() if "MAKELEVEL" in os.environ else None


@contextmanager
def run_directory(name: str = "demo") -> Iterator[Path]:
    """An empty directory var/`name` for this run; one that another run still uses is left alone, exports are kept."""
    number = 1
    while True:
        directory = Path(settings.BASE_DIR) / "var" / (f"{name}-{number}" if number > 1 else name)
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


def free_port(supervisor: Supervisor, wanted: int) -> int:
    """`wanted`, or the next free one above it; says so when it was taken."""
    port = supervisor.reserve(wanted)
    if port != wanted:
        say(f"port {wanted} is taken, using {port}")
    return port


# --- the processes of one system ---
def set_up(supervisor: Supervisor, steps: dict[str, list[str]]) -> None:
    """Run these commands of manage.py one after the other; each says how long it took."""
    for name, step in steps.items():
        began = time.monotonic()
        supervisor.run(name.replace(" ", "-"), [*MANAGE, *step])
        say(f"{name}: {time.monotonic() - began:.0f} s")


def start_all(supervisor: Supervisor, *, web: int, platforms: int | None = None, again: int = 0) -> None:
    """Web, three workers and beat, and simulated platforms where they have a port; returns when the portal is healthy.

    `again` is how often the worker of the clock is started anew when it dies.
    """
    supervisor.start("web", server(web))
    if platforms is not None:
        supervisor.start("platforms", server(platforms))
    for queue, threads in THREADS.items():
        command = worker(queue, threads, supervisor.run_dir)
        supervisor.start(queue, command, again=again if queue == CLOCK else 0)
    supervisor.start("beat", beat(supervisor.run_dir))
    if platforms is not None:
        supervisor.wait_until(lambda: answers(platforms, but=()), seconds=120, what="the simulated platforms")
    supervisor.wait_until(lambda: answers(web, but=(503,)), seconds=120, what="the portal")


def server(port: int) -> list[str]:
    """A web server of its own, on loopback only."""
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws"]
    return [sys.executable, "-m", "granian", *options, "--blocking-threads", str(WEB_THREADS), "perci.wsgi:application"]


def worker(queue: str, threads: int, run_dir: Path) -> list[str]:
    """A Celery worker for one queue. Threads, not processes: its work is waiting, and it starts at once."""
    options = ["--queues", queue, "--hostname", f"{queue}@{os.getpid()}", "--pool", "threads"]
    quiet = [
        "--without-gossip",
        "--without-mingle",
        "--loglevel",
        "WARNING",
        "--pidfile",
        str(pid_file(run_dir, queue)),
    ]
    return [sys.executable, "-m", "celery", "-A", "perci", "worker", *options, "--concurrency", str(threads), *quiet]


def pid_file(run_dir: Path, queue: str) -> Path:
    """Where a worker writes its process id, for whoever wants to kill it."""
    return run_dir / f"{queue}.pid"


def beat(run_dir: Path) -> list[str]:
    """The one process that ticks."""
    files = ["--schedule", str(run_dir / "beat"), "--pidfile", ""]
    return [sys.executable, "-m", "celery", "-A", "perci", "beat", *files, "--loglevel", "WARNING"]


def answers(port: int, *, but: tuple[int, ...]) -> bool:
    """True once /healthz answers with a status that is not in `but`."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status not in but
    except urllib.error.HTTPError as error:
        return error.code not in but
    except OSError:
        return False
