"""Legal force (Art. 3(9), 4(7), 9): appeal, judgment, finality by time, annulment after it; and who is told."""

from datetime import timedelta

import pytest

from orders import deadlines
from orders.acts import answering, appealing
from orders.acts.opening import open_acts
from orders.acts.refusals import ActNotOpen, Invalid
from orders.models import CompetentAuthority, LedgerEntry, OutboxMessage
from orders.regulation.limits import Stop, Verdict
from orders.regulation.regions import Actor, Execution, Force, Information
from tests.factories import HOUR, T0, again, annex_ii, by_provider, deliver, hours, issued
from tests.orders.findings import found
from tests.people import approver, home
from tests.recipes import (
    DAY,
    SECOND,
    afterwards,
    all_parties_count,
    annulment_received,
    appealed,
    crossing,
    inform,
    judged,
    passed,
    put,
    removed,
    withdrawn,
)
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)
ENDS = {"withdrawn": withdrawn, "court": lambda order: judged(order, appealing.ANNULLED)}
APPEAL_ENDS = T0 + 30 * DAY


def told(order, kind):
    messages = OutboxMessage.objects.filter(dossier=order.dossier, type=kind)
    return sorted(messages.values_list("recipient_role", flat=True))


def offered(order, by):
    return {declared.act for declared in open_acts(order, list(order.items.all()), by)}


def appeal_recorded(order, *, received_at, at, appellant=Actor.PROVIDER):
    appealing.record_appeal(order=order, appellant=appellant, received_at=received_at, by=approver(order), at=at)
    return again(order)


def test_an_order_becomes_final_when_the_appeal_period_is_over_and_not_a_microsecond_before():
    order = crossing()
    assert passed(order, APPEAL_ENDS).force == Force.IN_FORCE
    order = passed(order, APPEAL_ENDS + TICK)
    assert (order.force, order.force_at) == (Force.FINAL, APPEAL_ENDS)
    assert told(order, "order.final") == ["oversight_authority", "provider"]


def test_a_change_of_the_authoritys_appeal_period_changes_no_order_that_was_issued_before():
    order = crossing()
    CompetentAuthority.objects.update(appeal_days=5)
    inform(order, T0 + DAY)
    ends = order.dossier.deadlines.filter(code="C26").order_by("pk").values_list("due_at", flat=True)
    assert list(ends) == [APPEAL_ENDS, T0 + 31 * DAY]
    assert deadlines.under_other_rule(order.dossier.deadlines.filter(code="C26").earliest("pk")).due_at > APPEAL_ENDS
    assert found() == []


def test_an_appeal_in_time_keeps_the_order_from_becoming_final_and_does_not_suspend_the_hour():
    order = appealed(crossing())
    assert passed(order, T0 + 60 * DAY).force == Force.UNDER_APPEAL
    assert hours(order)[0].verdict == Verdict.UNANSWERED
    assert order.dossier.deadlines.get(code="C26").verdict == Verdict.USED


def test_a_confirmed_order_is_final_and_the_home_oversight_authority_is_told_once():
    order = judged(appealed(crossing()), appealing.CONFIRMED)
    assert passed(order, T0 + 60 * DAY).force == Force.FINAL
    assert told(order, "order.final") == ["oversight_authority", "provider"]


def test_an_appeal_that_came_in_time_and_is_entered_late_was_in_time():
    order = passed(crossing(), APPEAL_ENDS + DAY)
    assert order.force == Force.FINAL
    order = appeal_recorded(order, received_at=APPEAL_ENDS, at=APPEAL_ENDS + DAY)
    entry = LedgerEntry.objects.get(dossier=order.dossier, act="record_appeal")
    assert (order.force, entry.facts["late"]) == (Force.UNDER_APPEAL, False)
    assert order.dossier.deadlines.get(code="C26").verdict == Verdict.USED


def test_an_appeal_before_receipt_is_proven_was_in_time_and_no_period_lapses_after_it():
    order = appeal_recorded((home(), issued())[1], received_at=T0 + HOUR, at=T0 + HOUR)
    deliver(order, "order.issued", at=T0 + 2 * HOUR)
    order = passed(order, T0 + 90 * DAY)
    assert (order.force, order.dossier.deadlines.filter(code="C26").count()) == (Force.UNDER_APPEAL, 0)
    assert found() == []


def test_an_appeal_after_its_period_is_recorded_and_flagged_never_refused():
    order = passed(crossing(), APPEAL_ENDS + DAY)
    order = appeal_recorded(order, received_at=APPEAL_ENDS + TICK, at=APPEAL_ENDS + DAY)
    assert LedgerEntry.objects.get(dossier=order.dossier, act="record_appeal").facts["late"] is True


