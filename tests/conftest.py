"""What every test stands on: its order, a flush of append-only tables, and no browser story missing unseen."""

import os
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.signals import class_prepared
from django.test import TransactionTestCase
from django_fsm import FSMFieldMixin
from hypothesis import settings

from orders import ids
from orders.api.limits import PartyRate
from orders.models.append_only import drop_triggers, install_triggers

# How long one example takes says something about the machine, nothing about the property. The suite plays the same
# examples each time, so that a red run is about the change; `make fuzz` looks for new ones.
settings.register_profile("suite", deadline=None, derandomize="FUZZ_SEED" not in os.environ)
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _own_rate_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test counts requests for itself: the cache may be a Redis that outlives it."""
    monkeypatch.setattr(PartyRate, "key", f"{ids.new('test')}:{PartyRate.key}")


_contribute = FSMFieldMixin.contribute_to_class


def _without_listening_in_migrations(field: FSMFieldMixin, cls: type[Model], name: str, **options: Any) -> None:
    # Each historical model of a migration would listen for all models made after it, though it has no transitions:
    # a quarter of the time it takes to make the test database.
    _contribute(field, cls, name, **options)
    if cls.__module__ == "__fake__":
        class_prepared.disconnect(field._collect_transitions)


FSMFieldMixin.contribute_to_class = _without_listening_in_migrations

ONE_OF_SEVERAL = "PYTEST_XDIST_WORKER" in os.environ


def _is_alone(item: pytest.Item) -> bool:
    """Whether it commits for others to see (threads, live servers, processes), or watches processes of its own."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or "tests/system/" in item.nodeid


# Where DATABASE_URL names a server the suite is run a second time, for what may differ there.
ON_SERVER = bool(os.environ.get("DATABASE_URL"))
EACH = 5  # of the cases of a test marked exhaustive


def _asks_for_the_database(item: pytest.Item) -> bool:
    return bool(
        item.get_closest_marker("django_db") or {"db", "transactional_db", "live_server"} & set(item.fixturenames)
    )


def _leave_out_what_is_the_same_on_any_server(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for no database, or has one of its own; and most cases of what tries every combination."""
    seen: Counter[tuple[object, str]] = Counter()
    left_out = []
    for item in items:
        test = (item.path, item.originalname)
        seen[test] += 1
        is_one_of_many = item.get_closest_marker("exhaustive") and seen[test] % EACH != 1
        if is_one_of_many or not _asks_for_the_database(item):
            left_out.append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, Any, Any]:
    """What is bound to processes or to wall time comes late and, with several workers, in one of them.

    Browser stories are the last of these: once Playwright has started, its event loop stays in its thread. With several
    workers the few long properties come after that, for whoever is free meanwhile.
    """
    if ON_SERVER:
        _leave_out_what_is_the_same_on_any_server(config, items)
    for item in filter(_is_alone, items):
        item.add_marker(pytest.mark.xdist_group("alone"))
    yield  # pytest-django has an order of its own, and pytest-xdist writes the group into the name

    def place(item: pytest.Item) -> tuple[bool, bool, bool]:
        is_long = ONE_OF_SEVERAL and "tests/properties/" in item.nodeid
        return is_long, _is_alone(item), item.get_closest_marker("browser") is not None

    items.sort(key=place)
    if ONE_OF_SEVERAL and not all(item.nodeid.endswith("@alone") for item in filter(_is_alone, items)):
        raise pytest.UsageError("Several workers need --dist loadgroup, and a pytest that lets pytest-xdist group.")


# What migrate itself writes; tests add nothing to it.
OF_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}


def _empty_filled_tables(case: TransactionTestCase) -> None:
    """The flush between two transactional tests, the one place where append-only tables are emptied.

    Django's own truncates every table and makes all permissions anew; here a few rows go, in one transaction.
    """
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - OF_MIGRATE
    with transaction.atomic(), connection.cursor() as cursor:
        asked = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in sorted(tables))  # noqa: S608
        filled = cursor.execute(" UNION ALL ".join(asked)).fetchall()
        drop_triggers(connection)
        for (table,) in filled:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  foreign keys are checked at the end
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no trigger can be made while their checks are pending
        install_triggers(connection)


TransactionTestCase._fixture_teardown = _empty_filled_tables


# In CI a browser story that was skipped has failed, and so has a run that knows of none.
BROWSER_REQUIRED = os.environ.get("PERCI_REQUIRE_BROWSER") == "1"


def pytest_collection_finish(session: pytest.Session) -> None:
    if BROWSER_REQUIRED and not any(item.get_closest_marker("browser") for item in session.items):
        raise pytest.UsageError("PERCI_REQUIRE_BROWSER is set, but no browser story was collected.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    if report.skipped and BROWSER_REQUIRED and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report
