"""Before an order leaves: drafting, four eyes, roles; a refused act leaves no row anywhere."""

import pytest
from django.db import IntegrityError, transaction

from orders.acts import answering, capacity, drafting, issuing
from orders.acts.drafting import DraftItem
from orders.acts.refusals import ActNotOpen, ActNotYours, FourEyes, Invalid, StaleGeneration
from orders.models import Application, Dossier, LedgerEntry, OutboxMessage, RemovalOrder
from orders.regulation.regions import Force, Preparation, Transmission
from tests.factories import (
    T0,
    again,
    annex_ii,
    authority,
    by_provider,
    content,
    drafted,
    issued,
    officer,
    provider,
    received,
)
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


def test_references_are_numbered_per_member_state_and_year():
    references = [drafted().reference, drafted().reference]
    assert references == ["DE-2026-000001", "DE-2026-000002"]


def test_issue_writes_state_entry_and_signed_message_together():
    order = issued()
    entries = LedgerEntry.objects.filter(dossier=order.dossier).values_list("act", flat=True)
    message = OutboxMessage.objects.get(dossier=order.dossier, recipient=order.provider.code)
    assert list(entries) == ["draft", "submit", "approve", "issue"]
    assert (order.force, order.transmission) == (Force.IN_FORCE, Transmission.SENT)
    assert message.type == "order.issued"
    assert message.data["annex_i_jws"] == order.annex_i_jws
    assert Dossier.objects.get(pk=order.dossier_id).generation == 4


def test_the_copy_to_the_home_authority_is_in_the_same_transaction():
    home = authority("nl-home", "NL", scrutinises=True)
    order = issued()
    assert order.home_authority == home
    assert OutboxMessage.objects.get(recipient="nl-home").type == "order.copied"


def test_whoever_drafted_cannot_approve_even_with_the_role():
    order = drafted()
    anna = officer("anna", order.issuing_authority)
    issuing.submit(order=order, by=anna, at=T0)
    with pytest.raises(FourEyes):
        issuing.approve(order=order, by=anna, at=T0)


def test_the_database_itself_holds_the_four_eyes():
    order = drafted()
    with pytest.raises(IntegrityError), transaction.atomic():
        RemovalOrder.objects.filter(pk=order.pk).update(approved_by=order.drafted_by)


def test_an_incomplete_draft_is_not_submitted():
    order = drafted(reasons=" ")
    with pytest.raises(Invalid) as refused:
        issuing.submit(order=order, by=officer("anna", order.issuing_authority), at=T0)
    assert refused.value.pointer == "/reasons"


def test_a_returned_order_can_be_revised_and_approved_by_its_first_drafter():
    order = drafted()
    of = order.issuing_authority
    anna, bert = officer("anna", of), officer("bert", of)
    issuing.submit(order=order, by=anna, at=T0)
    issuing.return_to_draft(order=order, reason="Name the second video.", by=bert, at=T0)
    drafting.revise(order=order, content=content(to=provider(), items=2), by=bert, at=T0)
    issuing.submit(order=order, by=bert, at=T0)
    issuing.approve(order=order, by=anna, at=T0)
    assert again(order).preparation == Preparation.CLEARED
    assert order.items.count() == 2


def test_an_order_cancelled_before_dispatch_cannot_be_issued():
    order = drafted()
    anna = officer("anna", order.issuing_authority)
    issuing.cancel_before_dispatch(order=order, reason="Duplicate.", by=anna, at=T0)
    with pytest.raises(ActNotOpen):
        issuing.issue(order=order, by=anna, at=T0)


def _machine():
    return capacity.authority_machine(Application(authority=authority()))


def _stranger():
    return officer("zoe", authority("fr-ofac", "FR"))


REFUSED = {
    "a machine cannot cancel": (
        drafted,
        lambda o: issuing.cancel_before_dispatch(order=o, reason="No.", by=_machine(), at=T0),
        ActNotYours,
    ),
    "a machine cannot withdraw": (
        received,
        lambda o: issuing.withdraw(order=o, reason="No.", by=_machine(), at=T0),
        ActNotYours,
    ),
    "an officer of another authority": (
        drafted,
        lambda o: issuing.submit(order=o, by=_stranger(), at=T0),
        ActNotYours,
    ),
    "a provider cannot withdraw": (
        received,
        lambda o: issuing.withdraw(order=o, reason="No.", by=by_provider(o), at=T0),
        ActNotYours,
    ),
    "another provider cannot answer": (
        received,
        lambda o: answering.report_removal(
            order=o,
            annex=annex_ii(taken_at=T0),
            by=capacity.provider(provider("other", "BE"), channel="api"),
            at=T0,
        ),
        ActNotYours,
    ),
    "an unknown item": (
        received,
        lambda o: answering.report_removal(
            order=o, annex=annex_ii(taken_at=T0, items=(1, 7)), by=by_provider(o), at=T0
        ),
        Invalid,
    ),
    "an act that is not open": (
        drafted,
        lambda o: issuing.issue(order=o, by=officer("bert", o.issuing_authority), at=T0),
        ActNotOpen,
    ),
    "a stale generation": (
        drafted,
        lambda o: issuing.submit(order=o, by=officer("anna", o.issuing_authority), at=T0, generation=0),
        StaleGeneration,
    ),
    "a draft with a URL nobody can read": (
        drafted,
        lambda o: drafting.revise(
            order=o,
            content=drafting.Draft(provider=o.provider, items=(DraftItem("not a url"),)),
            by=officer("anna", o.issuing_authority),
            at=T0,
        ),
        Invalid,
    ),
}


@pytest.mark.parametrize(("reach", "act", "refusal"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_act_leaves_no_row_anywhere(reach, act, refusal):
    order = reach()
    officer("anna", order.issuing_authority), officer("bert", order.issuing_authority)
    _stranger(), provider("other", "BE")
    before = everything()
    with pytest.raises(refusal):
        act(order)
    assert everything() == before
