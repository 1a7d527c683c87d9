"""Where the files of exports are while they are made and afterwards, and for how long."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from orders.acts.refusals import Invalid
from orders.models import ExportJob

KEPT = timedelta(days=7)  # a file, and what lies in the spool of an export that nobody goes on with
State = ExportJob.State


def directory(job: ExportJob) -> Path:
    """The spool of `job`, and later its file."""
    return Path(settings.EXPORT_DIR) / job.reference


def file(job: ExportJob) -> Path | None:
    """The file of `job` as long as it is kept."""
    path = directory(job) / job.file if job.file else None
    return path if path is not None and path.is_file() else None


def check() -> None:
    """Raises Invalid, with a sentence, where nothing can be written."""
    probe = Path(settings.EXPORT_DIR) / ".probe"
    try:
        probe.mkdir(parents=True, exist_ok=True)
        probe.rmdir()
    except OSError as error:
        raise Invalid(unwritable(error), code="refused") from None


def unwritable(error: OSError) -> str:
    """What is wrong with the disk, in a sentence."""
    return f"{settings.EXPORT_DIR} on this server cannot be written: {error.strerror or error}."


def empty(job: ExportJob) -> None:
    """Delete what was made of `job`; its record stays."""
    shutil.rmtree(directory(job), ignore_errors=True)


def tidy(*, at: datetime) -> int:
    """Delete what is older than KEPT; returns how many exports lost their file or were given up."""
    for job in _older(ExportJob.objects.filter(state=State.FAILED), at):
        empty(job)
    gone = _end(_older(ExportJob.objects.filter(state=State.READY), at), State.GONE, "", at)
    stopped = ExportJob.objects.filter(state__in=(State.WAITING, State.RUNNING), place=ExportJob.Place.COMMAND_LINE)
    return gone + _end(_older(stopped, at), State.FAILED, "Nobody went on with it for a week: take it again.", at)


def _older(jobs: QuerySet[ExportJob], at: datetime) -> list[ExportJob]:
    return list(jobs.filter(changed_at__lt=at - KEPT).select_related("entry__dossier"))


def _end(jobs: list[ExportJob], state: str, why: str, at: datetime) -> int:
    for job in jobs:
        empty(job)
        mine = ExportJob.objects.filter(pk=job.pk, state=job.state)
        mine.update(state=state, file="", failure=why, changed_at=at)
    return len(jobs)
