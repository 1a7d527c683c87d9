"""What a drill breaks on purpose, and only of its own: its broker is emptied, its worker of the clock killed."""

import os
import signal
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import redis

from orders.models import Heartbeat
from orders.regulation.limits import scaled
from perci.celery import CLOCK
from perci.launching import pid_file

FLUSH, KILL = "broker emptied", "worker killed"
# Before the end of the hour, whichever is shorter: legal time, and time on the wall. A worker needs some seconds to
# come back, so that the hour should end while it is dead; the certificate says whether it did.
BEFORE = {
    FLUSH: (timedelta(minutes=5), timedelta(seconds=8)),
    KILL: (timedelta(minutes=2), timedelta(seconds=2)),
}


class NotOurs(Exception):
    """The broker or the worker is not the drill's own, and is left alone."""


@dataclass(frozen=True)
class Broken:
    """What was broken when, and when the watch over the limits was first seen at work again; None: not yet."""

    what: str
    at: datetime
    detail: str
    back_at: datetime | None = None


def planned(end: datetime, *, scale: str) -> dict[str, datetime]:
    """When each thing is broken if the hour ends at `end`."""
    return {what: end - min(scaled(legal, scale), wall) for what, (legal, wall) in BEFORE.items()}


def breaks(what: str, *, broker: str, run_dir: Path, at: datetime) -> Broken:
    """Do it now. Raises NotOurs."""
    return Broken(what, at, flush(broker, run_dir) if what == FLUSH else kill(run_dir))


def flush(broker: str, run_dir: Path) -> str:
    """FLUSHALL, once the server says that it works in the directory of this very run. Raises NotOurs."""
    try:
        with redis.Redis.from_url(broker, socket_connect_timeout=5) as server:
            if not _is_ours(server, run_dir):
                raise NotOurs("the broker is not the drill's own: it is not emptied.")
            keys = server.dbsize()
            server.flushall()
    except (redis.RedisError, ValueError) as error:
        raise NotOurs(f"the drill's own broker does not answer: {error}") from None
    return f"FLUSHALL on its Redis, {keys} {'key' if keys == 1 else 'keys'} lost"


def _is_ours(server: "redis.Redis", run_dir: Path) -> bool:
    directory = server.config_get("dir").get("dir")
    return bool(directory) and Path(str(directory)).resolve() == run_dir.resolve()


def kill(run_dir: Path) -> str:
    """kill -9 of the worker of this run that sweeps the limits; its supervisor starts it anew. Raises NotOurs."""
    try:
        pid = int(pid_file(run_dir, CLOCK).read_text())
        os.kill(pid, signal.SIGKILL)
    except (OSError, ValueError) as error:
        raise NotOurs(f"no worker of the drill's own is there to be killed: {error}") from None
    return f"kill -9 of process {pid}, the worker of the clock"


def seen_back(broken: list[Broken]) -> list[Broken]:
    """The same, with the first sign of life of the sweep after each."""
    beat = Heartbeat.objects.filter(job="sweep").values_list("beat_at", flat=True).first()
    if beat is None:
        return broken
    return [replace(one, back_at=beat) if one.back_at is None and beat > one.at else one for one in broken]
