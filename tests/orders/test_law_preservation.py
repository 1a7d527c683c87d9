"""Preservation of what was taken down (Art. 6): how long, extended, accessed, and released with nobody informed."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from orders.acts import answering, following_up, preserving
from orders.acts.refusals import ActNotOpen, Invalid
from orders.models import LedgerEntry, OutboxMessage
from orders.regulation.limits import ClockGround, Verdict
from orders.regulation.regions import Information, Measure, Preservation, Purpose
from orders.tasks import run_sweep
from tests import api
from tests.factories import HOUR, T0, annex_ii, by_provider, clocks
from tests.people import approver
from tests.recipes import DAY, crossing, inform, passed, put, removed, withheld, withheld_longer
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def preserved(order):
    return order.items.get().preservation


def extend(order, until):
    arguments = {"until": until, "reason": "A review is pending."}
    return put(order, preserving.extend_preservation, approver(order), **arguments)


def test_content_is_preserved_for_six_calendar_months_from_the_measure_and_no_less():
    order = crossing(at=datetime(2027, 8, 31, 10, tzinfo=UTC))
    taken_at = datetime(2027, 8, 31, 10, 30, tzinfo=UTC)
    answering.report_removal(order=order, annex=annex_ii(taken_at=taken_at), by=by_provider(order), at=taken_at)
    until = order.items.get().preserved_until
    assert until >= datetime(2028, 2, 29, 10, 30, tzinfo=UTC)  # the day ends at midnight in the debtor's Member State
    assert until == datetime(2028, 2, 29, 23, tzinfo=UTC)
    assert preserved(passed(order, until)) == Preservation.PRESERVED
    assert preserved(passed(order, until + TICK)) == Preservation.PRESERVATION_ENDED


def test_case_18_content_already_gone_is_not_preserved():
    """Case 18: nothing was taken down, so nothing is kept and nobody is to be informed."""
    order = removed(crossing(), Measure.ALREADY_UNAVAILABLE)
    assert (preserved(order), clocks(order, "C15"), clocks(order, "C19")) == (Preservation.NONE, [], [])


def test_an_extension_names_its_end_and_the_time_runs_out_there():
    until = T0 + 300 * DAY
    order = extend(removed(crossing()), until)
    assert preserved(passed(order, until)) == Preservation.PRESERVATION_EXTENDED
    order = passed(order, until + TICK)
    assert preserved(order) == Preservation.PRESERVATION_ENDED
    assert [(clock.ground, clock.verdict) for clock in clocks(order, "C15")] == [
        (ClockGround.MEASURE, Verdict.ENDED),
        (ClockGround.PRESERVATION_EXTENDED, Verdict.OBSERVED),
    ]


def test_preservation_is_never_shortened_nor_extended_once_it_has_ended():
    order = removed(crossing())
    with pytest.raises(Invalid):
        extend(order, T0 + 10 * DAY)
    order = passed(order, T0 + 200 * DAY)
    with pytest.raises(ActNotOpen):
        extend(order, T0 + 300 * DAY)


def test_access_to_preserved_content_is_logged_with_its_purpose():
    order = removed(crossing())
    access = {"order": order, "items": (1,), "what": "accessed", "by": by_provider(order), "at": T0 + HOUR}
    before = everything()
    with pytest.raises(Invalid) as refused:
        following_up.report_preservation(**access, happened_at=T0 + HOUR)
    assert (refused.value.pointer, everything()) == ("/purpose", before)
    following_up.report_preservation(**access, happened_at=T0 + HOUR, purpose=Purpose.CRIME)
    entry = LedgerEntry.objects.get(dossier=order.dossier, act="report_preservation")
    assert (entry.facts["what"], entry.facts["purpose"]) == ("accessed", "crime")


def test_deleting_what_is_still_to_be_preserved_is_recorded_and_flagged():
    order = removed(crossing())
    inform(order, T0 + HOUR)
    answer = following_up.report_preservation(
        order=order, items=(1,), what="ended", happened_at=T0 + HOUR, by=by_provider(order), at=T0 + HOUR
    )
    assert (answer.flags, preserved(order)) == (["preservation_still_due"], Preservation.PRESERVED)


# --- case 10: released while the content provider was never informed ---
NEVER = "content_provider_never_informed"
BEFORE_END = [30 * DAY, 7 * DAY, DAY]


def after_twelve_weeks():
    """Removed, and secret for twelve weeks; the content provider has not asked for anything since."""
    order = withheld_longer(withheld(removed(crossing())))
    return passed(order, order.withheld_until + TICK)


def warned_of_the_end(order):
    """(recipient, whether it is told that nobody was informed) of each warning before the end of preservation."""
    sent = OutboxMessage.objects.filter(dossier=order.dossier, type="order.limit_approaching", data__code="C15")
    return [(message.recipient, message.data.get(NEVER, False)) for message in sent.order_by("pk")]


def end_reported(order, at):
    report = {"items": (1,), "what": "ended", "happened_at": at, "by": by_provider(order), "at": at}
    return following_up.report_preservation(order=order, **report)


def test_case_10_after_twelve_weeks_of_secrecy_both_sides_are_warned_before_the_content_is_released():
    """Case 10: 30, 7 and 1 days before its end; what was made public (11(1)) is not the information of 11(2)."""
    order = after_twelve_weeks()
    inform(order, order.withheld_until + DAY, Information.AVAILABLE)
    (clock,) = clocks(order, "C15")
    for before in BEFORE_END:
        run_sweep(at=clock.due_at - before - TICK)
        run_sweep(at=clock.due_at - before)
    assert warned_of_the_end(order) == [("hosting-nl", True), ("de-fpo", True)] * 3
    assert preserving.warnings(order, at=clock.due_at - 30 * DAY - TICK) == []
    (warning,) = preserving.warnings(order, at=clock.due_at - 30 * DAY)
    assert warning.startswith("Item 1: its preservation ends soon, and no information under Art. 11(2) is on record.")


def test_case_10_once_the_content_provider_was_informed_the_warnings_no_longer_say_so():
    """Case 10: their 48 hours begin within the preservation, and scrutiny can be requested."""
    order = after_twelve_weeks()
    (clock,) = clocks(order, "C15")
    run_sweep(at=clock.due_at - 30 * DAY)
    inform(order, clock.due_at - 20 * DAY)
    run_sweep(at=clock.due_at - 7 * DAY)
    assert warned_of_the_end(order) == [
        ("hosting-nl", True),
        ("de-fpo", True),
        ("hosting-nl", False),
        ("de-fpo", False),
    ]
    assert preserving.warnings(order, at=clock.due_at - 7 * DAY) == []
    request = clocks(order, "C10a")[-1]
    assert (request.ground, request.due_at) == (ClockGround.INFORMED, clock.due_at - 18 * DAY)


def test_case_10_the_end_of_preservation_is_recorded_and_flagged_when_nobody_was_informed():
    """Case 10: never refused, it has happened; the record says what it means."""
    order = after_twelve_weeks()
    (clock,) = clocks(order, "C15")
    at = clock.due_at + DAY
    answer = end_reported(passed(order, at), at)
    assert (answer.effect, answer.flags, preserved(order)) == ("recorded", [NEVER], Preservation.PRESERVATION_ENDED)
    entry = LedgerEntry.objects.get(dossier=order.dossier, act="report_preservation")
    assert entry.facts["flags"] == [NEVER]


def test_case_10_deleted_too_early_and_with_nobody_informed_is_flagged_twice():
    """Case 10: in the secrecy itself."""
    order = withheld(removed(crossing()))
    assert end_reported(order, T0 + DAY).flags == [NEVER, "preservation_still_due"]


def test_case_10_of_content_that_was_never_preserved_nothing_is_flagged():
    """Case 10: it was already gone."""
    assert end_reported(removed(crossing(), Measure.ALREADY_UNAVAILABLE), T0 + DAY).flags == []


def test_case_10_both_apis_show_the_warning():
    """Case 10: the issuing authority and the provider read it with the order."""
    order = after_twelve_weeks()
    (clock,) = clocks(order, "C15")
    anna = approver(order)
    with time_machine.travel(clock.due_at - 2 * DAY, tick=False):
        own = api.officer(anna.person, order.issuing_authority).get(f"{api.A}/orders/{order.reference}").json()
        sent = api.platform(order.provider).get(f"{api.P}/orders/{order.reference}").json()
    expected = preserving.warnings(order, at=clock.due_at - 2 * DAY)
    assert (len(expected), own["warnings"], sent["warnings"]) == (1, expected, expected)