def test_case_24_under_hsp_only_a_content_provider_who_may_still_appeal_blocks_nothing():
    """Case 24: FINALITY=hsp_only."""
    order = crossing()
    inform(order, T0 + 20 * DAY)
    assert passed(order, APPEAL_ENDS + TICK).force == Force.FINAL


def test_case_24_under_all_parties_the_content_providers_period_counts_too(settings):
    """Case 24: FINALITY=all_parties, the content provider learns later and the period ends later."""
    settings.RULES = {**settings.RULES, "finality": "all_parties"}
    order = crossing()
    inform(order, T0 + 20 * DAY)
    assert passed(order, T0 + 50 * DAY).force == Force.IN_FORCE
    order = passed(order, T0 + 50 * DAY + TICK)
    assert (order.force, order.force_at) == (Force.FINAL, T0 + 50 * DAY)


def test_case_24_where_the_content_provider_was_never_told_a_person_declares_finality():
    """Case 24: time alone makes nothing final then."""
    order = all_parties_count()
    assert passed(order, T0 + 300 * DAY).force == Force.IN_FORCE
    appealing.declare_final(order=order, by=approver(order), at=T0 + 300 * DAY)
    assert again(order).force == Force.FINAL


def test_case_24_information_without_reasons_or_a_copy_begins_no_period_and_so_makes_nothing_final(settings):
    """Case 24: FINALITY=all_parties; the content provider's period runs from the information of Art. 11(2)."""
    settings.RULES = {**settings.RULES, "finality": "all_parties"}
    order = crossing()
    inform(order, T0 + DAY, Information.AVAILABLE)
    assert passed(order, T0 + 300 * DAY).force == Force.IN_FORCE
    inform(order, T0 + 300 * DAY, Information.REASONS_GIVEN)
    order = passed(order, T0 + 330 * DAY + TICK)
    assert (order.force, order.force_at) == (Force.FINAL, T0 + 330 * DAY)


@pytest.mark.parametrize("reach", [crossing, issued], ids=["a period runs", "never received"])
def test_nobody_declares_an_order_final_before_its_time_and_nobody_is_offered_to(reach):
    order = reach()
    bert = approver(order)
    before = everything()
    assert "declare_final" not in offered(order, bert)
    with pytest.raises(ActNotOpen) as refused:
        appealing.declare_final(order=order, by=bert, at=afterwards(order))
    assert (refused.value.article, refused.value.open_acts) == ("3(9)", sorted(offered(order, bert)))
    assert everything() == before


def test_the_refusal_to_declare_an_order_final_says_until_when_somebody_may_appeal():
    order = crossing()
    with pytest.raises(ActNotOpen) as refused:
        appealing.declare_final(order=order, by=approver(order), at=afterwards(order))
    assert refused.value.state == "in_force, and an appeal period runs until 2026-12-21T01:30:00.000000Z"


def test_whoever_declares_an_order_final_need_not_wait_for_a_sweep(settings):
    settings.RULES = {**settings.RULES, "finality": "all_parties"}
    order = crossing()
    appealing.declare_final(order=order, by=approver(order), at=APPEAL_ENDS + TICK)
    assert again(order).force == Force.FINAL
    assert "declare_final" in offered(all_parties_count(), approver(order))


def test_a_judgment_that_confirms_a_final_order_is_on_record_and_makes_it_final_no_second_time():
    order = passed(crossing(), APPEAL_ENDS + DAY)
    assert (order.force, order.force_at) == (Force.FINAL, APPEAL_ENDS)
    order = judged(order, appealing.CONFIRMED)
    assert (order.force, order.force_at) == (Force.FINAL, APPEAL_ENDS)
    assert told(order, "order.final") == ["oversight_authority", "provider"]
    assert order.dossier.deadlines.filter(code="C6").count() == 1
    assert LedgerEntry.objects.get(dossier=order.dossier, act="record_judgment").facts["outcome"] == "confirmed"
    assert found() == []


def test_an_order_that_was_under_appeal_again_is_final_since_the_second_judgment():
    order = appealed(judged(appealed(crossing()), appealing.CONFIRMED), Actor.CONTENT_PROVIDER)
    order = judged(order, appealing.CONFIRMED)
    last = LedgerEntry.objects.filter(dossier=order.dossier, act="record_judgment").latest("number")
    assert (order.force, order.force_at) == (Force.FINAL, last.occurred_at)
    assert told(order, "order.final") == ["oversight_authority", "oversight_authority", "provider", "provider"]
    assert found() == []


