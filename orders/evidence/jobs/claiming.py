"""Whose turn it is to make an export: a lease, so that none is made twice, and that of a dead worker is taken up."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from orders.models import ExportJob

LEASE = timedelta(seconds=60)  # renewed every second or so while a worker is at it
PATIENCE = 3  # workers that may end in the middle of one export before it is given up
State, Place = ExportJob.State, ExportJob.Place


class LostLease(Exception):
    """Somebody else took the export up: what we go on to write would not count."""


def claim(*, at: datetime) -> ExportJob | None:
    """The next export to be made in the background, leased to the caller; what was taken up least often goes first."""
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    with transaction.atomic():
        due = ExportJob.objects.filter(free, place=Place.BACKGROUND, state__in=(State.WAITING, State.RUNNING))
        rows = due.select_related("entry__dossier").order_by("taking", "pk")
        job = rows.select_for_update(skip_locked=True, of=("self",)).first()
        return _taken(job, at) if job else None


def take(job: ExportJob, *, at: datetime) -> ExportJob:
    """Take up one of the command line, whose lock says that nobody else is at it."""
    with transaction.atomic():
        return _taken(ExportJob.objects.select_related("entry__dossier").get(pk=job.pk), at)


def _taken(job: ExportJob, at: datetime) -> ExportJob:
    job.broken_off += job.leased_until is not None  # nobody gave it back
    job.taking += 1
    job.state, job.leased_until, job.changed_at = State.RUNNING, at + LEASE, at
    job.save(update_fields=["broken_off", "taking", "state", "leased_until", "changed_at"])
    return job


def _mine(job: ExportJob) -> QuerySet[ExportJob]:
    return ExportJob.objects.filter(pk=job.pk, taking=job.taking, state=State.RUNNING)


def write(job: ExportJob, **columns: Any) -> None:
    """Write `columns` of `job`, as long as nobody else has taken it up. Raises LostLease."""
    if not _mine(job).update(**columns):
        raise LostLease(job.reference)
    for name, value in columns.items():
        setattr(job, name, value)


def renew(job: ExportJob, *, at: datetime, step: str, done: int) -> None:
    """Stay in possession of `job` and say how far it is. Raises LostLease."""
    write(job, leased_until=at + LEASE, changed_at=at, step=step, done=done)


def give_back(job: ExportJob) -> None:
    """Let the next one go on with it."""
    _mine(job).update(leased_until=None)


def end(job: ExportJob, state: str, *, at: datetime, **columns: Any) -> None:
    """It is made, or cannot be. Raises LostLease."""
    write(job, state=state, leased_until=None, changed_at=at, step="", done=job.total, **columns)
