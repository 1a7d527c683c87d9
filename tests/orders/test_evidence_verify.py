"""verify: silent about every true record, and exact about an entry, exhibit or signature that somebody changed."""

import io
import json
import threading
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
from orders.evidence import bundle
from orders.evidence.scope import Scope
from orders.evidence.snapshot import snapshot
from orders.models import ContentItem, Dossier, ReferenceCounter, RemovalOrder
from orders.regulation.regions import Execution
from tests import factories
from tests.factories import HOUR, T0, by_provider, deliver, drafted, impossible, officer, received, unclear
from tests.orders.exported import reported
from tests.orders.findings import REF, first, found, tampering
from tests.properties import beginnings
from tests.properties.cast import cast
from tests.properties.stories import play, steps

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


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
