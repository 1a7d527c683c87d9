"""What every test stands on: a flush of append-only tables, and no browser story missing unseen."""

import os
from collections.abc import Generator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
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


_flush = TransactionTestCase._fixture_teardown


def _flush_with_triggers_lifted(case: TransactionTestCase) -> None:
    # The one place where append-only tables are emptied: the flush between two transactional tests.
    drop_triggers(connection)
    try:
        _flush(case)
    finally:
        install_triggers(connection)


TransactionTestCase._fixture_teardown = _flush_with_triggers_lifted


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
