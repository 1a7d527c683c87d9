"""A platform with people from Monday to Friday only: the hour does not wait for them (case 14)."""

from datetime import datetime

import pytest

from tests.journeys.stage import HOUR, hour, story

FRIDAY_MORNING = datetime.fromisoformat("2026-11-20T10:00:00+01:00")
FRIDAY_NIGHT = datetime.fromisoformat("2026-11-20T22:00:00+01:00")
MONDAY_OPENING = datetime.fromisoformat("2026-11-23T09:00:00+01:00")


@pytest.fixture(autouse=True)
def staffed(stage):
    stage.play("query-forum", "office_hours", opens="09:00", closes="17:00", time_zone="Europe/Paris")


@pytest.mark.parametrize("stage_at", [FRIDAY_MORNING])
def test_what_comes_while_people_are_there_is_removed_within_the_hour(stage):
    reference = stage.issue("query-forum")
    stage.wait(2 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("removed", "within_hour", "both")


@pytest.mark.parametrize("stage_at", [FRIDAY_NIGHT])
def test_what_comes_on_friday_night_waits_for_monday_and_its_hour_does_not(stage):
    reference = stage.issue("query-forum")
    stage.wait(59 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"]) == ("unanswered", "unanswered")
    assert story(reference)[-1] == "lapse"
    stage.wait(HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("removed", "after_hour", "both")
    assert MONDAY_OPENING < hour(reference).taken_at < MONDAY_OPENING + HOUR / 2
