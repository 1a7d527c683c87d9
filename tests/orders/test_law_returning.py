"""An approved order goes back to its drafter, and what becomes of prior information (Art. 3(2)) and of the approval."""

from datetime import timedelta

import pytest

from orders.acts import drafting, issuing, preparing
from orders.acts.preparing import TooEarly
from orders.acts.refusals import ActNotOpen, FourEyes
from orders.evidence import verify
from orders.models import LedgerEntry
from orders.regulation.limits import Verdict
from orders.regulation.regions import Force, Preparation
from tests.factories import again, authority, content, issued, officer, provider, received
from tests.people import approver, drafter
from tests.recipes import afterwards, cleared, put
from tests.snapshot import everything
from tests.states import RECIPES

pytestmark = pytest.mark.django_db
HALF_A_DAY = timedelta(hours=12)


def waiting():
    """A first order whose provider was informed; the 12 hours run."""
    return put(cleared(emergency=False), preparing.inform_beforehand, officer("anna", authority()))


def returned(order):
    return put(order, issuing.return_to_draft, drafter(order), reason="Name the second video.")


def approved_again(order):
    return put(put(order, issuing.submit, drafter(order)), issuing.approve, approver(order))


@pytest.mark.parametrize("reach", [cleared, waiting])
def test_an_approved_order_goes_back_and_its_approval_is_void(reach):
    order = returned(reach())
    assert (order.preparation, order.approved_by) == (Preparation.DRAFT, None)
    entry = LedgerEntry.objects.get(dossier=order.dossier, act="return_to_draft")
    assert entry.facts["reason"] == "Name the second video."
    with pytest.raises(ActNotOpen):
        put(order, issuing.issue, approver(order))
    order = put(order, issuing.submit, drafter(order))
    with pytest.raises(FourEyes):
        put(order, issuing.approve, drafter(order))
    assert put(order, issuing.approve, approver(order)).preparation == Preparation.CLEARED


def test_an_order_that_was_issued_does_not_go_back():
    for order in (issued(), received()):
        before = everything()
        with pytest.raises(ActNotOpen):
            returned(order)
        assert everything() == before


def test_prior_information_stays_given_and_its_twelve_hours_go_on():
    order = waiting()
    informed_at = order.prior_information_at
    order = approved_again(returned(order))
    assert order.prior_information_at == informed_at
    with pytest.raises(TooEarly):
        issuing.issue(order=order, by=approver(order), at=informed_at + HALF_A_DAY - timedelta(microseconds=1))
    issuing.issue(order=order, by=approver(order), at=informed_at + HALF_A_DAY)
    assert again(order).force == Force.IN_FORCE
    assert order.dossier.deadlines.get(code="C1").verdict == Verdict.OBSERVED


def test_information_to_one_provider_is_none_to_another():
    """It is void, is due again, and then its own 12 hours run."""
    order = returned(waiting())
    to = provider("other")
    order = put(order, drafting.revise, drafter(order), content=content(to=to, emergency=False))
    assert order.prior_information_at is None
    assert order.dossier.deadlines.get(code="C1").verdict == Verdict.ENDED
    order = approved_again(order)
    with pytest.raises(TooEarly):
        issuing.issue(order=order, by=approver(order), at=afterwards(order) + 2 * HALF_A_DAY)
    order = put(order, preparing.inform_beforehand, drafter(order))
    issuing.issue(order=order, by=approver(order), at=order.prior_information_at + HALF_A_DAY)
    assert again(order).force == Force.IN_FORCE


def test_a_change_of_the_text_alone_leaves_the_information_as_it_is():
    order = returned(waiting())
    informed_at = order.prior_information_at
    changed = content(to=order.provider, items=2, emergency=False)
    assert put(order, drafting.revise, drafter(order), content=changed).prior_information_at == informed_at


@pytest.mark.parametrize("name", ["cleared", "waiting_12h"])
def test_the_record_of_an_order_that_went_back_is_consistent(name):
    order = returned(RECIPES["preparation"][name]())
    put(order, drafting.revise, drafter(order), content=content(to=provider("other", "BE")))
    assert list(verify.findings()) == []
