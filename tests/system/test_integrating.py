"""docs/integrating.md does what it says: its bash blocks run in order, over HTTP, and print what stands below them."""

import contextlib
import dataclasses
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.db import connection

from orders import clock
from perci import demo_data
from perci.management.commands.seed import seed
from platforms.delivery import rounds
from platforms.sandbox import catalogue, scripts
from tests.journeys.world import ACQUAINTED

PAGE = Path(settings.BASE_DIR) / "docs" / "integrating.md"
LONGEST = 120  # seconds for the whole page; a bash that hangs is killed then
END = "--- end of block ---"
# Whatever curl does, it says on stderr which status it got.
CURLRC = 'write-out = "%{stderr}status %{http_code}\\n"\nmax-time = 60\n'


class Block(NamedTuple):
    """A block of the page: its line there, what runs, the statuses it promises, and what it prints."""

    line: int
    bash: str
    statuses: list[int]
    kind: str
    prints: str


def blocks(text: str) -> list[Block]:
    fences = list(re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))
    found = []
    for fence, after in zip(fences, [*fences[1:], None], strict=True):
        if fence[1] != "bash":
            continue
        shown = after if after and after[1] in ("json", "text") else None
        if shown:
            assert text[fence.end() : shown.start()].strip() == "", shown[0]
        statuses = [int(status) for status in re.findall(r"^# (\d{3})$", fence[2], re.MULTILINE)]
        line = text.count("\n", 0, fence.start()) + 1
        found.append(Block(line, fence[2], statuses, shown[1] if shown else "", shown[2] if shown else ""))
    return found


def says(shown: Any, printed: Any) -> bool:
    """Whether `printed` has all that is `shown`; `...` stands for anything in a text."""
    if isinstance(shown, dict):
        return isinstance(printed, dict) and all(name in printed and says(shown[name], printed[name]) for name in shown)
    if isinstance(shown, list):
        return isinstance(printed, list) and len(shown) == len(printed) and all(map(says, shown, printed))
    if isinstance(shown, str) and isinstance(printed, str):
        return re.fullmatch(".*".join(map(re.escape, shown.split("..."))), printed, re.DOTALL) is not None
    return type(shown) is type(printed) and shown == printed


@pytest.fixture
def curl():
    if shutil.which("curl") is None:
        missing = pytest.fail if os.environ.get("PERCI_REQUIRE_CURL") == "1" else pytest.skip
        missing("no curl: apt-get install curl")


@pytest.fixture
def server(live_server, settings, monkeypatch):
    """The seeded world, and what happens by itself in it: deliveries, and authorities who need not think for long."""
    settings.PUBLIC_URL = live_server.url
    for code, kind in catalogue.BY_CODE.items():
        hasty = tuple(dataclasses.replace(step, after=timedelta(0)) for step in kind.script)
        monkeypatch.setitem(catalogue.BY_CODE, code, dataclasses.replace(kind, script=hasty))
    seed(at=clock.now(), history=ACQUAINTED)
    over = threading.Event()
    with ThreadPoolExecutor(1) as beside:
        ticking = beside.submit(tick, over)
        yield live_server
        over.set()
        ticking.result()  # raises what made it stop early


def tick(over: threading.Event) -> None:
    with contextlib.closing(connection):
        while not over.wait(0.2):
            rounds.deliver_due(at=clock.now())
            scripts.play(at=clock.now())


def environment(home: Path, server: Any) -> dict[str, str]:
    """What an engineer exports, and no proxy; the Python of the suite has both packages that the page asks for."""
    (home / ".curlrc").write_text(CURLRC)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "CURL_HOME": str(home),
        "BASE": server.url,
        "RECEIVER_PORT": str(port),
        "CLIENT_ID": demo_data.YOUR_PLATFORM,
        "CLIENT_SECRET": demo_data.YOUR_PLATFORM_SECRET,
    }


def run(found: list[Block], home: Path, given: dict[str, str]) -> list[tuple[str, str, str]]:
    """What each block said: exit code (empty: it did not end), stdout, stderr.

    One bash runs them all, and stops at the first that fails.
    """
    end = f"said=$?; for out in 1 2; do printf '\\n{END} %s\\n' $said >&$out; done; [ $said = 0 ] || exit 0\n"
    script = "".join(block.bash + end for block in found)
    out, told = home / "out.txt", home / "told.txt"
    with out.open("w") as stdout, told.open("w") as stderr:
        bash = subprocess.Popen(
            ["bash", "-o", "pipefail", "-c", script],
            cwd=home, env=given, stdout=stdout, stderr=stderr, start_new_session=True,
        )  # fmt: skip
        with contextlib.suppress(subprocess.TimeoutExpired):
            bash.wait(LONGEST)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(bash.pid, signal.SIGKILL)  # what it left in the background, too
        bash.wait()
    printed, said = (re.split(rf"^{END} (\d+)\n", file.read_text(), flags=re.MULTILINE) for file in (out, told))
    ends = zip_longest(printed[::2], printed[1::2], said[::2], fillvalue="")
    return [(code, text, errors) for text, code, errors in ends]


def check(block: Block, code: str, printed: str, told: str) -> None:
    where = f"docs/integrating.md, line {block.line}:\n{printed}\n{told}"
    statuses = [int(status) for status in re.findall(r"^status (\d+)$", told, re.MULTILINE)]
    assert code == "0", where
    assert once(statuses) == once(block.statuses), where
    if block.kind == "json":
        assert says(json.loads(block.prints), json.loads(printed)), where
    elif block.kind == "text":
        assert says(block.prints.strip(), printed.strip()), where


def once(statuses: list[int]) -> list[int]:
    """Without repetitions: a page that is waited for may be asked for several times."""
    return [status for status, _ in groupby(statuses)]


@pytest.mark.django_db(transaction=True)
def test_every_block_of_the_page_runs_in_order_and_prints_what_stands_below_it(curl, server, tmp_path):
    found = blocks(PAGE.read_text(encoding="utf-8"))
    results = run(found, tmp_path, environment(tmp_path, server))
    for block, result in zip(found, results, strict=False):  # the end of the output is no block
        check(block, *result)
    assert len(found) > 20


@pytest.mark.parametrize(
    ("shown", "printed", "holds"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"b": 2}, False),
        ({"a": 1}, {"a": True}, False),
        ({"a": None}, {}, False),
        ([{"a": 1}], [{"a": 1}, {"a": 2}], False),
        ({"a": ["x...z"]}, {"a": ["xyz"]}, True),
        ({"a": "x..."}, {"a": "yx"}, False),
    ],
)
def test_what_is_shown_must_be_there(shown, printed, holds):
    assert says(shown, printed) is holds
