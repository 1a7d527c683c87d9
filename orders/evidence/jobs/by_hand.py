"""Exports at the command line: made by the command itself, which holds a lock that goes when its process goes."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orders.acts.refusals import Invalid, Refusal
from orders.evidence.jobs import claiming, keeping, making
from orders.evidence.jobs.making import Now
from orders.evidence.jobs.telling import Told
from orders.models import ExportJob

State, Place = ExportJob.State, ExportJob.Place


def found(reference: str) -> ExportJob:
    """The export of this reference that was broken off. Raises Invalid, with what can be gone on with."""
    open_ = ExportJob.objects.filter(place=Place.COMMAND_LINE, state__in=(State.WAITING, State.RUNNING, State.READY))
    resumable = open_.exclude(state=State.READY, file="").select_related("entry__dossier").order_by("pk")
    job = resumable.filter(entry__dossier__reference=reference).first()
    if job is None:
        others = ", ".join(one.reference for one in resumable) or "none"
        raise Invalid(f"{reference} is no export of the command line that was broken off. There are: {others}.")
    return job


@contextmanager
def held(job: ExportJob) -> Iterator[ExportJob]:
    """`job`, ours alone while the body runs. Raises Refusal where another command is at it."""
    directory = keeping.directory(job)
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(f"{job.reference} is being made by another command.") from None
        yield ExportJob.objects.select_related("entry__dossier", "checkpoint__key", "earlier__key").get(pk=job.pk)


def make(job: ExportJob, *, now: Now, told: Told) -> Path:
    """Make the file of `job`, or find the one that was made and not handed out. Raises Invalid and OSError."""
    if job.state != State.READY:
        job = claiming.take(job, at=now())
        try:
            while not making.make(job, now=now, told=told):
                """Something in the spool was spoiled: it is made again."""
        except Invalid as refusal:
            claiming.end(job, State.FAILED, at=now(), failure=refusal.detail)
            keeping.empty(job)
            raise
    path = keeping.file(job)
    if path is None:
        raise Invalid(f"The file of {job.reference} is not there any more: take the export again.")
    return path


def handed_out(job: ExportJob) -> None:
    """Its file is where it was asked for: ours goes."""
    ExportJob.objects.filter(pk=job.pk).update(file="")
    keeping.empty(job)
