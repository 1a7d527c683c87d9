"""Before an order leaves (Art. 3(2), 3(4), 14(1), 15(2)): information, emergency, coordination, language, warnings."""

from datetime import timedelta

import pytest

from orders import deconfliction
from orders.acts import drafting, issuing, preparing
from orders.acts.preparing import TooEarly
from orders.acts.refusals import ActNotYours, Invalid, Refusal
from orders.models import InvestigatingBody, InvestigationInterest, LedgerEntry, OutboxMessage
from orders.regulation.limits import Verdict
from orders.regulation.regions import Force, Preparation, ReasonClass
from tests.factories import T0, again, authority, content, drafted, issued, officer, provider, received
from tests.people import approver, drafter, europol, objector, third
from tests.recipes import afterwards, cleared, held, put, withdrawn
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
HALF_A_DAY = timedelta(hours=12)
TICK = timedelta(microseconds=1)


def first_order(**fields):
    """An approved first order to a provider, without an emergency; the provider was informed at its last instant."""
    order = put(cleared(emergency=False, **fields), preparing.inform_beforehand, officer("anna", authority()))
    return order, order.prior_information_at


def issue(order, at):
    issuing.issue(order=order, by=approver(order), at=at)
    return again(order)


def letters(order, kind):
    return list(OutboxMessage.objects.filter(dossier=order.dossier, type=kind).order_by("pk"))


def test_a_first_order_waits_twelve_hours_to_the_microsecond_and_the_information_is_no_order():
    order, informed_at = first_order()
    before = everything()
    with pytest.raises(TooEarly):
        issue(order, informed_at + HALF_A_DAY - TICK)
    assert everything() == before
    assert issue(order, informed_at + HALF_A_DAY).force == Force.IN_FORCE
    (information,) = letters(order, "order.prior_information_given")
    assert information.data["not_an_order"] is True
    assert order.dossier.deadlines.get(code="C1").verdict == Verdict.OBSERVED


def test_a_first_order_without_information_or_emergency_is_refused():
    with pytest.raises(TooEarly):
        issue(cleared(emergency=False), T0 + HALF_A_DAY)


def test_case_26_an_emergency_needs_a_reason_and_cuts_the_wait_short():
    """Case 26: the emergency is on record with its reason."""
    unreasoned = drafted(emergency=True, emergency_reason=" ")
    with pytest.raises(Invalid) as refused:
        issuing.submit(order=unreasoned, by=drafter(unreasoned), at=T0)
    assert refused.value.pointer == "/emergency_reason"
    order = put(cleared(), preparing.inform_beforehand, officer("anna", authority()))
    issue(order, afterwards(order))
    assert order.dossier.deadlines.get(code="C1").verdict == Verdict.CUT_SHORT
    assert LedgerEntry.objects.get(dossier=order.dossier, act="issue").facts["emergency"] is True


def test_case_23_first_is_counted_per_authority_and_provider():
    """Case 23: another authority's order, or one to another provider, is no earlier order of this pair."""
    issued()
    assert not drafted().is_first()
    assert drafted(to=provider("other", "BE")).is_first()
    other = authority("fr-ofac", "FR")
    french = drafting.draft(authority=other, content=content(to=provider()), by=officer("zoe", other), at=T0)
    assert french.is_first()


def test_case_23_whether_an_order_that_never_arrived_counts_is_a_setting(settings):
    """Case 23: FIRST_ORDER=issued counts a withdrawn, unreceived order; FIRST_ORDER=received does not."""
    withdrawn(issued())
    assert not drafted().is_first()
    settings.RULES = {**settings.RULES, "first_order": "received"}
    assert drafted().is_first()
    received()
    assert not drafted().is_first()


def test_no_information_is_owed_after_another_order_of_the_pair_went_out_meanwhile():
    waiting, informed_at = first_order()
    issued(at=informed_at + TICK)
    assert issue(waiting, informed_at + timedelta(hours=1)).first_order is False


def test_information_is_given_once_and_only_before_a_first_order():
    issued()
    later = cleared()
    with pytest.raises(Refusal):
        put(later, preparing.inform_beforehand, drafter(later))


def test_a_cancelled_order_stops_waiting():
    order, _ = first_order()
    put(order, issuing.cancel_before_dispatch, drafter(order), reason="Twice.")
    assert order.dossier.deadlines.get(code="C1").verdict == Verdict.ENDED


