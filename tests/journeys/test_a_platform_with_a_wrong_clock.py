"""A platform whose clock is off: what it states is kept and flagged, refused only beyond the tolerance (case 22)."""

import pytest

from orders.models import LedgerEntry, OutboxMessage, Receipt
from platforms.simulator.models import HeardMessage, PlannedAct
from tests.journeys.stage import HOUR, MINUTE, SECOND, hour


def flags(reference):
    return LedgerEntry.objects.get(dossier__reference=reference, act="report_removal").facts["flags"]


@pytest.mark.parametrize(("seconds", "flagged"), [(60, ["clock_skew"]), (-60, [])])
def test_a_clock_within_the_tolerance_is_believed(stage, seconds, flagged):
    stage.play("prompt-video", "skewed", skew_seconds=seconds)
    reference = stage.issue("prompt-video")
    stage.wait(2 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("removed", "within_hour", "both")
    assert (hour(reference).taken_at - hour(reference).reported_at, flags(reference)) == (seconds * SECOND, flagged)


def test_a_measure_that_lies_too_far_ahead_is_refused_until_our_clock_comes_near(stage):
    stage.play("prompt-video", "skewed", skew_seconds=130)
    reference = stage.issue("prompt-video")
    stage.wait(2 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"]) == ("removed", "within_hour")
    removal = PlannedAct.objects.get(reference=reference, what="remove")
    assert removal.tries > 1  # the same statement each time; it was refused as being in the future
    taken_at, reported_at = hour(reference).taken_at, hour(reference).reported_at
    assert (taken_at - removal.due_at, taken_at - reported_at <= 120 * SECOND) == (130 * SECOND, True)
    assert flags(reference) == ["clock_skew", "receipt_drift"]


def test_a_clock_beyond_five_minutes_believes_no_webhook_and_proves_no_receipt(stage):
    stage.play("prompt-video", "skewed", skew_seconds=400)
    reference = stage.issue("prompt-video")
    stage.wait(3 * MINUTE)
    message = OutboxMessage.objects.get(dossier__reference=reference, type="order.issued", recipient="prompt-video")
    webhooks = message.attempts.filter(channel="webhook")
    assert set(webhooks.values_list("http_status", "outcome")) == {(401, "refused")}
    assert "behind this clock" in webhooks.first().answer_excerpt
    assert (HeardMessage.objects.count(), PlannedAct.objects.count()) == (0, 0)
    assert not Receipt.objects.filter(message=message).exists()
    assert stage.order(reference)["items"][0]["execution"] == "awaiting_receipt"
