"""A deadline that could not be processed is set aside, tried again, and gets its verdict once the cause is gone."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from orders.acts import answering, lapsing
from orders.models import Deadline, LedgerEntry
from orders.portal import header
from orders.tasks import AGAIN_AFTER, run_sweep
from tests.factories import HOUR, T0, again, annex_ii, by_provider, hours, received

pytestmark = pytest.mark.django_db
LATER = T0 + 2 * HOUR
SECOND = timedelta(seconds=1)


def poisoned():
    """An order whose hour was set aside two hours after its receipt, and the item that its clock lost."""
    order = received()
    Deadline.objects.filter(dossier=order.dossier, code="C2").update(item=None)
    run_sweep(at=LATER)
    assert hours(order)[0].set_aside_at == LATER
    return order


def cured(order):
    Deadline.objects.filter(dossier=order.dossier, code="C2").update(item=order.items.get())


def passed(order):
    return list(
        LedgerEntry.objects.filter(dossier=order.dossier, act="lapse").values_list("occurred_at", "recorded_at")
    )


def test_it_is_taken_up_after_five_minutes_and_dated_at_its_due_time():
    order = poisoned()
    cured(order)
    run_sweep(at=LATER + AGAIN_AFTER - SECOND)
    assert passed(order) == []
    run_sweep(at=LATER + AGAIN_AFTER)
    (clock,) = hours(order)
    assert passed(order) == [(T0 + HOUR, LATER + AGAIN_AFTER)]
    assert (clock.verdict, clock.set_aside_at, clock.set_aside_reason) == ("unanswered", None, "")
    assert order.items.get().execution == "unanswered"


def test_while_the_cause_is_there_it_stays_aside_and_nothing_is_half_written():
    order = poisoned()
    entries = LedgerEntry.objects.count()
    assert run_sweep(at=LATER + AGAIN_AFTER) == 0
    (clock,) = hours(order)
    assert (clock.set_aside_at, clock.noticed_at) == (LATER + AGAIN_AFTER, None)
    assert clock.set_aside_reason.startswith("AssertionError")
    assert LedgerEntry.objects.count() == entries


def test_one_that_cannot_be_processed_does_not_keep_another_from_being_taken_up():
    stuck, sound = poisoned(), poisoned()
    cured(sound)
    assert lapsing.take_up(at=LATER + SECOND) == 1
    assert [bool(hours(order)[0].set_aside_at) for order in (stuck, sound)] == [True, False]


def test_what_was_answered_meanwhile_is_no_longer_set_aside():
    order = poisoned()
    cured(order)
    answering.report_removal(
        order=again(order), annex=annex_ii(taken_at=T0 + HOUR / 2), by=by_provider(order), at=LATER + SECOND
    )
    assert hours(order)[0].verdict == "within_hour_reported_late"
    assert header.deadlines.set_aside().count() == 0


def test_enforce_again_does_not_wait():
    order = poisoned()
    cured(order)
    said = StringIO()
    with time_machine.travel(LATER + SECOND, tick=False):
        call_command("enforce", "--again", "--once", stdout=said)
    assert passed(order) == [(T0 + HOUR, LATER + SECOND)]
    assert "1 dossier(s) taken up again, 0 deadline(s) still set aside." in said.getvalue()


def test_health_figures_and_header_say_so_until_it_is_over():
    order = poisoned()
    with time_machine.travel(LATER, tick=False):
        assert Client().get("/healthz").json()["set_aside"] == 1
        assert "perci_deadlines_set_aside 1" in Client().get("/metrics").content.decode()
        assert header.pulse() == (False, "1 deadline set aside, tried again every 5 minutes")
        cured(order)
        lapsing.take_up(at=LATER)
        assert Client().get("/healthz").json()["set_aside"] == 0
        assert header.pulse().healthy
