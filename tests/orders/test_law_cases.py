"""The tricky cases of the law that an order can meet and that no other test names, each by its number."""

from datetime import UTC, datetime, timedelta

import pytest

from orders import standings
from orders.acts import _measuring, answering, clarifying, drafting, issuing, transmitting
from orders.acts.refusals import Invalid
from orders.acts.uploads import Upload
from orders.evidence import verify
from orders.evidence.scope import Scope
from orders.evidence.tables.orders import ORDERS
from orders.models import Exhibit, Ground, LedgerEntry, OutboxMessage
from orders.regulation.limits import Verdict
from orders.regulation.regions import Execution, Force, Measure
from tests.factories import (
    HOUR,
    T0,
    again,
    annex_ii,
    authority,
    by_provider,
    content,
    deliver,
    hours,
    impossible,
    officer,
    provider,
    received,
    unclear,
)
from tests.people import drafter, home
from tests.recipes import afterwards, asked, clarified, crossing, failed, passed, put, removed, withdrawn

pytestmark = pytest.mark.django_db
MINUTE, TICK = timedelta(minutes=1), timedelta(microseconds=1)


def report(order, *, taken_at, at, items=(1,), measure=Measure.REMOVED):
    annex = annex_ii(taken_at=taken_at, items=items, measure=measure)
    return answering.report_removal(order=order, annex=annex, by=by_provider(order), at=at)


def verdict(order):
    return hours(order)[-1].verdict


def test_case_1_acknowledging_neither_starts_nor_moves_the_hour():
    """Case 1: due is the proven receipt plus an hour, even if nobody reads the order."""
    order = received()
    before = [(clock.starts_at, clock.due_at) for clock in hours(order)]
    answering.acknowledge(order=order, by=by_provider(order), at=T0 + 50 * MINUTE)
    assert [(clock.starts_at, clock.due_at) for clock in hours(order)] == before == [(T0, T0 + HOUR)]


def test_case_2_each_of_several_items_has_its_own_hour_and_mixed_results_are_partial():
    """Case 2: one item removed, one impossible."""
    order = received(items=2)
    report(order, taken_at=T0 + MINUTE, at=T0 + MINUTE)
    annex = impossible(since=T0 + MINUTE, items=(2,))
    answering.report_impossibility(order=order, annex=annex, by=by_provider(order), at=T0 + 2 * MINUTE)
    assert [clock.verdict for clock in hours(order)] == [Verdict.WITHIN_HOUR, Verdict.DISPLACED]
    now = standings.of_items(again(order), at=T0 + 2 * MINUTE)
    assert standings.summary(again(order), now) == "displaced"
    third = received(items=2)
    report(third, taken_at=T0 + MINUTE, at=T0 + MINUTE)
    assert standings.summary(third, standings.of_items(third, at=T0 + 2 * MINUTE)) == "partial"


def test_case_3_there_is_no_way_to_report_a_removal_in_some_member_states_only():
    """Case 3: a partial effect is not done; the only measures are those of Annex II and "already gone"."""
    assert set(_measuring.METHODS) == set(Measure)
    assert set(Measure) == {"removed", "disabled_in_all_member_states", "already_unavailable"}


@pytest.mark.parametrize(
    ("taken", "expected"), [(HOUR, Verdict.WITHIN_HOUR_REPORTED_LATE), (HOUR + TICK, Verdict.AFTER_HOUR)]
)
def test_case_4_a_late_report_of_a_timely_measure_is_within_the_hour_and_a_late_measure_is_not(taken, expected):
    """Case 4: and in both the entry that the limit passed stays."""
    order = passed(received(), T0 + 2 * HOUR)
    report(order, taken_at=T0 + taken, at=T0 + 2 * HOUR)
    assert verdict(order) == expected
    assert LedgerEntry.objects.filter(dossier=order.dossier, act="lapse").count() == 1


def test_case_5_a_ground_claimed_after_the_hour_is_flagged_and_both_facts_stay():
    """Case 5: LATE_NOTICE=flag; the authority cannot reject, it marks the ground as disputed."""
    order = passed(received(), T0 + 2 * HOUR)
    annex = impossible(since=T0 + 10 * MINUTE)
    answer = answering.report_impossibility(order=order, annex=annex, by=by_provider(order), at=T0 + 2 * HOUR)
    assert (answer.flags, verdict(order)) == (["ground_claimed_late"], Verdict.UNANSWERED)
    put(order, clarifying.dispute_ground, drafter(order), reason="It was up.")
    ground = Ground.objects.get(item__order=order)
    assert (ground.disputed_by is None, again(order).items.get().execution) == (False, Execution.DISPLACED)


