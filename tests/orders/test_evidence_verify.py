"""verify: silent about every true record, and exact about each thing that somebody changed below the application."""

import io
import json
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders import canonical
from orders.acts import answering, clarifying, issuing, lapsing
from orders.acts.capacity import OPERATOR
from orders.acts.exporting import take_export
from orders.evidence import bundle, verify
from orders.evidence.scope import Scope
from orders.evidence.snapshot import snapshot
from orders.models import ContentItem, Deadline, Dossier, ReferenceCounter, RemovalOrder
from orders.models.append_only import drop_triggers, install_triggers
from orders.regulation.regions import Execution
from tests import factories
from tests.factories import HOUR, T0, annex_ii, by_provider, deliver, drafted, impossible, officer, received, unclear
from tests.properties import beginnings
from tests.properties.cast import cast
from tests.properties.stories import play, steps

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
REF = "DE-2026-000001"


def found():
    return [str(finding) for finding in verify.findings()]


def first():
    """The place and the sentence of the first finding."""
    finding = next(verify.findings())
    return finding.reference, finding.number, finding.differs


@contextmanager
def tampering():
    """Below the application: triggers lifted, as somebody with the database's password could."""
    drop_triggers(connection)
    try:
        with connection.cursor() as cursor:
            yield cursor.execute
    finally:
        install_triggers(connection)


def reported(order, *, taken=MINUTE, at=2 * MINUTE):
    answering.report_removal(order=order, annex=annex_ii(taken_at=T0 + taken), by=by_provider(order), at=T0 + at)
    return order


def journeys():
    """One order for each way that an hour can go, one draft, and an export."""
    factories.authority("nl-atk", "NL", scrutinises=True)
    reported(received())
    reported(received(), taken=59 * MINUTE, at=65 * MINUTE)
    lapsing.lapse(at=T0 + 2 * HOUR)
    received(limit_scale="1/60")
    withdrawn, asked, stopped = received(items=2), received(), received()
    bert = officer("bert", asked.issuing_authority)
    issuing.withdraw(order=withdrawn, reason="Wrong address.", by=bert, at=T0 + MINUTE)
    answering.seek_clarification(order=asked, annex=unclear(), by=by_provider(asked), at=T0 + MINUTE)
    clarifying.clarify(order=asked, answers={1: "The first."}, by=bert, at=T0 + 2 * MINUTE)
    deliver(asked, "order.clarified", at=T0 + 3 * MINUTE)
    stop = impossible(since=T0 + MINUTE)
    answering.report_impossibility(order=stopped, annex=stop, by=by_provider(stopped), at=T0 + 2 * MINUTE)
    drafted()
    take_export(scope=Scope().facts(), by=OPERATOR, at=T0)


def test_nothing_is_found_in_a_true_record():
    journeys()
    assert found() == []
    assert Dossier.objects.count() == 8


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=st.lists(steps, min_size=1, max_size=8))
def test_nothing_is_found_whatever_the_acts_were(story):
    actors = cast()
    play(actors, beginnings.beginning(actors, **beginnings.RECEIVED), story, sweeping=False)
    assert found() == []


def test_the_act_of_an_entry_changed_breaks_its_digest_and_names_it():
    reported(received())
    with tampering() as execute:
        execute("UPDATE orders_ledgerentry SET act = 'withdraw' WHERE number = 4")
    reference, number, differs = first()
    assert (reference, number, differs.split(" ")[:5]) == (REF, 4, ["its", "content", "gives", "the", "digest"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE orders_ledgerentry SET occurred_at = %s WHERE number = 5",
        "UPDATE orders_ledgerentry SET recorded_at = %s WHERE number = 5",
    ],
)
def test_an_instant_of_an_entry_moved_by_a_second_is_found(statement):
    reported(received())
    with tampering() as execute:
        execute(statement, [T0 + timedelta(seconds=1)])
    assert first()[:2] == (REF, 5)


def test_a_fact_changed_is_found():
    order = reported(received())
    facts = order.dossier.entries.get(number=6).facts
    facts["annex_ii"]["measures"][0]["taken_at"] = canonical.instant(T0)
    with tampering() as execute:
        execute("UPDATE orders_ledgerentry SET facts = %s WHERE number = 6", [json.dumps(facts)])
    assert first()[:2] == (REF, 6)


