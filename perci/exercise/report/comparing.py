"""Two exercises side by side, and one figure over the values of one parameter: pages that stand alone."""

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from orders.evidence.reports import plots
from orders.evidence.reports.files import STYLE
from perci.exercise.directory import SCENARIO
from perci.exercise.report import charts
from perci.exercise.report.writing import DATA, FORMAT
from perci.exercise.scenario import changing, source, words
from perci.exercise.scenario.expecting import FIGURES, SHARES, said
from perci.exercise.scenario.source import Mistaken

Number = float | int | None


@dataclass(frozen=True)
class Line:
    """A figure in both runs."""

    name: str
    figure: str
    first: Number
    second: Number

    @property
    def texts(self) -> tuple[str, str, str]:
        """Both and their difference, second less first, as people read them."""
        return _text(self.figure, self.first), _text(self.figure, self.second), self._difference()

    def _difference(self) -> str:
        if self.first is None or self.second is None:
            return "–"
        difference = self.second - self.first
        sign = "+" if difference > 0 else "−" if difference < 0 else ""
        if self.figure in SHARES:
            return f"{sign}{100 * abs(difference):.1f} points"
        return f"{sign}{said(self.figure, abs(difference))}"

    @property
    def meaning(self) -> str:
        return FIGURES[self.figure]

    @property
    def differs(self) -> bool:
        return self.first != self.second

    @property
    def nothing(self) -> bool:
        """Whether it counts none, and did not before."""
        return not self.first and not self.second


@dataclass(frozen=True)
class Comparison:
    """What two reports say, and how what was played differs."""

    first: Mapping[str, Any]
    second: Mapping[str, Any]
    lines: tuple[Line, ...]
    shares: tuple[Line, ...]
    scenario: str

    @property
    def nothing(self) -> list[Line]:
        """The figures that count none in either."""
        return [line for line in self.lines if line.nothing]

    @property
    def same(self) -> bool:
        """Whether both wrote the same ledger."""
        return bool(self.first["run"]["ledger_sha256"] == self.second["run"]["ledger_sha256"])


def load(directory: Path) -> dict[str, Any]:
    """The report in `directory`. Raises Mistaken with what to do."""
    try:
        data = json.loads((directory / DATA).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise Mistaken([f"{directory} holds no {DATA}: give the --out of an exercise that was run."]) from None
    except (ValueError, OSError) as error:
        raise Mistaken([f"{directory / DATA} cannot be read: {error}."]) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or not (directory / SCENARIO).is_file():
        raise Mistaken([f"{directory} is not what an exercise of this version left: run it again."])
    return data


def compare(first: Path, second: Path) -> Comparison:
    """Hold the exercise in `second` against that in `first`."""
    one, two = load(first), load(second)
    lines = tuple(Line(name, name, one["figures"].get(name), two["figures"].get(name)) for name in FIGURES)
    codes = [code for code in one["by_provider"] if code in two["by_provider"]]
    shares = tuple(
        Line(code, "within_hour_share", *(data["by_provider"][code]["within_hour_share"] for data in (one, two)))
        for code in codes
    )
    return Comparison(one, two, lines, shares, _changes(first, second))


def _text(figure: str, value: Number) -> str:
    return "–" if value is None else said(figure, value)


def _changes(first: Path, second: Path) -> str:
    """How the second scenario differs, line by line; both as YAML writes them, since a changed one is written so."""
    before, after = (changing.text(source.load(directory / SCENARIO)).splitlines() for directory in (first, second))
    return "\n".join(difflib.unified_diff(before, after, "first", "second", lineterm="", n=1))


def as_html(comparison: Comparison) -> str:
    """Both on one page, the curves over each other."""
    both = zip(plots.OVERLAID, ("First", "Second"), (comparison.first, comparison.second), strict=True)
    runs = [Run(tone, name, data) for tone, name, data in both]
    curves = {run.tone: run.data["curve"] for run in runs if run.counts}
    title = "Share of items done, by minutes from the start of the hour, in both runs"
    context = {
        "css": STYLE.read_text(encoding="utf-8"),
        "comparison": comparison,
        "runs": runs,
        "plot": plots.overlaid(curves, title) if curves else "",
    }
    return render_to_string("exercise/comparison.html", context)


@dataclass(frozen=True)
class Run:
    """One of the two, and the tone of its curve."""

    tone: str
    name: str
    data: Mapping[str, Any]

    @property
    def percent(self) -> float:
        """How many of the orders were played."""
        return round(100 * self.data["run"]["share"], 2)

    @property
    def counts(self) -> bool:
        """Whether it has a curve: a line at zero would say that nobody was in time."""
        return bool(self.data["curve"]) or self.data["figures"].get("within_hour_share") is not None


@dataclass(frozen=True)
class Sweep:
    """One figure over the values of one parameter, each an exercise of its own in a directory."""

    scenario: str
    place: str
    figure: str
    of: str
    seed: int
    points: Sequence[tuple[str, Number, str]]  # the value, the figure, the directory
    share: float = 1.0

    @property
    def meaning(self) -> str:
        return FIGURES[self.figure]


def point(directory: Path, figure: str, provider: str = "") -> Number:
    """The figure that the exercise in `directory` found."""
    data = load(directory)
    found: Number = (data["by_provider"][provider] if provider else data["figures"])[figure]
    return found


def sweep_as_html(sweep: Sweep) -> str:
    """The curve, and the same as a table."""
    sizes = _sizes([value for value, _, _ in sweep.points])
    points = [(value, said(sweep.figure, found), directory) for value, found, directory in sweep.points]
    along = [
        (size, found, text, value)
        for size, (_, found, _), (value, text, _) in zip(sizes, sweep.points, points, strict=True)
    ]
    plot = charts.line(along, f"{sweep.figure} over {sweep.place}")
    context = {"css": STYLE.read_text(encoding="utf-8"), "sweep": sweep, "points": points, "plot": plot}
    return render_to_string("exercise/sweep.html", context)


def _sizes(values: Sequence[str]) -> list[float]:
    """How far along each stands: numbers and shares by their size, spans by their length, words as they were named."""
    for read in (_number, _seconds):
        try:
            return [read(value) for value in values]
        except ValueError:
            continue
    return [float(place) for place in range(len(values))]


def _number(value: str) -> float:
    return float(value.strip().removesuffix("%"))


def _seconds(value: str) -> float:
    return words.span(value).total_seconds()
