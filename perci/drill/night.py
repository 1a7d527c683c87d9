"""The night itself: the order goes out, the hour runs, things break shortly before its end, and the record is read."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from orders import clock
from orders.models import RemovalOrder
from orders.regulation.limits import HOUR, Basis, Verdict, scaled
from perci.drill import breaking, record, world
from perci.drill.breaking import Broken
from perci.drill.record import Record
from perci.drill.terms import Terms

PAUSE = timedelta(milliseconds=250)  # between two looks at the record
LINGERS = timedelta(minutes=10)  # legal time after an hour without an answer: one that comes late is measured
PATIENCE = timedelta(seconds=60)  # on the wall after the end, for the worker to come back and the probe to look
MOST = 3 * HOUR  # legal time: questions and impossibilities may displace the hour, but not for ever


@dataclass
class Night:
    """One drill as it goes: its order, and what was broken so far. `broker` and `run_dir` are the drill's own."""

    terms: Terms
    broker: str
    run_dir: Path
    order: RemovalOrder
    broken: list[Broken] = field(default_factory=list)

    def look(self, at: datetime) -> Record:
        """The order as the record has it at `at`."""
        order = RemovalOrder.objects.select_related("dossier", "provider", "issuing_authority").get(pk=self.order.pk)
        return record.read(order, at=at)

    def to_break(self, found: Record) -> dict[str, datetime]:
        """What is still to be broken, and when."""
        if self.terms.unbroken:
            return {}
        done = {one.what for one in self.broken}
        plan = breaking.planned(found.end, scale=self.terms.scale)
        return {what: when for what, when in plan.items() if what not in done}

    def is_over(self, found: Record, at: datetime) -> bool:
        """Whether the hour has ended, one way or another, and nothing that follows from it is still to come."""
        if at > found.issued_at + scaled(MOST, self.terms.scale) + PATIENCE:
            return True
        if at < found.end or self.to_break(found):
            return False
        if found.verdict is Verdict.UNANSWERED and at < found.end + scaled(LINGERS, self.terms.scale):
            return False
        return self._has_settled(found) or at > found.end + PATIENCE

    def _has_settled(self, found: Record) -> bool:
        noticed = found.verdict is not Verdict.UNANSWERED or found.noticed_at is not None
        looked = not self.terms.page or found.reported_at is None or _looked_after(found, found.reported_at)
        return noticed and looked and all(one.back_at for one in self.broken)


def _looked_after(found: Record, reported_at: datetime) -> bool:
    return found.basis is Basis.CONFLICTING or any(look.at >= reported_at for look in found.seen)


def play(terms: Terms, *, broker: str, run_dir: Path, show: Callable[[Night, Record, datetime], None]) -> Night:
    """Issue the order and `show` how it stands until its hour is over. Raises breaking.NotOurs."""
    night = Night(terms, broker, run_dir, world.issue(terms, at=clock.now()))
    while True:
        night.broken = breaking.seen_back(night.broken)
        at = clock.now()
        found = night.look(at)
        show(night, found, at)
        if night.is_over(found, at):
            return night
        _go_on(night, found)


def _go_on(night: Night, found: Record) -> None:
    """Break what is due, else wait for what comes next."""
    plan = night.to_break(found)
    due = [what for what, when in plan.items() if when <= clock.now()]
    for what in due:
        night.broken.append(breaking.breaks(what, broker=night.broker, run_dir=night.run_dir, at=clock.now()))
    if not due:
        ahead = min(plan.values(), default=clock.now() + PAUSE) - clock.now()
        time.sleep(max(min(ahead, PAUSE).total_seconds(), 0))
