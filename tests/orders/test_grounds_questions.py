"""Annex III, a question: the hour stops until the answer was received, and a fresh hour follows (Art. 3(8))."""

import pytest

from orders import standings
from orders.acts import answering, clarifying, following_up, lapsing
from orders.acts.refusals import ActNotOpen, Invalid
from orders.evidence import verify
from orders.models import OutboxMessage
from orders.regulation.limits import Standing, Verdict
from orders.regulation.regions import Execution
from tests.factories import HOUR, T0, again, annex_ii, by_provider, deliver, officer, received
from tests.orders.annex_iii import MINUTE, ask, clarify, clocks

pytestmark = pytest.mark.django_db


def test_a_question_displaces_the_hour_and_the_received_answer_starts_a_fresh_one():
    order = received()
    ask(order, at=T0 + 20 * MINUTE)
    clarify(order, at=T0 + 90 * MINUTE)
    assert again(order).items.get().execution == Execution.DISPLACED  # written is not received
    deliver(order, "order.clarified", at=T0 + 95 * MINUTE)
    assert clocks(order) == [
        ("receipt", 0 * MINUTE, HOUR, Verdict.DISPLACED),
        ("clarification", 95 * MINUTE, 155 * MINUTE, ""),
    ]


def test_an_answer_about_something_else_does_not_prove_receipt_of_a_clarification():
    order = received(items=2)
    ask(order, at=T0 + 20 * MINUTE, items=(2,))
    clarify(order, at=T0 + 30 * MINUTE)
    by = by_provider(order)
    answering.acknowledge(order=order, by=by, at=T0 + 31 * MINUTE)
    answering.report_removal(order=order, annex=annex_ii(taken_at=T0), by=by, at=T0 + 32 * MINUTE)
    back = {"items": (1,), "reinstated_at": T0 + 32 * MINUTE, "at": T0 + 32 * MINUTE}
    assert following_up.report_reinstatement(order=order, by=by, **back).effect == "none"
    assert [clock[0] for clock in clocks(order)] == ["receipt", "receipt"]
    at = T0 + 33 * MINUTE
    answering.report_removal(order=order, annex=annex_ii(taken_at=at, items=(2,)), by=by, at=at)
    assert clocks(order)[-1] == ("clarification", 33 * MINUTE, 93 * MINUTE, Verdict.WITHIN_HOUR)


def test_no_limit_passes_while_a_ground_is_open():
    order = received()
    ask(order, at=T0 + 20 * MINUTE)
    assert lapsing.lapse(at=T0 + 10 * HOUR) == 0
    (item,) = standings.of_items(again(order), at=T0 + 10 * HOUR)
    assert (item.standing, item.due_at) == (Standing.DISPLACED, None)


def test_each_loop_of_clarification_displaces_again():
    order = received()
    for loop in range(2):
        ask(order, at=T0 + (loop * 30 + 10) * MINUTE)
        clarify(order, at=T0 + (loop * 30 + 20) * MINUTE)
        deliver(order, "order.clarified", at=T0 + (loop * 30 + 25) * MINUTE)
    assert [verdict for *_, verdict in clocks(order)] == [Verdict.DISPLACED, Verdict.DISPLACED, ""]


def test_a_ground_for_one_item_leaves_the_hour_of_the_other_running():
    order = received(items=2)
    ask(order, at=T0 + 20 * MINUTE, items=(2,))
    first, second = standings.of_items(again(order), at=T0 + 30 * MINUTE)
    assert (first.standing, second.standing) == (Standing.RUNNING, Standing.DISPLACED)


def test_a_removal_reported_while_displaced_ends_the_ground():
    order = received()
    ask(order, at=T0 + 20 * MINUTE)
    by, taken = by_provider(order), T0 + 25 * MINUTE
    answering.report_removal(order=order, annex=annex_ii(taken_at=taken), by=by, at=taken)
    assert again(order).items.get().execution == Execution.REMOVED
    assert clarifying.open_questions(order) == []
    (item,) = standings.of_items(again(order), at=taken)
    assert (item.standing, item.verdict, item.due_at) == (Standing.CLOSED, Verdict.DISPLACED, None)


def test_clarify_is_open_only_while_a_question_is():
    order = received()
    with pytest.raises(ActNotOpen) as refused:
        clarify(order, at=T0 + MINUTE)
    assert "clarify" not in refused.value.open_acts
    assert str(refused.value).startswith("clarify (Art. 3(8)) is not open: the order is in_force (force).")


def test_every_question_needs_an_answer():
    order = received()
    ask(order, at=T0 + MINUTE)
    with pytest.raises(Invalid) as refused:
        clarifying.clarify(
            order=order, answers={1: " "}, by=officer("anna", order.issuing_authority), at=T0 + 2 * MINUTE
        )
    assert refused.value.pointer == "/answers/1"
    assert not OutboxMessage.objects.filter(type="order.clarified").exists()


def test_case_6_a_second_question_is_due_from_receipt_of_the_first_clarification_and_not_of_the_order():
    """Case 6: each loop of clarification has its own elapsed time (C5)."""
    order = received()
    ask(order, at=T0 + 5 * MINUTE)
    clarify(order, at=T0 + 30 * MINUTE)
    deliver(order, "order.clarified", at=T0 + 40 * MINUTE)
    ask(order, at=T0 + 45 * MINUTE)
    asked = order.dossier.deadlines.filter(code="C5").order_by("pk").values_list("ground", "starts_at", "closed_at")
    assert list(asked) == [
        ("receipt", T0, T0 + 5 * MINUTE),
        ("clarification", T0 + 40 * MINUTE, T0 + 45 * MINUTE),
    ]
    assert list(verify.findings()) == []
