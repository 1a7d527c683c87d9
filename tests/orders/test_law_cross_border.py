"""Scrutiny by the provider's home authority (Art. 4): copy, windows, requests, intent, decision, reinstatement."""

from datetime import timedelta

import pytest

from orders.acts import answering, following_up, scrutinising
from orders.acts.refusals import ActNotOpen
from orders.acts.scrutinising import NotCrossBorder
from orders.models import LedgerEntry, OutboxMessage, Scrutiny, ScrutinyRequest
from orders.regulation.limits import Verdict
from orders.regulation.regions import Actor, Execution, Force, Information, Measure, Preservation, Stage
from tests.factories import HOUR, T0, annex_ii, by_provider, hours, issued, provider, received
from tests.people import home, scrutineer
from tests.recipes import (
    WINDOW,
    afterwards,
    announced,
    annulled,
    annulment_received,
    crossing,
    decided,
    inform,
    on_own_initiative,
    passed,
    put,
    reinstated,
    removed,
    requested,
    withdrawn,
    withheld,
)
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def stage(order):
    return Scrutiny.objects.get(order=order).stage


def verdicts(order, code, **where):
    return list(order.dossier.deadlines.filter(code=code, **where).order_by("pk").values_list("verdict", flat=True))


def told(order, kind):
    return sorted(
        OutboxMessage.objects.filter(dossier=order.dossier, type=kind).values_list("recipient_role", flat=True)
    )


def ask_for_content_provider(order, *, received_at, at):
    """The home authority enters a request that it got from the content provider."""
    scrutinising.request_scrutiny(order=order, reasons="It is art.", received_at=received_at, by=scrutineer(), at=at)
    return ScrutinyRequest.objects.filter(scrutiny__order=order).latest("pk")


def test_the_copy_is_written_with_the_order_and_the_seventy_two_hours_begin():
    home()
    order = issued()
    copy = OutboxMessage.objects.get(dossier=order.dossier, type="order.copied")
    sent = OutboxMessage.objects.get(dossier=order.dossier, type="order.issued")
    assert (copy.recipient, copy.created_at, copy.generation) == ("nl-home", sent.created_at, sent.generation)
    assert copy.data["annex_i_jws"] == order.annex_i_jws
    window = order.dossier.deadlines.get(code="C9")
    assert (window.debtor, window.due_at) == ("nl-home", T0 + WINDOW)


def test_case_12_without_a_home_in_the_union_there_is_no_copy_and_no_scrutiny():
    """Case 12: neither establishment nor legal representative; issue records that no home authority exists."""
    home()
    order = received(to=provider("far-away", ""))
    assert order.home_authority is None
    assert LedgerEntry.objects.get(dossier=order.dossier, act="issue").facts["home_authority"] is None
    assert not OutboxMessage.objects.filter(type="order.copied").exists()
    before = everything()
    with pytest.raises(NotCrossBorder):
        requested(order)
    assert everything() == before


def test_case_27_the_home_authority_is_frozen_at_issue():
    """Case 27: the provider moves to Belgium; the Dutch authority keeps the order."""
    order = crossing()
    order.provider.main_establishment = "BE"
    order.provider.save()
    order = on_own_initiative(order)
    assert (order.home_authority.code, stage(order)) == ("nl-home", Stage.OWN_INITIATIVE)


@pytest.mark.parametrize("reach", [crossing, lambda: on_own_initiative(crossing())], ids=["untouched", "begun"])
def test_own_initiative_lapses_after_seventy_two_hours_without_a_decision(reach):
    order = reach()
    begun = stage(order)
    assert stage(passed(order, T0 + WINDOW)) == begun
    order = passed(order, T0 + WINDOW + TICK)
    assert (stage(order), order.force, verdicts(order, "C9")) == (Stage.WINDOW_CLOSED, Force.IN_FORCE, ["lapsed"])
    with pytest.raises(ActNotOpen):
        on_own_initiative(order)


