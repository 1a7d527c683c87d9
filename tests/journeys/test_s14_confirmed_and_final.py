"""S-14: the provider appeals, the court confirms, the order is final, and the home oversight authority is told."""

from tests.journeys.scene import DAY, MINUTE, told


def removed_order(scene):
    reference = scene.issue("your-platform")
    scene.read("your-platform", reference)
    scene.after(5 * MINUTE)
    scene.remove("your-platform", reference)
    return reference


def test_a_confirmed_order_is_final(scene):
    reference = removed_order(scene)
    scene.after(20 * DAY)
    appeal = {"appellant": "provider", "received_at": scene.ago(DAY)}
    assert scene.act("bert.approver", reference, "record_appeal", **appeal)["force"] == "under_appeal"
    scene.after(60 * DAY)  # the appeal period is long over, but a court has the case
    assert scene.order(reference)["force"] == "under_appeal"
    assert told(reference, "order.final") == []
    judgment = {"outcome": "confirmed", "received_at": scene.ago(2 * DAY), "reasons": "The order stands."}
    assert scene.act("bert.approver", reference, "record_judgment", **judgment)["force"] == "final"
    assert told(reference, "order.final") == ["nl-atc", "your-platform"]
    (notice,) = scene.clocks(reference, "C6")
    assert (notice["verdict"], notice["standing"]) == (None, "closed")


def test_without_an_appeal_time_makes_the_order_final_at_the_end_of_the_period(scene):
    reference = removed_order(scene)
    (period,) = scene.clocks(reference, "C26")
    scene.after(29 * DAY)
    assert scene.order(reference)["force"] == "in_force"
    scene.after(2 * DAY)
    assert scene.order(reference)["force"] == "final"
    timeline = scene.officer("anna.drafter").get(f"/api/authorities/v1/orders/{reference}/timeline").json()["items"]
    (final,) = [entry for entry in timeline if entry["act"] == "declare_final"]
    assert final["occurred_at"] == period["due_at"]
    assert told(reference, "order.final") == ["nl-atc", "your-platform"]


def test_an_appeal_made_in_time_and_entered_after_it_opens_the_case_again(scene):
    reference = removed_order(scene)
    scene.after(31 * DAY)
    assert scene.order(reference)["force"] == "final"
    appeal = {"appellant": "provider", "received_at": scene.ago(3 * DAY)}
    assert scene.act("bert.approver", reference, "record_appeal", **appeal)["force"] == "under_appeal"
    assert [clock["verdict"] for clock in scene.clocks(reference, "C26")] == ["used"]
    annulled = {"outcome": "annulled", "received_at": scene.ago(), "reasons": "Not terrorist content."}
    assert scene.act("bert.approver", reference, "record_judgment", **annulled)["force"] == "annulled_by_court"
    scene.read("your-platform", reference)
    assert scene.order(reference)["items"][0]["execution"] == "reinstatement_due"
