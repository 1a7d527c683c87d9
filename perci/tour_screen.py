"""What one sees of the tour: a live table on a terminal, plain lines elsewhere."""

from collections import deque
from datetime import datetime

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from orders.models import LedgerEntry
from orders.regulation.limits import Standing
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
    """One ledger entry as a line; the time is UTC."""
    article = f" (Art. {entry.article})" if entry.article else ""
    act, who = entry.act.replace("_", " "), entry.actor_role.replace("_", " ")
    return f"{entry.recorded_at:%H:%M:%SZ}  {entry.dossier.reference}  {act}{article}, by {who}"


def table(sights: list[Sight], at: datetime) -> Table:
    """Where the orders stand at `at`."""
    grid = Table("order", "platform", "stands", "clock", "verdict", title="Five orders; the hour takes a minute")
    for sight in sights:
        state = _words(sight.item.item.execution)
        grid.add_row(sight.order.reference, _platform(sight), state, _clock(sight, at), _words(sight.item.verdict))
    return grid


def verdicts(sights: list[Sight]) -> Table:
    """The table of the verdicts, with what was expected and how far from the limit it was decided."""
    grid = Table("order", "platform", "verdict", "expected", "from the limit", title="Verdicts")
    for sight in sights:
        mark = "as expected" if sight.settled else f"NOT {_words(sight.leg.expected)}"
        margin = "" if sight.margin is None else f"{sight.margin.total_seconds():.1f} s"
        grid.add_row(sight.order.reference, _platform(sight), _words(sight.item.verdict), mark, margin)
    return grid


def _platform(sight: Sight) -> str:
    return f"{sight.leg.provider} {sight.leg.tells}"


def _clock(sight: Sight, at: datetime) -> str:
    if sight.item.standing is not Standing.RUNNING or sight.item.due_at is None:
        return _words(sight.item.standing)
    return f"{(sight.item.due_at - at).total_seconds():4.0f} s left"


def _words(value: str | None) -> str:
    return (value or "").replace("_", " ")
