"""A platform that puts the content back within minutes when it is told that the order was annulled (Art. 4(7))."""

from orders.models import Observation
from tests.journeys.stage import DAY, HOUR, MINUTE, hour


def test_the_content_is_back_and_reported_and_what_is_seen_then_contradicts_nothing(scene, stage):
    stage.play("prompt-video", "restores")
    reference = stage.issue("prompt-video")
    stage.wait(HOUR)
    assert stage.page("prompt-video") == 410
    file = f"/scrutinies/{reference}/acts"
    scene.ask("femke.scrutineer", f"{file}/open_scrutiny")
    scene.ask("femke.scrutineer", f"{file}/announce_intent", reasons="Art. 1(3), journalism.")
    decision = {"outcome": "infringement", "reasons": "The content is journalism."}
    scene.ask("femke.scrutineer", f"{file}/decide_scrutiny", **decision)
    annulled_at = scene.ago()
    stage.wait(10 * MINUTE)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("reinstated", "within_hour", "both")
    assert item["reinstated_at"] > annulled_at
    assert stage.page("prompt-video") == 200
    stage.wait(2 * DAY)
    (item,) = stage.standings(reference)
    assert item.discrepancies == []
    looks = Observation.objects.filter(item__order__dossier__reference=reference)
    assert looks.latest("observed_at").observed_at < hour(reference).taken_at + HOUR  # no look after the order's end
