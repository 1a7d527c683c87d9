"""The words of a scenario and of its figures: spans, days, shares, as people write and read them."""

from datetime import timedelta

import pytest

from perci.exercise.scenario import expecting, words
from perci.exercise.scenario.model import Expectation

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("figure", "value", "told"),
    [
        ("within_hour_share", 0.99999, "99.9 %"),
        ("within_hour_share", 0.29, "29 %"),
        ("within_hour_share", 1.0, "100 %"),
        ("median_minutes", 27.5, "27 min 30 s"),
        ("orders", 4340, "4,340"),
        ("orders", None, "nothing to count"),
    ],
)
def test_a_figure_is_told_as_people_read_it(figure, value, told):
    assert expecting.said(figure, value) == told


@pytest.mark.parametrize(
    ("expectation", "told"),
    [
        (Expectation("", "within_hour_share", at_least=0.975), "at least 97.5 %"),
        (Expectation("", "within_hour_share", at_least=0.29, at_most=0.5), "at least 29 % and at most 50 %"),
        (Expectation("", "p95_minutes", at_most=45), "at most 45 min"),
        (Expectation("", "orders", exactly=349), "exactly 349"),
    ],
)
def test_a_bound_is_told_in_the_unit_of_its_figure(expectation, told):
    assert expecting.bound(expectation) == told


@pytest.mark.parametrize(
    ("text", "days"),
    [("every day", (0, 1, 2, 3, 4, 5, 6)), ("mon-fri", (0, 1, 2, 3, 4)), ("sat-mon", (0, 5, 6)), ("wed", (2,))],
)
def test_days_of_a_shift(text, days):
    assert words.days(text) == days


@pytest.mark.parametrize(
    ("text", "seconds"), [("90 s", 90), ("45 min", 2700), ("1.5 h", 5400), ("2 h 30 min", 9000), ("6 weeks", 3_628_800)]
)
def test_spans_of_time(text, seconds):
    assert words.span(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "h", "5 parsecs", "-5 min", "5 min later"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(ValueError, match="is no"):
        words.span(text)
