"""Simulated platforms do what they planned: once, over HTTP, and again when it was refused."""

from datetime import timedelta

import httpx
import pytest

from platforms.simulator import acting, planning, tasks
from platforms.simulator.models import PlannedAct, SimulatedContent
from tests.factories import T0, issued
from tests.platforms.simulated import ACCEPTED, at_the_portal, data_of, platform

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
HALF = timedelta(minutes=30)
PROBLEM = {"type": "about:blank", "title": "Not now", "status": 503, "detail": "Try again."}


@pytest.fixture
def portal(monkeypatch, db):
    with at_the_portal(monkeypatch) as portal:
        yield portal


def plan(order, player, *, message_id="msg_1", at=T0):
    message = {"type": "order.issued", "data": data_of(order)}
    planning.take(planning.hear(player, message, message_id=message_id, at=at), message, at=at)


def test_what_is_due_is_done_and_the_rest_waits(portal, time_machine):
    order, player = issued(items=2), platform()
    plan(order, player)
    acknowledge, remove = PlannedAct.objects.order_by("due_at")
    time_machine.move_to(acknowledge.due_at, tick=False)
    assert tasks.act() == 1
    time_machine.move_to(remove.due_at, tick=False)
    assert [tasks.act(), tasks.act()] == [1, 0]
    base = f"/api/platforms/v1/orders/{order.reference}"
    assert [(path, key) for path, key, _ in portal.answers] == [
        (f"{base}/acknowledgements", "msg_1-acknowledge"),
        (f"{base}/annex-ii", "msg_1-remove"),
    ]
    taken_at = remove.due_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert portal.answers[1][2]["measures"] == [
        {"item": 1, "measure": "removed", "taken_at": taken_at},
        {"item": 2, "measure": "removed", "taken_at": taken_at},
    ]


def test_content_is_there_until_it_is_taken_down_and_gone_after_it(portal, client, time_machine):
    player = platform()
    pages = f"/simulator/{player.code}/pages"
    plan(issued(), player)  # for https://hosting-nl.example/v/1
    assert client.get(f"{pages}/v/1").status_code == 200
    time_machine.move_to(T0 + HALF, tick=False)
    tasks.act()
    assert client.get(f"{pages}/v/1").status_code == 410
    assert client.get(f"{pages}/v/2").status_code == 200


def test_content_that_was_gone_before_the_order_came_is_reported_as_such(portal, time_machine):
    player = platform()
    first, second = issued(), issued()
    plan(first, player)
    time_machine.move_to(T0 + HALF, tick=False)
    tasks.act()
    plan(second, player, message_id="msg_2", at=T0 + HALF + SECOND)
    time_machine.move_to(T0 + 2 * HALF, tick=False)
    tasks.act()
    measures = [document["measures"][0] for path, _, document in portal.answers if path.endswith("annex-ii")]
    assert [measure["measure"] for measure in measures] == ["removed", "already_unavailable"]
    assert measures[0]["taken_at"] == measures[1]["taken_at"]


def test_a_refused_act_keeps_its_problem_and_is_repeated_with_the_same_key_and_time(portal, time_machine):
    player = platform()
    plan(issued(), player)
    portal.says = lambda path: httpx.Response(503, json=PROBLEM)
    time_machine.move_to(T0 + HALF, tick=False)
    assert [tasks.act(), tasks.act()] == [2, 0]
    assert list(PlannedAct.objects.values_list("done_at", "problem")) == [(None, PROBLEM), (None, PROBLEM)]
    portal.says = lambda path: ACCEPTED
    time_machine.move_to(T0 + HALF + 2 * SECOND, tick=False)
    assert tasks.act() == 2
    assert set(PlannedAct.objects.values_list("outcome", "problem", "tries")) == {("done", None, 2)}
    refused, accepted = portal.answers[1], portal.answers[3]
    assert refused == accepted


def test_one_that_fails_does_not_stop_the_others(portal, time_machine):
    broken, sound = platform(code="broken"), platform()
    order = issued()
    plan(order, broken)
    plan(order, sound)
    PlannedAct.objects.filter(platform=broken).update(payload={"items": [{"item": 9}]})  # an item without URL
    time_machine.move_to(T0 + HALF, tick=False)
    tasks.act()
    outcomes = set(PlannedAct.objects.filter(what="remove").values_list("platform__code", "outcome"))
    assert outcomes == {("broken", ""), ("hosting-nl", "done")}


def test_after_a_while_a_platform_gives_up(portal, time_machine):
    plan(issued(), platform("eager"))
    portal.says = lambda path: httpx.Response(422, json=PROBLEM)
    for second in range(600):
        time_machine.move_to(T0 + second * SECOND, tick=False)
        tasks.act()
    act = PlannedAct.objects.get()
    assert (act.outcome, act.tries, len(portal.answers)) == ("given_up", acting.TRIES, acting.TRIES)


def test_of_two_rounds_at_once_one_has_the_act(portal):
    plan(issued(), platform("eager"))
    seen_by_one, seen_by_the_other = acting.due(at=T0), acting.due(at=T0)
    assert [acting.perform(act, at=T0) for act in (seen_by_one, seen_by_the_other)] == [True, False]
    assert len(portal.answers) == 1
    assert SimulatedContent.objects.get().removed_at == T0


def test_an_act_whose_worker_was_killed_is_taken_over_after_its_lease(portal):
    plan(issued(), platform("eager"))
    act = acting.due(at=T0)
    PlannedAct.objects.filter(pk=act.pk).update(try_at=T0 + acting.LEASE, tries=1)  # claimed, and then nothing more
    assert acting.due(at=T0 + acting.LEASE - SECOND) is None
    assert acting.perform(acting.due(at=T0 + acting.LEASE), at=T0 + acting.LEASE) is True
    assert PlannedAct.objects.get().outcome == "done"
