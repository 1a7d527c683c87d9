"""An exercise on record is done again by this build: the same build finds no difference."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from perci.exercise.replay import record
from perci.exercise.replay.replaying import replay
from perci.exercise.scenario import reading
from perci.exercise.scenario.model import Provider
from tests.exercise.scenarios import scenario, stream

TWICE = Provider("asks-twice", "Asks Twice", home="NL", languages=("en", "nl"), temperament="asks_twice")


@pytest.fixture
def replayed(compare):
    """Plays a scenario, and does its record again in an empty database; returns the differences."""

    def replayed(played):
        [taken] = compare([played], lambda: json.loads(json.dumps(record.take())))
        return replay(taken)

    return replayed


def test_who_answered_a_second_question_answers_it_again(replayed):
    assert replayed(scenario(stream(to=("asks-twice",), count=1), providers=(TWICE,))) == []


@pytest.mark.parametrize(
    "name",
    [path.stem for path in reading.shipped() if path.stem.startswith("s-")],
)
def test_a_shipped_seed_done_again_by_the_same_build_differs_in_nothing(replayed, name):
    assert replayed(reading.read(reading.find(name))) == []


def exercise(*words, run):
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "exercise", *words]
    env = {**os.environ, "PERCI_RUN_DIR": str(run)}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_an_order_that_is_not_on_record_is_named_once(tmp_path):
    exercise("run", "s-7-a-wrong-address", "--out", str(tmp_path / "run"), run=tmp_path)
    done = exercise("replay", str(tmp_path / "run"), "--order", "XX-1", "--out", str(tmp_path / "again"), run=tmp_path)
    assert (done.returncode, done.stderr.strip()) == (2, "CommandError: There is no order 'XX-1' on record.")
