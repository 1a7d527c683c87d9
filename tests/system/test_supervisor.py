"""No process of the demo outlives its launcher, and a taken port is stepped over."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from perci import broker
from perci.supervisor import ChildDied, Supervisor, any_port

ROOT = Path(__file__).resolve().parents[2]

# A command that starts a child of its own, as a server with workers does, and writes both process ids down.
FAMILY = """
import os, signal, subprocess, sys, time
{refusal}
child = subprocess.Popen([sys.executable, "-c", {child!r}])
open(sys.argv[1], "w").write(f"{{os.getpid()}} {{child.pid}}")
time.sleep(60)
"""
POLITE = FAMILY.format(refusal="", child="import time; time.sleep(60)")
STUBBORN = FAMILY.format(
    refusal="signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    child="import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
)
LAUNCHER = """
import sys, time
from pathlib import Path
from perci.supervisor import Supervisor
supervisor = Supervisor(Path(sys.argv[1]))
child = supervisor.start("family", [sys.executable, "-c", sys.argv[2], sys.argv[1] + "/pids"])
(Path(sys.argv[1]) / "guard").write_text(str(child.guard.pid))
time.sleep(60)
"""

CALLED = """
import os, sys, time
from pathlib import Path
from perci.supervisor import Supervisor
with Supervisor(Path(sys.argv[1]), patience=0.5, caller=os.getppid()) as supervisor:
    supervisor.start("family", [sys.executable, "-c", sys.argv[2], sys.argv[1] + "/pids"])
    while True:
        supervisor.check()
        time.sleep(0.02)
"""
CALLER = "import subprocess, sys; subprocess.run(sys.argv[1:])"


def alive(pid: int) -> bool:
    """True while the process runs; one that has ended and waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition: object, seconds: float = 10) -> bool:
    """True as soon as `condition()` holds, False when it does not within `seconds`."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def pids(tmp_path: Path) -> list[int]:
    """The process ids of the family, once both are written down."""
    assert until(lambda: (tmp_path / "pids").exists() and len((tmp_path / "pids").read_text().split()) == 2)
    return [int(word) for word in (tmp_path / "pids").read_text().split()]


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, "-c", LAUNCHER, str(tmp_path), POLITE], cwd=ROOT)
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path, patience=0.5) as supervisor:
        yield supervisor


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")


@needs_proc
def test_nothing_is_left_when_the_launcher_is_killed_with_9(
    launcher: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    family = pids(tmp_path)
    guard = int((tmp_path / "guard").read_text())
    assert all(alive(pid) for pid in [*family, guard])
    launcher.kill()
    launcher.wait()
    assert until(lambda: not any(alive(pid) for pid in [*family, guard]))


@needs_proc
def test_nothing_is_left_when_what_called_the_launcher_is_killed_with_9(tmp_path: Path) -> None:
    launcher = [sys.executable, "-c", CALLED, str(tmp_path), POLITE]
    with subprocess.Popen([sys.executable, "-c", CALLER, *launcher], cwd=ROOT, stderr=subprocess.DEVNULL) as make:
        family = pids(tmp_path)
        make.kill()
    assert until(lambda: not any(alive(pid) for pid in family))


@needs_proc
def test_the_command_ends_when_its_guard_is_killed_with_9(supervisor: Supervisor, tmp_path: Path) -> None:
    child = supervisor.start("family", [sys.executable, "-c", POLITE, str(tmp_path / "pids")])
    command, grandchild = pids(tmp_path)
    child.guard.kill()
    assert until(lambda: not alive(command))
    os.kill(grandchild, signal.SIGKILL)  # only the guard knew the group; a real server ends its own workers


@needs_proc
def test_a_command_that_ignores_the_friendly_signal_is_forced(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start("family", [sys.executable, "-c", STUBBORN, str(tmp_path / "pids")])
    family = pids(tmp_path)
    supervisor.stop()
    assert not any(alive(pid) for pid in family)


@needs_proc
def test_the_embedded_broker_answers_and_ends_with_its_supervisor(supervisor: Supervisor) -> None:
    url = broker.start(supervisor)
    port = int(url.removeprefix("redis://127.0.0.1:").removesuffix("/0"))
    assert broker.answers(port)
    supervisor.stop()
    assert not broker.answers(port)


def test_a_child_that_dies_is_named_with_the_last_words_of_its_log(supervisor: Supervisor) -> None:
    supervisor.start("frail", [sys.executable, "-c", "print('first'); raise SystemExit('out of paper')"])
    with pytest.raises(ChildDied) as died:
        supervisor.wait_until(lambda: False, seconds=10, what="frail")
    assert str(died.value) == "frail ended unexpectedly (1):\nfirst\nout of paper"


def test_a_step_that_fails_is_named_with_the_last_words_of_its_log(supervisor: Supervisor) -> None:
    with pytest.raises(ChildDied) as died:
        supervisor.run("migrate", [sys.executable, "-c", "raise SystemExit('no such table')"])
    assert str(died.value) == "migrate failed (1):\nno such table"


def test_a_taken_port_is_stepped_over(supervisor: Supervisor) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert supervisor.reserve(port) > port
    assert supervisor.reserve(port) == port


def test_a_port_that_another_launcher_keeps_is_stepped_over_until_that_one_stops(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    port = any_port()
    with Supervisor(tmp_path) as other:
        assert other.reserve(port) == port
        assert supervisor.reserve(port) > port
    assert supervisor.reserve(port) == port


def test_a_child_that_may_be_started_anew_is_so_as_often_as_was_said(supervisor: Supervisor, tmp_path: Path) -> None:
    lives = tmp_path / "lives"
    script = f"open({str(lives)!r}, 'a').write('x'); raise SystemExit('killed')"
    supervisor.start("mortal", [sys.executable, "-c", script], again=1)
    with pytest.raises(ChildDied) as died:
        supervisor.wait_until(lambda: False, seconds=10, what="mortal")
    assert (lives.read_text(), str(died.value)) == ("xx", "mortal ended unexpectedly (1):\nkilled\nkilled")
