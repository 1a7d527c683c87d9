"""The pages of exercises: a scenario is read, changed and asked for; what was played is opened and compared."""

import json
import sys
from http import HTTPStatus

import pytest

from orders import clock
from orders.models import User
from perci.console import playing, shelf
from perci.exercise.report.writing import DATA, PAGE
from perci.exercise.scenario import reading
from tests.factories import received

pytestmark = pytest.mark.django_db
SMALL = "s-6-an-outage"


@pytest.fixture
def rooms(settings, tmp_path):
    settings.RUN_DIR = tmp_path
    return tmp_path


@pytest.fixture
def officer(client, rooms):
    received()  # with it the people of its authority
    client.force_login(User.objects.get(username="anna"))
    return client


@pytest.fixture
def asked(rooms):
    scenario = reading.read(reading.find(SMALL))
    return shelf.ask(scenario, seed=7, share=1.0, by="Anna", at=clock.now())


def played(kept: shelf.Kept, **report: object) -> None:
    """A run as one leaves it behind, its numbers invented."""
    kept.directory.mkdir()
    run = {"seed": 7, "stopped_early": False, "ledger_sha256": "ab" * 32}
    data = {"title": "A run", "run": run, "figures": {"orders": 1}, "by_provider": {}, "curve": [[600.0, 100.0]]}
    (kept.directory / "run.json").write_text(json.dumps(run))
    (kept.directory / "scenario.yaml").write_text("title: A run\n")
    (kept.directory / PAGE).write_text("<!doctype html><title>Report</title><style>p{}</style>")
    (kept.directory / DATA).write_text(json.dumps(data | report))


def test_the_list_names_every_scenario_that_ships(officer):
    shown = officer.get("/exercises/").content.decode()
    assert [path.stem for path in reading.shipped() if f"scenario={path.stem}" not in shown] == []


def test_a_scenario_can_be_read_before_it_is_played(officer):
    shown = officer.get(f"/exercises/new?scenario={SMALL}").content.decode()
    assert "A data centre without power" in shown


def test_what_is_asked_for_waits_with_the_text_as_it_was_written(officer):
    text = reading.find(SMALL).read_text().replace("outage_minutes: 180", "outage_minutes: 60")
    answer = officer.post("/exercises/new", {"name": "my-outage", "seed": 5, "share": 100, "text": text})
    (kept,) = shelf.all_kept()
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, "/exercises/")
    assert (kept.state, kept.asked.seed, kept.asked.scenario) == (shelf.WAITING, 5, "my-outage")
    assert kept.file(shelf.TEXT).read_text() == text


def test_a_mistake_is_shown_with_its_line_and_nothing_is_kept(officer):
    text = reading.find(SMALL).read_text().replace("force_majeure", "grumpy")
    shown = officer.post("/exercises/new", {"name": "mine", "seed": 5, "share": 100, "text": text}).content.decode()
    assert "mine.yaml:14: providers, dark-cloud, temperament: the temperament &#x27;grumpy&#x27; is not known" in shown
    assert "outage_minutes: 180" in shown  # nothing typed is lost
    assert shelf.all_kept() == []


def test_what_waits_is_played_in_a_process_of_its_own(asked, monkeypatch):
    """The process here only says that it ran; the whole run is tried in test_command."""
    monkeypatch.setattr(playing, "command_of", lambda kept: [sys.executable, "-c", "print('played')"])
    assert playing.start_next() == asked.name
    assert playing.wait() == 0
    assert playing.start_next() is None  # nothing waits any more
    assert (asked.state, asked.last_words) == (shelf.FAILED, "played")  # it left no run behind


def test_only_one_is_played_at_a_time(asked, monkeypatch):
    monkeypatch.setattr(playing, "command_of", lambda kept: [sys.executable, "-c", "input()"])
    assert playing.start_next() == asked.name
    assert (asked.state, playing.start_next()) == (shelf.RUNNING, None)
    playing.end()
    assert asked.state == shelf.FAILED


def test_a_report_is_a_page_that_may_load_nothing(officer, asked):
    played(asked)
    answer = officer.get(f"/exercises/{asked.name}/report.html")
    assert b"".join(answer.streaming_content).startswith(b"<!doctype html>")
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert (policy["default-src"], policy["style-src"]) == ("'none'", "'unsafe-inline'")


@pytest.mark.parametrize("name", ["perci.sqlite3", "run.json.new", "..%2f..%2fetc%2fpasswd", "%2e%2e"])
def test_nothing_else_of_a_run_can_be_fetched(officer, asked, name):
    played(asked)
    assert officer.get(f"/exercises/{asked.name}/{name}").status_code == HTTPStatus.NOT_FOUND


def test_two_runs_are_shown_side_by_side(officer, asked):
    other = shelf.ask(reading.read(reading.find(SMALL)), seed=8, share=1.0, by="Anna", at=clock.now())
    played(asked)
    played(other, figures={"orders": 3})
    shown = officer.get(f"/exercises/compare?first={asked.name}&second={other.name}").content.decode()
    assert "Two exercises side by side" in shown
    assert "both wrote the same ledger" in shown


def test_one_that_runs_can_be_asked_to_stop(officer, asked):
    officer.post(f"/exercises/{asked.name}/stop")
    assert asked.file(shelf.STOP).exists()


def test_the_list_refreshes_only_when_something_changed(officer, asked):
    tag = officer.get("/exercises/live")["ETag"]
    assert officer.get("/exercises/live", headers={"If-None-Match": tag}).status_code == HTTPStatus.NOT_MODIFIED
    played(asked)
    assert officer.get("/exercises/live", headers={"If-None-Match": tag}).status_code == HTTPStatus.OK
