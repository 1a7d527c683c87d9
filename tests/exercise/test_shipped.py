"""Each scenario that ships is played, the large ones in a reduced size, and what it expects is met."""

import json
from datetime import timedelta

import pytest

from orders.models import LedgerEntry
from perci.exercise.report import sheet, writing
from perci.exercise.scenario import reading

# How much of each large scenario is played, and what its whole-number figures come to then: so many of each stream.
REDUCED = {
    "eu-2022-2023": (0.002, {"orders": 11, "after_hour": 1, "displaced": 1, "scrutinies": 0}),
    "de-2024": (0.01, {"orders": 7, "within_hour": 5, "not_received": 1, "unanswered": 1}),
    "crisis-day": (0.015, {"orders": 2, "items": 62, "passed_while_displaced": 0, "copies_missing": 0}),
    "small-providers": (0.1, {"orders": 10, "passed_while_displaced": 0}),
    "s-2-sixteen-in-a-day": (0.2, {"within_hour": 3, "copies_missing": 0}),
    "s-4-one-late-provider": (0.1, {"after_hour": 1, "limits_passed": 1}),
    "s-5-never-executed": (0.1, {"not_received": 1, "unanswered": 1, "within_hour": 2}),
}
WHOLE = [path.stem for path in reading.shipped() if path.stem not in REDUCED]


@pytest.fixture
def show(leave):
    """Plays a shipped scenario, a share of it, and reads what it left as its report does."""
    return lambda name, share=1.0: leave(reading.read(reading.find(name)), share)


@pytest.mark.parametrize("name", WHOLE)
def test_a_small_scenario_meets_what_it_expects(show, name):
    missed = [one for one in sheet.judged(show(name)) if not one.met]
    assert missed == []


@pytest.mark.parametrize("name", REDUCED)
def test_a_large_scenario_in_a_reduced_size_counts_what_its_streams_bring(show, name):
    share, expected = REDUCED[name]
    data = writing.as_json(show(name, share))
    assert {figure: data["figures"][figure] for figure in expected} == expected
    assert [one["that"] for one in data["expectations"] if one["met"] is False] == []


def test_secrecy_lasts_twelve_weeks_before_the_content_provider_hears_of_it(show):
    found = show("s-8-scrutiny-after-twelve-weeks")
    (order,) = found.orders
    informed = LedgerEntry.objects.get(dossier=order.order.dossier_id, act="inform_content_provider")
    assert informed.occurred_at - order.order.withholding_decided_at >= timedelta(weeks=12)


def test_the_page_stands_alone_and_says_what_was_expected(show, tmp_path):
    found = show("s-6-an-outage")
    data = writing.as_json(found)
    page = writing.as_html(found, data)
    assert "as expected" in page
    assert [
        mark for mark in ("<script", "http://", "src=", "@import") if mark in page.replace("http://www.w3.org", "")
    ] == []
    assert json.loads(json.dumps(data))["scenario"] == "s-6-an-outage"
