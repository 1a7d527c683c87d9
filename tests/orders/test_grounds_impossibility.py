"""Annex III, an impossibility: the hour stops while it lasts, and a full one follows (Art. 3(7))."""

from datetime import timedelta

import pytest

from orders import standings
from orders.acts import answering, clarifying, lapsing
from orders.acts.refusals import Invalid
from orders.evidence import verify
from orders.evidence.scope import Scope
from orders.evidence.tables.items import ITEMS
from orders.models import LedgerEntry
from orders.regulation.limits import Standing, Verdict
from orders.regulation.regions import Execution
from tests.factories import HOUR, T0, again, annex_ii, by_provider, deliver, officer, received
from tests.orders.annex_iii import MINUTE, ask, cease, clarify, clocks, fail

pytestmark = pytest.mark.django_db


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
