"""The plots of a report as inline SVG: no script, colours by class with a plain fallback, text at its own size."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import escape
from math import floor
from typing import NamedTuple

from orders.evidence.reports.figures import Figure
from orders.regulation.limits import HOUR
from orders.regulation.outcomes import COUNTED, IN_TIME, Outcome

HOUR_SECONDS = HOUR.total_seconds()
SHOWN = 2 * HOUR_SECONDS  # a curve ends there; what came later is said in words
WIDTH, HEIGHT = 640, 240  # of a curve, in points; on a page it is as wide as its place
LINE = 16  # from one line of words to the next
MARKED = {"speed.p50": (50, "median"), "speed.p90": (90, "90 % in"), "speed.p95": (95, "95 % in")}
PRINTED = "Libertinus Serif"  # a font that the library of documents brings
TONES = {"good": "#17683a", "ask": "#b98317", "bad": "#a31d1d", "quiet": "#8793a3", "run": "#1f5799"}
OVERLAID = {"one": TONES["run"], "two": TONES["ask"]}


def tone(figure: Figure) -> str:
    """The tone in which a bar is drawn: it only repeats what the label says."""
    kind = figure.id.split(".", 1)[-1]
    if kind == Outcome.WITHIN_HOUR_REPORTED_LATE:
        return "ask"
    if kind in IN_TIME:
        return "good"
    return "bad" if kind in COUNTED else "quiet" if kind in set(Outcome) else "run"


def bar(filled: float, tone: str, *, track: bool = False) -> str:
    """A horizontal bar that fills so much of its cell, of 1; with a `track` where the whole is meant."""
    width = max(100 * filled, 0.6) if filled else 0
    whole = _rect(100, "track", "#e9edf2") if track else ""
    return (
        '<svg class="bar" width="100%" height="14" aria-hidden="true" focusable="false">'
        f"{whole}{_rect(width, tone, TONES[tone])}</svg>"
    )


def _rect(percent: float, name: str, colour: str) -> str:
    return f'<rect class="{name}" x="0" y="2" width="{percent:.2f}%" height="10" rx="2" fill="{colour}"/>'


class Curve(NamedTuple):
    """Which share of items was done after how long: (seconds, percent) where it steps up."""

    steps: list[tuple[float, float]]
    of: int
    later: int
    never: int

    def at(self, seconds: float) -> float:
        """The share that was done by then, in percent."""
        return max((share for step, share in self.steps if step <= seconds), default=0.0)


def curve(figure: Figure) -> Curve | None:
    """The distribution behind a percentile: None where nothing counts."""
    if not figure.behind:
        return None
    lengths = sorted(max(row.seconds, 0.0) for row in figure.behind if row.seconds is not None)
    of = len(figure.behind)
    steps = [(length, 100 * rank / of) for rank, length in enumerate(lengths, start=1)]
    later = sum(length > SHOWN for length in lengths)
    return Curve([step for step in steps if step[0] <= SHOWN], of, later, of - len(lengths))


def described(found: Curve) -> str:
    """The curve in words, for those who do not see it and beside it."""
    plural = "" if found.of == 1 else "s"
    text = f"Of {found.of} item{plural} that count, {percent(found.at(HOUR_SECONDS))} were done within the hour"
    rest = [f"{found.later} later than two hours" if found.later else "", f"{found.never} not at all so far"]
    said = ", ".join(part for part, is_so in zip(rest, (found.later, found.never), strict=True) if is_so)
    return f"{text}; {said}." if said else f"{text}."


def ecdf(
    figure: Figure, title: str, *, marks: Sequence[Figure] = (), small: bool = False, printed: bool = False
) -> str:
    """The share of items done after so many minutes, with the hour marked; `marks` are percentiles to point at.

    On a page it is as wide as its place, `printed` it has a width of its own.
    """
    found = curve(figure)
    if found is None:
        return ""
    inner = _Frame(small, printed)
    parts = [inner.grid(), inner.hour(found), inner.steps(found.steps)]
    parts += inner.marks([mark for mark in marks if mark.value is not None and mark.value <= SHOWN])
    return inner.drawn(title, f"<desc>{escape(described(found))}</desc>{''.join(parts)}")


def overlaid(series: Mapping[str, Sequence[tuple[float, float]]], title: str) -> str:
    """Curves over each other, each the steps of one and in the tone of its name, which is one of OVERLAID."""
    inner = _Frame(small=False, printed=False)
    drawn = [inner.steps(steps, name, OVERLAID[name]) for name, steps in series.items()]
    return inner.drawn(title, "".join([inner.grid(), inner.hour_line(), *drawn]))


class _Frame:
    """Where things are in a curve: across in percent of the width, down in points."""

    def __init__(self, small: bool, printed: bool) -> None:
        self.small, self.printed = small, printed
        self.width = str(WIDTH) if printed else "100%"
        self.height, self.font = (96, 10) if small else (HEIGHT, 12)
        self.left, self.right = (0.0, 100.0) if small else (7.0, 97.0)
        self.top, self.bottom = (8, 78) if small else (16, HEIGHT - 26)

    def drawn(self, title: str, inner: str) -> str:
        """The whole picture."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" width="{self.width}" height="{self.height}" '
            f'role="img" font-size="{self.font}" font-family="{PRINTED if self.printed else "sans-serif"}">'
            f"<title>{escape(title)}</title>{inner}</svg>"
        )

    def x(self, seconds: float) -> float:
        return self.left + (self.right - self.left) * seconds / SHOWN

    def y(self, percent: float) -> float:
        return self.bottom - (self.bottom - self.top) * percent / 100

    def grid(self) -> str:
        across = [self._line(self.left, self.y(p), self.right, self.y(p), "grid") for p in (0, 50, 100)]
        marks = (0, 60, 120) if self.small else (0, 15, 30, 45, 60, 90, 120)
        times = [self._text(self.x(m * 60), self.bottom + (13 if self.small else 18), f"{m}", self._anchor(m))
                 for m in marks]  # fmt: skip
        shares = () if self.small else [self._text(6, self.y(p) + 4, f"{p} %", "end") for p in (0, 50, 100)]
        return "".join([*across, *times, *shares])

    def _anchor(self, minutes: int) -> str:
        if self.small:
            return {0: "start", 120: "end"}.get(minutes, "middle")
        return "end" if minutes == 120 else "middle"

    def hour(self, found: Curve) -> str:
        """The hour, and the share done by then: a curve only rises, so that below it on the right there is room for
        words, and above it on the left."""
        x, share = self.x(HOUR_SECONDS), found.at(HOUR_SECONDS)
        said = percent(share) if self.small else f"{percent(share)} within the hour"
        line = self.hour_line()
        if share > 60:
            return line + self._text(x + 1.2, self.y(share) + 18, said, "start", "strong")
        return line + self._text(x - 1.2, self.y(share) - 8, said, "end", "strong")

    def hour_line(self) -> str:
        x = self.x(HOUR_SECONDS)
        return self._line(x, self.top - 6, x, self.bottom, "hour")

    def steps(self, steps: Sequence[tuple[float, float]], name: str = "line", colour: str = TONES["run"]) -> str:
        """A staircase; on a page it is stretched across without its line getting thicker."""
        if self.printed:
            points = [f"H{WIDTH * self.x(seconds) / 100:.1f}V{self.y(share):.1f}" for seconds, share in steps]
            start, end = WIDTH * self.left / 100, WIDTH * self.right / 100
            drawn = f"M{start:.1f} {self.bottom}{''.join(points)}H{end:.1f}"
            return f'<path d="{drawn}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>'
        path = ["M0 0", *(f"H{1000 * seconds / SHOWN:.1f}V{share * 10:.1f}" for seconds, share in steps), "H1000"]
        up = f"translate(0 {self.bottom}) scale(1 -{(self.bottom - self.top) / 1000:.5f})"
        return (
            f'<svg x="{self.left}%" y="0" width="{self.right - self.left}%" height="{self.height}" '
            f'viewBox="0 0 1000 {self.height}" preserveAspectRatio="none">'
            f'<path class="{name}" transform="{up}" d="{"".join(path)}" fill="none" stroke="{colour}" '
            'stroke-width="2" stroke-linejoin="round" vector-effect="non-scaling-stroke"/></svg>'
        )

    def marks(self, figures: Sequence[Figure]) -> list[str]:
        """Percentiles as dots on the curve, their names in its free corner: on the right once half is done."""
        known = [(*MARKED[figure.id], max(float(figure.value or 0), 0.0)) for figure in figures]
        early = any(rank == 50 and value <= HOUR_SECONDS for rank, _, value in known)
        x, anchor = (self.right, "end") if early else (self.left + 1.5, "start")
        first = self.bottom - 10 - LINE * (len(known) - 1) if early else self.top + 18
        return [
            self._dot(self.x(value), self.y(rank))
            + self._text(x, first + LINE * place, f"{name} {length(value)}", anchor)
            for place, (rank, name, value) in enumerate(known)
        ]

    @staticmethod
    def _dot(x: float, y: float) -> str:
        return f'<circle class="dot" cx="{x:.2f}%" cy="{y:.1f}" r="4" fill="{TONES["run"]}"/>'

    @staticmethod
    def _line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
        colour = {"grid": "#d8dee6", "hour": "#a31d1d"}[name]
        dashes = ' stroke-dasharray="4 3"' if name == "hour" else ""
        ends = f'x1="{x1:.2f}%" y1="{y1:.1f}" x2="{x2:.2f}%" y2="{y2:.1f}"'
        return f'<line class="{name}" {ends} stroke="{colour}"{dashes}/>'

    @staticmethod
    def _text(x: float, y: float, said: str, anchor: str, name: str = "label") -> str:
        colour = "#17202b" if name == "strong" else "#536072"
        place = f'x="{x:.2f}%" y="{y:.1f}" text-anchor="{anchor}"'
        return f'<text class="{name}" {place} fill="{colour}">{escape(said)}</text>'


def length(seconds: float) -> str:
    """A length such as 46 min 58 s or 2 d 3 h."""
    sign = "−" if seconds < 0 else ""
    whole = timedelta(seconds=int(abs(seconds)))
    hours, rest = divmod(whole.seconds, 3600)
    minutes, last = divmod(rest, 60)
    parts = [(whole.days, "d"), (hours, "h"), (minutes, "min"), (last, "s")]
    told = [f"{count} {unit}" for count, unit in parts if count][:2]
    return sign + (" ".join(told) or "0 s")


def percent(value: float) -> str:
    """A share, cut and not rounded up: 100 % means all."""
    text = f"{floor(value * 10) / 10:.1f}"
    return f"{text.removesuffix('.0')} %"
