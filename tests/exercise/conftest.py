"""An exercise in the database of the test, with the settings that the process of an exercise has."""

import pytest
from django.db import connection, transaction

from orders import ids
from perci.exercise import directory, engine, plan
from perci.exercise.report import played
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


@pytest.fixture
def leave(play, tmp_path):
    """Plays a scenario, a share of it, and reads what it left as its report does."""

    def leave(scenario, share=1.0, **options):
        ran = play(plan.reduced(scenario, share), **options)
        asked = {"seed": 7, "share": share, "changed": []}
        directory.write_run(tmp_path, scenario, asked, ran, ledger="00" * 32, entries=engine.entries())
        return played.load(tmp_path)

    return leave
