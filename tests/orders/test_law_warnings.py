"""Warnings before a limit reach both sides exactly once, whatever the rhythm of the sweep (Art. 3, 4, 6, 11)."""

from collections import Counter
from datetime import timedelta

import pytest

from orders.acts import answering, scrutinising
from orders.models import OutboxMessage
from orders.regulation.limits import LIMITS
from orders.tasks import run_sweep
from tests.factories import T0, again, annex_ii, by_provider, impossible, received
from tests.people import scrutineer
from tests.recipes import afterwards, crossing, removed, requested, withdrawn, withheld

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
REACH = {
    "C2": crossing,
    "C9": crossing,
    "C10a": crossing,
    "C10b": lambda: requested(crossing()),
    "C15": lambda: removed(crossing()),
    "C18": lambda: withheld(crossing()),
    "C26": crossing,
}
OTHER_SIDE = {"C9": "nl-home", "C10b": "nl-home"}


def warned(clock):
    """(recipient, seconds left) of every warning about `clock`."""
    messages = OutboxMessage.objects.filter(type="order.limit_approaching")
    named = [message for message in messages if clock.clock_id in message.data["clocks"]]
    return Counter((message.recipient, message.data["seconds_left"]) for message in named)


def expected(code, order):
    both = (OTHER_SIDE.get(code, order.provider.code), order.issuing_authority.code)
    lengths = [int(before.total_seconds()) for before in LIMITS[code].warnings]
    return Counter({(party, seconds): 1 for party in both for seconds in lengths})


@pytest.mark.parametrize("code", REACH)
def test_both_sides_are_warned_exactly_once_at_each_time(code):
    order = REACH[code]()
    clock = order.dossier.deadlines.get(code=code)
    for before in LIMITS[code].warnings:
        at = clock.due_at - before
        run_sweep(at=at - timedelta(microseconds=1))
        run_sweep(at=at)
        run_sweep(at=at)
    run_sweep(at=clock.due_at)
    run_sweep(at=clock.due_at + timedelta(seconds=1))
    assert warned(clock) == expected(code, order)


def test_every_limit_that_has_a_length_and_a_duty_or_end_warns():
    assert set(REACH) == {code for code, limit in LIMITS.items() if limit.warnings}


@pytest.mark.parametrize("code", ["C2", "C9", "C10a", "C26"])
def test_nobody_is_warned_of_a_clock_that_stopped(code):
    order = REACH[code]()
    clock = order.dossier.deadlines.get(code=code)
    withdrawn(order)
    run_sweep(at=clock.due_at - LIMITS[code].warnings[-1])
    assert warned(clock) == Counter()


# --- clocks of one order that are warned of at once ---
def spoken_of(order, code="C2", recipient="hosting-nl"):
    """(items, clocks, seconds left) of every warning to `recipient` about the clocks of one code, as they were sent."""
    sent = OutboxMessage.objects.filter(dossier=order.dossier, type="order.limit_approaching", recipient=recipient)
    said = [message.data for message in sent.order_by("sequence") if message.data["code"] == code]
    return [(data["items"], data["clocks"], data["seconds_left"] // 60) for data in said]


def clocks(order, *numbers, code="C2"):
    """The ids of the open clocks of the items with these numbers."""
    running = dict(order.dossier.deadlines.filter(code=code, closed_at=None).values_list("item__number", "clock_id"))
    return [running[number] for number in numbers]


@pytest.mark.parametrize("recipient", ["hosting-nl", "de-fpo"])
def test_the_hours_of_ten_items_are_one_message_to_each_side_at_each_time(recipient):
    order = received(items=10)
    every = list(range(1, 11))
    hour = order.dossier.deadlines.filter(code="C2").first()
    for before in LIMITS["C2"].warnings:
        run_sweep(at=hour.due_at - before)
        run_sweep(at=hour.due_at - before)
    lengths = [before // MINUTE for before in LIMITS["C2"].warnings]
    assert spoken_of(order, recipient=recipient) == [(every, clocks(order, *every), left) for left in lengths]
    assert set(order.dossier.deadlines.filter(code="C2").values_list("warnings_sent", flat=True)) == {len(lengths)}


def test_an_item_that_was_reported_is_no_longer_spoken_of():
    order = received(items=3)
    first, second, third = clocks(order, 1, 2, 3)
    run_sweep(at=T0 + 15 * MINUTE)
    annex = annex_ii(taken_at=T0 + 16 * MINUTE, items=(2,))
    answering.report_removal(order=again(order), annex=annex, by=by_provider(order), at=T0 + 17 * MINUTE)
    run_sweep(at=T0 + 30 * MINUTE)
    assert spoken_of(order) == [([1, 2, 3], [first, second, third], 45), ([1, 3], [first, third], 30)]


def test_hours_that_end_at_different_times_are_spoken_of_apart_the_earlier_end_first():
    """The fresh hour of the first item began when it was free again; one late sweep warns of both."""
    order = received(items=2)
    annex = impossible(since=T0, items=(1,))
    answering.report_impossibility(order=order, annex=annex, by=by_provider(order), at=T0 + MINUTE)
    ceased = {"items": (1,), "ceased_at": T0 + 5 * MINUTE, "at": T0 + 6 * MINUTE}
    answering.report_grounds_ceased(order=again(order), by=by_provider(order), **ceased)
    run_sweep(at=T0 + 50 * MINUTE)
    assert spoken_of(order) == [([2], clocks(order, 2), 10), ([1], clocks(order, 1), 15)]


def test_a_limit_of_the_whole_order_names_no_item():
    order = crossing(items=2)
    clock = order.dossier.deadlines.get(code="C9")
    run_sweep(at=clock.due_at - LIMITS["C9"].warnings[0])
    minutes = LIMITS["C9"].warnings[0] // MINUTE
    assert spoken_of(order, "C9", "de-fpo") == [([], [clock.clock_id], minutes)]


def test_decisions_owed_on_two_requests_that_came_at_once_are_spoken_of_together():
    """Neither is about an item; their places are those of their ids."""
    order = removed(crossing())
    at = afterwards(order)
    for by, received_at in ((by_provider(order), None), (scrutineer(), at)):
        request = {"reasons": "It is a newspaper.", "received_at": received_at}
        scrutinising.request_scrutiny(order=again(order), by=by, at=at, **request)
    owed = order.dossier.deadlines.filter(code="C10b")
    run_sweep(at=owed[0].due_at - LIMITS["C10b"].warnings[0])
    ids, minutes = sorted(owed.values_list("clock_id", flat=True)), LIMITS["C10b"].warnings[0] // MINUTE
    assert len(ids) == 2
    assert [spoken_of(order, "C10b", to) for to in ("nl-home", "de-fpo")] == [[([], ids, minutes)]] * 2
