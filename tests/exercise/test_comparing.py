"""Pages that set exercises beside each other: they say what was counted, on a telephone, too, and nothing else."""

import re

import pytest
from django.template.loader import get_template

from perci.exercise.report import charts, comparing
from perci.exercise.report.comparing import Comparison, Sweep

RUN = {"seed": 7, "ledger_sha256": "ab" * 32}
COUNTED = {
    "title": "A",
    "run": RUN,
    "figures": {"within_hour_share": 1.0},
    "by_provider": {},
    "curve": [[600.0, 100.0]],
}
UNCOUNTED = {**COUNTED, "figures": {"within_hour_share": None}, "curve": []}
MISSED = {**COUNTED, "figures": {"within_hour_share": 0.0}, "curve": []}


def compared(second):
    return comparing.as_html(Comparison(COUNTED, second, lines=(), shares=(), scenario=""))


def along(*values):
    """Where the points of a sweep over `values` stand, and their names below."""
    points = [(value, number / 10, f"{number:02}") for number, value in enumerate(values, start=1)]
    page = comparing.sweep_as_html(Sweep("small", "a.place", "within_hour_share", "", 1, points))
    found = re.findall(r'class="dot" cx="([\d.]+)%"', page)
    return [round(float(x)) for x in found], re.findall(r'text-anchor="middle"[^>]*>([^<]*)</text>', page)[1::2]


def test_a_run_of_which_nothing_counts_has_no_curve_that_says_nobody_was_in_time():
    assert ("second: nothing to count" in compared(UNCOUNTED), compared(UNCOUNTED).count(charts.PALETTE[1])) == (
        True,
        1,
    )


def test_a_run_of_which_nothing_was_done_has_its_curve_at_the_bottom():
    assert ("nothing to count" in compared(MISSED), compared(MISSED).count(charts.PALETTE[1])) == (False, 2)


def test_where_no_provider_is_in_both_the_page_says_so():
    assert "No provider is in both." in compared(COUNTED)


@pytest.mark.parametrize(
    ("values", "places"),
    [
        (("0", "1", "4"), [8, 30, 96]),
        (("20 %", "40 %", "100%"), [8, 30, 96]),
        (("30 min", "1 h", "150 min"), [8, 30, 96]),
        (("compliant", "slow", "late"), [8, 52, 96]),
    ],
)
def test_a_curve_goes_along_the_size_of_its_values_and_names_them_as_they_were_told(values, places):
    assert along(*values) == (places, list(values))


@pytest.mark.parametrize(
    "name", ["exercise/report.html", "exercise/comparison.html", "exercise/sweep.html", "console/_exercises.html"]
)
def test_on_a_telephone_each_cell_says_of_what_it_is(name):
    text = get_template(name).template.source
    tables = re.findall(r'<table class="rows flat">.*?</table>', text, re.DOTALL)
    bodies = "".join(table.partition("<tbody>")[2] for table in tables)
    filled = re.findall(r"<t[dh]\b[^>]*>(?!</td>)", bodies)
    assert [cell for cell in filled if "data-label" not in cell] == []
