"""The pictures of an exercise that no report of the law has, as inline SVG: no script, colours by class."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from orders.evidence.reports.plots import TONES, percent

HEIGHT, TOP, RISE, BOTTOM = 200, 14, 26, 172  # RISE leaves room for words above the highest point
KINDS = (("good", "within the hour"), ("bad", "after the hour, or not at all"), ("quiet", "shown apart, or still open"))
NAMED, LETTERS = (
    6.5,
    40,
)  # names along an axis, and letters of all of them: more would stand in each other on a telephone
EVERY = (1, 2, 3, 4, 6, 8, 12, 24, 48)


@dataclass(frozen=True)
class Bin:
    """A bar: its name below, and how many of each of KINDS."""

    label: str
    counts: tuple[int, int, int]

    @property
    def all(self) -> int:
        return sum(self.counts)

    @property
    def share(self) -> str:
        """How many of a hundred whose hour counts were within it; a dash where none counts."""
        within, beyond, _ = self.counts
        return percent(100 * within / (within + beyond)) if within + beyond else "–"


def bars(bins: Sequence[Bin], title: str) -> str:
    """A bar for each bin, the kinds on top of each other; every bar says its numbers when pointed at."""
    highest = max((one.all for one in bins), default=0)
    if not highest:
        return ""
    left, width = 5.0, 94.0 / len(bins)
    most = min(NAMED, LETTERS / max(len(one.label) for one in bins))
    every = next(every for every in EVERY if len(bins) / every <= most)
    parts = [_line(TOP), _line((TOP + BOTTOM) / 2), _line(BOTTOM), _text(4.2, TOP + 4, f"{highest}", "end")]
    for place, one in enumerate(bins):
        x = left + place * width
        parts.append(_stack(one, x + width * 0.12, width * 0.76, highest))
        if place % every == 0:
            parts.append(_text(x + width / 2, BOTTOM + 18, one.label, "middle"))
    return _svg("".join(parts), title)


def _stack(one: Bin, x: float, width: float, highest: int) -> str:
    told = ", ".join(f"{count} {name}" for count, (_, name) in zip(one.counts, KINDS, strict=True) if count)
    parts, y = [], float(BOTTOM)
    for count, (tone, _) in zip(one.counts, KINDS, strict=True):
        high = (BOTTOM - TOP) * count / highest
        y -= high
        if count:
            place = f'x="{x:.2f}%" y="{y:.1f}" width="{width:.2f}%" height="{high:.1f}"'
            parts.append(f'<rect class="{tone}" {place} fill="{TONES[tone]}"/>')
    return f"<g><title>{escape(one.label)}: {escape(told or 'none')}</title>{''.join(parts)}</g>"


def line(points: Sequence[tuple[float, float | None, str, str]], title: str) -> str:
    """A figure over a parameter: (how far along, the figure, what it says, its name); what is unknown leaves a gap."""
    known = [y for _, y, _, _ in points if y is not None]
    if len(known) < 2:
        return ""
    low, high = min(x for x, _, _, _ in points), max(x for x, _, _, _ in points)
    most = max(*known, 1.0 if max(known) <= 1 else 0.0) or 1.0

    def across(x: float) -> float:
        return 8 + 86 * (x - low) / ((high - low) or 1)

    def up(y: float) -> float:
        return BOTTOM - (BOTTOM - RISE) * y / most

    steps = "".join(
        f'<line class="line" x1="{across(a[0]):.2f}%" y1="{up(a[1]):.1f}" x2="{across(b[0]):.2f}%" y2="{up(b[1]):.1f}" '
        f'stroke="{TONES["run"]}" stroke-width="2"/>'
        for a, b in pairwise(points)
        if a[1] is not None and b[1] is not None
    )
    dots = "".join(
        f'<circle class="dot" cx="{across(x):.2f}%" cy="{up(y):.1f}" r="4" fill="{TONES["run"]}"/>'
        + _text(across(x), up(y) - 9, said, "middle")
        for x, y, said, _ in points
        if y is not None
    )
    names = "".join(_text(across(x), BOTTOM + 18, name, "middle") for x, _, _, name in points)
    return _svg(f"{_line(RISE)}{_line(BOTTOM)}{steps}{dots}{names}", title)


def _line(y: float) -> str:
    return f'<line class="grid" x1="5%" y1="{y:.1f}" x2="99%" y2="{y:.1f}" stroke="#d8dee6"/>'


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return f'<text class="label" x="{x:.2f}%" y="{y:.1f}" text-anchor="{anchor}" fill="#536072">{escape(said)}</text>'


def _svg(inner: str, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" width="100%" height="{HEIGHT}" role="img" '
        f'font-size="12" font-family="sans-serif"><title>{escape(title)}</title>{inner}</svg>'
    )
