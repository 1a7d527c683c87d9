"""Information of the content provider (Art. 11(1)-(2)), and its delay for public security (11(3))."""

from datetime import timedelta

import pytest

from orders.acts import disclosing, drafting, issuing
from orders.acts.refusals import ActNotOpen, Invalid
from orders.models import OutboxMessage
from orders.regulation.limits import ClockGround
from orders.regulation.regions import Actor, Disclosure, Information, Measure
from tests.factories import HOUR, T0, clocks, content, drafted, issued, officer
from tests.people import approver
from tests.recipes import DAY, SECOND, afterwards, crossing, inform, passed, put, removed, withheld, withheld_longer
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)
SIX_WEEKS = timedelta(weeks=6)


def withhold(order, *, decided_at, at, **more):
    disclosing.withhold_disclosure(
        order=order, reason="Arrests are due.", decided_at=decided_at, by=approver(order), at=at, **more
    )


def allowed(order):
    return put(order, disclosing.allow_disclosure, approver(order))


def test_the_six_weeks_run_from_the_decision_and_not_from_the_issue_or_the_entry():
    order = crossing()
    withhold(order, decided_at=T0, at=T0 + 10 * DAY)
    (clock,) = clocks(order, "C18")
    assert (clock.starts_at, clock.due_at) == (T0, T0 + SIX_WEEKS)


def test_secrecy_in_the_order_itself_counts_from_its_own_decision():
    decided_at = T0 - 10 * DAY
    order = issued(must_not_inform=True, withholding_reason="Arrests.", withholding_decided_at=decided_at)
    assert (order.disclosure, order.withheld_until) == (Disclosure.WITHHELD, decided_at + SIX_WEEKS)


OLD = {"must_not_inform": True, "withholding_reason": "Arrests.", "withholding_decided_at": T0 - SIX_WEEKS}


def test_a_decision_whose_six_weeks_are_over_is_refused_when_the_order_is_drafted():
    drafted(**{**OLD, "withholding_decided_at": T0 - SIX_WEEKS + TICK})
    before = everything()
    with pytest.raises(Invalid) as refused:
        drafted(**OLD)
    assert (refused.value.pointer, refused.value.code) == ("/withholding_decided_at", "too-long")
    assert "were over at 2026-11-21T01:30:00.000000Z (Art. 11(3))" in refused.value.detail
    assert everything() == before
    assert drafted(**{**OLD, "must_not_inform": False}).withholding_decided_at == T0 - SIX_WEEKS


@pytest.mark.parametrize("act", [issuing.submit, drafting.revise], ids=["submit", "revise"])
def test_a_decision_that_ran_out_in_the_meantime_is_refused_before_the_issue(act):
    order = drafted(**{**OLD, "withholding_decided_at": T0 - SIX_WEEKS + HOUR})
    anna, before = officer("anna", order.issuing_authority), everything()
    more = {"content": drafted_content(order)} if act is drafting.revise else {}
    with pytest.raises(Invalid) as refused:
        act(order=order, by=anna, at=T0 + HOUR, **more)
    assert (refused.value.pointer, everything()) == ("/withholding_decided_at", before)


def drafted_content(order):
    return content(to=order.provider, **{**OLD, "withholding_decided_at": order.withholding_decided_at})


@pytest.mark.parametrize("after", [TICK, SIX_WEEKS])
def test_secrecy_never_lasts_longer_than_six_weeks_from_its_decision(after):
    order = crossing()
    approver(order)
    before = everything()
    with pytest.raises(Invalid):
        withhold(order, decided_at=T0, at=T0 + HOUR, until=T0 + SIX_WEEKS + after)
    assert everything() == before


def test_case_11_secrecy_displaces_the_duty_to_inform_and_its_end_revives_it():
    """Case 11: withheld, extended once, allowed by time; the duty of Art. 11(1) runs from then."""
    order = withheld_longer(withheld(removed(crossing())))
    until = order.withheld_until
    assert order.withheld_until == order.withholding_decided_at + 2 * SIX_WEEKS
    assert [clock.stop for clock in clocks(order, "C19")] == ["ended"]
    assert passed(order, until).disclosure == Disclosure.WITHHELD_EXTENDED
    order = passed(order, until + TICK)
    assert order.disclosure == Disclosure.ALLOWED
    revived = clocks(order, "C19")[-1]
    assert (revived.ground, revived.starts_at, revived.due_at) == (ClockGround.WITHHOLDING_ENDED, until, None)
    told = OutboxMessage.objects.get(dossier=order.dossier, type="order.disclosure_allowed")
    assert told.recipient == order.provider.code


@pytest.mark.parametrize("end", [lambda order: passed(order, T0 + 43 * DAY), allowed])
def test_case_18_of_content_that_was_already_gone_the_end_of_secrecy_revives_no_duty_to_inform(end):
    order = end(removed(withheld(crossing()), Measure.ALREADY_UNAVAILABLE))
    assert (order.disclosure, clocks(order, "C19")) == (Disclosure.ALLOWED, [])


def test_secrecy_is_extended_once_only_and_only_before_it_ends():
    order = withheld_longer(withheld(crossing()))
    with pytest.raises(ActNotOpen):
        withheld_longer(order)
    over = passed(withheld(crossing()), T0 + 43 * DAY)
    with pytest.raises(ActNotOpen):
        withheld_longer(over)


def test_secrecy_that_ended_is_not_decided_anew():
    order = passed(withheld(crossing()), T0 + 43 * DAY)
    with pytest.raises(ActNotOpen):
        withheld(order)


def test_case_11_information_given_in_spite_of_secrecy_is_recorded_and_flagged():
    """Case 11: it has happened; the record says that it was not to."""
    order = withheld(removed(crossing()))
    answer = inform(order, afterwards(order), Information.AVAILABLE)
    assert answer.flags == ["disclosure-withheld"]


@pytest.mark.parametrize(("before", "possible"), [(120 * SECOND, True), (120 * SECOND + TICK, False)])
def test_nobody_was_informed_before_the_order_was_issued_or_their_time_would_be_over_before_it_began(before, possible):
    order, known = removed(crossing()), everything()
    if possible:
        assert inform(order, order.issued_at - before).effect == "recorded"
        return
    with pytest.raises(Invalid, match="before the order was issued"):
        inform(order, order.issued_at - before)
    assert everything() == known


def test_case_11_no_message_for_a_content_provider_is_written_while_disclosure_is_withheld():
    """Case 11: whatever the sweep does meanwhile."""
    order = passed(withheld(removed(crossing())), T0 + 42 * DAY)
    assert not OutboxMessage.objects.filter(dossier=order.dossier, recipient_role=Actor.CONTENT_PROVIDER).exists()


def test_informing_the_content_provider_shows_an_elapsed_time_and_never_a_verdict():
    order = removed(crossing())
    inform(order, T0 + 5 * DAY, Information.AVAILABLE)
    (clock,) = clocks(order, "C19")
    assert (clock.taken_at, clock.verdict) == (T0 + 5 * DAY, "")
