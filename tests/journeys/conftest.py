"""A stage for each journey."""

import pytest

from tests.journeys.scene import Scene
from tests.journeys.stage import START, Stage


@pytest.fixture
def stage_at():
    """When the story begins."""
    return START


@pytest.fixture
def stage(time_machine, monkeypatch, db, stage_at):
    return Stage(time_machine, monkeypatch, stage_at)


@pytest.fixture
def scene(stage):
    return Scene(stage)
