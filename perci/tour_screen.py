"""What one sees of the tour: a live table on a terminal, plain lines elsewhere."""

from collections import deque
from datetime import datetime

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from orders.models import LedgerEntry
from orders.regulation.limits import Standing, Verdict
from orders.regulation.regions import Actor, Execution
from perci.tour import Sight, happened

LINES = 8  # of what happened last, under the table


class Screen:
    """Shows each look at the tour: redrawn in place on a terminal, as one line per ledger entry elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.live = Live(console=console, refresh_per_second=4) if console.is_terminal else None
        self.last: deque[str] = deque(maxlen=LINES)
        self.seen = 0

    def __enter__(self) -> "Screen":
        if self.live:
            self.live.start()
        return self

    def __exit__(self, *reason: object) -> None:
        if self.live:
            self.live.stop()

    def show(self, sights: list[Sight], at: datetime) -> None:
        """Take one look."""
        for entry in happened(sights, after=self.seen):
            self.seen = entry.pk
            line = told(entry)
            self.last.append(line)
            if not self.live:
                self.console.print(Text(line), soft_wrap=True)
        if self.live:
            self.live.update(Group(table(sights, at), Text("\n".join(self.last), style="dim")))


def told(entry: LedgerEntry) -> str:
    """One ledger entry as a line."""
    article = f" (Art. {entry.article})" if entry.article else ""
    who = Actor(entry.actor_role).gloss.split(",")[0]
    return f"{entry.recorded_at:%H:%M:%S}  {entry.dossier.reference}  {entry.act}{article}, by the {who}"


def table(sights: list[Sight], at: datetime) -> Table:
    """Where the orders stand at `at`."""
    grid = Table(title="Five orders; the hour takes a minute")
    for heading in ("order", "platform", "which", "stands", "clock", "verdict"):
        grid.add_column(heading, no_wrap=heading != "which")
    for sight in sights:
        state = str(Execution(sight.item.item.execution)).replace("_", " ")
        verdict = _verdict(sight.item.verdict)
        grid.add_row(sight.order.reference, sight.leg.provider, sight.leg.tells, state, _clock(sight, at), verdict)
    return grid


def _clock(sight: Sight, at: datetime) -> str:
    if sight.item.standing is not Standing.RUNNING or sight.item.clock is None:
        return str(sight.item.standing or "")
    left = (sight.item.clock.due_at - at).total_seconds()
    return f"{left:4.0f} s left"


def _verdict(verdict: Verdict | None) -> str:
    return str(verdict or "").replace("_", " ")


def verdicts(sights: list[Sight]) -> Table:
    """The table of the verdicts, with what was expected and how far from the limit it was decided."""
    grid = Table(title="Verdicts")
    for heading in ("order", "platform", "which", "verdict", "expected", "from the limit"):
        grid.add_column(heading, no_wrap=heading != "which")
    for sight in sights:
        mark = "as expected" if sight.settled else f"NOT {_verdict(sight.leg.expected)}"
        margin = "" if sight.margin is None else f"{sight.margin.total_seconds():.1f} s"
        row = (sight.order.reference, sight.leg.provider, sight.leg.tells, _verdict(sight.item.verdict), mark, margin)
        grid.add_row(*row)
    return grid
