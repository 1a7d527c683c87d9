"""Making one export: part by part into its spool, and from there into its file. What is finished is not made again."""

import logging
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from typing import IO, Any, NamedTuple

from django.db import DatabaseError

from orders.acts.refusals import Invalid
from orders.evidence import bundle
from orders.evidence.bagging import checkpoints, columnar, plain, plan
from orders.evidence.bagging.archive import Spoiled
from orders.evidence.bagging.cut import Cut
from orders.evidence.bagging.spool import Group, Spool
from orders.evidence.documents import making as documents
from orders.evidence.documents.trust import NotSealed
from orders.evidence.jobs import claiming, keeping
from orders.evidence.jobs.claiming import LostLease
from orders.evidence.jobs.counting import rows_in
from orders.evidence.jobs.telling import Told
from orders.evidence.scope import of_facts
from orders.models import Checkpoint, ExportJob
from orders.models.exports import BUNDLE

log = logging.getLogger(__name__)
Now = Callable[[], datetime]


class Fixed(NamedTuple):
    """What the bytes of the file follow from."""

    cut: Cut
    earlier: Checkpoint | None
    readings: bool
    withhold: bool


def attend(job: ExportJob, *, now: Now, told: Told, until: datetime | None = None) -> bool:
    """Make `job`, or a part of it by `until`; True when it has ended, also when it cannot be made, as its row says."""
    try:
        if job.broken_off >= claiming.PATIENCE:
            raise Invalid(f"{job.broken_off} workers ended in the middle of it. The logs say why; take it again.")
        ended = make(job, now=now, told=told, until=until)
        if not ended:
            claiming.give_back(job)
        return ended
    except (LostLease, DatabaseError):
        raise
    except Exception as error:
        claiming.end(job, ExportJob.State.FAILED, at=now(), failure=_why(error, job))
        keeping.empty(job)
        return True


def _why(error: Exception, job: ExportJob) -> str:
    if isinstance(error, Invalid):
        return error.detail
    if isinstance(error, OSError):
        return f"{keeping.unwritable(error)} Make room there, then take the export again."
    log.exception("%s cannot be made", job.reference)
    return "A fault of ours; the logs of the worker say which. Nothing was handed out."


def make(job: ExportJob, *, now: Now, told: Told, until: datetime | None = None) -> bool:
    """Make `job`, which the caller has taken up; False where `until` came first. Raises Invalid, OSError, LostLease."""
    fixed = _fix(job, at=now())
    spool, groups = Spool(keeping.directory(job)), _groups(job, fixed)
    told.begin(job, rows_in(fixed.cut, groups))
    if job.form == BUNDLE and not _documented(fixed.cut, now, told, until):
        return False
    for group in groups:
        told.at_group(group, spool, now())
        if not spool.has(group):
            spool.make(group, told.progress)
            if until is not None and now() >= until:
                return False
    return _finished(job, fixed, spool, groups, told, now)


def _fix(job: ExportJob, *, at: datetime) -> Fixed:
    """The checkpoint, sealed at the first taking where none was asked for; the same at every later one."""
    facts, entry = job.facts, job.entry
    if job.checkpoint is None:
        asked = checkpoints.asked(as_of=facts.get("as_of"), since=facts.get("since"))
        latest = asked.as_of or checkpoints.sealed_with(entry, at=at)
        earlier = asked.since or (None if asked.as_of or job.form != BUNDLE else checkpoints.of_export_before(entry))
        claiming.write(job, checkpoint=latest, earlier=earlier)
    assert job.checkpoint is not None
    cut = Cut(of_facts(facts["scope"]), job.checkpoint)
    if not cut.entries().exists():
        raise Invalid("Nothing in this scope had happened by that checkpoint.", pointer="/as_of", code="empty-scope")
    return Fixed(cut, job.earlier, "as_of" not in facts, facts.get("withheld", False))


def _groups(job: ExportJob, fixed: Fixed) -> list[Group]:
    if job.form == BUNDLE:
        return plan.of_bundle(fixed.cut, readings=fixed.readings, withhold=fixed.withhold)
    return plan.of_tables(fixed.cut, job.facts["tables"], job.form)


def _documented(cut: Cut, now: Now, told: Told, until: datetime | None) -> bool:
    """Make the documents that are missing; each is kept, so that nothing is lost where `until` comes first."""
    try:
        for entry in documents.documented(cut.entries()).filter(document=None).iterator():
            told.check()
            documents.document_of(entry, at=now())
            if until is not None and now() >= until:
                return False
    except NotSealed as error:
        raise Invalid(f"A document of the bundle cannot be made now. {error}", code="document-not-made") from None
    return True


def _finished(job: ExportJob, fixed: Fixed, spool: Spool, groups: list[Group], told: Told, now: Now) -> bool:
    """Put the file together under its name; a half one never has it."""
    name = f"{job.reference}.zip"
    target = spool.directory / name
    unfinished = target.with_suffix(".part")
    try:
        with unfinished.open("wb") as to:
            _write(job, fixed, to, spool, told)
            to.flush()
            os.fsync(to.fileno())
    except Spoiled as spoiled:
        log.warning("%s: %s It is made again.", job.reference, spoiled)
        shutil.rmtree(spoiled.path.parent)
        return False
    unfinished.replace(target)
    size, digest = target.stat().st_size, columnar.digest(target)
    claiming.end(job, ExportJob.State.READY, at=now(), file=name, size=size, sha256=digest)
    for group in groups:
        spool.drop(group)
    return True


def _write(job: ExportJob, fixed: Fixed, to: IO[bytes], spool: Spool, told: Told) -> dict[str, Any]:
    if job.form != BUNDLE:
        return plain.write(fixed.cut, to=to, spool=spool, groups=_groups(job, fixed), form=job.form)
    told.packing()
    return bundle.write(
        fixed.cut,
        earlier=fixed.earlier,
        to=to,
        readings=fixed.readings,
        withhold=fixed.withhold,
        progress=told.packed,
        spool=spool,
    )
