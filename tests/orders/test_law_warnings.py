"""Warnings before each limit reach both sides exactly once, whatever the rhythm of the sweep (Art. 3, 4, 6, 11)."""

from collections import Counter
from datetime import timedelta

import pytest

from orders.models import OutboxMessage
from orders.regulation.limits import LIMITS
from orders.tasks import run_sweep
from tests.states import crossing, removed, requested, withdrawn, withheld

pytestmark = pytest.mark.django_db
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
    messages = OutboxMessage.objects.filter(type="order.limit_approaching", data__clock=clock.clock_id)
    return Counter((message.recipient, message.data["seconds_left"]) for message in messages)


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
