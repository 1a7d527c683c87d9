"""Starts the processes of the demo and ends them: none outlives the launcher, and none dies unnoticed."""

import fcntl
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

GUARD = Path(__file__).with_name("guard.py")


class ChildDied(Exception):
    """A process ended that should not have; the message holds the last lines of its log."""


class CallerGone(Exception):
    """The process that called the launcher ended without telling it."""


@dataclass(frozen=True)
class Child:
    """One command under its guard."""

    name: str
    guard: "subprocess.Popen[bytes]"
    log: Path | None
    command: list[str]
    again: int = 0  # how often it is started anew when it dies

    def last_lines(self, count: int = 15) -> str:
        """The end of its log."""
        if self.log is None:
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def end(self) -> None:
        """Close the pipe: the guard ends the command and all it started."""
        if self.guard.stdin is not None:
            self.guard.stdin.close()


class Supervisor:
    """The children of one launcher, as a context manager; leaving it ends them, the first one started last.

    `caller` is the process id of the launcher's parent when its end is to be that of the launcher, too.
    """

    def __init__(self, run_dir: Path, *, patience: float = 5.0, caller: int | None = None) -> None:
        self.run_dir = run_dir
        self.caller = caller
        self.patience = patience  # seconds between a friendly end and a hard one
        self.environment = {**os.environ, "PYTHONUNBUFFERED": "1"}  # whoever is killed leaves its last words in the log
        self.children: list[Child] = []
        self.claims: list[IO[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.stop()

    def start(self, name: str, command: list[str], *, logged: bool = True, again: int = 0) -> Child:
        """Start `command` under a guard; what it prints goes to `<run dir>/<name>.log`, or with `logged=False` here.

        When it dies it is started anew, up to `again` times.
        """
        child = self._guarded(name, command, logged=logged, again=again)
        self.children.append(child)
        return child

    def _guarded(self, name: str, command: list[str], *, logged: bool, again: int) -> Child:
        log = self.run_dir / f"{name}.log" if logged else None
        guarded = [sys.executable, "-I", str(GUARD), str(self.patience), *command]
        out = None if log is None else log.open("ab")
        try:
            guard = subprocess.Popen(
                guarded,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out and subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,  # a Ctrl-C reaches the launcher alone
            )
        finally:
            if out is not None:
                out.close()
        return Child(name, guard, log, command, again)

    def run(self, name: str, command: list[str], *, logged: bool = True) -> int:
        """Run `command` to its end while the others are watched; its exit status."""
        child = self.start(name, command, logged=logged)
        self.children.remove(child)
        try:
            while child.guard.poll() is None:
                self.check()
                time.sleep(0.1)
        finally:
            child.end()
            child.guard.wait()
        if logged and child.guard.returncode:
            raise ChildDied(f"{name} failed ({child.guard.returncode}):\n{child.last_lines()}")
        return child.guard.returncode

    def check(self) -> None:
        """Raise ChildDied when a child is gone that is not to be started anew, CallerGone when the caller is."""
        if self.caller is not None and os.getppid() != self.caller:
            raise CallerGone
        for place, child in enumerate(self.children):
            if child.guard.poll() is None:
                continue
            if not child.again:
                raise ChildDied(f"{child.name} ended unexpectedly ({child.guard.returncode}):\n{child.last_lines()}")
            child.end()
            logged = child.log is not None
            self.children[place] = self._guarded(child.name, child.command, logged=logged, again=child.again - 1)

    def wait_until(self, ready: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Return when `ready()` holds; raise ChildDied when a child dies before, or after `seconds`."""
        until = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > until:
                raise ChildDied(f"{what} was not ready after {seconds:.0f} s; the logs are in {self.run_dir}.")
            time.sleep(0.1)

    def stop(self) -> None:
        """End all children: the first one started (the broker the others talk to) after the others."""
        for batch in (self.children[1:], self.children[:1]):
            for child in batch:
                child.end()
            for child in batch:
                child.guard.wait()
        self.children.clear()
        while self.claims:
            self.claims.pop().close()

    def reserve(self, wanted: int) -> int:
        """`wanted`, or the next port above it that nobody listens on nor another launcher keeps; ours until the end."""
        port = wanted
        while _is_taken(port) or not self._claim(port):
            port += 1
        return port

    def _claim(self, port: int) -> bool:
        # A server listens only when all is set up, and the kernel lets two of them share a port (SO_REUSEPORT), so that
        # each gets half of the other's requests: seen with two demos that were started together.
        try:
            claim = (Path(tempfile.gettempdir()) / f"perci-sim-port-{port}.lock").open("w")
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        self.claims.append(claim)
        return True


def any_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as a server does: a closing one does not count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    try:  # a browser that is told `localhost` may ask ::1 first
        socket.create_connection(("::1", port), timeout=1).close()
    except OSError:
        return False
    return True
