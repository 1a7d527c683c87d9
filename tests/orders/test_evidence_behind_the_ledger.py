"""verify: exact about each clock, order, address, receipt and state that no longer says what the ledger says."""

from datetime import timedelta

import pytest

from orders.models import ContentItem, Deadline, RemovalOrder
from orders.regulation.regions import Execution
from tests import factories
from tests.factories import HOUR, T0, drafted, officer, received
from tests.orders.exported import reported
from tests.orders.findings import REF, first, found, tampering

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verdict", "within_hour"),
        ("verdict", ""),
        ("taken_at", T0 + 30 * MINUTE),
        ("reported_at", T0 + 30 * MINUTE),
        ("due_at", T0 + 2 * HOUR),
        ("starts_at", T0 - MINUTE),
        ("ground", "clarification"),
    ],
)
def test_a_clock_that_no_longer_says_what_the_ledger_says_is_found(column, value):
    order = reported(received(), taken=61 * MINUTE, at=62 * MINUTE)
    (clock,) = factories.hours(order)
    Deadline.objects.filter(pk=clock.pk).update(**{column: value})
    reference, _, differs = first()
    assert (reference, differs.split(" ")[:5]) == (REF, [column, "of", "the", "clock", clock.clock_id])


@pytest.mark.parametrize(
    ("change", "number", "differs"),
    [
        ({"closed_at": None, "close_entry": None, "taken_at": None, "verdict": "unanswered"}, None, "an open clock of"),
        ({"closed_at": T0}, 7, "closed_at of the clock"),
        ({"close_entry": 4, "taken_at": None, "stop": "ended", "closed_at": T0, "verdict": "ended"}, 4, "the clock"),
        ({"noticed_at": None}, 6, "whether the limit of the clock"),
    ],
    ids=["opened again", "closed earlier", "ended by nobody", "never passed"],
)
def test_a_clock_closed_or_passed_otherwise_than_the_ledger_says_is_found(change, number, differs):
    reported(received(), taken=61 * MINUTE, at=62 * MINUTE)
    Deadline.objects.filter(code="C2").update(**change)
    assert any(finding.startswith(_at(number) + differs) for finding in found())


def _at(number):
    return f"{REF}, entry {number}: " if number else f"{REF}: "


@pytest.mark.parametrize("answer", [False, True], ids=["running", "answered"])
def test_a_clock_taken_away_is_missed(answer):
    order = received()
    if answer:
        reported(order)
    (clock,) = factories.hours(order)
    Deadline.objects.all().delete()
    assert f"{REF}, entry 5: the clock {clock.clock_id} that it started has no row" in found()


WRITTEN_OVER = {
    "reasons": "Other reasons.",
    "assessment": "Another assessment.",
    "categories": ["2(7)(e)"],
    "language": "nl",
    "file_number": "F-78",
    "must_not_inform": True,
    "limit_scale": "1/60",
}


@pytest.mark.parametrize("name", WRITTEN_OVER)
@pytest.mark.parametrize("state", [drafted, received])
def test_an_order_that_says_something_else_than_was_written_is_found(state, name):
    state()
    RemovalOrder.objects.update(**{name: WRITTEN_OVER[name]})
    assert first()[1] == 1
    assert first()[2].startswith(f"{name} is {WRITTEN_OVER[name]}, but should be ")


@pytest.mark.parametrize("name", ["provider", "issuing_authority", "drafted_by"])
def test_an_order_of_another_party_or_person_is_found(name):
    order = drafted()
    other = factories.authority("nl-ca", "NL")
    others = {
        "provider": factories.provider("other-host"),
        "issuing_authority": other,
        "drafted_by": officer("daan", other).person,
    }
    RemovalOrder.objects.filter(pk=order.pk).update(**{name: others[name]})
    assert first()[1] == 1
    assert first()[2].startswith(f"{name} is ")


def test_another_address_than_the_written_one_is_found():
    received()
    ContentItem.objects.update(url="https://other.example/")
    assert first()[:2] == (REF, 1)
    assert first()[2].startswith("url of item 1 is https://other.example/, but should be ")


def test_a_receipt_moved_is_found():
    order = received()
    message = order.dossier.messages.get(type="order.issued")
    with tampering() as execute:
        execute("UPDATE orders_receipt SET received_at = %s", [T0 + MINUTE])
    expected = (
        f"received_at of {message.message_id} is 2026-11-21T01:31:00.000000Z, but should be 2026-11-21T01:30:00.000000Z"
    )
    assert found()[0] == f"{REF}, entry 5: {expected}"


def test_a_receipt_taken_away_is_missed_by_its_entry():
    order = received()
    message = order.dossier.messages.get(type="order.issued")
    with tampering() as execute:
        execute("DELETE FROM orders_receipt")
    assert found()[0] == f"{REF}, entry 5: the message {message.message_id} has no such receipt"


def test_a_state_changed_behind_the_ledger_is_found_by_replay():
    reported(received())
    ContentItem.objects.update(execution=Execution.DUE)
    assert found() == [f"{REF}, entry 6: execution of item:1 is due, but should be removed"]


@pytest.mark.parametrize(
    ("table", "column", "number"),
    [(RemovalOrder, "received_at", 5), (RemovalOrder, "issued_at", 4), (ContentItem, "taken_at", 6)],
)
def test_an_instant_of_a_row_changed_behind_the_ledger_is_found(table, column, number):
    reported(received())
    table.objects.update(**{column: T0 + 7 * MINUTE})
    assert first()[:2] == (REF, number)
    assert first()[2].startswith(column)
