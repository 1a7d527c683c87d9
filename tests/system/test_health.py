"""The health page tells the truth about what happens by itself."""

from datetime import timedelta

import pytest
from django.test import Client

from orders import clock
from orders.models import Heartbeat
from orders.tasks import run_seal, run_sweep

pytestmark = pytest.mark.django_db


def beat(job: str, *, seconds_ago: float) -> None:
    Heartbeat.objects.create(job=job, beat_at=clock.now() - timedelta(seconds=seconds_ago), lag_ms=40, handled=2)


def test_the_page_is_green_while_every_job_beats(client: Client) -> None:
    beat("deliver", seconds_ago=1)
    run_sweep(at=clock.now())
    run_seal(at=clock.now())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["jobs"]["deliver"]["age_seconds"] >= 1
    assert answer.json()["jobs"]["deliver"]["lag_ms"] == 40
    assert answer.json()["set_aside"] == 0


def test_the_page_is_red_and_names_the_job_that_fell_silent(client: Client) -> None:
    beat("deliver", seconds_ago=60)
    beat("seal", seconds_ago=40)
    run_sweep(at=clock.now())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "silent: deliver")


def test_the_page_is_red_before_any_job_gave_a_sign_of_life(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "silent: sweep, deliver, seal")
    assert answer.json()["jobs"]["sweep"] == {"age_seconds": None, "lag_ms": None, "handled": None}


def test_the_figures_are_in_the_text_format_of_prometheus(client: Client) -> None:
    beat("sweep", seconds_ago=0)
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert 'perci_job_lag_seconds{job="sweep"} 0.04' in lines
    assert "perci_deadlines_set_aside 0" in lines
    assert all(line.startswith(("# HELP perci_", "# TYPE perci_", "perci_")) for line in lines)


def test_the_pages_are_only_read(client: Client) -> None:
    assert client.post("/healthz").status_code == client.post("/metrics").status_code == 405
