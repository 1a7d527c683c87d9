"""What one sees of the night: the countdown redrawn on a terminal, elsewhere a line now and then and for each event."""

from collections import deque
from datetime import datetime, timedelta

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from orders.models import LedgerEntry
from orders.regulation.limits import HOUR, scaled
from perci.drill.night import Night
from perci.drill.record import Record
from perci.drill.story import Story, minutes, seconds
from perci.tour_screen import told

LINES = 8  # of what happened last, under the countdown
LINES_APART = 12  # countdown lines in an hour, where nothing is redrawn


class Screen:
    """Shows each look at the night."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.live = Live(console=console, refresh_per_second=8) if console.is_terminal else None
        self.last: deque[str] = deque(maxlen=LINES)
        self.entries = self.broken = self.back = 0
        self.counted_at: datetime | None = None

    def __enter__(self) -> "Screen":
        if self.live:
            self.live.start()
        return self

    def __exit__(self, *reason: object) -> None:
        if self.live:
            self.live.stop()

    def show(self, night: Night, found: Record, at: datetime) -> None:
        """Take one look."""
        story = Story(found.issued_at, found.scale)
        for line in self._news(night):
            self.last.append(line)
            if not self.live:
                self._print(line)
        countdown = counted(found, story, at)
        if self.live:
            body = Group(Text(countdown, style="bold"), Text("\n".join(self.last), style="dim"))
            self.live.update(Panel(body, title=f"Drill {found.reference}: it is night in the story"))
        elif self._is_time(found, at):
            self._print(countdown)
            self.counted_at = at

    def _print(self, line: str) -> None:
        self.console.print(Text(line), soft_wrap=True)

    def _is_time(self, found: Record, at: datetime) -> bool:
        apart = max(scaled(HOUR, found.scale) / LINES_APART, timedelta(seconds=1))
        return self.counted_at is None or at - self.counted_at >= apart

    def _news(self, night: Night) -> list[str]:
        """What happened since the last look."""
        entries = LedgerEntry.objects.filter(dossier=night.order.dossier_id, pk__gt=self.entries).order_by("pk")
        lines = []
        for entry in entries.select_related("dossier"):
            self.entries = entry.pk
            lines.append(told(entry))
        for one in night.broken[self.broken :]:
            lines.append(f"{one.at:%H:%M:%SZ}  BROKEN ON PURPOSE: {one.detail}")
        self.broken = len(night.broken)
        back = [one for one in night.broken if one.back_at]
        for one in back[self.back :]:
            lines.append(f"{one.back_at:%H:%M:%SZ}  the watch over the limits is back after: {one.what}")
        self.back = len(back)
        return lines


def counted(found: Record, story: Story, at: datetime) -> str:
    """The countdown at `at`, in the story and on the wall."""
    now = f"{story.time(at)} in the story"
    if found.received_at is None:
        return f"{now}: {found.posted}, not received yet: the hour has not begun"
    left = found.end - at
    if left < timedelta(0):
        return f"{now}: the hour ended {minutes(story.legal(-left))} ago; {_stands(found)}"
    wall = "" if found.scale == "1" else f" ({seconds(left)} on the wall)"
    return f"{now}: {minutes(story.legal(left))} of the hour left{wall}; {_stands(found)}"


def _stands(found: Record) -> str:
    if found.reported_at is None:
        return "nothing reported yet" if found.verdict is None else found.verdict.replace("_", " ")
    return "reported" if found.verdict is None else f"reported, {found.verdict.replace('_', ' ')}"
