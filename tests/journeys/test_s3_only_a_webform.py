"""S-3: a provider that is reached by a web form alone: prior information is impossible, so an emergency is claimed.

Cases 13 and 26: the form is the last resort; the emergency of Art. 3(2) needs its reason, and the record keeps it.
"""

import pytest

from orders.models import LedgerEntry
from tests import factories
from tests.journeys.scene import DRAFT, HOUR, MINUTE

REASON = "The provider's web form carries no prior information."


@pytest.fixture
def form():
    return factories.provider("form-only", home="BE")


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


def test_an_emergency_with_its_reason_is_issued_and_its_hour_starts_when_the_order_is_fetched(scene, form):
    reference = scene.issue("form-only", emergency=True, emergency_reason=REASON)
    scene.after(7 * HOUR)  # nobody looks at the form at night: no receipt, no hour
    assert scene.clocks(reference, "C2") == []
    scene.read("form-only", reference)
    scene.after(50 * MINUTE)
    scene.remove("form-only", reference)
    assert [clock["verdict"] for clock in scene.clocks(reference, "C2")] == ["within_hour"]
    issue = LedgerEntry.objects.get(dossier__reference=reference, act="issue")
    assert (issue.facts["first_order"], issue.facts["emergency"]) == (True, True)
    draft = LedgerEntry.objects.get(dossier__reference=reference, act="draft")
    assert draft.facts["emergency_reason"] == REASON


def test_with_prior_information_the_order_is_issued_after_twelve_hours(scene, form):
    reference = approved(scene)
    scene.act("bert.approver", reference, "inform_beforehand")
    scene.after(12 * HOUR - MINUTE)
    assert scene.refusal("bert.approver", f"/orders/{reference}/acts/issue") == "prior-information"
    scene.after(MINUTE)
    scene.act("bert.approver", reference, "issue")
    (wait,) = scene.clocks(reference, "C1")
    assert wait["verdict"] == "observed"
