"""Looked at again before an order leaves: who has an interest in the same content (Art. 14(1))."""

import pytest

from orders.acts import issuing
from orders.models import LedgerEntry, OutboxMessage
from orders.regulation.regions import Force
from tests.factories import authority, drafted, officer
from tests.orders.test_evidence_verify import found
from tests.people import approver, interested, objector, third
from tests.states import cleared, put

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
