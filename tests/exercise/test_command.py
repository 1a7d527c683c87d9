"""`manage.py exercise`: what it offers, and what it answers to whoever mistypes; nothing is left behind then."""

import io
import json
from dataclasses import replace
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command, load_command_class
from django.db import connection

from orders.portal.tags import utc
from perci.exercise import directory, engine, running, showing
from perci.exercise.engine import Progress
from perci.exercise.replay import files
from perci.exercise.scenario import reading
from perci.management.commands import exercise

SMALL = "s-6-an-outage"


def refused(*words):
    """The sentence with which it ends, and its status."""
    with pytest.raises(CommandError) as error:
        call_command("exercise", *map(str, words))
    return str(error.value), error.value.returncode


def shown(capsys, *words):
    """What `manage.py exercise` prints on `words`, as argparse ends it."""
    parser = load_command_class("perci", "exercise").create_parser("manage.py", "exercise")
    parser.called_from_command_line = True
    with pytest.raises(SystemExit):
        parser.parse_args(list(words))
    told = capsys.readouterr()
    return told.out + told.err


@pytest.mark.parametrize("words", [("--help",), ("dance",), ()])
def test_what_a_replay_asks_of_another_process_is_offered_nowhere(capsys, words):
    told = shown(capsys, *words)
    assert ("replay" in told, exercise.INNER in told) == (True, False)


@pytest.mark.django_db
def test_what_a_replay_asks_of_another_process_is_understood(tmp_path):
    call_command("exercise", exercise.INNER, str(tmp_path / "record.json"))
    assert json.loads((tmp_path / "record.json").read_text())["entries"] == []


def test_the_list_names_every_scenario_with_its_title():
    out = io.StringIO()
    call_command("exercise", "list", stdout=out)
    assert [line.split()[0] for line in out.getvalue().splitlines()] == [path.stem for path in reading.shipped()]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("run", "nope"), "There is no scenario 'nope': name a file, or one of crisis-day,"),
        (("run", SMALL, "--share", "0"), "--share is a share of the orders: above 0, up to 1."),
        (("run", SMALL, "--share", "nan"), "--share is a share of the orders: above 0, up to 1."),
        (("run", SMALL, "--set", "nonsense"), "'nonsense' sets nothing: write place=value, such as orders.1.count=40."),
        (("run", SMALL, "--set", "orders.1.count=-4"), "s-6-an-outage.yaml:17: orders 1, count: '-4' is no whole"),
        (("run", SMALL, "--set", "orders.9.count=4"), "s-6-an-outage.yaml: orders.9.count leads nowhere at '9': use 1"),
        (("run", SMALL, "--progress", "/nowhere/at/all"), "There is no directory /nowhere/at for all."),
        (("sweep", SMALL, "--place", "orders.1.count", "--values", "1", "1"), "A curve has at least two different"),
        (("sweep", SMALL, "--place", "seed", "--values", "1", "2", "--figure", "x"), "There is no figure 'x': use"),
        (("sweep", SMALL, "--place", "seed", "--values", "1", "2", "--provider", "x"), "There is no provider 'x' in"),
        (("replay", "nope"), "nope is no exercise that was run: give the --out of one, or live."),
    ],
)
def test_a_mistake_is_told_before_anything_is_made(tmp_path, words, told):
    sentence, status = refused(*words, "--out", tmp_path / "new")
    assert (sentence[: len(told)], status, (tmp_path / "new").exists()) == (told, exercise.WRONG_USE, False)


@pytest.mark.parametrize("place", ["a-file", "a-file/below"])
def test_a_directory_that_cannot_be_made_is_named_with_the_reason(tmp_path, place):
    (tmp_path / "a-file").write_text("Something else.")
    sentence, status = refused("run", SMALL, "--out", tmp_path / place)
    assert sentence.startswith(f"{tmp_path / place} cannot be made (")
    assert sentence.endswith("): name a directory that is not there yet.")
    assert status == exercise.WRONG_USE


def test_two_that_were_not_run_cannot_be_compared(tmp_path):
    sentence, status = refused("compare", tmp_path, tmp_path, "--out", tmp_path / "page.html")
    assert sentence == f"{tmp_path} holds no report.json: give the --out of an exercise that was run."
    assert (status, (tmp_path / "page.html").exists()) == (exercise.WRONG_USE, False)


def test_a_second_ctrl_c_says_what_is_left_and_shows_no_trace(tmp_path, monkeypatch):
    monkeypatch.setattr(directory, "is_at_home", lambda: True)
    monkeypatch.setattr(running, "run", Mock(side_effect=KeyboardInterrupt))
    err = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("exercise", "run", SMALL, "--out", str(tmp_path), stderr=err)
    assert ended.value.code == exercise.INTERRUPTED
    assert err.getvalue() == f"Broken off. What {tmp_path} holds is not whole: remove it.\n"


def test_progress_into_a_directory_is_refused(tmp_path):
    told = refused("run", SMALL, "--out", tmp_path / "new", "--progress", tmp_path)
    assert told == (f"{tmp_path} is a directory: name a file in it.", 2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_replay_of_a_database_without_tables_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", lambda: [])
    told, status = refused("replay", "live", "--out", tmp_path / "new")
    assert (told.startswith("The database of the settings holds no record yet"), status) == (True, 2)
    assert list(tmp_path.iterdir()) == []


def test_a_replay_of_nothing_leaves_nothing(tmp_path):
    with pytest.raises(files.Mistaken):
        files.check(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


# --- how far it is ---
@pytest.fixture
def small():
    return reading.read(reading.find(SMALL))


def test_at_its_end_the_file_says_that_all_is_done(small, tmp_path):
    path = tmp_path / "far.json"
    with showing.Bar(small, path) as bar:
        for number in range(3):
            bar.show(Progress(small.starts, drafted=number, planned=2, ticks=0, events=0))
        bar.end(small.ends)
    assert json.loads(path.read_text()) == {"done": 1.0, "now": utc(small.ends), "orders": "2 of 2"}


def test_one_that_was_stopped_is_as_far_as_it_came(small, tmp_path):
    path, half = tmp_path / "far.json", small.starts + (small.ends - small.starts) / 2
    with showing.Bar(small, path) as bar:
        bar.show(Progress(small.starts, drafted=1, planned=2, ticks=0, events=0))
        bar.end(half)
    assert json.loads(path.read_text()) == {"done": 0.5, "now": utc(half), "orders": "1 of 2"}


def test_where_nobody_looks_nothing_is_printed(small, capfd):
    with showing.Bar(small), showing.Count("entries"):
        pass
    assert capfd.readouterr() == ("", "")


def test_the_summary_names_what_is_there(tmp_path, small):
    (tmp_path / "report.html").touch()
    ran = engine.Ran(small.starts, small.ends, False, ticks=16, events=4, facts={"counts": {"orders issued": 1}})
    told = exercise._summary(ran, tmp_path)
    assert told == (
        f"1 order issued, 16 ticks, 4 events; ended at {utc(small.ends)}, virtual time. "
        f"Written into {tmp_path}: report.html."
    )
    assert exercise._summary(replace(ran, stopped=True), tmp_path).count("stopped at") == 1
