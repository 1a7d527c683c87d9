"""S-6: the data centre is dark, Annex III says since when; three hours later that ceased, and a fresh hour runs."""

from tests.journeys.scene import HOUR, MINUTE


def test_a_fresh_hour_runs_when_the_outage_is_over(scene):
    reference = scene.issue("your-platform")
    scene.read("your-platform", reference)
    scene.after(25 * MINUTE)
    outage = {"reason": "force_majeure_or_impossibility", "explanation": "The data centre is dark."}
    scene.answer("your-platform", reference, "annex-iii", grounds_since=scene.ago(20 * MINUTE), **outage)
    scene.after(3 * HOUR)
    (item,) = scene.order(reference)["items"]
    assert (item["execution"], item["standing"], item["verdict"]) == ("displaced", "displaced", "displaced")
    scene.answer("your-platform", reference, "grounds-ceased", ceased_at=scene.ago(5 * MINUTE))
    scene.after(50 * MINUTE)  # 55 minutes after they ceased
    scene.remove("your-platform", reference, ago=MINUTE)
    displaced, fresh = scene.clocks(reference, "C2")
    assert (displaced["ground"], displaced["verdict"]) == ("receipt", "displaced")
    assert (fresh["ground"], fresh["verdict"]) == ("grounds_ceased", "within_hour")
    assert scene.order(reference)["summary"] == "executed"


def test_a_measure_after_the_fresh_hour_is_late(scene):
    reference = scene.issue("your-platform")
    scene.read("your-platform", reference)
    outage = {"reason": "force_majeure_or_impossibility", "explanation": "The data centre is dark."}
    scene.answer("your-platform", reference, "annex-iii", grounds_since=scene.ago(), **outage)
    scene.after(3 * HOUR)
    evidence = "Its pages answer again."
    scene.act("bert.approver", reference, "record_grounds_ceased", ceased_at=scene.ago(), evidence=evidence)
    scene.after(61 * MINUTE)
    scene.remove("your-platform", reference)
    assert [clock["verdict"] for clock in scene.clocks(reference, "C2")] == ["displaced", "after_hour"]
