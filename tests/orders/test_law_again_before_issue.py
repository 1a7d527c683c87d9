"""Looked at again before an order leaves: who has an interest (Art. 14(1)), who gets the copy (Art. 4(1))."""

import pytest

from orders.acts import issuing
from orders.acts.refusals import Refusal
from orders.models import LedgerEntry, OutboxMessage
from orders.regulation.regions import Actor, Force
from tests.factories import authority, drafted, officer, provider
from tests.orders.findings import found
from tests.people import approver, interested, objector, third
from tests.recipes import cleared, put
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


def asked(order):
    told = OutboxMessage.objects.filter(dossier=order.dossier, type="order.coordination_asked")
    return [(one.recipient, one.data["reasons"]) for one in told.order_by("pk")]


def found_by(order, act):
    return LedgerEntry.objects.get(dossier=order.dossier, act=act).facts["deconfliction"]


def test_case_16_an_interest_that_came_up_after_the_submission_is_asked_about_at_the_approval():
    """Case 16: once, and what was asked before is not asked again."""
    order = put(drafted(), issuing.submit, officer("anna", authority()))
    assert asked(order) == []
    interested(objector())
    order = put(order, issuing.approve, approver(order))
    assert asked(order) == [("fr-interested", ["live_investigation"]), ("europol", ["live_investigation"])]
    assert [hit["authority"] for hit in found_by(order, "approve")] == ["fr-interested"]
    order = put(order, issuing.issue, approver(order))
    assert len(asked(order)) == 2
    assert [hit["authority"] for hit in found_by(order, "issue")] == ["fr-interested"]
    assert found() == []


def test_case_16_a_duplicate_that_entered_into_force_meanwhile_is_asked_about_at_the_issue_and_is_no_veto():
    """Case 16: the second order is legally valid."""
    order = cleared()
    interested(third())
    order = put(order, issuing.issue, approver(order))
    assert asked(order) == [("at-third", ["live_investigation"]), ("europol", ["live_investigation"])]
    assert order.force == Force.IN_FORCE
    assert found() == []


def test_an_order_across_borders_is_not_issued_where_nobody_would_get_its_copy():
    """L8: refused without a trace, with a sentence that says what to do; issued once there is somebody."""
    order = cleared(to=provider("hosting-be", "BE"))
    before = everything()
    with pytest.raises(Refusal) as refused:
        put(order, issuing.issue, approver(order))
    assert "at home in BE" in refused.value.detail
    assert "have it registered" in refused.value.detail
    assert everything() == before
    authority("be-home", "BE", scrutinises=True)
    order = put(order, issuing.issue, approver(order))
    copies = OutboxMessage.objects.filter(dossier=order.dossier, recipient_role=Actor.SCRUTINISING_AUTHORITY)
    assert [copy.type for copy in copies] == ["order.copied"]
