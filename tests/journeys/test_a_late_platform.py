"""A platform that removes after the hour: both sides are told when it passes, and the late answer is on record."""

from orders.models import LedgerEntry, OutboxMessage
from tests.journeys.stage import HOUR, MINUTE, hour, received_at, story


def test_the_measure_after_the_hour_is_judged_late_and_still_recorded(stage):
    reference = stage.issue("tardy-cloud")
    stage.wait(2 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"]) == ("removed", "after_hour")
    assert hour(reference).taken_at - received_at(reference) >= HOUR + 5 * MINUTE
    assert story(reference)[-2:] == ["lapse", "report_removal"]


def test_the_limit_is_dated_when_it_passed_and_both_sides_are_told(stage):
    reference = stage.issue("tardy-cloud")
    stage.wait(HOUR + 2 * MINUTE)
    entry = LedgerEntry.objects.get(dossier__reference=reference, act="lapse")
    assert entry.occurred_at == received_at(reference) + HOUR
    told = OutboxMessage.objects.filter(dossier__reference=reference, type="order.limit_passed")
    assert set(told.values_list("recipient", flat=True)) == {"tardy-cloud", "de-fpo"}
    assert not told.filter(delivered_at=None).exists()
