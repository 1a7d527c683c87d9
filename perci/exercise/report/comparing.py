"""Two exercises side by side, and one figure over the values of one parameter: pages that stand alone."""

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from orders.evidence.reports.files import STYLE
from perci.exercise.report import charts
from perci.exercise.report.played import SCENARIO
from perci.exercise.report.writing import DATA
from perci.exercise.scenario import words
from perci.exercise.scenario.expecting import FIGURES
from perci.exercise.scenario.source import Mistaken

Number = float | int | None


@dataclass(frozen=True)
class Line:
    """A figure in both runs."""

    name: str
    meaning: str
    first: Number
    second: Number

    @property
    def difference(self) -> Number:
        """Second less first; None where one of them is not known."""
        return None if self.first is None or self.second is None else self.second - self.first

    @property
    def differs(self) -> bool:
        return self.first != self.second


@dataclass(frozen=True)
class Comparison:
    """What two reports say, and how what was played differs."""

    first: Mapping[str, Any]
    second: Mapping[str, Any]
    lines: tuple[Line, ...]
    shares: tuple[Line, ...]
    scenario: str

    @property
    def same(self) -> bool:
        """Whether both wrote the same ledger."""
        return bool(self.first["run"]["ledger_sha256"] == self.second["run"]["ledger_sha256"])


def load(directory: Path) -> dict[str, Any]:
    """The report in `directory`. Raises Mistaken with what to do."""
    try:
        data: dict[str, Any] = json.loads((directory / DATA).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Mistaken([f"{directory} holds no {DATA}: give the --out of an exercise that was run."]) from None
    except (ValueError, OSError) as error:
        raise Mistaken([f"{directory / DATA} cannot be read: {error}."]) from None
    return data


def compare(first: Path, second: Path) -> Comparison:
    """Hold the exercise in `second` against that in `first`."""
    one, two = load(first), load(second)
    lines = tuple(Line(name, FIGURES[name], one["figures"].get(name), two["figures"].get(name)) for name in FIGURES)
    codes = [code for code in one["by_provider"] if code in two["by_provider"]]
    shares = tuple(
        Line(code, "share within the hour", *(data["by_provider"][code]["within_hour_share"] for data in (one, two)))
        for code in codes
    )
    before, after = ((directory / SCENARIO).read_text(encoding="utf-8").splitlines() for directory in (first, second))
    changes = "\n".join(difflib.unified_diff(before, after, "first", "second", lineterm="", n=1))
    return Comparison(one, two, lines, shares, changes)


def as_html(comparison: Comparison) -> str:
    """Both on one page, the curves over each other."""
    series = [_curve("first", comparison.first), _curve("second", comparison.second)]
    context = {
        "css": STYLE.read_text(encoding="utf-8"),
        "comparison": comparison,
        "plot": charts.curves(series, "Share of items done, by minutes from the start of the hour, in both runs"),
    }
    return render_to_string("exercise/comparison.html", context)


def _curve(name: str, data: Mapping[str, Any]) -> tuple[str, list[tuple[float, float]] | None]:
    if not data["curve"] and data["figures"].get("within_hour_share") is None:
        return f"{name}: nothing to count", None
    return name, [(seconds, percent) for seconds, percent in data["curve"]]


@dataclass(frozen=True)
class Sweep:
    """One figure over the values of one parameter, each an exercise of its own in a directory."""

    scenario: str
    place: str
    figure: str
    of: str
    seed: int
    points: Sequence[tuple[str, Number, str]]  # the value, the figure, the directory

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
    numbers = [(size, found, value) for size, (value, found, _) in zip(sizes, sweep.points, strict=True)]
    plot = charts.line(numbers, f"{sweep.figure} over {sweep.place}", across=sweep.place, up=sweep.figure)
    context = {"css": STYLE.read_text(encoding="utf-8"), "sweep": sweep, "plot": plot}
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
