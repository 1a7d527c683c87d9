"""A platform where the content went long before the order came: no removal within an hour (case 18)."""

from tests.journeys.stage import DAY, HOUR, hour, received_at


def test_what_was_gone_before_receipt_is_already_gone(stage):
    stage.play("prompt-video", "already_gone", gone_status=404)
    assert stage.page("prompt-video") == 404
    reference = stage.issue("prompt-video")
    stage.wait(2 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("already_gone", "within_hour", "both")
    assert hour(reference).taken_at == received_at(reference) - DAY
