"""S-3: a provider that is reached by a web form alone: prior information is impossible, so an emergency is claimed.

Cases 13 and 26: an officer submits by hand, and the confirmation page proves receipt; the emergency of Art. 3(2) needs
its reason, and the record keeps it.
"""

import base64

import pytest

from orders.evidence import verify
from orders.models import Exhibit, LedgerEntry
from tests import factories
from tests.api import A
from tests.journeys.scene import DRAFT, HOUR, MINUTE, told

FORM = "https://form-only.example/legal/removal"
PAGE = b"<h1>Thank you</h1><p>Ticket 4711</p>"
REASON = "The provider's web form carries no prior information."


@pytest.fixture
def form():
    return factories.provider("form-only", home="BE", webform=FORM)


def submitted(scene, reference, **more):
    """An officer has sent the form just now, and records it."""
    said = {"submitted_at": scene.ago(), "address": FORM, **more}
    return scene.act("anna.drafter", reference, "record_submission", **said)


def approved(scene, **draft):
    reference = scene.ask("anna.drafter", "/orders", **{**DRAFT, "provider": "form-only", **draft})["reference"]
    scene.act("anna.drafter", reference, "submit")
    scene.act("bert.approver", reference, "approve")
    return reference


def test_a_first_order_without_prior_information_is_not_issued(scene, form):
    reference = approved(scene)
    assert scene.refusal("bert.approver", f"/orders/{reference}/acts/issue") == "prior-information"
    assert scene.order(reference)["force"] == "not_in_force"


def test_an_emergency_without_a_reason_is_not_submitted(scene, form):
    draft = {**DRAFT, "provider": "form-only", "emergency": True}
    reference = scene.ask("anna.drafter", "/orders", **draft)["reference"]
    assert scene.refusal("anna.drafter", f"/orders/{reference}/acts/submit") == "reason-missing"


def test_an_emergency_is_issued_and_its_hour_starts_when_the_form_confirms_the_submission(scene, form):
    reference = scene.issue("form-only", emergency=True, emergency_reason=REASON)
    assert told(reference, "order.copied") == ["be-fpp"]  # the copy goes separately, with the issue
    scene.after(10 * MINUTE)
    assert scene.clocks(reference, "C2") == []  # nothing reaches the provider by itself: no receipt, no hour
    submitted(scene, reference)
    assert scene.order(reference)["transmission"] == "sent"  # without the page there is no proof
    page = {"content": base64.b64encode(PAGE).decode(), "media_type": "text/html"}
    order = submitted(scene, reference, confirmation=page)
    assert (order["transmission"], order["received_at"]) == ("received", scene.ago())
    scene.after(50 * MINUTE)
    scene.remove("form-only", reference)
    (clock,) = scene.clocks(reference, "C2")
    assert (clock["started_at"], clock["verdict"]) == (order["received_at"], "within_hour")
    _is_on_record(reference)


def _is_on_record(reference):
    facts = {entry.act: entry.facts for entry in LedgerEntry.objects.filter(dossier__reference=reference)}
    assert (facts["issue"]["first_order"], facts["issue"]["emergency"]) == (True, True)
    assert facts["draft"]["emergency_reason"] == REASON
    assert facts["record_receipt"]["rule"] == "webform_confirmation"
    assert bytes(Exhibit.objects.get(pk=facts["record_submission"]["confirmation_sha256"]).content) == PAGE
    assert list(verify.findings()) == []


def test_the_directory_says_how_the_provider_is_reached_and_the_draft_what_follows(scene, form):
    listed = scene.officer("anna.drafter").get(f"{A}/providers").json()["items"]
    assert [one["code"] for one in listed if one["webform"]] == ["form-only"]
    warnings = scene.order(approved(scene))["warnings"]
    assert [line for line in warnings if "by a web form only" in line]


def test_no_prior_information_is_given_by_a_web_form(scene, form):
    reference = approved(scene)
    assert scene.refusal("bert.approver", f"/orders/{reference}/acts/inform_beforehand") == "refused"
    scene.after(13 * HOUR)
    assert scene.refusal("bert.approver", f"/orders/{reference}/acts/issue") == "prior-information"