@pytest.mark.parametrize(("after", "late"), [(-TICK, False), (0 * TICK, False), (TICK, True)])
def test_a_request_of_the_provider_is_late_after_its_forty_eight_hours_and_recorded_all_the_same(after, late):
    order, at = crossing(), T0 + 48 * HOUR + after
    scrutinising.request_scrutiny(order=order, reasons="A newspaper.", by=by_provider(order), at=at)
    request = ScrutinyRequest.objects.get()
    assert (request.late, stage(order)) == (late, Stage.REQUESTED)
    assert verdicts(order, "C10a") == ["used_late" if late else "used"]
    assert order.dossier.deadlines.get(code="C10b").due_at == at + WINDOW


def test_a_late_request_may_be_dismissed_by_a_person():
    order = passed(crossing(), T0 + 80 * HOUR)
    order = decided(requested(order), Stage.WINDOW_CLOSED)
    assert (stage(order), order.force, verdicts(order, "C10b")) == (
        Stage.WINDOW_CLOSED,
        Force.IN_FORCE,
        ["within_limit"],
    )


def test_case_10_the_content_providers_forty_eight_hours_begin_when_informed_and_never_before():
    """Case 10: long after the window of own initiative, the scrutiny reopens."""
    order = removed(crossing())
    informed_at = T0 + 100 * 24 * HOUR
    order = passed(order, informed_at)
    assert not order.dossier.deadlines.filter(debtor_role=Actor.CONTENT_PROVIDER).exists()
    inform(order, informed_at)
    request = ask_for_content_provider(order, received_at=informed_at + 48 * HOUR, at=informed_at + 60 * HOUR)
    assert (request.late, stage(order)) == (False, Stage.REQUESTED)
    assert verdicts(order, "C10a", debtor_role=Actor.CONTENT_PROVIDER) == ["used"]


def test_case_10_where_nobody_knows_when_the_content_provider_was_informed_no_request_is_late():
    """Case 10: the 48 hours of Art. 4(4) cannot have begun."""
    order = passed(crossing(), T0 + 400 * 24 * HOUR)
    at = T0 + 400 * 24 * HOUR
    assert ask_for_content_provider(order, received_at=at, at=at).late is False


def test_information_made_available_starts_no_forty_eight_hours_but_reasons_or_a_copy_do():
    order = removed(crossing())
    inform(order, T0 + HOUR, Information.AVAILABLE)
    assert verdicts(order, "C10a", debtor_role=Actor.CONTENT_PROVIDER) == []
    inform(order, T0 + 2 * HOUR, Information.REASONS_GIVEN)
    clock = order.dossier.deadlines.get(code="C10a", debtor_role=Actor.CONTENT_PROVIDER)
    assert clock.due_at == T0 + 50 * HOUR


def test_several_requests_join_one_file_and_one_decision_answers_all():
    order = requested(crossing())
    ask_for_content_provider(order, received_at=T0 + HOUR, at=T0 + HOUR)
    order = decided(order, Stage.NO_INFRINGEMENT)
    assert ScrutinyRequest.objects.filter(scrutiny__order=order, decided_by=None).count() == 0
    assert verdicts(order, "C10b") == ["within_limit", "within_limit"]
    assert Scrutiny.objects.count() == 1


def test_a_decision_after_the_seventy_two_hours_is_late_and_still_counts():
    order = passed(requested(crossing()), T0 + 80 * HOUR)
    assert (verdicts(order, "C10b"), order.force) == (["unanswered"], Force.IN_FORCE)
    order = decided(order, Stage.NO_INFRINGEMENT)
    assert (verdicts(order, "C10b"), stage(order)) == (["after_limit"], Stage.NO_INFRINGEMENT)


def test_an_infringement_is_decided_only_after_the_issuing_authority_was_warned():
    order = requested(crossing())
    scrutineer()
    before = everything()
    with pytest.raises(ActNotOpen):
        decided(order, Stage.INFRINGEMENT)
    assert everything() == before
    order = decided(announced(order), Stage.INFRINGEMENT)
    assert (told(order, "order.scrutiny_intent_announced"), order.force) == (
        ["issuing_authority"],
        Force.ANNULLED_BY_SCRUTINY,
    )


@pytest.mark.parametrize("outcome", [Stage.NO_INFRINGEMENT, Stage.INFRINGEMENT])
def test_every_reasoned_decision_goes_to_all_parties_and_europol(outcome):
    order = crossing()
    ask_for_content_provider(order, received_at=T0, at=T0)
    order = decided(announced(order), outcome)
    everybody = ["content_provider", "europol", "issuing_authority", "provider"]
    assert told(order, "order.scrutiny_decided") == everybody


