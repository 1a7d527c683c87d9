"""A stage for each journey."""

import pytest

from tests.journeys.scene import Scene
from tests.journeys.stage import Stage


@pytest.fixture
def stage(time_machine, monkeypatch, db):
    return Stage(time_machine, monkeypatch)


@pytest.fixture
def scene(stage):
    return Scene(stage)
