"""Desks: people who handle orders one by one, as queues in SimPy, in lock-step with the virtual clock.

Time in SimPy is whole microseconds since the start, so that the two clocks never differ by a rounding.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log
from typing import Any
from zoneinfo import ZoneInfo

import simpy

from orders import clock
from perci.exercise import luck
from perci.exercise.scenario.model import DAY, Desk, Shift
from platforms.simulator import deciding
from platforms.simulator.models import PlannedAct

MICROSECOND = timedelta(microseconds=1)
Process = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Case:
    """One order before a desk: the act that waits for it, and for how long somebody will be busy with it."""

    key: int
    automated: bool
    triage: timedelta
    work: timedelta


def intervals(shift: Shift, zone: ZoneInfo, *, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When the shift is there, from the one that has not ended at `since` on; in UTC, whatever the clocks do."""
    day = since.astimezone(zone).date() - DAY
    over_midnight = DAY if shift.ends <= shift.begins else timedelta()
    while True:
        begins = datetime.combine(day, shift.begins, zone).astimezone(since.tzinfo)
        ends = datetime.combine(day + over_midnight, shift.ends, zone).astimezone(since.tzinfo)
        if day.weekday() in shift.days and ends > since and ends > begins:
            yield begins, ends
        day += DAY


class Staff:
    """The people at one desk. A case waits until somebody is free; in an outage nobody gets anything done."""

    def __init__(self, env: simpy.Environment, code: str, desk: Desk, *, starts: datetime, seed: int) -> None:
        self.env, self.code, self.desk, self.starts, self.seed = env, code, desk, starts, seed
        self.zone = ZoneInfo(desk.time_zone)
        self.queue: simpy.Store = simpy.Store(env)
        self.gone = False
        self.closed_until = starts
        self.awake = 0  # people on call who were paged and have not gone back
        self.page = env.event()
        for shift in desk.shifts:
            for _ in range(shift.reviewers):
                env.process(self._reviewer(shift))
        for number in range(desk.on_call):
            env.process(self._on_call(luck.of(seed, "on call", code, number)))

    def now(self) -> datetime:
        """The virtual instant."""
        return self.starts + MICROSECOND * int(self.env.now)

    def arrive(self, act: PlannedAct) -> None:
        """An order has come in; how much work it is, is the order's own luck."""
        chance = luck.of(self.seed, "case", self.code, act.message_id, act.what)
        automated, triage = chance.random() < self.desk.automated, self.desk.triage * chance.random()
        minutes = chance.lognormvariate(log(self.desk.minutes), self.desk.spread)
        self.env.process(self._triage(Case(act.pk, automated, triage, timedelta(minutes=minutes))))

    def leave(self) -> list[Case]:
        """Nobody takes up anything more; returns what was waiting."""
        self.gone = True
        waiting, self.queue.items = list(self.queue.items), []
        return waiting

    def queue_up(self, case: Case) -> None:
        """Let a case wait for a person; while nobody is on a shift somebody is paged."""
        self.queue.put(case)
        self._call()

    def _triage(self, case: Case) -> Process:
        if case.automated:
            yield from self._undisturbed(case.triage)
            deciding.get_to(case.key, at=self.now())
            return
        yield self._wait(case.triage)
        if not self.gone:
            self.queue_up(case)

    def _wait(self, length: timedelta) -> simpy.Event:
        return self.env.timeout(max(length // MICROSECOND, 0))

    def _until(self, at: datetime) -> simpy.Event:
        return self._wait(at - self.now())

    def _undisturbed(self, length: timedelta) -> Process:
        """Work that an outage interrupts is begun anew after it."""
        while True:
            yield from self._reopen()
            yield self._wait(length)
            if self.closed_until <= self.now():
                return

    def _reopen(self) -> Process:
        while self.closed_until > self.now():
            yield self._until(self.closed_until)

    def _work(self, case: Case) -> Process:
        if PlannedAct.objects.filter(pk=case.key, done_at=None).exists():  # else the order ended meanwhile
            yield from self._undisturbed(case.work)
            deciding.get_to(case.key, at=self.now())

    # --- people on a shift ---
    def _reviewer(self, shift: Shift) -> Process:
        for begins, ends in intervals(shift, self.zone, since=self.now()):
            yield self._until(begins)
            while self.now() < ends and not self.gone:
                taken = self.queue.get()
                yield taken | self._until(ends)
                if not taken.triggered:
                    taken.cancel()
                    break
                case: Any = taken.value
                yield from self._work(case)
            if self.gone:
                return
            self._call()

    def _is_staffed(self) -> bool:
        return any(next(intervals(shift, self.zone, since=self.now()))[0] <= self.now() for shift in self.desk.shifts)

    # --- people on call ---
    def _call(self) -> None:
        if self.queue.items and not self._is_staffed():
            self.page.succeed()
            self.page = self.env.event()

    def _on_call(self, chance: Any) -> Process:
        while not self.gone:
            yield self.page
            if len(self.queue.items) > self.awake and not self.gone:
                self.awake += 1
                yield from self._wake(chance)
                self.awake -= 1

    def _wake(self, chance: Any) -> Process:
        yield self._wait(self.desk.awakes)
        while chance.random() >= self.desk.answers:
            yield self._wait(self.desk.repages)
        while self.queue.items and not self._is_staffed():
            case = yield self.queue.get()
            yield from self._work(case)


class Desks:
    """All desks of an exercise, in one SimPy environment."""

    def __init__(self, starts: datetime, seed: int) -> None:
        self.starts, self.seed = starts, seed
        self.env = simpy.Environment()
        self.staffs: dict[str, Staff] = {}
        self._read = 0

    def staff(self, code: str, desk: Desk | None, *, at: datetime) -> None:
        """From `at` on the desk of a provider is this one, or none; what waits goes over to it."""
        self.run(until=at)
        before = self.staffs.pop(code, None)
        waiting = before.leave() if before else []
        if desk is None:
            for act in deciding.waiting().filter(platform__code=code):
                deciding.get_to(act.pk, at=at)
            return
        self.staffs[code] = now = Staff(self.env, code, desk, starts=self.starts, seed=self.seed)
        for case in waiting:
            now.queue_up(case)
        self.read()

    def close(self, code: str, *, until: datetime) -> None:
        """An outage: nobody at this desk gets anything done."""
        if code in self.staffs:
            self.staffs[code].closed_until = max(until, self.staffs[code].closed_until)

    def read(self) -> None:
        """Take up what came in since the last time."""
        for act in deciding.waiting(after=self._read) if self.staffs else ():
            self._read = act.pk
            self.run(until=clock.now())
            if act.platform.code in self.staffs:
                self.staffs[act.platform.code].arrive(act)

    def next(self) -> datetime | None:
        """When something next happens at a desk."""
        upcoming = self.env.peek()
        return None if upcoming == simpy.core.Infinity else self.starts + MICROSECOND * int(upcoming)

    def run(self, *, until: datetime) -> None:
        """Let everything happen that happens at a desk up to `until`, with it."""
        end = (until - self.starts) // MICROSECOND
        while self.env.peek() <= end:
            self.env.step()
        if self.env.now < end:
            self.env.run(until=end)