def test_case_11_a_decision_under_secrecy_does_not_reach_the_content_provider():
    """Case 11: nothing visible to the content provider while disclosure is withheld."""
    order = withheld(crossing())
    ask_for_content_provider(order, received_at=T0, at=T0)
    order = decided(order, Stage.NO_INFRINGEMENT)
    assert told(order, "order.scrutiny_decided") == ["europol", "issuing_authority", "provider"]
    assert not OutboxMessage.objects.filter(recipient_role=Actor.CONTENT_PROVIDER).exists()


def test_case_8_an_annulment_releases_what_is_open_and_obliges_to_reinstate_what_was_taken_down():
    """Case 8: per item; content that was already gone is not to be reinstated."""
    home()
    order = crossing(items=3)
    taken = annex_ii(taken_at=afterwards(order), items=(1,))
    order = put(order, answering.report_removal, by_provider(order), annex=taken)
    gone = annex_ii(taken_at=afterwards(order), items=(2,), measure=Measure.ALREADY_UNAVAILABLE)
    order = annulled(put(order, answering.report_removal, by_provider(order), annex=gone))
    assert not order.dossier.deadlines.filter(code="C11").exists()
    order = annulment_received(order)
    assert list(order.items.order_by("number").values_list("execution", flat=True)) == [
        Execution.REINSTATEMENT_DUE,
        Execution.ALREADY_GONE,
        Execution.NO_LONGER_REQUIRED,
    ]
    duty = order.dossier.deadlines.get(code="C11")
    receipt = LedgerEntry.objects.filter(dossier=order.dossier, act="record_receipt").latest("number")
    assert (duty.item.number, duty.starts_at, duty.due_at) == (1, receipt.occurred_at, None)


def test_case_8_the_provider_reinstates_and_need_not_preserve_any_longer():
    """Case 8: the time between receipt of the decision and reinstatement is shown, never judged."""
    order = reinstated(annulment_received(annulled(removed(crossing()))))
    item = order.items.get()
    assert (item.execution, item.preservation) == (Execution.REINSTATED, Preservation.PRESERVATION_ENDED)
    assert verdicts(order, "C11") == [""]


def test_case_8_content_may_be_kept_down_under_the_providers_own_terms_with_the_reason():
    """Case 8: the reason is in the ledger, and the content is still preserved."""
    order = reinstated(annulment_received(annulled(removed(crossing()))), "Terms 4.2")
    item, entry = order.items.get(), LedgerEntry.objects.get(dossier=order.dossier, act="report_reinstatement")
    assert (item.execution, item.preservation) == (Execution.KEPT_DOWN, Preservation.PRESERVED)
    assert entry.facts["kept_down_under"] == "Terms 4.2"


def test_a_request_after_the_order_ended_is_recorded_and_no_decision_is_owed():
    order = requested(withdrawn(crossing()))
    assert ScrutinyRequest.objects.filter(scrutiny__order=order).count() == 1
    assert verdicts(order, "C10b") == []


@pytest.mark.parametrize(("rule", "verdict"), [("adoption", Verdict.ENDED), ("communication", Verdict.UNANSWERED)])
def test_from_when_an_annulment_takes_effect_is_a_setting(settings, rule, verdict):
    """Adopted within the hour, received after it."""
    settings.RULES = {**settings.RULES, "annulled_from": rule}
    order = passed(annulled(crossing()), T0 + 2 * HOUR)
    order = annulment_received(order)
    assert hours(order)[0].verdict == verdict
    assert order.items.get().execution == Execution.NO_LONGER_REQUIRED


@pytest.mark.parametrize(("items", "effect"), [((1, 2), "recorded"), ((2,), "none")])
def test_of_several_items_one_that_is_due_gives_a_report_of_reinstatement_its_effect(items, effect):
    order = annulment_received(annulled(removed(crossing(items=2))))  # the second item was never taken down
    said = {"items": items, "reinstated_at": afterwards(order)}
    answer = following_up.report_reinstatement(order=order, by=by_provider(order), at=afterwards(order), **said)
    assert answer.effect == effect
