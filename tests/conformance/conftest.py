"""A rehearsal for each test."""

import pytest

from tests.conformance.rehearsal import Rehearsal
from tests.journeys.stage import START


@pytest.fixture
def rehearsal(time_machine, monkeypatch, db):
    return Rehearsal(time_machine, monkeypatch, START)
