"""A platform that never answers: the limit passes, which is a fact and not a finding, and nothing else happens."""

from tests.journeys.stage import HOUR, hour, received_at, story


def test_the_limit_passes_unanswered(stage):
    reference = stage.issue("mute-board")
    stage.wait(24 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["standing"], item["verdict"]) == ("unanswered", "unanswered", "unanswered")
    assert story(reference) == ["draft", "submit", "approve", "issue", "record_receipt", "lapse"]
    clock = hour(reference)
    assert (clock.due_at, clock.closed_at) == (received_at(reference) + HOUR, None)
    assert stage.page("mute-board") == 200


def test_a_sweep_that_was_down_notices_later_what_passed_at_the_same_instant(stage):
    reference = stage.issue("mute-board")
    stage.wait(HOUR / 2)
    stage.time_machine.shift(9 * HOUR)  # nothing ran
    stage.run()
    clock = hour(reference)
    assert clock.noticed_at > clock.due_at + 8 * HOUR
    assert story(reference)[-1] == "lapse"
    (item,) = stage.order(reference)["items"]
    assert item["verdict"] == "unanswered"
