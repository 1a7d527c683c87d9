"""S-5: a year in which most orders are executed and some never, in two constellations (here 2 of 4, not 20 of 482).

One provider cannot be reached, so no hour ever starts; the other receives and never answers, so its hour passes.
"""

import pytest

from tests import factories
from tests.journeys.scene import DAY, HOUR
from tests.journeys.stage import story


@pytest.fixture
def unreachable():
    return factories.provider("no-contact", home="")


def test_two_constellations_of_orders_that_were_never_executed(scene, stage, unreachable):
    emergency = {"emergency": True, "emergency_reason": "No contact point is published."}
    nowhere = scene.issue("no-contact", **emergency)
    silent = scene.issue("mute-board", items=[{"url": stage.content("mute-board")}])
    others = [scene.issue("prompt-video", items=[{"url": stage.content("prompt-video", n)}]) for n in (1, 2)]
    stage.wait(4 * HOUR)
    scene.after(30 * DAY)
    assert [scene.order(reference)["summary"] for reference in others] == ["executed", "executed"]

    order = scene.order(nowhere)
    assert (order["transmission"], order["summary"], scene.clocks(nowhere, "C2")) == ("undeliverable", "open", [])
    assert (order["force"], "declare_final" in story(nowhere)) == ("in_force", False)  # nobody could appeal yet

    order = scene.order(silent)
    assert (order["summary"], order["items"][0]["verdict"]) == ("not_executed", "unanswered")
    (hour,) = scene.clocks(silent, "C2")
    assert (hour["standing"], hour["closed_at"]) == ("unanswered", None)  # it may be answered still
