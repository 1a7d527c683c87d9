"""The page of the kit: who starts a run, who sees it, and what may be taken away."""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from django.test import Client

from orders import clock
from orders.models import Membership, User
from orders.regulation.regions import OfficerRole
from platforms import connecting
from platforms.conformance import running
from platforms.conformance.checks import CHECKS
from platforms.models import ConformanceRun
from tests import factories
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
PAGE = "/inbox/conformance"


def person(name, role, provider):
    user = User.objects.create(username=name)
    Membership.objects.create(user=user, provider=provider, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def connection():
    made = connecting.connection_of(factories.provider(), sandbox=True, at=clock.now())
    connecting.first_secret(made, at=clock.now())
    connecting.set_endpoint(made, "http://127.0.0.1:1/hook", at=clock.now())
    return made


@pytest.fixture
def engineer(connection):
    return person("erik", OfficerRole.PLATFORM_ENGINEER, connection.provider)


def started(engineer, **fields):
    return engineer.post(f"{PAGE}/start", {"limit_scale": "1/60", "burst": "5", **fields})


def finished(connection):
    run = running.ask(connection, limit_scale="1/60", burst=5, at=clock.now())
    running.finish(run, at=clock.now())
    return run


def test_an_engineer_starts_a_run_which_waits_for_the_next_tick(engineer):
    assert started(engineer).status_code == 302
    run = ConformanceRun.objects.get()
    assert (run.stage, run.limit_scale, run.burst, run.ended_at) == ("asked", "1/60", 5, None)
    assert "waits to begin" in engineer.get(PAGE).content.decode()


def test_a_second_run_waits_for_the_first_and_one_that_is_stopped_makes_room(engineer):
    started(engineer)
    refused = started(engineer)
    assert (refused.status_code, "wait for its report" in refused.content.decode()) == (422, True)
    engineer.post(f"{PAGE}/stop")
    assert ConformanceRun.objects.get().because == "It was stopped on this page."
    assert started(engineer).status_code == 302


@pytest.mark.parametrize("wrong", [{"burst": "-1"}, {"burst": "0"}, {"burst": "501"}, {"limit_scale": "7"}])
def test_what_cannot_be_is_refused_before_anything_runs(wrong, engineer):
    before = everything()
    assert started(engineer, **wrong).status_code == 422
    assert everything() == before


def test_without_an_endpoint_or_outside_of_the_sandbox_there_is_no_run(engineer, connection):
    type(connection).objects.filter(pk=connection.pk).update(sandbox=False)
    assert "not a sandbox connection" in started(engineer).content.decode()
    type(connection).objects.filter(pk=connection.pk).update(sandbox=True, endpoint="")
    assert "Register an endpoint" in started(engineer).content.decode()
    assert ConformanceRun.objects.count() == 0


def test_an_agent_sees_the_runs_and_starts_none(connection):
    agent = person("agnes", OfficerRole.PLATFORM_AGENT, connection.provider)
    assert (agent.get(PAGE).status_code, started(agent).status_code) == (200, 403)


def test_a_report_is_read_and_every_file_of_it_is_handed_out_to_be_kept(engineer, connection):
    run = finished(connection)
    page = engineer.get(f"{PAGE}/{run.pk}").content.decode()
    assert [check.id for check in CHECKS if check.id not in page] == []
    names = [
        "report.html",
        "report.json",
        "junit.xml",
        "report.html.sig",
        "report.html.jws",
        "report.json.sig",
        "key.pem",
    ]
    answers = {name: engineer.get(f"{PAGE}/{run.pk}/{name}") for name in names}
    assert {answer.headers["Content-Disposition"].partition(";")[0] for answer in answers.values()} == {"attachment"}
    assert json.loads(answers["report.json"].content)["endpoint"] == "http://127.0.0.1:1/hook"
    key = serialization.load_pem_public_key(answers["key.pem"].content)
    key.verify(answers["report.html.sig"].content, answers["report.html"].content)
    assert engineer.get(f"{PAGE}/{run.pk}/other.html").status_code == 404


def test_another_providers_report_is_not_found(connection):
    run = finished(connection)
    stranger = person("sven", OfficerRole.PLATFORM_ENGINEER, factories.provider("stranger"))
    assert [stranger.get(f"{PAGE}/{run.pk}{rest}").status_code for rest in ("", "/report.html")] == [404, 404]


def test_the_part_that_refreshes_itself_is_not_sent_again_unchanged(engineer):
    started(engineer)
    first = engineer.get(f"{PAGE}/runs")
    again = engineer.get(f"{PAGE}/runs", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
