"""A platform that does not understand: the hour stands still, and begins afresh with the receipt of the answer."""

from orders.models import Deadline
from tests.journeys.stage import HOUR, MINUTE, hour, received_at, story


def test_the_clarified_order_is_removed_within_a_fresh_hour(stage):
    reference = stage.issue("query-forum")
    stage.wait(2 * HOUR)  # the authority takes its time: no limit passes while the question is open
    order = stage.order(reference)
    assert [(item["execution"], item["standing"]) for item in order["items"]] == [("displaced", "displaced")]
    (question,) = order["open_questions"]
    answers = {str(question["number"]): "The first entry of the list."}
    stage.act(reference, "clarify", stage.token("bert.approver"), answers=answers)
    stage.wait(HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"]) == ("removed", "within_hour")
    assert story(reference) == [
        "draft", "submit", "approve", "issue", "record_receipt", "acknowledge", "seek_clarification",
        "clarify", "record_receipt", "report_removal",
    ]  # fmt: skip
    first, second = Deadline.objects.filter(dossier__reference=reference, code="C2").order_by("pk")
    assert (first.verdict, first.ground) == ("displaced", "receipt")
    assert (second.verdict, second.ground, second.due_at - second.starts_at) == ("within_hour", "clarification", HOUR)
    assert second.starts_at > received_at(reference) + 2 * HOUR - MINUTE
    assert hour(reference).taken_at < second.starts_at + 21 * MINUTE