@pytest.mark.parametrize("reason", list(ReasonClass))
def test_case_16_those_interested_in_the_same_content_are_asked_by_a_class_of_reason_without_detail(reason):
    """Case 16: the exact canonical URL, across authorities; it warns, it does not veto."""
    coordinating = authority("fr-interested", "FR")
    body = InvestigatingBody.objects.create(code="fr-police", name="Police", member_state="FR", email="p@fr.example")
    order = drafted()
    InvestigationInterest.objects.create(
        body=body, authority=coordinating, url_sha256=order.items.get().url_sha256, reason=reason, registered_at=T0
    )
    order = put(order, issuing.submit, drafter(order))
    asked = letters(order, "order.coordination_asked")
    reasons = {"reasons": [str(reason)]}
    assert [(one.recipient, one.data) for one in asked] == [("fr-interested", reasons), ("europol", reasons)]
    assert order.preparation == Preparation.IN_REVIEW


def test_case_16_a_second_order_for_the_same_item_is_warned_about_however_the_url_is_written():
    """Case 16: a duplicate of another authority's order in force; a withdrawn one is none."""
    first = issued()
    other = authority("fr-ofac", "FR")
    item = drafting.DraftItem("https://HOSTING-nl.example/v/1#top")
    by = officer("zoe", other)
    second = drafting.draft(
        authority=other, content=drafting.Draft(provider=provider(), items=(item,), reasons="-"), by=by, at=T0
    )
    hashes = [item.url_sha256 for item in second.items.all()]
    (hit,) = deconfliction.check(hashes, apart_from=second, at=T0)
    assert (hit.authority, hit.reason) == (first.issuing_authority.code, ReasonClass.ORDER_IN_FORCE)
    withdrawn(first)
    assert deconfliction.check(hashes, apart_from=second, at=T0) == []


def test_an_interest_counts_from_its_registration_until_its_end():
    body = InvestigatingBody.objects.create(code="fr-police", name="Police", member_state="FR", email="p@fr.example")
    InvestigationInterest.objects.create(
        body=body, authority=authority(), url_sha256="a", reason=ReasonClass.OTHER,
        registered_at=T0, until=T0 + HALF_A_DAY,
    )  # fmt: skip
    found = [len(deconfliction.check(["a"], at=at)) for at in (T0 - TICK, T0, T0 + HALF_A_DAY - TICK, T0 + HALF_A_DAY)]
    assert found == [0, 1, 1, 0]


def test_a_held_order_is_released_by_the_objector_or_its_issuer_and_looked_at_again():
    for release_by in (objector, lambda: officer("anna", authority())):
        order = put(held(), preparing.release_hold, release_by(), reason="Agreed.")
        assert (order.preparation, order.approved_by) == (Preparation.IN_REVIEW, None)


def test_a_hold_is_not_lifted_by_a_third_authority():
    order = held()
    for by in (third(), europol()):
        before = everything()
        with pytest.raises(ActNotYours):
            preparing.release_hold(order=order, reason="Why not.", by=by, at=afterwards(order))
        assert everything() == before


def test_case_15_a_language_the_contact_point_has_not_published_needs_a_reason():
    """Case 15: blocked, with an override and its reason."""
    order = drafted(language="de")
    with pytest.raises(Invalid) as refused:
        issuing.submit(order=order, by=drafter(order), at=T0)
    assert (refused.value.pointer, refused.value.got) == ("/language", "de")
    assert cleared(language="de", language_override="It asked for German.").preparation == Preparation.CLEARED


@pytest.mark.parametrize(
    ("url", "warned"), [("https://h.example/", True), ("https://h.example/a/", True), ("https://h.example/a", False)]
)
def test_a_root_or_a_collection_is_warned_about_and_not_blocked(url, warned):
    order = drafted()
    items = (drafting.DraftItem(url),)
    fields = {"categories": ("2(7)(a)",), "reasons": "R.", "assessment": "A."}
    draft = drafting.Draft(provider=order.provider, items=items, emergency=True, emergency_reason="E.", **fields)
    order = put(order, drafting.revise, drafter(order), content=draft)
    order = put(order, issuing.submit, drafter(order))
    facts = LedgerEntry.objects.get(dossier=order.dossier, act="submit").facts
    assert (len(facts["warnings"]), order.preparation) == (int(warned), Preparation.IN_REVIEW)
