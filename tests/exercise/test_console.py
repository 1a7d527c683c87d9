"""The pages of exercises: a scenario is read, changed and asked for; what was played is opened and compared."""

import json
import re
import sys
from http import HTTPStatus

import pytest

from orders import clock
from orders.models import User
from orders.portal.tags import utc
from perci.console import playing, shelf
from perci.exercise.report.writing import DATA, FORMAT, PAGE
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
    run = {"seed": 7, "share": 1.0, "stopped_early": False, "ledger_sha256": "ab" * 32}
    data = {
        "format": FORMAT,
        "title": "A run",
        "run": run,
        "figures": {"orders": 1},
        "by_provider": {},
        "curve": [[600.0, 100.0]],
    }
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
    assert "It says: temperament: grumpy" in shown
    assert "outage_minutes: 180" in shown  # nothing typed is lost
    assert shelf.all_kept() == []


def test_what_waits_is_played_in_a_process_of_its_own(asked, monkeypatch):
    """The process here only says that it ran; a whole run is tried in test_determinism."""
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
    assert "Both wrote the same ledger." in shown


def test_enter_on_a_choice_compares_as_no_other_button_is_of_that_form(officer, asked):
    played(asked)
    buttons = re.findall(r"<button[^>]*>", officer.get("/exercises/live").content.decode())
    acting = [button for button in buttons if "formaction" in button]
    assert len(acting) == 1
    assert [button for button in acting if 'form="of-exercises"' not in button] == []


def test_one_that_somebody_holds_is_not_deleted(officer, asked):
    played(asked)
    with shelf.hold(asked.file(shelf.LOCK)):
        officer.post(f"/exercises/{asked.name}/delete")
    assert asked.state == shelf.FINISHED


def test_one_that_ended_can_be_deleted_with_all_it_left(officer, asked):
    played(asked)
    other = shelf.ask(reading.read(reading.find(SMALL)), seed=8, share=1.0, by="Anna", at=clock.now())
    answer = officer.post(f"/exercises/{asked.name}/delete", follow=True)
    assert f"{asked.name} is deleted." in answer.content.decode()
    assert [kept.name for kept in shelf.all_kept()] == [other.name]
    assert [path.name for path in shelf.room().iterdir() if path.name.startswith(asked.name)] == []
    assert officer.post(f"/exercises/{asked.name}/delete").status_code == HTTPStatus.NOT_FOUND


def test_one_that_has_not_ended_is_not_deleted(officer, asked):
    answer = officer.post(f"/exercises/{asked.name}/delete", follow=True)
    assert f"{asked.name} has not ended: stop it first, then delete it." in answer.content.decode()
    assert asked.state == shelf.WAITING
    officer.post(f"/exercises/{asked.name}/stop")  # which waited, and is not played now
    officer.post(f"/exercises/{asked.name}/delete")
    assert shelf.all_kept() == []


def test_one_that_runs_can_be_asked_to_stop(officer, asked):
    officer.post(f"/exercises/{asked.name}/stop")
    assert asked.file(shelf.STOP).exists()


def test_the_list_refreshes_only_when_something_changed(officer, asked):
    tag = officer.get("/exercises/live")["ETag"]
    assert officer.get("/exercises/live", headers={"If-None-Match": tag}).status_code == HTTPStatus.NOT_MODIFIED
    played(asked)
    assert officer.get("/exercises/live", headers={"If-None-Match": tag}).status_code == HTTPStatus.OK


def test_what_waits_can_be_withdrawn_and_is_never_played(officer, asked):
    officer.post(f"/exercises/{asked.name}/stop")
    assert (asked.state, playing.start_next(), asked.state) == (shelf.WITHDRAWN, None, shelf.WITHDRAWN)
    assert "not played" in officer.get("/exercises/").content.decode()


def test_one_that_runs_and_was_asked_to_stop_says_so(officer, asked, monkeypatch):
    monkeypatch.setattr(playing, "command_of", lambda kept: [sys.executable, "-c", "input()"])
    playing.start_next()
    officer.post(f"/exercises/{asked.name}/stop")
    assert (asked.state, "stops and writes its report" in officer.get("/exercises/").content.decode()) == (
        shelf.STOPPING,
        True,
    )
    playing.end()


def test_a_run_has_not_ended_before_its_report_is_there(asked):
    lock = shelf.hold(asked.file(shelf.LOCK))
    played(asked)
    (asked.directory / PAGE).unlink()
    assert asked.state == shelf.RUNNING
    lock.close()
    asked.file(shelf.LOG).write_text("It broke.")
    assert asked.state == shelf.FAILED


def test_the_list_writes_times_as_the_house_does_and_offers_only_what_is_there(officer, asked):
    played(asked)
    shown = officer.get("/exercises/").content.decode()
    assert f">{utc(asked.asked.at)}</time>" in shown
    assert (f"/{asked.name}/report.html" in shown, f"/{asked.name}/bundle.zip" in shown) == (True, False)


def test_what_was_played_can_be_changed_and_played_again(officer, asked):
    shown = officer.get(f"/exercises/new?like={asked.name}").content.decode()
    assert ("A data centre without power" in shown, f'value="{asked.asked.scenario}"' in shown) == (True, True)
    assert officer.get("/exercises/new?like=nobody").status_code == HTTPStatus.NOT_FOUND


def test_to_compare_two_have_to_be_chosen(officer, asked):
    played(asked)
    shown = officer.get(f"/exercises/compare?first={asked.name}", follow=True).content.decode()
    assert "Choose which exercise is the first and which is the second." in shown


def test_a_name_that_is_no_file_name_is_refused_with_how_to_write_it(officer):
    text = reading.find(SMALL).read_text()
    shown = officer.post("/exercises/new", {"name": "My Outage", "seed": 5, "share": 100, "text": text})
    assert "A name is made of small letters, digits and hyphens" in shown.content.decode()
    assert shelf.all_kept() == []


def test_of_the_pages_of_the_portal_only_the_exercises_are_marked_as_the_present_one(officer):
    shown = officer.get("/exercises/new").content.decode()
    assert re.findall(r'href="([^"]*)" aria-current="page"', shown) == ["/exercises/"]
