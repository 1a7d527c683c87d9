"""A run goes on step by step, each found by query and done once, whoever comes first: a command, a tick, a test."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from orders.models import ContentItem, RemovalOrder
from orders.regulation.regions import OPEN
from platforms import faults, looking
from platforms.conformance import gathering, ordering, probing, report, settling
from platforms.conformance.scenarios import BURST, FAULTY, GREETING, ON_ANSWERS, ORDERS, Scenario
from platforms.conformance.transcript import ISSUED, Post, Story
from platforms.delivery import rounds, sending
from platforms.models import ConformanceRun, Connection
from platforms.probe import See
from platforms.sandbox import authorities, tenants

log = logging.getLogger(__name__)
Stage = ConformanceRun.Stage
LEASE = timedelta(seconds=120)  # longer than a step: the probes of an endpoint that hangs take twice their time limit
TRIES = 6  # of one message, after which nobody waits for it before what comes next
PATIENCE = timedelta(seconds=60)  # with one fault on the wall
ENDED = "The conformance run has ended."
# In a system that ticks by the second, further channels would join and prove receipt before a webhook is tried again.
SCALES = ("1", "1/60")


class NotAlone(Exception):
    """A run against this connection is on its way; two would meet each other's faults."""


@dataclass(frozen=True)
class Edge:
    """The network: how requests are posted, and how a page is looked at."""

    send: rounds.Send = sending.send
    look: See = looking.look


def ask(
    connection: Connection, *, limit_scale: str, burst: int, at: datetime, seed: int | None = None
) -> ConformanceRun:
    """A new run, which waits for its first step. Raises NotAlone."""
    if ConformanceRun.objects.filter(connection=connection, ended_at=None).exists():
        raise NotAlone("A run is on its way: wait for its report.")
    return ConformanceRun.objects.create(
        connection=connection, limit_scale=limit_scale, burst=burst, seed=seed, asked_at=at, stage_at=at
    )


def advance(*, at: datetime, edge: Edge | None = None) -> int:
    """Make the next step of every run that is open; returns how many there were."""
    runs = ConformanceRun.objects.filter(ended_at=None).order_by("asked_at").values_list("pk", flat=True)
    return sum(step(key, at=at, edge=edge) for key in list(runs))


def step(key: int, *, at: datetime, edge: Edge | None = None) -> bool:
    """The next step of one run, unless somebody makes it or it is over. What fails breaks the run off, and says why."""
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    if not ConformanceRun.objects.filter(free, pk=key, ended_at=None).update(leased_until=at + LEASE):
        return False
    run = ConformanceRun.objects.select_related("connection__provider").get(pk=key)
    try:
        STEPS[run.stage](run, at, edge or Edge())
    except Exception as error:  # ours: the engineer is told, the other runs go on
        log.exception("%s could not go on", run)
        break_off(run, because=f"{type(error).__name__}: {error}", at=at)
    ConformanceRun.objects.filter(pk=key).update(leased_until=None)
    return True


def progress(run: ConformanceRun) -> tuple[int, int]:
    """How many of its orders are settled, and how many there are so far."""
    return run.stories.exclude(settled_at=None).count(), run.stories.count()


def break_off(run: ConformanceRun, *, because: str, at: datetime) -> None:
    """End `run` without a report."""
    _clean_up(run, at)
    ConformanceRun.objects.filter(pk=run.pk).update(stage=Stage.BROKEN, stage_at=at, ended_at=at, because=because)


# --- the stages ---
def _ask(run: ConformanceRun, at: datetime, edge: Edge) -> None:  # noqa: ARG001  all steps are called alike
    faults.clear(run.connection.provider)
    authorities.second(run.connection.provider, at=at)  # whose key must not sign the orders of the first
    _begin(run, GREETING, at)
    _go_to(run, Stage.GREETING, at)


def _greet(run: ConformanceRun, at: datetime, edge: Edge) -> None:  # noqa: ARG001
    stories = gathering.transcript(run, at=at).stories
    if all(_through(story, at) for story in stories):
        _go_to(run, Stage.PROBING, at)


