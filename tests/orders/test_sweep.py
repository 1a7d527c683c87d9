"""Time itself: the sweep in batches, warnings exactly once, poison set aside, two sweepers side by side."""

from datetime import timedelta

import pytest

from orders.acts import answering, lapsing
from orders.models import Deadline, Heartbeat, LedgerEntry, OutboxMessage
from orders.tasks import run_sweep
from tests.at_once import at_once
from tests.factories import HOUR, T0, by_provider, hours, received

MINUTE = timedelta(minutes=1)


def sent(order, kind):
    messages = OutboxMessage.objects.filter(dossier=order.dossier, type=kind)
    return sorted(messages.values_list("recipient_role", flat=True))


@pytest.mark.django_db
def test_the_batch_writes_the_same_rows_as_the_kernel():
    """The two writers of a passed limit: the sweep, and an act that comes after the limit."""
    by_sweep, by_act = received(), received()
    at = T0 + 2 * HOUR
    answering.acknowledge(order=by_act, by=by_provider(by_act), at=at)
    lapsing.lapse(at=at)

    def rows(order):
        entry = LedgerEntry.objects.get(dossier=order.dossier, act="lapse")
        columns = (entry.number, entry.article, entry.actor_role, entry.channel, entry.occurred_at, entry.recorded_at)
        told = [(one["type"], one["role"], one["to"]) for one in entry.facts["told"]]
        facts = {**entry.facts, "clock": None, "told": told}  # the ids of clock and messages are each its own
        (clock,) = hours(order)
        return (
            columns,
            facts,
            clock.verdict,
            clock.noticed_at,
            order.items.get().execution,
            sent(order, "order.limit_passed"),
        )

    assert rows(by_sweep) == rows(by_act)


@pytest.mark.django_db
def test_both_sides_are_warned_four_times_and_told_once_that_the_limit_passed():
    order = received()
    for minute in range(0, 120):
        run_sweep(at=T0 + minute * MINUTE)
        run_sweep(at=T0 + minute * MINUTE)  # a second sweeper in the same moment changes nothing
    assert sent(order, "order.limit_approaching") == ["issuing_authority"] * 4 + ["provider"] * 4
    assert sent(order, "order.limit_passed") == ["issuing_authority", "provider"]
    assert hours(order)[0].warnings_sent == 4


@pytest.mark.django_db
def test_a_sweeper_that_was_down_over_several_warnings_sends_one_of_them():
    order = received()
    run_sweep(at=T0 + 50 * MINUTE)
    left = OutboxMessage.objects.get(dossier=order.dossier, type="order.limit_approaching", recipient_role="provider")
    assert left.data["seconds_left"] == 600


@pytest.mark.django_db
def test_a_poisoned_row_is_set_aside_and_the_sweep_goes_on():
    poisoned, sound = received(), received()
    Deadline.objects.filter(dossier=poisoned.dossier, code="C2").update(item=None)
    run_sweep(at=T0 + 2 * HOUR)
    rows = Deadline.objects.filter(set_aside_at=T0 + 2 * HOUR)
    assert [row.dossier for row in rows] == [poisoned.dossier]
    assert rows[0].set_aside_reason.startswith("AssertionError")
    assert hours(sound)[0].verdict == "unanswered"
    assert run_sweep(at=T0 + 3 * HOUR) == 0


@pytest.mark.django_db
def test_the_heartbeat_shows_how_late_the_oldest_limit_was_noticed():
    received()
    run_sweep(at=T0 + HOUR + timedelta(seconds=7))
    beat = Heartbeat.objects.get(job="sweep")
    assert (beat.lag_ms, beat.handled, beat.beat_at) == (7000, 1, T0 + HOUR + timedelta(seconds=7))


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_side_by_side_write_each_passed_limit_once():
    made = [received() for _ in range(12)]

    def sweep():
        while lapsing.lapse(at=T0 + 2 * HOUR, batch=3):
            pass

    at_once(sweep, sweep)
    lapsing.lapse(at=T0 + 2 * HOUR)  # what one of them found locked is left to the next round
    assert LedgerEntry.objects.filter(act="lapse").count() == len(made)
