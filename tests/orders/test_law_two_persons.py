"""Four eyes where machines draft: two persons stand behind every order that is issued."""

import pytest

from orders.acts import capacity, drafting, issuing
from orders.acts.opening import open_acts
from orders.acts.refusals import FourEyes
from orders.models import Application
from orders.regulation.regions import Force, Preparation
from tests.factories import T0, again, authority, content, officer, provider
from tests.orders.findings import found
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


def machine():
    return capacity.authority_machine(Application(authority=authority()))


def submitted(*, by):
    order = drafting.draft(authority=authority(), content=content(to=provider()), by=machine(), at=T0)
    return issuing.submit(order=order, by=by, at=T0)


def offered(order, by):
    return {declared.act for declared in open_acts(again(order), list(order.items.all()), by)}


def test_what_machines_drafted_and_submitted_is_not_issued_by_the_one_person_who_approved_it():
    order, anna, bert = submitted(by=machine()), officer("anna", authority()), officer("bert", authority())
    issuing.approve(order=order, by=bert, at=T0)
    before = everything()
    assert "issue" not in offered(order, bert)
    with pytest.raises(FourEyes):
        issuing.issue(order=order, by=bert, at=T0)
    assert everything() == before
    assert "issue" in offered(order, anna)
    issuing.issue(order=order, by=anna, at=T0)
    assert again(order).force == Force.IN_FORCE
    assert found() == []


def test_whoever_submitted_what_a_machine_drafted_does_not_approve_it():
    anna, bert = officer("anna", authority()), officer("bert", authority())
    order = submitted(by=anna)
    assert "approve" not in offered(order, anna)
    with pytest.raises(FourEyes):
        issuing.approve(order=order, by=anna, at=T0)
    issuing.approve(order=order, by=bert, at=T0)
    issuing.issue(order=order, by=bert, at=T0)
    assert again(order).force == Force.IN_FORCE


def test_who_edits_a_machines_draft_is_its_drafter():
    anna, bert = officer("anna", authority()), officer("bert", authority())
    order = drafting.draft(authority=authority(), content=content(to=provider()), by=machine(), at=T0)
    drafting.revise(order=order, content=content(to=provider(), items=2), by=bert, at=T0)
    issuing.submit(order=order, by=machine(), at=T0)
    with pytest.raises(FourEyes):
        issuing.approve(order=order, by=bert, at=T0)
    issuing.approve(order=order, by=anna, at=T0)
    assert again(order).preparation == Preparation.CLEARED
    issuing.issue(order=order, by=anna, at=T0)
