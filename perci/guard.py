"""Runs one command and ends it with everything it started as soon as the launcher is gone, however it went.

Called as `python -I perci/guard.py SECONDS command ...`, SECONDS being the time between a friendly end and a hard one,
with one end of a pipe as standard input. The launcher holds the other end, so that the kernel itself closes it when the
launcher is killed. Imports nothing of ours: it must start at once.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from types import FrameType

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # sys/prctl.h


class _ToldToStop(Exception):
    pass


def _on_sigterm(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    raise _ToldToStop


def start(command: list[str]) -> "subprocess.Popen[bytes]":
    """Start `command` in a session, and so a process group, of its own."""
    guard = os.getpid()

    def belt() -> None:
        # The second belt: should the guard itself be killed with -9, the kernel ends the command.
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != guard:
                os._exit(1)

    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=belt)


def watch(child: "subprocess.Popen[bytes]", launcher: int) -> None:
    """Return when the command has ended or the pipe from the launcher is closed."""
    while child.poll() is None:
        readable, _, _ = select.select([launcher], [], [], 0.2)
        if readable and not os.read(launcher, 1024):
            return


def end(child: "subprocess.Popen[bytes]", patience: float) -> None:
    """End the whole process group: asked first, after `patience` seconds forced."""
    for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 1.0)):
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            return
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if child.poll() is not None and _is_empty(child.pid):
                return
            time.sleep(0.05)


def _is_empty(group: int) -> bool:
    try:
        while os.waitpid(-group, os.WNOHANG) != (0, 0):
            pass  # orphans of the command come to us as their subreaper; the dead ones still fill the group
    except ChildProcessError:
        pass
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def main(arguments: list[str]) -> int:
    """Run the command; its exit status, or 128 and the number of the signal that ended it."""
    signal.signal(signal.SIGTERM, _on_sigterm)
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    patience, *command = arguments
    child = start(command)
    try:
        watch(child, launcher=0)
    except _ToldToStop:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end(child, float(patience))
    status = child.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
