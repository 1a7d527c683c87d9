"""A platform that removes early: the order goes out, is answered, and the hour is kept."""

from tests.journeys.stage import HOUR, MINUTE, hour, received_at, story


def test_the_order_is_removed_within_the_hour(stage):
    reference = stage.issue("prompt-video", items=2)
    assert stage.page("prompt-video") == 200
    stage.wait(2 * HOUR)
    order = stage.order(reference)
    assert [(item["execution"], item["verdict"], item["basis"]) for item in order["items"]] == [
        ("removed", "within_hour", "both"),
        ("removed", "within_hour", "both"),
    ]
    assert story(reference) == [
        "draft", "submit", "approve", "issue", "record_receipt", "acknowledge", "report_removal",
    ]  # fmt: skip
    clock = hour(reference)
    assert clock.due_at == received_at(reference) + HOUR
    assert clock.taken_at < received_at(reference) + 21 * MINUTE
    assert [stage.page("prompt-video", number) for number in (1, 2, 3)] == [
        410,
        410,
        200,
    ]
