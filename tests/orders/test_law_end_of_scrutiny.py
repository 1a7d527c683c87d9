"""How a scrutiny ends without a decision on the order: the order ends (4.2), or a request is dismissed (Art. 4(4))."""

import pytest

from orders.acts import appealing, scrutinising
from orders.acts.refusals import ActNotOpen, Invalid
from orders.models import OutboxMessage, Scrutiny, ScrutinyRequest
from orders.regulation.regions import Actor, Force, Stage
from tests.factories import HOUR, T0, again, by_provider, issued
from tests.orders.findings import found
from tests.orders.test_law_cross_border import ask_for_content_provider, stage, told, verdicts
from tests.people import home, scrutineer
from tests.recipes import (
    SECOND,
    WINDOW,
    afterwards,
    announced,
    annulled,
    crossing,
    decided,
    judged,
    on_own_initiative,
    passed,
    requested,
    withdrawn,
    withheld,
)
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
ENDS = {"withdrawn": withdrawn, "court": lambda order: judged(order, appealing.ANNULLED)}
REACHES = {
    "untouched": lambda: crossing(),
    "begun": lambda: on_own_initiative(crossing()),
    "requested": lambda: requested(crossing()),
    "announced": lambda: announced(requested(crossing())),
    "announced by itself": lambda: announced(on_own_initiative(crossing())),
}
OPEN_NOW = {"code__in": ["C9", "C10a", "C10b"], "closed_at": None}


def waiting_for_content_provider(order):
    ask_for_content_provider(order, received_at=afterwards(order), at=afterwards(order))
    return again(order)


def late(order):
    """A request after the 48 hours while the 72 hours run."""
    return requested(passed(order, T0 + 50 * HOUR))


@pytest.mark.parametrize("reach", REACHES.values(), ids=REACHES)
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_scrutiny_closes_with_its_order_and_so_do_its_clocks(reach, end):
    order = end(reach())
    assert stage(order) == Stage.WINDOW_CLOSED
    assert not order.dossier.deadlines.filter(**OPEN_NOW).exists()
    assert set(verdicts(order, "C9") + verdicts(order, "C10b")) == {"ended"}
    assert found() == []
    later = passed(order, T0 + 1000 * HOUR)
    assert (stage(later), set(verdicts(later, "C9"))) == (Stage.WINDOW_CLOSED, {"ended"})
    assert found() == []


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_decision_that_was_overdue_when_the_order_ended_stays_unanswered(end):
    order = end(passed(requested(crossing()), T0 + 80 * HOUR))
    assert (stage(order), verdicts(order, "C10b")) == (Stage.WINDOW_CLOSED, ["unanswered"])
    assert found() == []


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_was_decided_before_stays_decided_when_the_order_ends(end):
    order = end(decided(requested(crossing()), Stage.NO_INFRINGEMENT))
    assert (stage(order), told(order, "order.scrutiny_closed")) == (Stage.NO_INFRINGEMENT, [])


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_whoever_asked_and_the_home_authority_are_told_why_nothing_will_be_decided(end):
    order = end(waiting_for_content_provider(requested(crossing())))
    assert told(order, "order.scrutiny_closed") == ["content_provider", "provider", "scrutinising_authority"]
    message = OutboxMessage.objects.filter(dossier=order.dossier, type="order.scrutiny_closed").first()
    assert message.data["because"] == order.force
    end_entry = order.dossier.entries.latest("number").number
    assert set(ScrutinyRequest.objects.values_list("decided_by", flat=True)) == {end_entry}


def test_the_notice_gives_the_reason_of_the_withdrawal():
    order = withdrawn(requested(crossing()))
    message = OutboxMessage.objects.filter(dossier=order.dossier, type="order.scrutiny_closed").first()
    assert (message.data["because"], message.data["reasons"]) == (Force.WITHDRAWN, "Wrong.")


def test_nobody_is_told_of_a_window_that_nobody_used():
    assert told(withdrawn(crossing()), "order.scrutiny_closed") == []


def test_case_11_under_secrecy_the_content_provider_is_not_told_that_the_scrutiny_closed():
    """Case 11: nothing visible to the content provider while disclosure is withheld."""
    order = withdrawn(waiting_for_content_provider(withheld(crossing())))
    assert told(order, "order.scrutiny_closed") == ["scrutinising_authority"]


def test_a_court_tells_the_home_authority_that_the_order_is_annulled():
    order = judged(crossing(), appealing.ANNULLED)
    assert told(order, "order.annulled") == ["issuing_authority", "provider", "scrutinising_authority"]


@pytest.mark.parametrize("reach", [lambda: withdrawn(requested(crossing())), lambda: annulled(crossing())])
def test_a_request_after_the_end_is_on_record_opens_nothing_and_is_answered_by_the_end(reach):
    order = reach()
    before, end = stage(order), order.dossier.entries.latest("number").number
    opened = told(order, "order.scrutiny_opened")
    order = requested(order)
    assert (stage(order), told(order, "order.scrutiny_opened")) == (before, opened)
    assert ScrutinyRequest.objects.latest("pk").decided_by == end
    assert not order.dossier.deadlines.filter(code="C10b", closed_at=None).exists()
    assert "provider" in told(order, "order.scrutiny_closed")
    assert found() == []


