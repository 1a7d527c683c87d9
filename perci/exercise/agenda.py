"""What is due next: rows, found by query as the tasks find them, and the events that an exercise has of its own."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from orders import clock
from orders.acts.transmitting import RESTS_ON
from orders.models import Deadline, Ground, OutboxMessage
from orders.models.order_regions import IN_FORCE
from orders.regulation.limits import HOUR
from orders.regulation.regions import Actor
from platforms.delivery.joining import JOINS_AFTER
from platforms.models import SecondChannel, Watch
from platforms.simulator.models import PlannedAct

SECOND = timedelta(seconds=1)
INSTANT = timedelta(microseconds=1)


class Job(StrEnum):
    """What happens by itself, each a task of its own in production."""

    DELIVER = "deliver"
    PLAY = "play"  # the simulated platforms
    SWEEP = "sweep"
    LOOK = "look"


Moments = dict[Job, datetime]


def due() -> Moments:
    """When each job next has a row to do; a job that has none is left out."""
    found = {job: [moment for moment in moments() if moment] for job, moments in QUESTIONS.items()}
    return {job: min(moments) for job, moments in found.items() if moments}


def next_due() -> datetime | None:
    """When the next row is due, whatever it is."""
    return min(due().values(), default=None)


def _first(rows: QuerySet[Any], column: str) -> datetime | None:
    found: datetime | None = rows.order_by(column).values_list(column, flat=True).first()
    return found


def _of_delivery() -> list[datetime | None]:
    waiting = OutboxMessage.objects.filter(next_attempt_at__isnull=False)
    further = SecondChannel.objects.filter(
        next_attempt_at__isnull=False, message__next_attempt_at__isnull=False, message__delivered_at=None
    )
    unproven = waiting.filter(recipient_role=Actor.PROVIDER, delivered_at=None)
    ends = [_reaches(unproven, JOINS_AFTER), _reaches(unproven.filter(type__in=RESTS_ON), HOUR)]
    return [_first(waiting, "next_attempt_at"), _first(further, "next_attempt_at"), *ends]


def _reaches(unproven: QuerySet[OutboxMessage], age: timedelta) -> datetime | None:
    """When the next message reaches this age without receipt; exercises are not scaled."""
    oldest = _first(unproven.filter(created_at__gt=clock.now() - age), "created_at")
    return oldest + age if oldest else None


def _of_platforms() -> list[datetime | None]:
    return [_first(PlannedAct.objects.filter(done_at=None, try_at__isnull=False), "try_at")]


def _of_sweep() -> list[datetime | None]:
    live = Deadline.objects.filter(closed_at__isnull=True, noticed_at__isnull=True, set_aside_at__isnull=True)
    end = _first(live.filter(due_at__isnull=False), "due_at")
    warning = _first(live.filter(next_warning_at__isnull=False), "next_warning_at")
    grounds = Ground.objects.filter(closed_at=None, item__order__force__in=IN_FORCE, next_reminder_at__isnull=False)
    # Exactly the due instant is still within: the end is noticed after it.
    return [end + INSTANT if end else None, warning, _first(grounds, "next_reminder_at")]


def _of_looks() -> list[datetime | None]:
    return [_first(Watch.objects.filter(next_look_at__isnull=False), "next_look_at")]


QUESTIONS: dict[Job, Callable[[], list[datetime | None]]] = {
    Job.DELIVER: _of_delivery,
    Job.PLAY: _of_platforms,
    Job.SWEEP: _of_sweep,
    Job.LOOK: _of_looks,
}


class Calendar:
    """The events of an exercise, each at its instant; those of one instant in the order they were noted."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Callable[[], object]]] = []
        self._noted = 0

    def note(self, at: datetime, event: Callable[[], object]) -> None:
        """Let `event` happen at `at`."""
        self._noted += 1
        heapq.heappush(self._heap, (at, self._noted, event))

    def next(self) -> datetime | None:
        """When the next event happens."""
        return self._heap[0][0] if self._heap else None

    def take(self) -> Callable[[], object]:
        """The next event."""
        return heapq.heappop(self._heap)[2]
