"""The drill: refused before anything starts where it cannot be, breaking nothing of others, and once for real."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from django.core.management import call_command

from perci import broker
from perci.celery import CLOCK
from perci.drill import breaking, terms, world
from perci.drill.breaking import FLUSH, KILL, NotOurs, planned
from perci.drill.night import Night
from perci.drill.record import Record
from perci.drill.terms import Terms, WrongUse
from perci.launching import pid_file
from perci.management.commands import drill, drill_night
from perci.supervisor import Supervisor, any_port
from platforms import sample_receiver
from tests.factories import HOUR, T0
from tests.system.test_supervisor import alive, until

ROOT = Path(__file__).resolve().parents[2]
HERE = "http://127.0.0.1:9000"


# --- wrong use ---
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "no ENDPOINT: say where your receiver takes webhooks, as in `make drill ENDPOINT=http://localhost:9000`."),
        ({"endpoint": "localhost:9000"}, "ENDPOINT is 'localhost:9000': An endpoint beginning with localhost:"),
        ({"endpoint": "ftp://127.0.0.1/"}, "ENDPOINT is 'ftp://127.0.0.1/': An endpoint beginning with ftp:"),
        ({"endpoint": "receiver"}, "ENDPOINT is 'receiver': This is not a URL"),
        ({"endpoint": "http://me:secret@127.0.0.1:9000"}, "carries a user name or password"),
        ({"endpoint": "http://127.0.0.1:99999"}, "ENDPOINT is 'http://127.0.0.1:99999': This is not a URL"),
        ({"endpoint": "http://169.254.169.254/"}, "is the metadata service of a cloud"),
        ({"endpoint": HERE, "scale": "1/120"}, "SCALE is '1/120': an hour lasts 1 (an hour), 1/60 (a minute), 1/3600"),
        ({"endpoint": HERE, "page": "http://192.0.43.7/v/1"}, "PAGE is 'http://192.0.43.7/v/1': 192.0.43.7 is"),
        ({"endpoint": HERE, "wait": float("nan")}, "WAIT is nan: wait from 0 to 3600 seconds for your receiver."),
        ({"endpoint": HERE, "port": 99999}, "PORT is 99999: use one from 1024 to 65000."),
    ],
)
def test_what_cannot_be_is_refused_with_2_before_anything_starts(given, says, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("drill", **given)
    assert (ended.value.code, says in capsys.readouterr().err) == (2, True)


def test_who_will_not_wait_is_told_at_once_that_nobody_listens(capsys):
    endpoint = f"http://127.0.0.1:{any_port()}/"
    with pytest.raises(SystemExit) as ended:
        call_command("drill", endpoint=endpoint, wait=0)
    assert ended.value.code == 2
    assert f"nobody listens at {endpoint}: start your receiver there" in capsys.readouterr().err


def test_waiting_has_an_end_and_says_what_for(capsys):
    endpoint = f"http://127.0.0.1:{any_port()}/"
    with pytest.raises(WrongUse, match="nobody listens"):
        drill_night.until_ready(Terms(endpoint), seconds=0.1)
    assert capsys.readouterr().out == f"perci: waiting up to 0 s for somebody to listen at {endpoint}\n"


def test_a_page_that_is_not_there_has_nothing_to_remove(live_receiver):
    gone = Terms(live_receiver, f"{live_receiver}/gone")
    assert terms.missing(Terms(live_receiver, f"{live_receiver}/v/1")) is None
    assert f"the page {gone.page} answers 410" in terms.missing(gone).gave_up


def test_no_certificate_is_written_over_an_earlier_one(tmp_path, capsys):
    (tmp_path / "certificate.html").write_text("of yesterday")
    with pytest.raises(SystemExit) as ended:
        call_command("drill", endpoint=HERE, out=tmp_path)
    assert (ended.value.code, "choose another directory" in capsys.readouterr().err) == (2, True)


def test_there_is_no_drill_in_production(settings, capsys):
    settings.PRODUCTION = True
    with pytest.raises(SystemExit) as ended:
        call_command("drill", endpoint=HERE)
    assert (ended.value.code, "does not run with PERCI_PRODUCTION" in capsys.readouterr().err) == (2, True)


def test_the_receiver_that_ships_knows_the_credentials_that_the_drill_tells():
    known = (sample_receiver.CLIENT_ID, sample_receiver.CLIENT_SECRET, sample_receiver.SECRETS)
    assert known == (world.CLIENT_ID, world.CLIENT_SECRET, [world.WEBHOOK_SECRET])
    told = drill.invitation(Terms(HERE), sample_receiver.BASE)
    assert all(word in told for word in (*known[:2], *known[2], sample_receiver.BASE, HERE))
    assert f"http://localhost:{drill.PORT}" == sample_receiver.BASE


# --- breaking ---
@pytest.fixture
def supervisor(tmp_path):
    with Supervisor(tmp_path, patience=0.5) as supervisor:
        yield supervisor


def test_a_broker_of_somebody_else_is_not_emptied(supervisor, tmp_path):
    url = broker.start(supervisor)
    with redis.Redis.from_url(url) as server:
        server.set("theirs", "1")
        with pytest.raises(NotOurs, match="not the drill's own"):
            breaking.flush(url, tmp_path / "of-another-run")
        assert server.get("theirs") == b"1"
        assert breaking.flush(url, tmp_path) == "FLUSHALL on its Redis, 1 key lost"
        assert server.get("theirs") is None


def test_a_worker_that_is_killed_is_started_anew_by_its_supervisor(supervisor, tmp_path):
    file = pid_file(tmp_path, CLOCK)
    script = f"import os, time; open({str(file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    supervisor.start(CLOCK, [sys.executable, "-c", script], again=1)
    assert until(lambda: file.exists() and file.read_text())
    first = int(file.read_text())
    assert breaking.kill(tmp_path) == f"kill -9 of process {first}, the worker of the clock"
    supervisor.wait_until(lambda: int(file.read_text() or first) != first, seconds=10, what="the worker")
    assert not alive(first)


def test_where_no_worker_is_none_is_killed(tmp_path):
    with pytest.raises(NotOurs, match="no worker of the drill's own"):
        breaking.kill(tmp_path)


@pytest.mark.parametrize(("scale", "before"), [("1", (8, 2)), ("1/60", (5, 2)), ("1/3600", (5 / 60, 2 / 60))])
def test_things_break_shortly_before_the_end_at_every_speed(scale, before):
    plan = planned(T0 + HOUR, scale=scale)
    assert [(T0 + HOUR - plan[what]).total_seconds() for what in (FLUSH, KILL)] == pytest.approx(before, abs=1e-5)


def test_a_night_without_receipt_ends_an_hour_after_the_issue(tmp_path):
    night = Night(Terms(HERE, scale="1", unbroken=True), "", tmp_path, order=None)
    found = Record(
        "NL-2026-000001", "", "", "", "1", "", issued_at=T0, received_at=None, receipt_rule="", started_at=None,
        due_at=None, taken_at=None, reported_at=None, verdict=None, basis=None, decisive_at=None,
    )  # fmt: skip
    assert [night.is_over(found, T0 + HOUR * share) for share in (0.5, 0.99, 1)] == [False, False, True]


# --- all of it ---
@pytest.fixture
def live_receiver(tmp_path):
    """The receiver that ships, as a process, one of whose pages is gone; its address."""
    port = any_port()
    preset = "import platforms.sample_receiver as it; it.gone.add('/gone'); it.serve()"
    environment = clean() | {"RECEIVER_PORT": str(port), "BASE": f"http://localhost:{PORT}"}
    with (tmp_path / "receiver.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-c", preset], cwd=ROOT, env=environment, stdout=log, stderr=log)
    address = f"http://localhost:{port}"
    assert until(lambda: terms.listens(address))
    yield address
    process.kill()
    process.wait()


PORT = any_port()  # where the system of the drill listens


def clean() -> dict[str, str]:
    """The environment without what the suite adds to it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PERCI_"))}


