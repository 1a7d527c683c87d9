"""The pictures of an exercise that no report of the law has, as inline SVG: no script, colours by class."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from orders.evidence.reports.plots import TONES

HEIGHT, TOP, BOTTOM = 200, 14, 172
KINDS = (("good", "within the hour"), ("bad", "after the hour, or not at all"), ("quiet", "shown apart, or still open"))
Scale = Callable[[float], float]
PALETTE = (TONES["run"], TONES["ask"], TONES["good"], TONES["bad"])


@dataclass(frozen=True)
class Bin:
    """A bar: its name below, and how many of each of KINDS."""

    label: str
    counts: tuple[int, int, int]

    @property
    def all(self) -> int:
        return sum(self.counts)

    @property
    def named(self) -> list[tuple[str, int]]:
        """Each count with the name of its kind."""
        return [(name, count) for (_, name), count in zip(KINDS, self.counts, strict=True)]


def bars(bins: Sequence[Bin], title: str) -> str:
    """A bar for each bin, the kinds on top of each other; every bar says its numbers when pointed at."""
    highest = max((one.all for one in bins), default=0)
    if not highest:
        return ""
    left, width = 5.0, 94.0 / len(bins)
    every = max(1, round(len(bins) / 6))  # more names would stand in each other on a telephone
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


def line(points: Sequence[tuple[float, float | None, str]], title: str, *, across: str, up: str) -> str:
    """How a figure (`up`) changes with a parameter (`across`, each with its name); what is not known leaves a gap."""
    known = [(x, y) for x, y, _ in points if y is not None]
    called = [name for _, y, name in points if y is not None]
    if len(known) < 2:
        return ""
    low, high = min(x for x, _ in known), max(x for x, _ in known)
    most = max(max(y for _, y in known), 1.0 if all(y <= 1 for _, y in known) else 0.0) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        return 8 + 88 * (x - low) / ((high - low) or 1), BOTTOM - (BOTTOM - TOP) * y / most

    drawn = [place(x, y) for x, y in known]
    steps = "".join(
        f'<line class="line" x1="{a[0]:.2f}%" y1="{a[1]:.1f}" x2="{b[0]:.2f}%" y2="{b[1]:.1f}" '
        f'stroke="{TONES["run"]}" stroke-width="2"/>'
        for a, b in pairwise(drawn)
    )
    dots = "".join(
        f'<circle class="dot" cx="{x:.2f}%" cy="{y:.1f}" r="4" fill="{TONES["run"]}"/>'
        f"{_text(x, y - 9, f'{value:.3g}', 'middle')}{_text(x, BOTTOM + 16, name, 'middle')}"
        for (x, y), (_, value), name in zip(drawn, known, called, strict=True)
    )
    names = _text(96, HEIGHT + 10, across, "end") + _text(0.5, 10, up, "start")
    return _svg(f"{_line(TOP)}{_line(BOTTOM)}{steps}{dots}{names}", title, height=HEIGHT + 16)


def curves(series: Sequence[tuple[str, Sequence[tuple[float, float]] | None]], title: str) -> str:
    """Several distributions of one figure over two hours: (name, [(seconds, percent)]), the hour marked.

    One of which nothing counts (None) has a name and no curve: a line at zero would say that nobody was in time.
    """
    shown = 7200.0

    def x(seconds: float) -> float:
        return 7 + 90 * min(seconds, shown) / shown

    def y(percent: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * percent / 100

    hour = f'<line class="hour" x1="{x(3600):.2f}%" y1="8" x2="{x(3600):.2f}%" y2="{BOTTOM}" stroke="{TONES["bad"]}"/>'
    parts = [_line(y(0)), _line(y(50)), _line(y(100)), hour]
    parts += [_text(x(minutes * 60), BOTTOM + 18, f"{minutes}", "middle") for minutes in (0, 15, 30, 45, 60, 90, 120)]
    parts += [_text(6, y(percent) + 4, f"{percent} %", "end") for percent in (0, 50, 100)]
    for place, (name, steps) in enumerate(series):
        colour = PALETTE[place % len(PALETTE)]
        parts.append("" if steps is None else _staircase(steps, x, y, colour))
        parts.append(f'<rect x="{9 + 44 * place}%" y="0" width="10" height="10" rx="2" fill="{colour}"/>')
        parts.append(_text(9 + 44 * place, 9, name, "start", beside=15))
    return _svg("".join(parts), title)


def _staircase(steps: Sequence[tuple[float, float]], x: Scale, y: Scale, colour: str) -> str:
    lines, at, share = [], 0.0, 0.0
    ends: list[tuple[float, float | None]] = [*steps, (7200.0, None)]
    for seconds, percent in ends:
        over = f'x1="{x(at):.2f}%" y1="{y(share):.1f}" x2="{x(seconds):.2f}%" y2="{y(share):.1f}"'
        lines.append(f'<line {over} stroke="{colour}" stroke-width="2"/>')
        if percent is not None:
            rise = f'x1="{x(seconds):.2f}%" y1="{y(share):.1f}" x2="{x(seconds):.2f}%" y2="{y(percent):.1f}"'
            lines.append(f'<line {rise} stroke="{colour}" stroke-width="2"/>')
            at, share = seconds, percent
    return "".join(lines)


def _line(y: float) -> str:
    return f'<line class="grid" x1="5%" y1="{y:.1f}" x2="99%" y2="{y:.1f}" stroke="#d8dee6"/>'


def _text(x: float, y: float, said: str, anchor: str, *, beside: int = 0) -> str:
    place = f'x="{x:.2f}%" y="{y:.1f}"' + (f' dx="{beside}"' if beside else "")
    return f'<text class="label" {place} text-anchor="{anchor}" fill="#536072">{escape(said)}</text>'


def _svg(inner: str, title: str, *, height: int = HEIGHT) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" width="100%" height="{height}" role="img" '
        f'font-size="12" font-family="sans-serif"><title>{escape(title)}</title>{inner}</svg>'
    )
