"""How far the making of an export is, for whoever waits for it; and whether it still is ours to make."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError, connections

from orders.evidence.bagging.spool import Group, Spool
from orders.evidence.jobs import claiming
from orders.evidence.jobs.claiming import LostLease
from orders.models import ExportJob

log = logging.getLogger(__name__)
BEAT = 1.0  # seconds between two signs of life
BEGINNING, PACKING = "documents", "packing"  # before the first table, and after the last


class Told:
    """The progress of one taking: kept in memory row by row, in the job's row at each new group (and each beat)."""

    def __init__(self) -> None:
        self.step, self.done, self.total, self.lost = "", 0, 0, False
        self._before = 0
        self._job: ExportJob | None = None
        self._rows: dict[str, int] = {}

    def begin(self, job: ExportJob, total: int) -> None:
        """It is about `job`, which has about `total` rows."""
        self._job, self.total, self.step = job, max(total, 1), BEGINNING
        claiming.write(job, total=self.total, step=self.step)

    def at_group(self, group: Group, spool: Spool, at: datetime) -> None:
        """Before a group: what is in the spool counts as done. Raises LostLease."""
        self.check()
        self._before += sum(self._rows.values())
        self._rows = {part.name: part.rows for part in spool.parts(group)} if spool.has(group) else {}
        self.step = group.tables[0].name
        self._count()
        assert self._job is not None
        claiming.renew(self._job, at=at, step=self.step, done=self.done)

    def progress(self, table: str, rows: int) -> None:
        """So many rows of `table` are written. Raises LostLease."""
        self.check()
        self.step, self._rows[table] = table, rows
        self._count()

    def packing(self) -> None:
        """All tables are there: now into one file."""
        self.step = PACKING

    def packed(self, what: str, count: int) -> None:
        """So many of `what` are in the file. Raises LostLease."""
        self.check()

    def check(self) -> None:
        """Raises LostLease once a beat found that somebody else has the job."""
        if self.lost:
            raise LostLease(self._job)

    def _count(self) -> None:
        self.done = min(self._before + sum(self._rows.values()), self.total)


@contextmanager
def beating(job: ExportJob, told: Told, *, now: Callable[[], datetime]) -> Iterator[None]:
    """Renew the lease and write down the progress each second, from a thread with a connection of its own."""
    ended = threading.Event()
    beats = threading.Thread(target=_beat, args=(job, told, now, ended), daemon=True)
    beats.start()
    try:
        yield
    finally:
        ended.set()
        beats.join()


def _beat(job: ExportJob, told: Told, now: Callable[[], datetime], ended: threading.Event) -> None:
    try:
        while not ended.wait(BEAT):
            try:
                claiming.renew(job, at=now(), step=told.step, done=told.done)
            except LostLease:
                told.lost = not ended.is_set()
                return
            except DatabaseError:  # the lease outlasts many beats
                log.warning("the progress of %s could not be written down", job.reference, exc_info=True)
    finally:
        connections.close_all()