def test_a_drill_with_the_receiver_that_ships_ends_within_the_hour_whatever_breaks(live_receiver, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "manage.py", "drill", "--endpoint", live_receiver, "--page", f"{live_receiver}/v/1"]
    done = subprocess.run(
        [*command, "--port", str(PORT), "--out", str(out)],
        cwd=ROOT, env=clean(), capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads((out / "certificate.json").read_text())
    assert (told["passed"], told["verdict"], told["basis"], told["proof"]["holds"]) == (
        True,
        "within_hour",
        "both",
        True,
    )
    assert [one["what"] for one in told["broken_on_purpose"] if one["back_at"]] == [FLUSH, KILL]
    assert {file.name for file in out.iterdir()} == {"certificate.html", "certificate.json", "evidence.zip"}
    assert "of the hour left" in done.stdout
    assert "BROKEN ON PURPOSE: kill -9" in done.stdout


def test_an_interrupted_drill_leaves_no_process_and_no_certificate(tmp_path):
    endpoint = f"http://127.0.0.1:{any_port()}/"
    command = [sys.executable, "manage.py", "drill", "--endpoint", endpoint, "--port", str(any_port())]
    said = tmp_path / "said.txt"
    with said.open("w") as file:
        process = subprocess.Popen(
            [*command, "--out", str(tmp_path / "out")], cwd=ROOT, env=clean(), stdout=file, stderr=file
        )
        assert until(lambda: "base URL" in said.read_text(), seconds=60)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    assert "no certificate. Nothing is left running." in said.read_text()
    assert not (tmp_path / "out").exists()


@pytest.mark.django_db
def test_a_night_that_fails_is_not_taken_for_a_platform_that_was_late(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(terms, "listens", lambda endpoint: True)
    with pytest.raises(SystemExit) as ended:  # no world was prepared
        call_command("drill_night", "play", "--endpoint", HERE, "--scale", "1/60", "--out", str(tmp_path))
    assert (ended.value.code, "Traceback" in capsys.readouterr().err) == (3, True)
