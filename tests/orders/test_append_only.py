"""Append-only tables refuse change in Python and by raw SQL, also after a migration rebuilt them."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from orders.models import AppendOnlyError, LedgerEntry
from orders.models.append_only import append_only_models
from tests.factories import received

pytestmark = pytest.mark.django_db(transaction=True)
STATEMENTS = ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"]


def statements():
    own = {"postgresql": "TRUNCATE {table} CASCADE", "sqlite": "REPLACE INTO {table} SELECT * FROM {table}"}
    return [*STATEMENTS, own[connection.vendor]]


def refused(model):
    """The statements that the triggers refused on the table of `model`."""
    names = {"table": model._meta.db_table, "column": model._meta.pk.column}
    return [statement for statement in statements() if "append-only" in run(statement.format(**names))]


def run(statement):
    """What the database said against `statement`, empty when it did as told."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return str(error)
    return ""


def test_the_ledger_and_what_it_rests_on_are_append_only():
    names = {model.__name__ for model in append_only_models()}
    assert {"LedgerEntry", "Exhibit", "Attempt", "Receipt", "Submission"} <= names


def test_raw_sql_cannot_change_delete_or_truncate_written_rows():
    received()
    written = [model for model in append_only_models() if model.objects.exists()]
    assert {model.__name__ for model in written} >= {"LedgerEntry", "Exhibit", "Receipt"}
    for model in written:
        assert refused(model) == statements()


def test_the_triggers_stand_again_after_a_later_migration_altered_the_table():
    received()
    column = models.CharField(max_length=10, default="x")
    column.set_attributes_from_name("later")
    with connection.schema_editor() as editor:  # on SQLite this rebuilds the table, and drops its triggers
        editor.add_field(LedgerEntry, column)
    call_command("migrate", verbosity=0)
    try:
        assert refused(LedgerEntry) == statements()
    finally:
        with connection.schema_editor() as editor:
            editor.remove_field(LedgerEntry, column)
        call_command("migrate", verbosity=0)


def test_the_models_refuse_too():
    order = received()
    entry = LedgerEntry.objects.filter(dossier=order.dossier).first()
    for attempt in (entry.save, entry.delete, LedgerEntry.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            attempt()
    with pytest.raises(AppendOnlyError):
        LedgerEntry.objects.update(act="other")
