"""Exports made as jobs in tests: by hand, so that each boundary between two parts can be looked at."""

import errno
import threading
from itertools import repeat

from orders.acts.capacity import OPERATOR
from orders.evidence.jobs import asking, claiming, keeping, making
from orders.evidence.jobs.asking import Asked
from orders.evidence.jobs.telling import Told, beating
from orders.evidence.scope import Scope
from orders.models import ExportJob
from tests.orders.exported import LATER

__all__ = ["beating"]


class Killed(BaseException):
    """The worker is gone: nothing of ours gets a chance to tidy up."""


class Deadly(Told):
    """Kills the worker before the group with the table `before`."""

    def __init__(self, before):
        super().__init__()
        self.before = before

    def at_group(self, group, spool, at):
        super().at_group(group, spool, at)
        if group.tables[0].name == self.before:
            raise Killed(self.before)

    def packing(self):
        super().packing()
        if self.before == "packing":
            raise Killed(self.before)


class Full(Told):
    """The disk is full once the table `events` is at work."""

    def progress(self, table, rows):
        super().progress(table, rows)
        if table == "events":
            raise OSError(errno.ENOSPC, "No space left on device")


def asked(scope=None, *, by=OPERATOR, at=LATER, **how):
    """A job that waits for a worker."""
    return asking.ask(Asked(scope or Scope(), **how), by=by, at=at)


def worked(*, at=LATER, told=None):
    """One worker takes up what is due and makes all of it; returns the job, or None where nothing is due."""
    job = claiming.claim(at=at)
    if job is not None:
        assert making.attend(job, now=lambda: at, told=told or Told())
    return again(job)


def again(job):
    """`job` as the database has it now."""
    return job and ExportJob.objects.select_related("entry__dossier", "checkpoint__key", "earlier__key").get(pk=job.pk)


def content(job):
    """The bytes of its file."""
    return keeping.file(again(job)).read_bytes()


def died(job, before, *, at=LATER):
    """A worker takes up what is due and dies before the table `before`; when its lease runs out."""
    try:
        worked(at=at, told=Deadly(before))
    except Killed:
        return again(job).leased_until
    raise AssertionError(f"nothing died before {before}")


def reached(condition):
    """Whether `condition` comes true within ten seconds, asked every hundredth."""
    never = threading.Event()
    return any(condition() or never.wait(0.01) for _ in repeat(None, 1000))