def test_whoever_asks_after_the_end_is_told_that_nothing_is_left_to_decide():
    order = withdrawn(crossing())
    answer = scrutinising.ask_for_scrutiny(order=order, reasons="News.", by=by_provider(order), at=afterwards(order))
    reason = "the order is withdrawn by the issuing authority: nothing is left to decide"
    assert (answer.effect, answer.reason) == ("none", reason)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_nothing_of_a_scrutiny_is_open_after_the_end(end):
    order = end(requested(crossing()))
    for act in (announced, on_own_initiative, lambda order: decided(order, Stage.WINDOW_CLOSED)):
        with pytest.raises(ActNotOpen):
            act(order)


DISMISSED = {
    "untouched": (lambda: late(crossing()), Stage.WINDOW_OPEN, [""]),
    "begun": (lambda: late(on_own_initiative(crossing())), Stage.OWN_INITIATIVE, [""]),
    "announced": (lambda: late(announced(on_own_initiative(crossing()))), Stage.INTENT_ANNOUNCED, [""]),
    "asked first": (lambda: announced(late(crossing())), Stage.WINDOW_OPEN, [""]),
    "over": (lambda: requested(passed(crossing(), T0 + 80 * HOUR)), Stage.WINDOW_CLOSED, ["lapsed"]),
    "over meanwhile": (
        lambda: passed(late(on_own_initiative(crossing())), T0 + 80 * HOUR), Stage.WINDOW_CLOSED, ["lapsed"]
    ),
    "decided": (lambda: late(decided(requested(crossing()), Stage.NO_INFRINGEMENT)), Stage.NO_INFRINGEMENT, ["used"]),
}  # fmt: skip


@pytest.mark.parametrize(("reach", "back_to", "window"), DISMISSED.values(), ids=DISMISSED)
def test_dismissing_a_request_puts_the_scrutiny_where_it_was_and_leaves_the_72_hours_alone(reach, back_to, window):
    order = decided(reach(), Stage.WINDOW_CLOSED)
    assert (stage(order), verdicts(order, "C9")) == (back_to, window)
    assert "" not in verdicts(order, "C10b")
    assert found() == []


def test_after_a_dismissal_the_home_authority_may_still_annul_on_its_own_initiative():
    order = decided(late(crossing()), Stage.WINDOW_CLOSED)
    order = decided(announced(on_own_initiative(order)), Stage.INFRINGEMENT)
    assert (order.force, verdicts(order, "C9")) == (Force.ANNULLED_BY_SCRUTINY, ["used"])
    assert found() == []


def test_after_a_dismissal_the_window_lapses_at_its_own_time():
    order = decided(late(crossing()), Stage.WINDOW_CLOSED)
    assert stage(passed(order, T0 + WINDOW)) == Stage.WINDOW_OPEN
    order = passed(order, T0 + WINDOW + SECOND)
    assert (stage(order), verdicts(order, "C9")) == (Stage.WINDOW_CLOSED, ["lapsed"])
    assert found() == []


def test_where_nobody_asked_there_is_nothing_to_dismiss():
    order = announced(on_own_initiative(crossing()))
    with pytest.raises(ActNotOpen):
        decided(order, Stage.WINDOW_CLOSED)


# --- the time of a request ---
def request_at(order, received_at, by):
    at = afterwards(order) + HOUR
    scrutinising.request_scrutiny(order=order, reasons="It is art.", received_at=received_at, by=by, at=at)
    return Scrutiny.objects.get(order=order).requests.get()


@pytest.mark.parametrize("who", [Actor.PROVIDER, Actor.CONTENT_PROVIDER])
def test_case_22_a_request_up_to_two_minutes_before_the_order_is_another_clock_and_beyond_that_is_refused(who):
    """Case 22: the tolerance of 120 s; nothing is written of what is refused, and the text says what to do."""
    order = crossing()
    by = by_provider(order) if who is Actor.PROVIDER else scrutineer()
    before = everything()
    with pytest.raises(Invalid) as refused:
        request_at(order, T0 - 121 * SECOND, by)
    assert everything() == before
    assert (refused.value.pointer, refused.value.code) == ("/received_at", "time-too-early")
    assert "2026-11-21T01:30:00" in refused.value.detail
    assert "send the time at which it happened" in refused.value.detail
    assert request_at(order, T0 - 120 * SECOND, by).late is False


def test_what_the_provider_asks_before_it_received_the_order_counts_from_the_issue():
    home()
    order = issued()
    with pytest.raises(Invalid):
        request_at(order, T0 - 121 * SECOND, by_provider(order))
    assert request_at(order, T0, by_provider(order)).received_at == T0