def test_case_5_under_late_notice_counts_the_ground_displaces_from_when_it_arose(settings):
    """Case 5: LATE_NOTICE=counts."""
    settings.RULES = {**settings.RULES, "late_notice": "counts"}
    order = passed(received(), T0 + 2 * HOUR)
    annex = impossible(since=T0 + 10 * MINUTE)
    answering.report_impossibility(order=order, annex=annex, by=by_provider(order), at=T0 + 2 * HOUR)
    assert verdict(order) == Verdict.DISPLACED


# --- case 6: clarification ping-pong ---
def alerts(order):
    """(recipient, loop, items) of every alert that an item is asked about again."""
    sent = OutboxMessage.objects.filter(dossier=order.dossier, type="order.clarification_repeated").order_by("pk")
    return [(message.recipient, message.data["loop"], message.data["items"]) for message in sent]


def loops(order):
    """The loop in each entry of a question, and in the export."""
    asked_ = LedgerEntry.objects.filter(dossier=order.dossier, act="seek_clarification").order_by("number")
    (row,) = ORDERS.rows(Scope(), T0 + 9 * HOUR)
    exported = dict(zip(ORDERS.columns, ORDERS.read(row), strict=True))["clarification_loops"]
    return [entry.facts["loop"] for entry in asked_], exported


def answered(order):
    order = clarified(order)
    deliver(order, "order.clarified", at=afterwards(order))
    return again(order)


def ask(order, *items):
    return put(order, answering.seek_clarification, by_provider(order), annex=unclear(items=items))


def test_case_6_each_loop_of_a_clarification_displaces_again_and_is_counted():
    """Case 6: two questions, two answers, three hours, each with its ground."""
    order = answered(asked(answered(asked(received()))))
    assert [clock.ground for clock in hours(order)] == ["receipt", "clarification", "clarification"]
    assert Ground.objects.filter(item__order=order).count() == 2
    assert loops(order) == ([1, 2], 2)


def test_case_6_the_issuer_is_alerted_when_a_clarified_item_is_asked_about_again():
    """Case 6: once in each loop from the second on, however often the provider asks in it."""
    order = asked(received())
    assert (alerts(order), loops(order)) == ([], ([1], 1))
    order = asked(asked(answered(order)))
    assert (alerts(order), clarifying.repeated(order)) == ([("de-fpo", 2, [1])], {1: 2})
    order = asked(answered(order))
    assert alerts(order) == [("de-fpo", 2, [1]), ("de-fpo", 3, [1])]
    assert loops(order) == ([1, 2, 2, 3], 3)
    assert clarifying.repeated(answered(order)) == {}


def test_case_6_loops_are_counted_for_each_item_and_a_first_question_alerts_nobody():
    """Case 6: the first item is in its second loop, the second is asked about for the first time."""
    order = ask(answered(ask(received(items=2), 1)))
    assert (alerts(order), loops(order)) == ([("de-fpo", 2, [1])], ([1, 2], 2))
    assert clarifying.repeated(order) == {1: 2}


def test_case_6_two_questions_before_the_answer_are_one_loop():
    """Case 6: answered together; the loop is the same."""
    order = asked(answered(asked(asked(received()))))
    assert (alerts(order), loops(order)) == ([("de-fpo", 2, [1])], ([1, 1, 2], 2))


def test_case_6_a_question_without_effect_is_in_no_loop():
    """Case 6: nothing is left to displace, so nobody is alerted."""
    order = asked(removed(answered(asked(received()))))
    entry = LedgerEntry.objects.filter(dossier=order.dossier, act="seek_clarification").latest("number")
    assert (entry.facts["effect"], "loop" in entry.facts, alerts(order)) == ("none", False, [])


def test_case_7_the_issuing_authority_records_that_an_impossibility_ended_with_its_evidence():
    """Case 7: a fresh hour from the time it can show, and the provider is told."""
    order = failed(received())
    ceased_at = afterwards(order)
    put(order, clarifying.record_grounds_ceased, drafter(order), ceased_at=ceased_at, evidence="It answers again.")
    assert (hours(order)[-1].starts_at, hours(order)[-1].ground) == (ceased_at, "grounds_ceased")
    assert OutboxMessage.objects.get(dossier=order.dossier, type="order.grounds_ceased").recipient == "hosting-nl"


def test_case_7_a_file_may_show_that_an_impossibility_ended_and_is_kept():
    """Case 7: its bytes are an exhibit, its digest in the record; with neither words nor a file it is refused."""
    order = failed(received())
    page = Upload(b"<p>All systems operational</p>", "text/html")
    with pytest.raises(Invalid) as refused:
        put(order, clarifying.record_grounds_ceased, drafter(order), ceased_at=T0)
    assert refused.value.code == "evidence-missing"
    ceased_at = afterwards(order)
    put(order, clarifying.record_grounds_ceased, drafter(order), ceased_at=ceased_at, evidence_file=page)
    entry = LedgerEntry.objects.get(dossier=order.dossier, act="record_grounds_ceased")
    kept = Exhibit.objects.get(pk=entry.facts["evidence_sha256"])
    assert (bytes(kept.content), kept.media_type) == page
    assert list(verify.findings()) == []


