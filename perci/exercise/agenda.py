"""What is due next: rows, found by query as the tasks find them, and the events that an exercise has of its own."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from orders import clock
from orders.acts.transmitting import RESTS_ON
from orders.models import Deadline, Ground, LedgerEntry, OutboxMessage
from orders.models.order_regions import IN_FORCE
from orders.regulation.limits import HOUR
from orders.regulation.regions import Actor
from platforms.delivery.joining import JOINS_AFTER
from platforms.models import SecondChannel, Watch
from platforms.simulator.models import PlannedAct

SECOND = timedelta(seconds=1)
INSTANT = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Job(StrEnum):
    """What happens by itself, each a task of its own in production."""

    HEED = "heed"  # what is overdue on its way
    DELIVER = "deliver"
    PLAY = "play"  # the simulated platforms
    SWEEP = "sweep"
    LOOK = "look"


Moments = dict[Job, datetime]
NEWS = (LedgerEntry, PlannedAct)  # what parties and desks listen to


class Question(NamedTuple):
    """Whose earliest instant in `column` is asked for; the job is due `after` it."""

    job: Job
    rows: QuerySet[Any]
    column: str
    after: timedelta = timedelta()


def _questions() -> list[Question]:
    """What each task finds by query, as the earliest of its rows; each has an index of its own."""
    waiting = OutboxMessage.objects.filter(next_attempt_at__isnull=False)
    unproven = waiting.filter(recipient_role=Actor.PROVIDER, delivered_at=None)
    further = SecondChannel.objects.filter(
        next_attempt_at__isnull=False, message__next_attempt_at__isnull=False, message__delivered_at=None
    )
    live = Deadline.objects.filter(closed_at__isnull=True, noticed_at__isnull=True, set_aside_at__isnull=True)
    grounds = Ground.objects.filter(closed_at=None, item__order__force__in=IN_FORCE, next_reminder_at__isnull=False)
    planned = PlannedAct.objects.filter(done_at=None, try_at__isnull=False)
    return [
        Question(Job.DELIVER, waiting, "next_attempt_at"),
        Question(Job.DELIVER, further, "next_attempt_at"),
        # When others join, or somebody is told, for what was not proven received; exercises are not scaled.
        Question(Job.HEED, _younger(unproven, JOINS_AFTER), "created_at", JOINS_AFTER),
        Question(Job.HEED, _younger(unproven.filter(type__in=RESTS_ON), HOUR), "created_at", HOUR),
        Question(Job.PLAY, planned, "try_at"),
        # Exactly the due instant is still within: the end is noticed after it.
        Question(Job.SWEEP, live.filter(due_at__isnull=False), "due_at", INSTANT),
        Question(Job.SWEEP, live.filter(next_warning_at__isnull=False), "next_warning_at"),
        Question(Job.SWEEP, grounds, "next_reminder_at"),
        Question(Job.LOOK, Watch.objects.filter(next_look_at__isnull=False), "next_look_at"),
    ]


def _younger(rows: QuerySet[Any], age: timedelta) -> QuerySet[Any]:
    """Those that have not reached an age; the age stands in for the instant, which changes (`_asked_at_once`)."""
    return rows.filter(created_at__gt=EPOCH + age)


class State(NamedTuple):
    """When each job next has a row to do (a job that has none is left out), and up to which keys there are news."""

    due: Moments
    news: tuple[int | None, ...]


def state() -> State:
    """As things stand now."""
    *news, moments = _asked_at_once()
    found: Moments = {}
    for (job, after), moment in zip(_statement()[2], moments, strict=True):
        if moment is not None:
            found[job] = min(moment + after, found.get(job, moment + after))
    return State(found, tuple(news))


def is_due(job: Job, at: datetime) -> bool:
    """Whether `job` has a row to do by `at`."""
    moment = state().due.get(job)
    return moment is not None and moment <= at


@cache
def _statement() -> tuple[str, list[Any], list[tuple[Job, timedelta]]]:
    """All questions as one statement: they are asked after every step, and to compile them takes ten times as long."""
    asked = _questions()
    last = [model._default_manager.order_by("-pk").values_list("pk")[:1] for model in NEWS]
    first = [question.rows.order_by(question.column).values_list(question.column)[:1] for question in asked]
    parts: list[str] = []
    parameters: list[Any] = []
    for rows in [*last, *first]:
        sql, of_it = rows.query.sql_with_params()
        parts.append(f"({sql})")
        parameters += of_it
    return f"SELECT {', '.join(parts)}", parameters, [(question.job, question.after) for question in asked]


def _asked_at_once() -> tuple[int | None, int | None, list[datetime | None]]:
    statement, parameters, _ = _statement()
    now, adapt = clock.now(), connection.ops.adapt_datetimefield_value
    ages = {adapt(EPOCH + age): adapt(now - age) for age in (JOINS_AFTER, HOUR)}
    with connection.cursor() as cursor:
        cursor.execute(statement, [ages.get(parameter, parameter) for parameter in parameters])
        entries, planned, *moments = cursor.fetchone()
    return entries, planned, [_instant(value) for value in moments]


def _instant(value: datetime | str | None) -> datetime | None:
    """SQLite tells instants without their zone, or as a text; they are in UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


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
