"""verify names the row that somebody changed below the application, and what it should say."""

from datetime import timedelta

import pytest
from django.db import connection, models, transaction

from orders.canonical import instant
from orders.models import (
    Attempt,
    ContentItem,
    Deadline,
    Dossier,
    Exhibit,
    Ground,
    LedgerEntry,
    OutboxMessage,
    Receipt,
    RemovalOrder,
    TreeLeaf,
    append_only,
)
from tests.factories import T0
from tests.orders.evidence_stories import everything_happened
from tests.orders.findings import found

pytestmark = pytest.mark.django_db
MOVED = T0 + timedelta(days=3)


@pytest.fixture(autouse=True)
def _record():
    everything_happened()
    append_only.drop_triggers(connection)


def change(rows, **columns):
    """Change the first of `rows` below the application; the row as it was."""
    row = rows.order_by("pk").first()
    models.QuerySet(rows.model).filter(pk=row.pk).update(**columns)
    return row


def take_away(row):
    models.QuerySet(type(row)).filter(pk=row.pk)._raw_delete(using="default")


def of(row):
    """How a finding about the dossier of `row` begins."""
    return row.item.order.reference if isinstance(row, Ground) else row.dossier.reference


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "force_majeure_or_impossibility"),
        ("since", MOVED),
        ("notified_at", MOVED),
        ("explanation", "Another."),
        ("needed", []),
        ("after_limit", True),
        ("clarified_by", 5),
        ("disputed_by", 5),
        ("closed_at", MOVED),
        ("closed_by", None),
    ],
)
def test_a_ground_that_says_something_else_than_its_notice_is_named(column, value):
    row = change(Ground.objects.filter(kind="insufficient_information"), **{column: value})
    expected = f"{of(row)}, entry {row.opened_by}: {column} of the ground of item {row.item.number} is "
    assert [finding for finding in found() if finding.startswith(expected)]


def test_a_ground_taken_away_or_of_another_notice_is_missed():
    row = change(Ground.objects.all(), opened_by=3)
    item = row.item.number
    assert {
        f"{of(row)}, entry {row.opened_by}: the ground of item {item} that it opened has no row",
        f"{of(row)}, entry 3: a ground of item {item} names this entry, which opened none",
    } <= set(found())


@pytest.mark.parametrize(("column", "value"), [("acknowledged_at", None), ("provider_reference", "T-1")])
def test_an_acknowledgement_is_what_its_entry_says(column, value):
    row = change(RemovalOrder.objects.exclude(acknowledged_at=None), **{column: value})
    assert [finding for finding in found() if finding.startswith(f"{of(row)}") and f"{column} of order" in finding]


def test_a_receipt_that_is_no_act_needs_the_attempt_that_proves_it():
    attempt = Attempt.objects.get(message__type="order.withdrawn")
    take_away(attempt.leaf)
    take_away(attempt)
    assert any(
        f"the proof of receipt of {attempt.message.message_id}" in finding for finding in found()
    )  # and the count of attempts is wrong, too


@pytest.mark.parametrize("received_at", [MOVED, None])
def test_delivery_agrees_with_the_receipt(received_at):
    row = change(OutboxMessage.objects.filter(type="order.withdrawn", receipt__isnull=False), delivered_at=received_at)
    is_, should = instant(received_at) if received_at else "empty", instant(row.receipt.received_at)
    assert found() == [f"{of(row)}: delivered_at of {row.message_id} is {is_}, but should be {should}"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("data", {"reason": "Another."}), ("type", "order.annulled"), ("recipient", "other-be"), ("created_at", MOVED)],
)
def test_a_notice_that_is_not_what_its_entry_sent_is_named(column, value):
    row = change(OutboxMessage.objects.filter(type="order.ground_disputed"), **{column: value})
    entry = LedgerEntry.objects.get(dossier=row.dossier, number=row.generation)
    assert [finding for finding in found() if finding.startswith(f"{of(row)}, entry {entry.number}: ")]


def test_a_message_that_nobody_sent_is_found():
    row = OutboxMessage.objects.get(type="order.ground_disputed")
    row.pk, row.message_id, row.sequence = None, "msg_forged", row.sequence + 20
    row.save(force_insert=True)
    assert f"{of(row)}: no entry sent the message msg_forged" in found()


def test_warnings_and_reminders_are_counted_as_they_were_sent():
    clock = change(Deadline.objects.filter(warnings_sent__gt=0), warnings_sent=0)
    ground = change(Ground.objects.filter(reminders_sent__gt=0), reminders_sent=9)
    assert {
        f"{of(clock)}: warnings_sent of the clock {clock.clock_id} is not what was sent",
        f"{of(ground)}, entry {ground.opened_by}: reminders_sent of the ground of item {ground.item.number} is not "
        "what was sent",
    } <= set(found())


def test_what_went_over_the_wire_is_what_the_message_says():
    row = change(OutboxMessage.objects.filter(type="order.withdrawn"), generation=1)
    assert f"{of(row)}: the bytes sent as {row.message_id} say something else than the message" in found()


def test_an_exhibit_that_an_entry_names_is_missed():
    entry = LedgerEntry.objects.get(act="report_removal", facts__exhibit__gt="")
    take_away(Exhibit.objects.get(pk=entry.facts["exhibit"]))
    assert f"{of(entry)}, entry {entry.number}: there is no exhibit {entry.facts['exhibit']} (exhibit)" in found()


def test_a_dossier_taken_away_as_a_whole_is_missed():
    dossier = Dossier.objects.get(reference="EXP-2026-000001")
    entry = dossier.entries.get()
    leaf = TreeLeaf.objects.get(entry=entry).index
    with transaction.atomic():
        take_away(entry)
        take_away(dossier)
        assert found() == [
            "EXP-2026-000001: this reference was given, but its dossier is missing",
            f"leaf {leaf}: the entry that it sealed is missing",
        ]
        transaction.set_rollback(True)


def test_an_order_taken_away_leaves_its_dossier_to_say_so():
    order = RemovalOrder.objects.get(force="not_in_force")
    for row in [*order.items.all(), order]:
        take_away(row)
    assert found() == [f"{of(order)}: the order of this dossier has no row"]


@pytest.mark.parametrize(
    ("rows", "column", "value"),
    [
        (ContentItem.objects.all(), "url_sha256", "0" * 64),
        (ContentItem.objects.all(), "canonical_url", "https://other.example/"),
        (ContentItem.objects.exclude(measure=""), "measure", "already_unavailable"),
        (RemovalOrder.objects.all(), "created_at", MOVED),
        (RemovalOrder.objects.all(), "rule_version", "plain-report"),
        (Deadline.objects.exclude(noticed_at=None), "noticed_at", MOVED),
        (Deadline.objects.filter(code="C26"), "debtor_role", "content_provider"),
        (Deadline.objects.filter(stop="", taken_at=None), "stopped_at", MOVED),
        (Receipt.objects.filter(message__type="order.issued"), "recorded_at", MOVED),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_follows_from_the_rows_themselves_is_looked_at(rows, column, value):
    assert found() == []
    change(rows, **{column: value})
    assert found()


def test_what_somebody_spoiled_beyond_reading_does_not_hide_the_others():
    spoiled = change(RemovalOrder.objects.filter(force="annulled_by_scrutiny"), rule_version="no rules")
    other = change(Ground.objects.all(), explanation="Another.")
    words = found()
    assert any(f"{of(spoiled)}: cannot be read: " in finding for finding in words)
    assert any(f"{of(other)}, entry {other.opened_by}: explanation of the ground" in finding for finding in words)
