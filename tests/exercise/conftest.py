"""An exercise in the database of the test, with the settings that the process of an exercise has."""

import pytest
from django.db import connection, transaction

from orders import ids
from perci.exercise import engine
from perci.exercise.slim import MIDDLEWARE


@pytest.fixture
def play(db, settings):
    """Plays a scenario; returns what ran."""
    if connection.vendor != "sqlite":
        pytest.skip("an exercise has a SQLite database of its own, whatever DATABASE_URL says")
    settings.MIDDLEWARE = MIDDLEWARE
    before = ids._source

    def play(scenario, *, seed=7, **options):
        return engine.play(scenario, seed=seed, **options)

    yield play
    ids._source = before


@pytest.fixture
def compare(play):
    """Plays one scenario after the other, each in an empty database; returns what `figure` found after each."""

    def compare(scenarios, figure):
        found = []
        for scenario in scenarios:
            block = transaction.atomic()
            block._from_testcase = True  # sealing asks for a transaction of its own
            with block:
                play(scenario)
                found.append(figure())
                transaction.set_rollback(True)
        return found

    return compare
