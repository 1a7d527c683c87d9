"""How fast an exercise plays: simulated seconds in a second, and orders in a second."""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from perci.exercise import directory


def run(*, scenario: str, share: float, say: Callable[[str], None]) -> None:
    """Play `scenario` in a process of its own, as `exercise run` does, without bundle; its start is counted, too."""
    with tempfile.TemporaryDirectory() as there:
        out = Path(there) / "run"
        began = time.perf_counter()
        _play(scenario, share, out)
        seconds = time.perf_counter() - began
        ran = directory.read_run(out)
    simulated = (datetime.fromisoformat(ran["ended"]) - datetime.fromisoformat(ran["started"])).total_seconds()
    orders = ran["counts"].get("orders issued", 0)
    say(f"{ran['name']}: {orders:,} orders and {simulated:,.0f} simulated seconds in {seconds:.1f} s")
    say(f"{simulated / seconds:,.0f} simulated seconds per second, {orders / seconds:.1f} orders per second")
    say(f"{ran['ticks']:,} ticks, {ran['entries']:,} entries, {ran['entries'] / seconds:.0f} entries per second")


def _play(scenario: str, share: float, out: Path) -> None:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "exercise", "run", scenario]
    told = subprocess.run(
        [*command, "--out", str(out), "--share", str(share), "--no-bundle"], capture_output=True, text=True, check=False
    )
    if not re.search(r"ledger sha256: [0-9a-f]{64}", told.stdout):
        raise RuntimeError(f"{scenario} could not be played: {told.stderr.strip()}")
