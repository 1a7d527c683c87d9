"""The periodic work of the record: each task finds its rows by query and makes one call."""

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.core.management import call_command
from oauth2_provider.models import clear_expired

from orders import clock, deadlines
from orders.acts import lapsing
from orders.evidence.documents import making
from orders.evidence.documents.trust import NotSealed
from orders.evidence.jobs import claiming, keeping
from orders.evidence.jobs import making as exports
from orders.evidence.jobs.claiming import LostLease
from orders.evidence.jobs.telling import Told, beating
from orders.evidence.sealing import rounds
from orders.models import beat

log = logging.getLogger(__name__)
SHARE = timedelta(seconds=1)  # of each round of documents: the queue has other work, too
ROUND = 50
TURN = timedelta(seconds=3)  # for exports, after which a part that is begun is still finished
AGAIN_AFTER = timedelta(minutes=5)  # what was set aside is tried again: its cause may be gone


@shared_task(name="orders.tasks.sweep")
def sweep() -> int:
    """Write down the limits that passed, warn of those that approach, remind of what is open; returns the dossiers."""
    return run_sweep(at=clock.now())


def run_sweep(*, at: datetime) -> int:
    """One round of the sweep as of `at`, until nothing is left; the heartbeat shows how late the oldest was noticed."""
    oldest = deadlines.passed(at=at).values_list("due_at", flat=True).first()
    handled = told = 0
    while oldest and (count := lapsing.lapse(at=at)):
        handled += count
    handled += lapsing.take_up(at=at, aside_for=AGAIN_AFTER)
    while count := lapsing.warn(at=at):
        told += count
    while count := lapsing.remind(at=at):
        told += count
    _beat("sweep", at=at, oldest=oldest, handled=handled + told)
    return handled + told


@shared_task(name="orders.tasks.document")
def document() -> int:
    """Make documents that are missing, oldest first, for about a second; returns how many."""
    began, made = clock.now(), 0
    for entry in making.missing()[:ROUND]:
        try:
            making.document_of(entry, at=clock.now())
        except NotSealed as error:  # the others would wait for the same answer
            log.warning("%s", error)
            break
        except Exception:  # a fault of ours with one entry is no reason to leave out the others
            log.exception("no document can be made of %s", entry)
            continue
        made += 1
        if clock.now() - began > SHARE:
            break
    return made


@shared_task(name="orders.tasks.seal")
def seal() -> int:
    """Put what was recorded since the last round into the signed tree; returns the entries."""
    return run_seal(at=clock.now())


def run_seal(*, at: datetime) -> int:
    """Rounds of sealing as of `at` until nothing waits; the heartbeat shows how long the oldest entry had waited."""
    oldest, handled = rounds.backlog().oldest, 0
    while count := rounds.seal(at=at):
        handled += count
    _beat("seal", at=at, oldest=oldest, handled=handled)
    return handled


def _beat(job: str, *, at: datetime, oldest: datetime | None, handled: int) -> None:
    lag = int((at - oldest).total_seconds() * 1000) if oldest else 0
    beat(job, at=at, lag_ms=lag, handled=handled)


@shared_task(name="orders.tasks.tidy")
def tidy() -> None:
    """Delete expired tokens and sessions, and the files of old exports; nothing of the record."""
    clear_expired()
    call_command("clearsessions")
    keeping.tidy(at=clock.now())


@shared_task(name="orders.tasks.export")
def export() -> int:
    """Make exports for a few seconds, part by part; returns how many ended. The queue has other work, too."""
    until, ended = clock.now() + TURN, 0
    while clock.now() < until and (job := claiming.claim(at=clock.now())):
        told = Told()
        try:
            with beating(job, told, now=clock.now):
                ended += exports.attend(job, now=clock.now, told=told, until=until)
        except LostLease:
            log.warning("%s was taken up by another worker", job.reference)
    return ended
