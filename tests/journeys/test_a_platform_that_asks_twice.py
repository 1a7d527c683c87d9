"""A platform that understands only the second answer: each question displaces the hour again (case 6)."""

from orders.models import Deadline
from tests.journeys.stage import HOUR, story


def test_two_questions_make_two_displaced_hours_and_a_third_one_is_kept(stage):
    stage.play("query-forum", "asks_twice")
    reference = stage.issue("query-forum")
    for _ in range(2):
        stage.wait(HOUR)
        order = stage.order(reference)
        assert order["items"][0]["execution"] == "displaced"
        answers = {str(question["number"]): "The first entry of the list." for question in order["open_questions"]}
        stage.act(reference, "clarify", stage.token("bert.approver"), answers=answers)
    stage.wait(HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("removed", "within_hour", "both")
    clocks = Deadline.objects.filter(dossier__reference=reference, code="C2").order_by("pk")
    assert list(clocks.values_list("verdict", flat=True)) == ["displaced", "displaced", "within_hour"]
    assert story(reference).count("seek_clarification") == 2