def test_an_entry_rewritten_with_a_digest_of_its_own_breaks_the_chain_at_the_next():
    order = reported(received())
    entry = order.dossier.entries.get(number=3)
    entry.actor_person = "person_somebody_else"
    with tampering() as execute:
        execute(
            "UPDATE orders_ledgerentry SET actor_person = %s, digest = %s WHERE number = 3",
            [entry.actor_person, entry.computed_digest()],
        )
    reference, number, differs = first()
    assert (reference, number, differs.split(" ")[0]) == (REF, 4, "previous_digest")


def test_an_entry_taken_out_leaves_a_gap():
    reported(received())
    with tampering() as execute:
        execute("DELETE FROM orders_ledgerentry WHERE number = 3")
    assert first() == (REF, 4, "number is 4, but should be 3")


def test_the_last_entry_taken_out_is_missed_by_the_generation():
    reported(received())
    with tampering() as execute:
        execute("DELETE FROM orders_ledgerentry WHERE number = 6")
    assert found() == [f"{REF}, entry 5: generation is 6, but should be 5"]


def test_every_entry_taken_out_is_missed_too():
    drafted()
    with tampering() as execute:
        execute("DELETE FROM orders_ledgerentry")
    assert found() == [f"{REF}: generation is 1, but should be 0"]


def test_bytes_of_an_exhibit_changed_no_longer_hash_to_its_name_nor_verify():
    order = received()
    with tampering() as execute:
        execute("UPDATE orders_exhibit SET content = %s", [b"{}"])
    exhibit, signature = found()
    assert exhibit == f"exhibit {order.annex_i_id}: its bytes hash to {canonical.sha256(b'{}')}"
    assert signature == f"{REF}, entry 4: annex_i_jws signs other bytes than the document beside it"


def test_a_signature_changed_does_not_verify():
    order = received()
    head, payload, signature = order.annex_i_jws.split(".")
    forged = f"{head}.{payload}.{'A' * len(signature)}"
    RemovalOrder.objects.update(annex_i_jws=forged)
    assert first()[:2] == (REF, 4)
    assert first()[2].startswith("annex_i_jws: the signature does not verify")


def test_a_message_that_says_something_else_than_the_signed_order_is_found():
    order = received()
    message = order.dossier.messages.get(type="order.issued")
    message.data["annex_i"]["items"][0]["url"] = "https://hosting.example/other"
    message.save()
    assert first()[2].startswith(f"annex_i of message {message.message_id} is ")


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


def test_the_record_of_an_export_is_checked_like_any_other():
    take_export(scope=Scope().facts(), by=OPERATOR, at=T0)
    with tampering() as execute:
        execute("UPDATE orders_ledgerentry SET actor_role = 'auditor'")
    assert first()[:2] == ("EXP-2026-000001", 1)


def test_the_command_names_the_first_wrong_entry_and_exits_1(capsys):
    reported(received())
    call_command("verify")
    said = "1 dossiers and 1 exhibits checked, 0 rows sealed, 6 waiting: everything is as the record says.\n"
    assert capsys.readouterr().out == said
    ContentItem.objects.update(execution=Execution.DUE)
    with pytest.raises(SystemExit) as left:
        call_command("verify")
    assert left.value.code == 1
    assert capsys.readouterr().out.startswith(f"FIRST WRONG: {REF}, entry 6: execution of item:1 is due")


@pytest.mark.django_db(transaction=True)
def test_what_others_write_meanwhile_neither_waits_for_a_long_reading_nor_shows_in_it():
    def write():
        ReferenceCounter.objects.create(series="DE-2026", last=1)
        connection.close()

    with snapshot():
        before = ReferenceCounter.objects.count()
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(timeout=10)
        assert (writer.is_alive(), ReferenceCounter.objects.count()) == (False, before)
    assert ReferenceCounter.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_outside_of_any_transaction_verify_and_export_read_one_snapshot_too():
    reported(received())
    assert found() == []
    manifest = bundle.export(Scope(), by=OPERATOR, at=T0 + HOUR, to=io.BytesIO())
    assert (manifest["rows"]["orders.csv"], manifest["rows"]["events.csv"]) == (1, 6)