@pytest.mark.parametrize("outcome", [appealing.CONFIRMED, appealing.ANNULLED])
def test_a_judgment_counts_from_its_receipt_by_the_authority_and_not_from_when_it_was_entered(outcome):
    order = crossing()
    judgment = {"outcome": outcome, "received_at": T0 + DAY, "by": approver(order), "at": T0 + 3 * DAY}
    appealing.record_judgment(order=order, **judgment)
    entry = LedgerEntry.objects.get(dossier=order.dossier, act="record_judgment")
    assert (again(order).force_at, entry.occurred_at, entry.recorded_at) == (T0 + DAY, T0 + DAY, T0 + 3 * DAY)
    assert found() == []


def test_an_hour_that_ran_out_after_the_annulment_and_before_it_was_entered_missed_nothing():
    """Case 8; L3: that nothing was reported by then stays written."""
    order = passed(crossing(), T0 + 2 * HOUR)
    judgment = {"outcome": appealing.ANNULLED, "received_at": T0 + HOUR / 2, "by": approver(order), "at": T0 + 3 * HOUR}
    appealing.record_judgment(order=order, **judgment)
    (hour,) = hours(order)
    assert (hour.verdict, hour.stopped_at) == (Verdict.ENDED, T0 + HOUR / 2)
    assert LedgerEntry.objects.filter(dossier=order.dossier, act="lapse", occurred_at=T0 + HOUR).count() == 1
    assert found() == []


@pytest.mark.parametrize("record", [judged, appealed], ids=["judgment", "appeal"])
def test_no_court_had_anything_to_say_before_the_order_was_issued(record):
    order = crossing()
    said = {"received_at": T0 - 121 * SECOND, "by": approver(order), "at": afterwards(order)}
    act, more = {
        judged: (appealing.record_judgment, {"outcome": appealing.ANNULLED}),
        appealed: (appealing.record_appeal, {"appellant": Actor.PROVIDER}),
    }[record]
    before = everything()
    with pytest.raises(Invalid) as refused:
        act(order=order, **said, **more)
    assert (refused.value.code, everything()) == ("time-too-early", before)


def test_case_24_a_final_order_may_still_be_annulled():
    """Case 24: FINAL leads to ANNULLED; the removed item is to be reinstated from receipt."""
    order = judged(appealed(removed(crossing())), appealing.CONFIRMED)
    order = annulment_received(judged(order, appealing.ANNULLED))
    assert order.force == Force.ANNULLED_BY_COURT
    assert order.items.get().execution == Execution.REINSTATEMENT_DUE


def test_a_court_names_the_items_to_reinstate():
    home()
    order = crossing(items=2)
    taken = annex_ii(taken_at=afterwards(order), items=(1, 2))
    order = put(order, answering.report_removal, by_provider(order), annex=taken)
    order = annulment_received(judged(order, appealing.ANNULLED, reinstate=(2,)))
    states = list(order.items.order_by("number").values_list("execution", flat=True))
    assert states == [Execution.REMOVED, Execution.REINSTATEMENT_DUE]


def test_a_judgment_about_an_unknown_item_is_refused():
    order = removed(crossing())
    with pytest.raises(Invalid):
        judged(order, appealing.ANNULLED, reinstate=(7,))


@pytest.mark.parametrize(
    "end", [withdrawn, lambda order: judged(order, appealing.ANNULLED)], ids=["withdrawn", "court"]
)
def test_case_8_an_order_that_ends_within_the_hour_missed_nothing(end):
    """Case 8: closed before execution; nothing is missed if the hour had not run out."""
    order = end(crossing())
    clock = hours(order)[0]
    assert (clock.stop, clock.verdict) == (Stop.ENDED, Verdict.ENDED)
    assert passed(order, T0 + 2 * HOUR).items.get().execution == Execution.NO_LONGER_REQUIRED


@pytest.mark.parametrize(
    "end", [withdrawn, lambda order: judged(order, appealing.ANNULLED)], ids=["withdrawn", "court"]
)
def test_case_9_an_hour_that_had_run_out_before_stays_on_record(end):
    """Case 9: the order is annulled or withdrawn after the hour was missed."""
    order = end(passed(crossing(), T0 + 2 * HOUR))
    assert hours(order)[0].verdict == Verdict.UNANSWERED
    assert LedgerEntry.objects.filter(dossier=order.dossier, act="lapse", occurred_at=T0 + HOUR).count() == 1


def test_a_withdrawn_order_never_becomes_final():
    assert passed(withdrawn(crossing()), T0 + 300 * DAY).force == Force.WITHDRAWN
