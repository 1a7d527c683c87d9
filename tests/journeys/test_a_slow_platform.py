"""A platform that takes two thirds of the hour: it is warned on the way, and in time."""

from orders.models import OutboxMessage
from tests.journeys.stage import HOUR, MINUTE, hour, received_at, story


def test_the_order_is_removed_late_in_the_hour_but_in_time(stage):
    reference = stage.issue("steady-files")
    stage.wait(2 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"]) == ("removed", "within_hour")
    assert received_at(reference) + HOUR / 2 < hour(reference).taken_at <= received_at(reference) + 55 * MINUTE
    assert "lapse" not in story(reference)


def test_it_is_warned_while_the_hour_runs_and_not_after_its_answer(stage):
    reference = stage.issue("steady-files")
    stage.wait(2 * HOUR)
    warnings = OutboxMessage.objects.filter(
        dossier__reference=reference, type="order.limit_approaching", recipient="steady-files"
    )
    left = [message.data["seconds_left"] for message in warnings.order_by("sequence")]
    assert left == [45 * 60, 30 * 60]
    assert not warnings.filter(delivered_at=None).exists()
