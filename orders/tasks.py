"""The periodic work of the record: each task finds its rows by query and makes one call."""

from datetime import datetime, timedelta

from celery import shared_task
from django.core.management import call_command
from oauth2_provider.models import clear_expired

from orders import clock, deadlines
from orders.acts import lapsing
from orders.models import Heartbeat

AGAIN_AFTER = timedelta(minutes=5)  # what was set aside is tried again: its cause may be gone


@shared_task(name="orders.tasks.sweep")
def sweep() -> int:
    """Write down the limits that passed, warn of those that approach, remind of what is open; returns the dossiers."""
    return run_sweep(at=clock.now())


def run_sweep(*, at: datetime) -> int:
    """One round of the sweep as of `at`, until nothing is left; the heartbeat shows how late the oldest was noticed."""
    oldest = deadlines.passed(at=at).values_list("due_at", flat=True).first()
    handled = told = 0
    while count := lapsing.lapse(at=at):
        handled += count
    handled += lapsing.take_up(at=at, aside_for=AGAIN_AFTER)
    while count := lapsing.warn(at=at):
        told += count
    while count := lapsing.remind(at=at):
        told += count
    lag = int((at - oldest).total_seconds() * 1000) if oldest else 0
    Heartbeat.objects.update_or_create(job="sweep", defaults={"beat_at": at, "lag_ms": lag, "handled": handled + told})
    return handled + told


@shared_task(name="orders.tasks.tidy")
def tidy() -> None:
    """Delete expired tokens and sessions; nothing of the record."""
    clear_expired()
    call_command("clearsessions")
