"""The words of a curve stand free: not in each other, not on the curve, not beyond the picture; on a telephone, too."""

import re
from itertools import combinations

import pytest

from orders.evidence.reports import plots
from orders.evidence.reports.figures import SECONDS, Behind, Figure, percentile

WIDE = 330  # points that a telephone leaves for the picture
LETTER, HIGH = 6.6, 11  # of a letter, in points: about what a sans-serif font of 12 has
MINUTE = 60.0
CURVES = {
    "quick": [minutes * MINUTE for minutes in range(2, 22)],
    "two at once": [11.4 * MINUTE, 14.3 * MINUTE],
    "half in time": [*(minutes * MINUTE for minutes in range(5, 55, 5)), *[90 * MINUTE] * 10],
    "just in time": [59 * MINUTE] * 8,
    "late": [66 * MINUTE, 67 * MINUTE],
    "some never": [20 * MINUTE] * 6 + [None] * 4,
    "most after two hours": [30 * MINUTE] * 3 + [300 * MINUTE] * 7,
    "before receipt, by a clock that is behind": [-30.0, -20.0, 10.0],
}


def figure(name, percent, seconds):
    rows = tuple(Behind("DE-1", 1, 1, None, "", seconds=one) for one in seconds)
    return Figure(f"speed.{name}", name, "Art. 3(3)", SECONDS, "", rows, percentile(percent))


def drawn(seconds):
    marks = [figure(f"p{percent}", percent, seconds) for percent in (50, 90, 95)]
    return plots.curve(marks[0]), plots.ecdf(marks[0], "A curve", marks=marks)


def boxes(svg):
    """Where each word stands: (text, left, top, right, bottom) in points."""
    found = re.findall(r'<text class="\w+" x="([-\d.]+)%" y="([-\d.]+)" text-anchor="(\w+)"[^>]*>([^<]*)</text>', svg)
    for x, y, anchor, text in found:
        width, at = LETTER * len(text), WIDE * float(x) / 100
        left = at - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        yield text, left, float(y) - HIGH, left + width, float(y)


def beyond(one, other):
    """Whether one of two boxes lies beside, above or below the other."""
    _, left, top, right, bottom = one
    _, left_, top_, right_, bottom_ = other
    return right <= left_ or right_ <= left or bottom <= top_ or bottom_ <= top


@pytest.mark.parametrize("name", CURVES)
def test_no_two_words_stand_in_each_other(name):
    _, svg = drawn(CURVES[name])
    assert [(one[0], other[0]) for one, other in combinations(boxes(svg), 2) if not beyond(one, other)] == []


@pytest.mark.parametrize("name", CURVES)
def test_no_word_about_the_curve_stands_on_it(name):
    curve, svg = drawn(CURVES[name])
    told = [box for box in boxes(svg) if "median" in box[0] or " in " in box[0] or "within" in box[0]]
    across = [(position, plots.SHOWN * (100 * position / WIDE - 7) / 90) for position in range(24, WIDE - 10)]
    height = [(position, 16 + (214 - 16) * (100 - curve.at(seconds)) / 100) for position, seconds in across]
    met = {box[0] for box in told for x, y in height if box[1] < x < box[3] and box[2] + 2 < y < box[4] - 1}
    assert (met, len(told) > 0) == (set(), True)


@pytest.mark.parametrize("name", CURVES)
def test_no_word_about_the_curve_begins_before_the_picture(name):
    _, svg = drawn(CURVES[name])
    assert [box[0] for box in boxes(svg) if "%" not in box[0][-2:] and box[1] < 0] == []


def test_percentiles_that_two_hours_do_not_show_have_no_dot():
    _, svg = drawn(CURVES["most after two hours"])
    assert ("median" in svg, svg.count("<circle")) == (False, 0)


def test_curves_over_each_other_have_their_tones_and_the_hour():
    svg = plots.overlaid({"one": [(600.0, 100.0)], "two": []}, "Two")
    assert re.findall(r'<path class="(\w+)"', svg) == ["one", "two"]
    assert svg.count('class="hour"') == 1