def _probe(run: ConformanceRun, at: datetime, edge: Edge) -> None:
    forged = run.stories.select_related("order__dossier", "order__provider").get(name="forged")
    probing.send_all(run, like=ordering.message_of(forged), at=at, send=edge.send, look=edge.look)
    _go_to(run, Stage.FAULTS, at)


def _fault(run: ConformanceRun, at: datetime, edge: Edge) -> None:  # noqa: ARG001
    begun = {story.name: story for story in gathering.transcript(run, at=at).stories}
    last = next((one for one in reversed(FAULTY) if one.name in begun), None)
    if last and not _met(last, begun[last.name], at):
        return
    faults.clear(run.connection.provider)
    following = next((one for one in FAULTY if one.name not in begun), None)
    if following:
        _begin(run, [following], at)
    else:
        _order(run, at)
        _go_to(run, Stage.ORDERS, at)


def _order(run: ConformanceRun, at: datetime) -> None:
    """All the rest at once; each fault on answers meets one of them."""
    for name in ON_ANSWERS:
        faults.set_fault(run.connection, name, times=1, at=at)
    _begin(run, [*ORDERS, *[Scenario(BURST)] * run.burst], at)


def _wait(run: ConformanceRun, at: datetime, edge: Edge) -> None:  # noqa: ARG001
    seen = gathering.transcript(run, at=at)
    done = {story.reference for story in seen.stories if settling.settled(story, at=at)}
    for row in run.stories.filter(settled_at=None).select_related("order__dossier"):
        if row.order.dossier.reference in done:
            run.stories.filter(pk=row.pk).update(settled_at=at)
    if len(done) == len(seen.stories) or settling.overdue(run.stage_at, run.limit_scale, at=at):
        finish(run, at=at)


STEPS: dict[str, Callable[[ConformanceRun, datetime, Edge], None]] = {
    Stage.ASKED: _ask,
    Stage.GREETING: _greet,
    Stage.PROBING: _probe,
    Stage.FAULTS: _fault,
    Stage.ORDERS: _wait,
}


def finish(run: ConformanceRun, *, at: datetime) -> None:
    """Judge what there is, and clean up."""
    made = report.of(run, gathering.transcript(run, at=at), at=at)
    _clean_up(run, at)
    still = ConformanceRun.objects.filter(pk=run.pk, ended_at=None)  # it may have been stopped meanwhile
    still.update(stage=Stage.DONE, stage_at=at, ended_at=at, report=made)


def _clean_up(run: ConformanceRun, at: datetime) -> None:
    faults.clear(run.connection.provider)
    ours = RemovalOrder.objects.filter(conformance_story__run=run)
    unanswered = ContentItem.objects.filter(execution__in=OPEN).values("order")
    tenants.end(ours.filter(pk__in=unanswered), because=ENDED, at=at)
    tenants.quieten(ours, because=ENDED, at=at)


def _begin(run: ConformanceRun, scenarios: list[Scenario] | tuple[Scenario, ...], at: datetime) -> None:
    for scenario in scenarios:
        ordering.begin(run, scenario, at=at)


def _go_to(run: ConformanceRun, stage: str, at: datetime) -> None:
    ConformanceRun.objects.filter(pk=run.pk, ended_at=None).update(stage=stage, stage_at=at)


# --- when the next fault may come ---
def _through(story: Story, at: datetime) -> bool:
    """Whether its order was taken, or need not be waited for any longer."""
    return story.taken or len(story.of(ISSUED)) >= TRIES or at >= story.began_at + PATIENCE


def _met(scenario: Scenario, story: Story, at: datetime) -> bool:
    """Whether the fault has had its effect: else the next one would meet the rest of it."""
    if scenario.fault == faults.DUPLICATE:
        return _twice(story.of(ISSUED)) or (not story.taken and _through(story, at)) or at >= story.began_at + PATIENCE
    return _through(story, at)


def _twice(posts: list[Post]) -> bool:
    return sum(post.accepted for post in posts) > 1
