"""S-8: secrecy for twelve weeks; then the content provider learns, asks within 48 hours, and the home authority annuls.

Case 10: the 48 hours of a content provider begin when it is informed, however long after the removal.
"""

from orders.models import OutboxMessage
from tests.journeys.scene import DAY, HOUR, MINUTE, WEEK, told


def secret_order(scene):
    """An order to a provider with a home in the Netherlands, removed, of which the content provider may not hear."""
    secrecy = {"must_not_inform": True, "withholding_reason": "An arrest is being prepared."}
    reference = scene.issue("your-platform", **secrecy)
    scene.read("your-platform", reference)
    scene.after(20 * MINUTE)
    scene.remove("your-platform", reference)
    return reference


def heard_by_the_content_provider(reference):
    return OutboxMessage.objects.filter(dossier__reference=reference, recipient_role="content_provider").count()


def test_an_infringement_found_long_after_the_removal_brings_the_content_back(scene):
    reference = secret_order(scene)
    assert told(reference, "order.copied") == ["nl-atc"]
    scene.after(5 * WEEK)
    scene.act("bert.approver", reference, "extend_withholding", reason="The arrest is still being prepared.")
    scene.after(6 * WEEK + 6 * DAY)
    order = scene.order(reference)
    assert (order["disclosure"], heard_by_the_content_provider(reference)) == ("withheld_extended", 0)
    assert scene.clocks(reference, "C19") == []  # nothing is owed to the content provider meanwhile
    scene.after(WEEK)
    assert scene.order(reference)["disclosure"] == "allowed"
    assert told(reference, "order.disclosure_allowed") == ["your-platform"]

    scene.answer(
        "your-platform", reference, "content-provider-information", information="copy_given", informed_at=scene.ago()
    )
    scene.after(40 * HOUR)
    request = {"reasons": "It is a report of a journalist.", "received_at": scene.ago(HOUR)}
    file = scene.ask("femke.scrutineer", f"/orders/{reference}/scrutiny-requests", **request)
    assert (file["stage"], [one["late"] for one in file["requests"]]) == ("requested", [False])

    scene.after(2 * DAY)
    scene.ask("femke.scrutineer", f"/scrutinies/{reference}/acts/announce_intent", reasons="Art. 1(3), journalism.")
    assert told(reference, "order.scrutiny_intent_announced") == ["de-fpo"]
    scene.after(12 * HOUR)
    decision = {
        "outcome": "infringement",
        "reasons": "The content is journalism: Art. 1(3) and Art. 11 of the Charter.",
    }
    file = scene.ask("femke.scrutineer", f"/scrutinies/{reference}/acts/decide_scrutiny", **decision)
    assert (file["stage"], file["force"]) == ("infringement", "annulled_by_scrutiny")
    assert told(reference, "order.scrutiny_decided") == ["content-provider", "de-fpo", "europol", "your-platform"]

    assert scene.order(reference)["items"][0]["execution"] == "removed"  # the decision is not yet received
    scene.read("your-platform", reference)
    assert scene.order(reference)["items"][0]["execution"] == "reinstatement_due"
    scene.after(10 * MINUTE)
    scene.answer("your-platform", reference, "reinstatements", items=[1], reinstated_at=scene.ago(MINUTE))
    (item,) = scene.order(reference)["items"]
    assert (item["execution"], item["preservation"]) == ("reinstated", "preservation_ended")
    verdicts = {clock["code"]: clock["verdict"] for clock in scene.clocks(reference) if clock["verdict"]}
    assert (verdicts["C2"], verdicts["C9"], verdicts["C10b"]) == ("within_hour", "lapsed", "within_limit")
    (duty,) = scene.clocks(reference, "C11")
    assert (duty["verdict"], duty["elapsed_seconds"]) == (None, 9 * 60)


def test_a_request_after_the_48_hours_is_recorded_and_a_person_dismisses_it(scene):
    reference = secret_order(scene)
    scene.act("bert.approver", reference, "allow_disclosure")
    scene.answer(
        "your-platform", reference, "content-provider-information", information="reasons_given", informed_at=scene.ago()
    )
    scene.after(3 * DAY)
    late = {"reasons": "I was travelling.", "received_at": scene.ago()}
    file = scene.ask("femke.scrutineer", f"/orders/{reference}/scrutiny-requests", **late)
    assert [one["late"] for one in file["requests"]] == [True]
    inadmissible = {"outcome": "window_closed", "reasons": "It came after the 48 hours."}
    file = scene.ask("femke.scrutineer", f"/scrutinies/{reference}/acts/decide_scrutiny", **inadmissible)
    assert (file["stage"], file["force"]) == ("window_closed", "in_force")
