"""A platform where removed content comes back under another address: that needs another order (case 3)."""

from tests.journeys.scene import HOUR


def test_the_order_stays_done_and_the_copy_gets_an_order_of_its_own(scene, stage):
    stage.play("prompt-video", "uploads_again")
    before = stage.text("prompt-video", 1)
    reference = scene.issue("prompt-video", items=[{"url": stage.content("prompt-video")}])
    stage.wait(HOUR)
    (item,) = scene.order(reference)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("removed", "within_hour", "both")
    assert (stage.page("prompt-video"), stage.page("prompt-video", "1-again")) == (410, 200)
    assert stage.text("prompt-video", "1-again") == before != stage.text("prompt-video", 2)

    stage.play("prompt-video", "compliant")
    second = scene.issue("prompt-video", items=[{"url": stage.content("prompt-video", "1-again")}])
    stage.wait(HOUR)
    (item,) = scene.order(second)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("removed", "within_hour", "both")
    assert stage.page("prompt-video", "1-again") == 410
