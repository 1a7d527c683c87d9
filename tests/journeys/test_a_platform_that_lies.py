"""A platform that claims a removal which did not happen: a discrepancy, for a person to look at; no state moves."""

from orders.evidence import verify
from orders.models import Observation, OutboxMessage
from tests.journeys.stage import DAY, HOUR, MINUTE, hour, story

CLAIMED = [
    "draft", "submit", "approve", "issue", "record_receipt", "acknowledge", "report_removal",
]  # fmt: skip


def notices(reference):
    return OutboxMessage.objects.filter(dossier__reference=reference, type="order.discrepancy_opened")


def looks_after_the_claim(reference):
    """In legal minutes since the report, rounded."""
    seen = Observation.objects.filter(item__order__dossier__reference=reference, observed_at__gte=claimed_at(reference))
    return [round((look.observed_at - claimed_at(reference)) / MINUTE) for look in seen.order_by("observed_at")]


def claimed_at(reference):
    return hour(reference).reported_at


def test_a_claim_that_is_not_true_conflicts_with_what_is_seen_and_changes_no_state(stage):
    """Case 25."""
    stage.play("prompt-video", "lies")
    reference = stage.issue("prompt-video")
    stage.wait(2 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("removed", "within_hour", "conflicting")
    assert story(reference) == CLAIMED
    assert stage.page("prompt-video") == 200


def test_the_issuing_authority_is_told_once_however_often_it_is_seen(stage):
    stage.play("prompt-video", "lies")
    reference = stage.issue("prompt-video")
    stage.wait(3 * DAY)
    (notice,) = notices(reference)
    assert (notice.recipient, notice.data["item"]) == ("de-fpo", 1)
    assert notice.delivered_at is not None  # it is in the portal
    assert list(verify.findings()) == []


def test_looks_come_at_the_claim_then_ever_more_rarely_and_end_after_seven_days(stage):
    stage.play("prompt-video", "lies")
    reference = stage.issue("prompt-video")
    stage.wait(9 * DAY)
    assert looks_after_the_claim(reference) == [0, 1, 5, 30, *(days * 24 * 60 for days in range(1, 8))]


def test_a_later_look_that_agrees_closes_the_discrepancy_and_a_new_one_is_told_again(stage):
    stage.play("prompt-video", "lies")
    reference = stage.issue("prompt-video")
    stage.wait(2 * HOUR)
    stage.hide("prompt-video")
    stage.wait(DAY)
    (item,) = stage.standings(reference)
    (closed,) = item.discrepancies
    assert closed.closed_at == claimed_at(reference) + DAY
    stage.show("prompt-video")
    stage.wait(2 * DAY)
    (item,) = stage.standings(reference)
    assert [gap.closed_at is None for gap in item.discrepancies] == [False, True]
    assert (item.basis, notices(reference).count()) == ("conflicting", 2)