@pytest.mark.parametrize("hours_stated", ["", "Mo-Fr 09:00-17:00"])
def test_case_14_the_hour_runs_at_night_whatever_the_contact_points_hours(hours_stated):
    """Case 14: received on a Saturday at 23:50."""
    at = datetime(2026, 11, 21, 22, 50, tzinfo=UTC)
    order = received(at=at, to=provider("small", hours=hours_stated))
    assert hours(order)[0].due_at == at + HOUR


def test_case_16_two_orders_for_one_item_are_both_valid_and_each_is_answered():
    """Case 16: one measure, two Annex II."""
    home()  # it gets both copies
    first = received()
    other = authority("fr-ofac", "FR")
    zoe, yves = officer("zoe", other), officer("yves", other)
    second = drafting.draft(authority=other, content=content(to=provider()), by=zoe, at=T0)
    issuing.submit(order=second, by=zoe, at=T0)
    issuing.approve(order=second, by=yves, at=T0)
    issuing.issue(order=second, by=yves, at=T0)
    deliver(second, "order.issued", at=T0)
    for order in (first, second):
        report(order, taken_at=T0 + MINUTE, at=T0 + 2 * MINUTE)
    assert [verdict(first), verdict(second)] == [Verdict.WITHIN_HOUR, Verdict.WITHIN_HOUR]


def test_case_18_a_measure_before_receipt_means_that_the_content_was_already_gone():
    """Case 18: beyond the tolerance; not counted as a removal."""
    order = received()
    report(order, taken_at=T0 - HOUR, at=T0 + MINUTE)
    assert again(order).items.get().execution == Execution.ALREADY_GONE


def test_case_19_an_order_to_the_wrong_addressee_is_questioned_and_withdrawn():
    """Case 19: nothing was missed, and the question is closed with the order."""
    order = withdrawn(asked(received()))
    assert (order.force, verdict(order)) == (Force.WITHDRAWN, Verdict.DISPLACED)
    assert Ground.objects.get(item__order=order).closed_at is not None
    assert passed(order, T0 + 9 * HOUR).items.get().execution == Execution.NO_LONGER_REQUIRED


@pytest.mark.parametrize(("ahead", "flags"), [(0, []), (1, ["clock_skew"]), (120, ["clock_skew"])])
def test_case_22_a_measure_stated_a_little_in_the_future_is_kept_and_flagged(ahead, flags):
    """Case 22: within the tolerance of 120 s."""
    order = received()
    taken_at = T0 + MINUTE + timedelta(seconds=ahead)
    answer = report(order, taken_at=taken_at, at=T0 + MINUTE)
    assert (answer.flags, again(order).items.get().taken_at) == (flags, taken_at)


def test_case_22_a_measure_beyond_the_tolerance_is_refused():
    """Case 22: 121 s ahead."""
    order = received()
    with pytest.raises(Invalid) as refused:
        report(order, taken_at=T0 + MINUTE + timedelta(seconds=121), at=T0 + MINUTE)
    assert refused.value.code == "time-in-future"


@pytest.mark.parametrize(
    "at", [datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)], ids=["forward", "back"]
)
def test_case_22_a_change_of_clocks_within_the_hour_does_not_matter(at):
    """Case 22: sixty minutes are sixty minutes."""
    order = received(at=at)
    assert hours(order)[0].due_at - at == HOUR


def test_case_25_what_was_observed_stands_beside_the_claim_and_moves_no_state():
    """Case 25: the provider reports removal, the content is still seen: conflicting, and a person decides."""
    order = removed(crossing())
    item, at = order.items.get(), T0 + HOUR
    before = (item.execution, order.dossier.generation)
    transmitting.record_observation(item=item, observed_at=at, status=200, gone=False, source="monitor", at=at)
    (standing,) = standings.of_items(again(order), at=at)
    assert (again(order).items.get().execution, again(order).dossier.generation) == before
    assert (standing.basis, standing.verdict) == ("conflicting", Verdict.WITHIN_HOUR)


def test_nested_grounds_give_one_fresh_hour_when_the_last_of_them_is_gone():
    order = failed(asked(received()))
    ceased = {"items": (), "ceased_at": afterwards(order)}
    order = put(order, answering.report_grounds_ceased, by_provider(order), **ceased)
    assert order.items.get().execution == Execution.DISPLACED
    order = clarified(order)
    deliver(order, "order.clarified", at=afterwards(order))
    assert (again(order).items.get().execution, len(hours(order))) == (Execution.DUE, 2)
