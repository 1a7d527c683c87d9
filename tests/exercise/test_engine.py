"""The loop: what happens in virtual time is what production would have written down, and nothing sleeps."""

from datetime import timedelta

import pytest

from orders.evidence import verify
from orders.models import Attempt, Deadline, LedgerEntry, Observation, OutboxMessage, RemovalOrder
from perci.exercise import engine
from perci.exercise.engine import Engine, Stuck
from perci.exercise.scenario.model import DAY, HOUR, MINUTE, Conduct, Event, Happening, Provider, Scenario
from platforms.models import SecondChannel
from tests.exercise.scenarios import PROMPT, STARTS, scenario, stream

ONE = stream(count=1, ends=HOUR)


def outcomes():
    return list(Attempt.objects.filter(message__type="order.issued").order_by("pk").values_list("outcome", flat=True))


def hours():
    return Deadline.objects.filter(code="C2").order_by("pk")


def test_orders_go_all_the_way_from_their_draft_to_the_content_provider(play):
    ran = play(scenario())
    acts = list(LedgerEntry.objects.filter(recorded_at__gte=STARTS).values_list("act", flat=True))
    assert {act: acts.count(act) for act in acts} == dict.fromkeys(
        ("draft", "submit", "approve", "issue", "record_receipt", "acknowledge", "report_removal",
         "inform_content_provider"), 4,
    )  # fmt: skip
    assert (ran.stopped, ran.ended) == (False, STARTS + DAY)
    assert {clock.verdict for clock in hours().filter(starts_at__gte=STARTS)} == {"within_hour"}


def test_the_record_holds_before_every_check(play):
    stumbling = Provider("flaky-board", "Flaky Board", home="NL", temperament="flaky")
    to = ("prompt-video", "flaky-board")
    shares = {"own_initiative": 0.5, "infringements": 0.5, "content_provider_asks": 0.5, "withdraws": 0.2}
    conduct = Conduct(decides=HOUR, **shares)
    play(
        scenario(
            stream(to=to, count=8, wrong=0.3, secret=0.3, again=0.3),
            providers=(PROMPT, stumbling),
            conduct=conduct,
        )
    )
    assert list(verify.findings()) == []


def test_an_endpoint_that_hangs_costs_virtual_time_alone(play):
    stumbling = Provider("flaky-board", "Flaky Board", home="NL", temperament="flaky")
    play(scenario(stream(to=("flaky-board",), count=1), providers=(stumbling,)))
    tries = Attempt.objects.filter(message__type="order.issued", channel="webhook", started_at__gte=STARTS)
    assert [(one.outcome, one.latency_ms) for one in tries.order_by("pk")] == [
        ("failed", 0), ("timeout", 15_000), ("broken_off", 0), ("broken_off", 0), ("accepted", 0),
    ]  # fmt: skip
    order = RemovalOrder.objects.get(issued_at__gte=STARTS)
    assert order.received_at == tries.order_by("pk").last().ended_at


def test_pages_are_looked_at_as_in_production(play):
    play(scenario(ONE, settles=8 * DAY))
    seen = list(Observation.objects.order_by("pk").values_list("gone", flat=True))
    assert (seen[0], seen[-1], len(seen)) == (False, True, 14)


def test_another_channel_joins_after_five_minutes_where_nothing_arrives(play):
    unreachable = Provider("gone-board", "Gone Board", channel="nowhere")
    play(scenario(stream(to=("gone-board",), count=1), providers=(unreachable,)))
    order = RemovalOrder.objects.get(issued_at__gte=STARTS)
    joined = SecondChannel.objects.get(message__dossier=order.dossier_id)
    late = joined.joined_at - order.issued_at - 5 * MINUTE
    told = OutboxMessage.objects.get(dossier=order.dossier_id, type="order.undeliverable")
    assert timedelta() <= late < timedelta(seconds=2)
    assert timedelta() <= told.created_at - order.issued_at - HOUR < timedelta(seconds=2)


def test_an_outage_displaces_the_hour_and_a_fresh_one_begins_when_it_has_ended(play):
    slow = Provider("slow-files", "Slow Files", home="NL", temperament="slow")
    begins = 2 * HOUR
    one = stream(to=("slow-files",), arrives="burst", count=1, begins=begins - 20 * MINUTE, ends=begins)
    outage = Event(begins, Happening.OUTAGE, "slow-files", lasts=3 * HOUR)
    play(scenario(one, providers=(slow,), events=(outage,)))
    first, fresh = hours().filter(starts_at__gte=STARTS)
    assert (first.stop, fresh.ground, fresh.verdict) == ("displaced", "grounds_ceased", "within_hour")
    assert fresh.starts_at == STARTS + begins + 3 * HOUR


def test_an_order_of_an_outage_arrives_when_it_is_over(play):
    outage = Event(timedelta(), Happening.OUTAGE, "prompt-video", lasts=2 * HOUR)
    play(scenario(stream(arrives="burst", count=1, ends=HOUR), events=(outage,)))
    order = RemovalOrder.objects.get(issued_at__gte=STARTS)
    assert "unreachable" in outcomes()
    assert timedelta() <= order.received_at - (STARTS + 2 * HOUR) < 6 * MINUTE


def test_forgeries_are_counted_and_not_believed(play):
    forged = Event(HOUR, Happening.FORGERY, "prompt-video", count=4)
    ran = play(scenario(ONE, events=(forged,)))
    told = [(one["fault"], one["status"], one["believed"]) for one in ran.facts["forgeries"]]
    assert told == [("wrong_secret", 401, False), ("unknown_key", 401, False)] * 2


def test_somebody_who_stops_it_leaves_a_record_that_holds(play):
    steps = iter(range(10_000))
    ran = play(scenario(), stop=lambda: next(steps) > 40)
    assert ran.stopped
    assert STARTS < ran.ended < STARTS + DAY
    assert list(verify.findings()) == []


def test_an_agenda_that_never_moves_on_is_an_error(play, monkeypatch):
    monkeypatch.setattr(engine, "CROWDED", 50)

    def for_ever(play):
        play.note(STARTS, "again", for_ever)

    monkeypatch.setattr(engine.happenings, "begin", lambda play, desks: for_ever(play))
    with pytest.raises(Stuck, match="time does not move on"):
        play(scenario())


def test_what_stays_due_for_ever_is_an_error(play, monkeypatch):
    monkeypatch.setattr(engine, "IDLE", 20)
    monkeypatch.setitem(Engine.JOBS, engine.Job.PLAY, lambda engine, moment: None)
    with pytest.raises(Stuck, match="stays due"):
        play(scenario())


def test_an_exercise_without_orders_ends_all_the_same(play):
    empty: Scenario = scenario(stream(count=None, per_day=0.0))
    assert play(empty).facts["counts"] == {}
