"""A platform whose data centre goes dark: Annex III with the time since when, the end of the grounds, a fresh hour."""

from orders.models import Deadline, Ground
from tests.journeys.stage import HOUR, MINUTE, received_at, story


def test_the_hour_is_displaced_while_the_outage_lasts_and_a_fresh_one_runs_after_it(stage):
    stage.play("prompt-video", "force_majeure", outage_after=5, outage_minutes=180)
    reference = stage.issue("prompt-video")
    stage.wait(3 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"]) == ("displaced", "displaced")
    stage.wait(2 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("removed", "within_hour", "both")
    assert story(reference)[-4:] == ["acknowledge", "report_impossibility", "report_grounds_ceased", "report_removal"]
    began = received_at(reference) + 5 * MINUTE
    ground = Ground.objects.get(item__order__dossier__reference=reference)
    assert (ground.since, ground.closed_at) == (began, began + 3 * HOUR)
    displaced, fresh = Deadline.objects.filter(dossier__reference=reference, code="C2").order_by("pk")
    assert (displaced.verdict, fresh.verdict, fresh.starts_at) == ("displaced", "within_hour", began + 3 * HOUR)
