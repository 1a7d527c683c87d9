"""S-2: sixteen orders in one day to one messenger, after referrals that were ignored; each with an hour of its own.

Case 17: a referral has no clock and starts none; the order names it by its file number.
"""

from tests.journeys.scene import HOUR, MINUTE
from tests.journeys.stage import hour, received_at


def test_each_order_has_its_own_hour_and_is_removed_within_it(scene, stage):
    references = []
    for number in range(1, 17):
        url = stage.content("prompt-video", number)
        draft = {"items": [{"url": url}], "file_number": f"after referral R-{number}"}
        references.append(scene.issue("prompt-video", **draft))
        stage.wait(30 * MINUTE)
    stage.wait(HOUR)
    orders = [scene.order(reference) for reference in references]
    assert [order["items"][0]["verdict"] for order in orders] == ["within_hour"] * 16
    assert len({received_at(reference) for reference in references}) == 16
    assert all(hour(reference).due_at == received_at(reference) + HOUR for reference in references)
    assert references == sorted(references)
    assert all(stage.page("prompt-video", number) == 410 for number in range(1, 17))
