"""Append-only tables: refused in Python, and below it by triggers on both databases."""

from typing import Any, NoReturn

from django.apps import AppConfig, apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper


class AppendOnlyError(Exception):
    """Somebody tried to change or delete what can only be added to."""


def _refuse(model: type[models.Model]) -> NoReturn:
    raise AppendOnlyError(f"{model.__name__} is append-only: add a new row instead.")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A queryset that only adds and reads."""

    def update(self, **kwargs: Any) -> NoReturn:
        _refuse(self.model)

    def delete(self) -> NoReturn:
        _refuse(self.model)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(self.model)


class AppendOnly(models.Model):
    """A row that is written once."""

    objects = models.Manager.from_queryset(AppendOnlyQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse(type(self))
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(type(self))


def append_only_models() -> list[type[models.Model]]:
    """Every append-only model of every app, by table name."""
    found = [model for model in apps.get_models() if issubclass(model, AppendOnly)]
    return sorted(found, key=lambda model: model._meta.db_table)


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """(Re)install the refusing triggers; SQLite's table rebuilds drop them silently."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
            )
        for model in append_only_models():
            if model._meta.db_table in tables:
                for statement in _triggers(model._meta.db_table, connection.vendor):
                    cursor.execute(statement)


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Lift the triggers; only the tests' flush between two databases' worth of rows may."""
    with connection.cursor() as cursor:
        for model in append_only_models():
            table = model._meta.db_table
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            for event in ("update", "delete", "truncate"):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{event}"{on}')


def _triggers(table: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        make = (
            'DROP TRIGGER IF EXISTS "{t}_no_{e}" ON "{t}"; '
            'CREATE TRIGGER "{t}_no_{e}" BEFORE {E} ON "{t}" FOR EACH {u} EXECUTE FUNCTION refuse_change()'
        )
        units = {"update": "ROW", "delete": "ROW", "truncate": "STATEMENT"}
        return [make.format(t=table, e=event, E=event.upper(), u=unit) for event, unit in units.items()]
    return [
        statement
        for event in ("update", "delete")
        for statement in (
            f'DROP TRIGGER IF EXISTS "{table}_no_{event}"',
            f'CREATE TRIGGER "{table}_no_{event}" BEFORE {event.upper()} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        )
    ]


def after_migrate(sender: AppConfig, using: str, **kwargs: Any) -> None:  # noqa: ARG001
    """Receiver of post_migrate: whatever a migration rebuilt, the triggers stand again."""
    install_triggers(connections[using])
