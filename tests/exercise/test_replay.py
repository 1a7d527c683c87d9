"""What is on record is done again by the acts of this build; whatever comes out differently is listed."""

import copy
from functools import partial

import pytest
from django.db import transaction

from orders.acts import appealing
from orders.acts.refusals import Invalid
from orders.models import RemovalOrder
from orders.regulation.regions import Actor, Force
from perci.exercise.replay import record
from perci.exercise.replay.replaying import replay
from perci.exercise.scenario import reading
from tests.factories import T0, again
from tests.people import approver
from tests.recipes import DAY, crossing

PLAYED = ("s-7-a-wrong-address", "s-8-scrutiny-after-twelve-weeks", "s-14-confirmed-and-final", "s-3-only-a-webform")


@pytest.fixture
def taken(play):
    """The record of a scenario that was played and is gone again."""

    def taken(name, reference=""):
        block = transaction.atomic()
        block._from_testcase = True  # sealing asks for a transaction of its own
        with block:
            play(reading.read(reading.find(name)))
            found = record.take(reference)
            transaction.set_rollback(True)
        return found

    return taken


@pytest.mark.parametrize("name", [*PLAYED, "s-6-an-outage", "first-order"])
def test_the_same_build_does_the_same_again(taken, name):
    assert replay(taken(name)) == []


def test_one_order_needs_only_what_decided_what_was_open_for_it(taken):
    found = taken("first-order", "DE-2026-000002")
    assert {entry["reference"] for entry in found["entries"]} == {"DE-2026-000002"}
    assert replay(found) == []


def test_an_order_that_is_not_on_record_is_named(db):
    with pytest.raises(Invalid, match=r"There is no order 'XX-1' on record\."):
        record.take("XX-1")


def test_an_act_that_this_build_refuses_is_listed(taken):
    found = taken("s-6-an-outage")
    issue = next(entry for entry in found["entries"] if entry["act"] == "issue")
    issue["role"] = "provider"
    differences = replay(found)
    assert (differences[0].number, differences[0].what, differences[0].then) == (
        issue["number"],
        "not replayed",
        "issue",
    )


def test_another_verdict_is_listed(taken):
    found = copy.deepcopy(taken("s-6-an-outage"))
    reference = next(iter(found["outcomes"]))
    clocks = found["outcomes"][reference]["clocks"]
    next(clock for clock in clocks if clock["code"] == "C2" and clock["verdict"])["verdict"] = "after_hour"
    assert [(one.reference, one.number, one.what) for one in replay(found)] == [(reference, 0, "clocks")]


def test_a_judgment_that_decided_no_appeal_is_not_replayed_as_one_that_decides_all_of_them(taken):
    found = taken("s-14-confirmed-and-final")
    judgment = next(entry for entry in found["entries"] if entry["act"] == "record_judgment")
    assert judgment["facts"]["appeals"]  # the one that there is
    judgment["facts"]["appeals"] = []
    differences = replay(found)
    assert (differences[0].number, differences[0].what, differences[0].then) == (
        judgment["number"],
        "not replayed",
        "record_judgment",
    )
    order = RemovalOrder.objects.get(dossier__reference=judgment["reference"])
    assert order.force == Force.UNDER_APPEAL  # nothing was decided


def test_a_judgment_from_before_an_appeal_came_decided_none_and_is_replayed_so(db):
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        order = crossing()
        by, at = approver(order), T0 + 20 * DAY
        for number, act in ((12, partial(appealing.record_appeal, appellant=Actor.PROVIDER)),
                            (10, partial(appealing.record_judgment, outcome=appealing.CONFIRMED))):  # fmt: skip
            act(order=again(order), received_at=T0 + number * DAY, by=by, at=at)
        found = record.take(order.reference)
        transaction.set_rollback(True)
    judgment = found["entries"][-1]
    assert (judgment["act"], judgment["facts"]["appeals"]) == ("record_judgment", [])
    assert [one for one in replay(found) if one.number == judgment["number"]] == []
