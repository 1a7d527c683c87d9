"""A platform that says everything four times, under one idempotency key and under another, or in the wrong order."""

from orders.models import LedgerEntry
from platforms.models import Submission
from platforms.simulator.models import PlannedAct
from tests.journeys.stage import HOUR, story


def effects(reference, act):
    entries = LedgerEntry.objects.filter(dossier__reference=reference, act=act).order_by("number")
    return [entry.facts.get("effect") for entry in entries]


def test_a_key_counts_once_and_what_is_said_again_under_another_has_no_effect(stage):
    stage.play("prompt-video", "duplicates")
    reference = stage.issue("prompt-video")
    stage.wait(2 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("removed", "within_hour", "both")
    assert PlannedAct.objects.filter(outcome="done", problem__isnull=True).count() == 8
    assert Submission.objects.filter(reference=reference).count() == 4
    assert story(reference).count("acknowledge") == 2
    assert effects(reference, "report_removal") == ["recorded", "none"]


def test_a_report_before_the_receipt_is_proven_proves_it_and_what_comes_after_changes_nothing(stage):
    stage.play("prompt-video", "out_of_order")
    reference = stage.issue("prompt-video")
    stage.wait(2 * HOUR)
    (item,) = stage.order(reference)["items"]
    assert (item["execution"], item["verdict"], item["basis"]) == ("removed", "within_hour", "both")
    assert story(reference)[-4:] == ["record_receipt", "report_removal", "acknowledge", "seek_clarification"]
    assert effects(reference, "seek_clarification") == ["none"]
