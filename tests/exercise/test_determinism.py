"""Same scenario, same seed, same bytes: of the ledger, of what the report is made of, of the evidence bundle."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from perci.exercise import directory, running
from perci.exercise.report.writing import DATA, PAGE

ROOT = Path(__file__).parents[2]
SMALL = """
title: A small one
about: An order to a desk, one to a platform that asks, one that meets an interest; a forgery, an outage.
starts: 2026-03-02
lasts: 6 h
settles: 2 h
authorities:
  de-fpo: {name: Fictional Police Office, member_state: DE, roles: [issues, scrutinises, oversees, penalises]}
  nl-atc: {name: Fictional Authority, member_state: NL, roles: [issues, scrutinises, oversees, penalises]}
providers:
  prompt-video: {name: Prompt Video, home: NL, temperament: flaky}
  small-board: {name: Small Board, home: NL, desk: {minutes: 10, on_call: 1, shifts: [{days: mon-fri, reviewers: 1}]}}
orders:
  - {name: asked, by: {de-fpo: 1, nl-atc: 1}, to: [], count: 2, wrong: 50 %, meets: 50 %}
events:
  - {at: 1 h, what: forgery, provider: prompt-video, count: 2}
  - {at: 3 h, what: outage, provider: small-board, lasts: 1 h}
conduct: {own_initiative: 50 %}
""".replace("to: []", "to: {prompt-video: 1, small-board: 1}")


def run(scenario, out, *, seed, hash_seed):
    """Play it in a process of its own; returns the last line."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "DATABASE_URL": "", "REDIS_URL": "redis://127.0.0.1:1/0"}
    command = [sys.executable, "manage.py", "exercise", "run", scenario, "--seed", str(seed), "--out", out]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode in (0, 1), ended.stderr
    return ended.stdout.splitlines()[-1]


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_the_same_seed_gives_the_same_bytes_in_every_process_and_another_seed_others(small, tmp_path):
    first, second, other = (tmp_path / name for name in ("first", "second", "other"))
    lines = [
        run(small, first, seed=7, hash_seed="1"),
        run(small, second, seed=7, hash_seed="2"),
        run(small, other, seed=8, hash_seed="1"),
    ]
    assert lines[0] == lines[1] == f"ledger sha256: {directory.read_run(first)['ledger_sha256']}"
    assert lines[2] != lines[0]
    for name in (directory.RUN, directory.BUNDLE, directory.SCENARIO, DATA, PAGE):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    assert json.loads((other / directory.RUN).read_text())["seed"] == 8
    assert [path.name for path in first.iterdir() if path.is_dir()] == []


def test_the_live_database_is_never_touched(small, tmp_path):
    with pytest.raises(AssertionError, match="never the live database"):
        running.run(None, seed=7, out=tmp_path)


def test_a_directory_that_holds_something_is_refused(small, tmp_path):
    with pytest.raises(CommandError, match="holds something already") as refused:
        call_command("exercise", "run", str(small), "--out", str(tmp_path))
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [("--share", "2", "above 0, up to 1"), ("--seed", "-1", "a whole number from 0 to 2,147,483,648")],
)
def test_a_number_that_means_nothing_is_refused(small, tmp_path, option, value, told):
    with pytest.raises(CommandError, match=told) as refused:
        call_command("exercise", "run", str(small), "--out", str(tmp_path / "new"), option, value)
    assert refused.value.returncode == 2
    assert not (tmp_path / "new").exists()


def test_the_first_ctrl_c_asks_for_an_end_and_the_second_breaks_off():
    before, said = signal.getsignal(signal.SIGINT), []
    with running._interruptible(said.append) as asked:
        heard = [asked()]
        signal.raise_signal(signal.SIGINT)
        heard.append(asked())
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert heard == [False, True]
    assert signal.getsignal(signal.SIGINT) is before
