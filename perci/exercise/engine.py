"""The loop of an exercise: the clock jumps to the next row or event that is due, and what is due happens.

Acts, delivery, API and sweep are those of production; only the network and the clock are not. ADR 27 says what differs.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.conf import settings
from django.test.utils import override_settings

from orders import clock, tasks
from orders.models import LedgerEntry
from perci.exercise import agenda, authorities, content_providers, happenings, luck, plan, scrutiny, world
from perci.exercise.agenda import Job, Moments
from perci.exercise.desks import Desks
from perci.exercise.listening import Heard, Listener
from perci.exercise.playing import Play
from perci.exercise.scenario.model import Scenario
from perci.exercise.transport import Wire
from platforms import probe
from platforms.channels.requests import Outcome
from platforms.delivery import rounds
from platforms.delivery.claims import Turn
from platforms.simulator import tasks as simulator

SECOND = timedelta(seconds=1)
IDLE = 500  # ticks of one job after which a row that stays due is a fault of ours
LONG_AGO = datetime.min.replace(tzinfo=UTC)
CROWDED = 100_000  # events at one instant after which nothing will ever move on

# Whom an entry in the record concerns, besides whoever wrote it.
CONCERNS: dict[str, tuple[Callable[[Play, Heard], object], ...]] = {
    "submit": (authorities.coordinate,),
    "issue": (authorities.submit_by_hand, scrutiny.copied),
    "clarify": (authorities.submit_by_hand,),
    "withdraw": (authorities.submit_by_hand,),
    "decide_scrutiny": (authorities.submit_by_hand,),
    "record_judgment": (authorities.submit_by_hand,),
    "seek_clarification": (authorities.asked,),
    "record_receipt": (content_providers.received,),
    "report_removal": (content_providers.removed,),
    "inform_content_provider": (content_providers.informed,),
    "open_scrutiny": (scrutiny.under_way,),
    "request_scrutiny": (scrutiny.under_way,),
}
LOOKED_AT = ("issue", "report_removal")  # the probe begins to look, or begins anew


class Stuck(Exception):
    """Time does not move on, or something stays due for ever: a fault of ours, not of the scenario."""


@dataclass(frozen=True)
class Progress:
    """How far an exercise is."""

    now: datetime
    drafted: int
    planned: int
    ticks: int
    events: int


@dataclass(frozen=True)
class Ran:
    """What ran: until when, and whether somebody stopped it before its end. `facts` is for the report."""

    started: datetime
    ended: datetime
    stopped: bool
    ticks: int
    events: int
    facts: dict[str, Any]


def play(
    scenario: Scenario,
    *,
    seed: int,
    progress: Callable[[Progress], object] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    finish: Callable[[Play], object] = lambda _: None,
) -> Ran:
    """Play `scenario` in the empty database of the settings, from its start to its end.

    `stop` is asked between two steps, never within one, so that whatever it breaks off is consistent. `finish` is
    called when time stands at the end, with ids that follow from the seed.
    """
    with ExitStack() as stage:
        travel = stage.enter_context(time_machine.travel(scenario.starts, tick=False))
        stage.enter_context(override_settings(RULES={**settings.RULES, **scenario.rules}))
        wire = stage.enter_context(Wire().laid())
        planned = plan.plan(scenario, seed=seed)
        there = world.build(scenario, planned, seed=seed)
        engine = Engine(Play(scenario, seed, there, wire), travel.move_to, len(planned), progress)
        engine.begin(planned)
        stopped = engine.run(stop)
        ended = clock.now()
        luck.name_ids(seed, "the end")
        tasks.run_seal(at=ended)
        finish(engine.play)
        return Ran(scenario.starts, ended, stopped, engine.ticks, engine.events, engine.play.facts())


@dataclass
class Engine:
    """One exercise in motion."""

    play: Play
    move_to: Callable[..., object]
    planned: int
    progress: Callable[[Progress], object]
    ticks: int = 0
    events: int = 0
    listener: Listener = field(default_factory=Listener)
    due: Moments = field(default_factory=dict)
    news: tuple[int | None, ...] = ()
    idle: dict[Job, tuple[datetime, int]] = field(default_factory=dict)
    crowd: tuple[datetime, int] = (LONG_AGO, 0)
    look_from: datetime | None = None  # something was issued or reported, which no row says yet
    last_tick: datetime = LONG_AGO

    def begin(self, planned: list[plan.Planned]) -> None:
        """Note what is to come, and staff the desks."""
        scenario = self.play.scenario
        self.desks = Desks(scenario.starts, self.play.seed)
        for provider in scenario.providers:
            for code in provider.codes:
                if provider.desk:
                    self.desks.staff(code, provider.desk, at=scenario.starts)
        authorities.begin(self.play, planned)
        happenings.begin(self.play, self.desks)
        self._see(scenario.starts)

    def run(self, stop: Callable[[], bool]) -> bool:
        """Step by step until the end; whether somebody stopped it."""
        end = self.play.scenario.ends
        while (moment := self._next()) is not None and moment <= end:
            if stop():
                return True
            self._check_moves(moment)
            self.move_to(moment, tick=False)
            self._step(moment)
            self.progress(Progress(moment, len(self.play.orders), self.planned, self.ticks, self.events))
        self.move_to(end, tick=False)
        return False

    # --- what is next ---
    def _next(self) -> datetime | None:
        moments = (self.play.calendar.next(), self.desks.next(), self._tick_at())
        return min((moment for moment in moments if moment), default=None)

    def _tick_at(self) -> datetime | None:
        """The beat is each second, as in production: what falls due within one is done at its end."""
        if not self.due:
            return None
        return max(_next_second(min(self.due.values())), self.last_tick + SECOND, _next_second(clock.now()))

    def _check_moves(self, moment: datetime) -> None:
        at, count = self.crowd
        self.crowd = (moment, count + 1 if moment == at else 0)
        if self.crowd[1] > CROWDED:
            raise Stuck(f"More than {CROWDED:,} events at {moment:%F %T}: time does not move on.")

    # --- what happens ---
    def _step(self, moment: datetime) -> None:
        if self.play.calendar.next() == moment:
            self.events += 1
            self.play.calendar.take()()
        elif self.desks.next() == moment:
            self.desks.run(until=moment)
        else:
            self._tick(moment)
        self._see(moment)

    def _see(self, moment: datetime) -> None:
        """What is due now, after everybody has heard what concerns them."""
        state = agenda.state()
        if state.news != self.news:
            self.news = state.news
            self._listen(moment)
            state = agenda.state()
        self.due = state.due
        if self.look_from:
            self.due[Job.LOOK] = min(self.look_from, self.due.get(Job.LOOK, self.look_from))

    def _tick(self, moment: datetime) -> None:
        """Everything that is due by now, each job as its task does it."""
        luck.name_ids(self.play.seed, "tick", moment)
        self.ticks, self.last_tick = self.ticks + 1, moment
        for job in [job for job in Job if job in self.due and self.due[job] <= moment]:
            self._check_is_done(job)
            self.JOBS[job](self, moment)

    def _check_is_done(self, job: Job) -> None:
        at, count = self.idle.get(job, (self.due[job], 0))
        self.idle[job] = (self.due[job], count + 1 if at == self.due[job] else 0)
        if self.idle[job][1] > IDLE:
            raise Stuck(f"{job}: what was due at {at:%F %T} stays due for ever.")

    def _listen(self, moment: datetime) -> None:
        """Whoever is concerned hears what was entered; desks see what came in."""
        for heard in self.listener.news():
            if heard.reference in self.play.orders:
                for concerned in CONCERNS.get(heard.act, ()):
                    concerned(self.play, heard)
                if heard.act in LOOKED_AT:
                    self.look_from = self.look_from or moment
        self.desks.read()

    # --- the jobs ---
    def _deliver(self, moment: datetime) -> None:
        """As the pump does it, round after round until nothing is due; what ends later is recorded when it has."""
        while True:
            count, tries = rounds.take_up(at=moment, heeding=False)
            for turn, request in tries:
                outcome = self.play.wire.begin(request)
                if outcome.ended_at > moment:
                    self.play.note(outcome.ended_at, request.message_id, _record, turn, outcome)
                else:
                    rounds.record(turn, outcome)
            if not count or not agenda.is_due(Job.DELIVER, moment):
                return

    def _heed(self, moment: datetime) -> None:
        rounds.heed_overdue(at=moment)

    def _play_platforms(self, moment: datetime) -> None:
        simulator.act()

    def _sweep(self, moment: datetime) -> None:
        tasks.run_sweep(at=moment)

    def _look(self, moment: datetime) -> None:
        anew, self.look_from = self.look_from is not None, None
        while probe.look_due(at=moment, look=self.play.wire.look, anew=anew) == probe.BATCH:
            anew = False

    JOBS = {Job.HEED: _heed, Job.DELIVER: _deliver, Job.PLAY: _play_platforms, Job.SWEEP: _sweep, Job.LOOK: _look}


def _record(play: Play, turn: Turn, outcome: Outcome) -> None:  # noqa: ARG001  an event of the calendar
    rounds.record(turn, outcome)


def _next_second(at: datetime) -> datetime:
    """`at` when it is a whole second, else the next one."""
    return at if at.microsecond == 0 else at.replace(microsecond=0) + SECOND


def entries() -> int:
    """How many entries the record has."""
    return LedgerEntry.objects.count()
