"""Pages that set exercises beside each other: they say what was counted, on a telephone, too, and nothing else."""

import json
import re

import pytest
from django.template.loader import get_template

from perci.exercise.report import comparing
from perci.exercise.report.comparing import Comparison, Line, Sweep
from perci.exercise.report.writing import DATA, FORMAT
from perci.exercise.scenario import reading
from perci.exercise.scenario.source import Mistaken

RUN = {"seed": 7, "share": 1.0, "stopped_early": False, "ledger_sha256": "ab" * 32}
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


def along(*values, found=None):
    """Where the points of a sweep over `values` stand, and all names below."""
    figures = found or [number / 10 for number, _ in enumerate(values, start=1)]
    points = [
        (value, figure, f"{number:02}") for number, (value, figure) in enumerate(zip(values, figures, strict=True))
    ]
    page = comparing.sweep_as_html(Sweep("small", "a.place", "within_hour_share", "", 1, points))
    places = [round(float(x)) for x in re.findall(r'class="dot" cx="([\d.]+)%"', page)]
    return places, re.findall(r'y="190.0" text-anchor="middle"[^>]*>([^<]*)</text>', page), page.count('class="line"')


def drawn(page):
    """The curves on a page, by their tones."""
    return re.findall(r'<path class="(\w+)"', page)


def test_a_run_of_which_nothing_counts_has_no_curve_that_says_nobody_was_in_time():
    page = compared(UNCOUNTED)
    assert ("second: nothing to count" in page, drawn(page)) == (True, ["one"])


def test_a_run_of_which_nothing_was_done_has_its_curve_at_the_bottom():
    page = compared(MISSED)
    assert ("nothing to count" in page, drawn(page)) == (False, ["one", "two"])


def test_where_no_provider_is_in_both_the_page_says_so():
    assert "No provider is in both." in compared(COUNTED)


@pytest.mark.parametrize(
    ("values", "places"),
    [
        (("0", "1", "4"), [8, 30, 94]),
        (("20 %", "40 %", "100%"), [8, 30, 94]),
        (("30 min", "1 h", "150 min"), [8, 30, 94]),
        (("compliant", "slow", "late"), [8, 51, 94]),
    ],
)
def test_a_curve_goes_along_the_size_of_its_values_and_names_them_as_they_were_told(values, places):
    assert along(*values) == (places, list(values), 2)


def test_what_has_nothing_to_count_leaves_a_gap_in_a_curve():
    assert along("0", "1", "2", "4", found=[0.2, 0.4, None, 1.0]) == ([8, 30, 94], ["0", "1", "2", "4"], 1)


@pytest.mark.parametrize(
    "name", ["exercise/report.html", "exercise/comparison.html", "exercise/sweep.html", "console/_exercises.html"]
)
def test_on_a_telephone_each_cell_says_of_what_it_is(name):
    text = get_template(name).template.source
    tables = re.findall(r'<table class="rows flat">.*?</table>', text, re.DOTALL)
    bodies = "".join(table.partition("<tbody>")[2] for table in tables)
    filled = re.findall(r"<t[dh]\b[^>]*>(?!</td>)", bodies)
    assert [cell for cell in filled if "data-label" not in cell] == []


@pytest.mark.parametrize(
    ("figure", "first", "second", "texts"),
    [
        ("within_hour_share", 0.3846, 0.9999, ("38.4 %", "99.9 %", "+61.5 points")),
        ("within_hour_share", None, 1.0, ("–", "100 %", "–")),
        ("median_minutes", 27.5, 3_000.0, ("27 min 30 s", "2 d 2 h", "+2 d 1 h")),
        ("after_hour", 10, 8, ("10", "8", "−2")),
        ("orders", 96, 96, ("96", "96", "0")),
    ],
)
def test_two_values_are_written_as_people_read_them(figure, first, second, texts):
    assert Line("a line", figure, first, second).texts == texts


def left(directory, text, **report):
    """What a run leaves that a comparison reads."""
    directory.mkdir()
    (directory / "scenario.yaml").write_text(text, encoding="utf-8")
    (directory / DATA).write_text(json.dumps({**COUNTED, "format": FORMAT, **report}), encoding="utf-8")
    return directory


def test_a_value_that_was_set_is_the_only_difference_between_two_scenarios(tmp_path):
    path = reading.find("s-6-an-outage")
    changed = reading.read(path, changes=[("orders.1.count", "3")])
    first = left(tmp_path / "first", reading.read(path).text)
    found = comparing.compare(first, left(tmp_path / "second", changed.text))
    changes = [line for line in found.scenario.splitlines()[2:] if line[0] in "+-"]
    assert changes == ["-  count: '1'", "+  count: '3'"]


@pytest.mark.parametrize("report", [{"format": 0}, {"format": None}])
def test_the_report_of_another_version_is_not_compared(tmp_path, report):
    directory = left(tmp_path / "old", "title: Old\n", **report)
    with pytest.raises(Mistaken, match="is not what an exercise of this version left: run it again"):
        comparing.load(directory)


def test_what_is_no_exercise_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Mistaken, match=r"file holds no report\.json: give the --out of an exercise that was run\."):
        comparing.load(tmp_path / "file")
