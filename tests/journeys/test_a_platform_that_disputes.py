"""A platform that removes, and then asks its home authority to scrutinise the order, with reasons (Art. 4(4))."""

from orders.models import Scrutiny, ScrutinyRequest
from tests.journeys.stage import HOUR, story


def test_the_order_is_executed_in_time_and_is_scrutinised_on_request(stage):
    stage.play("prompt-video", "disputes")  # at home in the Netherlands, ordered from Germany
    reference = stage.issue("prompt-video")
    stage.wait(2 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("removed", "within_hour", "both")
    assert story(reference)[-2:] == ["report_removal", "request_scrutiny"]
    assert Scrutiny.objects.get(order__dossier__reference=reference).stage == "requested"
    request = ScrutinyRequest.objects.get(scrutiny__order__dossier__reference=reference)
    assert (request.requester, request.late, "Art. 1(3)" in request.reasons) == ("provider", False, True)
