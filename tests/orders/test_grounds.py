"""Annex III: while a ground is open the hour does not run, and a fresh hour follows (Art. 3(7), 3(8))."""

from datetime import timedelta

import pytest

from orders import standings
from orders.acts import answering, clarifying, following_up, issuing, lapsing
from orders.acts.refusals import ActNotOpen, Invalid
from orders.evidence import verify
from orders.evidence.scope import Scope
from orders.evidence.tables.items import ITEMS
from orders.models import LedgerEntry, OutboxMessage
from orders.regulation.limits import Standing, Verdict
from orders.regulation.regions import Execution
from tests.factories import (
    HOUR,
    T0,
    again,
    annex_ii,
    by_provider,
    deliver,
    hours,
    impossible,
    officer,
    received,
    unclear,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def clocks(order):
    return [(clock.ground, clock.starts_at - T0, clock.due_at - T0, clock.verdict) for clock in hours(order)]


def ask(order, *, at, items=()):
    return answering.seek_clarification(order=order, annex=unclear(items=items), by=by_provider(order), at=at)


def clarify(order, *, at):
    questions = clarifying.open_questions(order)
    answers = {question.number: "The second video, 00:40 to 02:10." for question in questions}
    return clarifying.clarify(order=order, answers=answers, by=officer("anna", order.issuing_authority), at=at)


def fail(order, *, since, at):
    annex = impossible(since=since)
    return answering.report_impossibility(order=order, annex=annex, by=by_provider(order), at=at)


def cease(order, *, ceased_at, at, items=(), **more):
    by = by_provider(order)
    return answering.report_grounds_ceased(order=order, items=items, ceased_at=ceased_at, by=by, at=at, **more)


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


def test_when_the_grounds_cease_a_full_hour_runs_from_that_time_and_not_the_remainder():
    order = received()
    fail(order, since=T0 + 5 * MINUTE, at=T0 + 50 * MINUTE)
    cease(order, ceased_at=T0 + 70 * MINUTE, at=T0 + 80 * MINUTE)
    assert clocks(order)[-1] == ("grounds_ceased", 70 * MINUTE, 130 * MINUTE, "")


def test_of_nested_grounds_the_last_to_cease_starts_the_hour():
    order = received()
    fail(order, since=T0, at=T0 + 10 * MINUTE)
    ask(order, at=T0 + 20 * MINUTE)
    clarify(order, at=T0 + 30 * MINUTE)
    deliver(order, "order.clarified", at=T0 + 45 * MINUTE)
    assert [clock[0] for clock in clocks(order)] == ["receipt"]
    cease(order, ceased_at=T0 + 40 * MINUTE, at=T0 + 60 * MINUTE)  # ceased before the clarification was received
    assert clocks(order)[-1] == ("clarification", 45 * MINUTE, 105 * MINUTE, "")


def test_each_loop_of_clarification_displaces_again():
    order = received()
    for loop in range(2):
        ask(order, at=T0 + (loop * 30 + 10) * MINUTE)
        clarify(order, at=T0 + (loop * 30 + 20) * MINUTE)
        deliver(order, "order.clarified", at=T0 + (loop * 30 + 25) * MINUTE)
    assert [verdict for *_, verdict in clocks(order)] == [Verdict.DISPLACED, Verdict.DISPLACED, ""]


def test_a_ground_claimed_after_the_limit_is_flagged_and_the_passed_limit_stays():
    order = received()
    lapsing.lapse(at=T0 + 61 * MINUTE)
    answer = fail(order, since=T0 + 5 * MINUTE, at=T0 + 62 * MINUTE)
    assert answer.flags == ["ground_claimed_late"]
    assert clocks(order) == [("receipt", 0 * MINUTE, HOUR, Verdict.UNANSWERED)]
    assert LedgerEntry.objects.filter(dossier=order.dossier, act="lapse").count() == 1


@pytest.mark.parametrize(
    ("taken", "verdict"), [(30, Verdict.WITHIN_HOUR_REPORTED_LATE), (75, Verdict.AFTER_HOUR)], ids=["within", "after"]
)
@pytest.mark.parametrize("resumed", [False, True], ids=["ground open", "ground ceased"])
def test_a_measure_still_decides_about_an_hour_that_passed_before_the_ground_was_claimed(taken, verdict, resumed):
    order = received()
    fail(order, since=T0 + 5 * MINUTE, at=T0 + 62 * MINUTE)
    if resumed:
        cease(order, ceased_at=T0 + 70 * MINUTE, at=T0 + 71 * MINUTE)
    annex, at = annex_ii(taken_at=T0 + taken * MINUTE), T0 + 80 * MINUTE
    answering.report_removal(order=order, annex=annex, by=by_provider(order), at=at)
    verdicts = [clock[3] for clock in clocks(order)]
    assert verdicts == ([verdict, Verdict.WITHIN_HOUR] if resumed else [verdict])
    assert list(verify.findings()) == []


@pytest.mark.parametrize(
    ("since", "ceased", "start"), [(-90, -62, 0), (-90, 10, 10)], ids=["over before receipt", "over after receipt"]
)
def test_no_fresh_hour_starts_before_the_hour_that_was_displaced(since, ceased, start):
    order = received()
    fail(order, since=T0 + since * MINUTE, at=T0 + 11 * MINUTE)
    cease(order, ceased_at=T0 + ceased * MINUTE, at=T0 + 12 * MINUTE)
    assert clocks(order)[-1] == ("grounds_ceased", start * MINUTE, start * MINUTE + HOUR, "")


def test_a_clock_of_the_provider_that_is_ahead_is_flagged_in_annex_iii_too():
    order = received()
    answers = [
        fail(order, since=T0 + 11 * MINUTE, at=T0 + 10 * MINUTE),
        cease(order, ceased_at=T0 + 13 * MINUTE, at=T0 + 12 * MINUTE),
    ]
    assert [answer.flags for answer in answers] == [["clock_skew"], ["clock_skew"]]


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


@pytest.mark.parametrize(
    ("ceased", "reported", "code"), [(0, 30, "before-grounds"), (60, 30, "time-in-future")], ids=["before", "future"]
)
def test_grounds_cannot_cease_before_they_arose_nor_in_the_future(ceased, reported, code):
    order = received()
    fail(order, since=T0 + 5 * MINUTE, at=T0 + 10 * MINUTE)
    with pytest.raises(Invalid) as refused:
        cease(order, ceased_at=T0 + ceased * MINUTE, at=T0 + reported * MINUTE)
    assert refused.value.code == code


def test_of_nested_impossibilities_one_ceases_before_the_other_arose_and_the_hour_stays_displaced():
    """Reported late, after the second was notified: a true statement about a possible time is never refused."""
    order = received()
    fail(order, since=T0 + 5 * MINUTE, at=T0 + 10 * MINUTE)
    fail(order, since=T0 + 30 * MINUTE, at=T0 + 40 * MINUTE)
    answer = cease(order, ceased_at=T0 + 20 * MINUTE, at=T0 + 45 * MINUTE)
    assert (answer.effect, again(order).items.get().execution) == ("recorded", Execution.DISPLACED)
    again_told = cease(order, ceased_at=T0 + 20 * MINUTE, at=T0 + 46 * MINUTE)
    ended = "2026-11-21T01:50:00.000000Z"
    assert again_told.reason == f"that the grounds of item 1 ceased is on record already, as of {ended}"
    assert list(verify.findings()) == []
    cease(order, ceased_at=T0 + 50 * MINUTE, at=T0 + 51 * MINUTE)
    assert clocks(order) == [
        ("receipt", timedelta(0), HOUR, Verdict.DISPLACED),
        ("grounds_ceased", 50 * MINUTE, HOUR + 50 * MINUTE, ""),
    ]
    assert list(verify.findings()) == []


def nested(order):
    """Two impossibilities that both last, known by the entries of their notices."""
    first = fail(order, since=T0 + 5 * MINUTE, at=T0 + 10 * MINUTE).entry.number
    return first, fail(order, since=T0 + 30 * MINUTE, at=T0 + 40 * MINUTE).entry.number


@pytest.mark.parametrize("who", ["provider", "authority"])
def test_of_nested_impossibilities_each_ends_by_its_name_and_the_hour_starts_with_the_last(who):
    order = received()
    first, second = nested(order)

    def end(name, minutes):
        times = {"ceased_at": T0 + minutes * MINUTE, "at": T0 + (minutes + 1) * MINUTE, "grounds": (name,)}
        if who == "provider":
            cease(order, **times)
        else:
            by = officer("anna", order.issuing_authority)
            clarifying.record_grounds_ceased(order=order, evidence="Seen up.", by=by, **times)

    end(first, 45)
    assert again(order).items.get().execution == Execution.DISPLACED
    assert [ground.opened_by for ground in clarifying.open_impossibilities(order)] == [second]
    assert list(verify.findings()) == []
    end(second, 50)
    assert clocks(order)[-1][:2] == ("grounds_ceased", 50 * MINUTE)
    assert list(verify.findings()) == []


@pytest.mark.parametrize(
    ("name", "ceased", "code", "pointer"),
    [(lambda _: 999, 50, "no-such-ground", "/grounds/0"), (lambda both: both[1], 20, "before-grounds", "/ceased_at")],
    ids=["unknown", "before it arose"],
)
def test_a_named_ground_is_known_and_had_arisen(name, ceased, code, pointer):
    order = received()
    both = nested(order)
    with pytest.raises(Invalid) as refused:
        cease(order, ceased_at=T0 + ceased * MINUTE, at=T0 + 55 * MINUTE, grounds=(name(both),))
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


def test_nothing_ceases_where_no_ground_is_open():
    order = received()
    with pytest.raises(Invalid) as refused:
        cease(order, ceased_at=T0, at=T0 + MINUTE)
    assert refused.value.code == "no-such-ground"


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


def test_withdrawal_ends_running_clocks_and_leaves_a_passed_limit_on_record():
    early, late = received(), received()
    lapsing.lapse(at=T0 + HOUR + MINUTE)
    for order, at in ((early, T0 + 2 * HOUR), (late, T0 + 2 * HOUR)):
        issuing.withdraw(order=order, reason="Wrong URL.", by=officer("bert", order.issuing_authority), at=at)
    running = received(at=T0 + 3 * HOUR)
    by = officer("bert", running.issuing_authority)
    issuing.withdraw(order=running, reason="Wrong URL.", by=by, at=T0 + 3 * HOUR + MINUTE)
    assert [clocks(order)[0][3] for order in (early, late, running)] == ["unanswered", "unanswered", "ended"]


def test_an_answer_to_an_order_whose_withdrawal_was_heard_of_is_recorded_without_effect():
    order = received()
    issuing.withdraw(order=order, reason="Wrong.", by=officer("bert", order.issuing_authority), at=T0 + MINUTE)
    deliver(order, "order.withdrawn", at=T0 + MINUTE)
    taken = T0 + 2 * MINUTE
    answer = answering.report_removal(order=order, annex=annex_ii(taken_at=taken), by=by_provider(order), at=taken)
    assert (answer.effect, answer.reason) == (
        "none",
        "the order is withdrawn by the issuing authority: nothing more is required",
    )


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


def test_a_fresh_hour_that_was_kept_takes_back_nothing_of_one_that_had_run_out_before():
    """Case 5: both standings are shown, and the item and its order stay late."""
    order = received()
    lapsing.lapse(at=T0 + 61 * MINUTE)
    fail(order, since=T0 + 110 * MINUTE, at=T0 + 120 * MINUTE)
    cease(order, ceased_at=T0 + 180 * MINUTE, at=T0 + 180 * MINUTE)
    (item,) = standings.of_items(again(order), at=T0 + 181 * MINUTE)
    assert (item.standing, item.due_at, item.verdict) == (Standing.RUNNING, T0 + 240 * MINUTE, Verdict.UNANSWERED)
    taken = T0 + 181 * MINUTE
    answering.report_removal(order=order, annex=annex_ii(taken_at=taken), by=by_provider(order), at=taken)
    assert [verdict for *_, verdict in clocks(order)] == [Verdict.AFTER_HOUR, Verdict.WITHIN_HOUR]
    now = standings.of_items(again(order), at=taken)
    assert (now[0].verdict, standings.summary(again(order), now)) == (Verdict.AFTER_HOUR, "executed_late")
    (row,) = ITEMS.rows(Scope(), taken)
    exported = dict(zip(ITEMS.columns, ITEMS.read(row), strict=True))
    late = {"hour_started_at": T0, "due_at": T0 + HOUR, "verdict": "after_hour", "late_by_s": 121 * MINUTE}
    assert exported.items() >= {**late, "kpi_42": "counted"}.items()


def test_a_second_report_of_a_measure_decides_nothing():
    """It would put the measure before the ground; the first report stands, and the answer says it had no effect."""
    order = received()
    fail(order, since=T0 + 5 * MINUTE, at=T0 + 10 * MINUTE)
    for taken, at in ((15, 20), (3, 30)):
        annex = annex_ii(taken_at=T0 + taken * MINUTE)
        answer = answering.report_removal(order=order, annex=annex, by=by_provider(order), at=T0 + at * MINUTE)
    assert (answer.effect, [verdict for *_, verdict in clocks(order)]) == ("none", [Verdict.DISPLACED])


@pytest.mark.parametrize(("since", "elapsed"), [(-48 * 60, 10), (4, 6)], ids=["before receipt", "after it"])
def test_the_notice_of_a_ground_is_due_from_when_it_arose_and_never_before_receipt(since, elapsed):
    order = received()
    fail(order, since=T0 + since * MINUTE, at=T0 + 10 * MINUTE)
    notice = order.dossier.deadlines.get(code="C4")
    assert notice.closed_at - notice.starts_at == elapsed * MINUTE
