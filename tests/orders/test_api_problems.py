"""Every error under /api/ is a problem document whose type is a page; the OpenAPI document describes what there is."""

import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from orders.acts.refusals import Refusal
from orders.api.problem_types import PROBLEM_TYPES
from perci.management.commands import openapi
from tests import api, factories
from tests.api import P, problem_of

pytestmark = pytest.mark.django_db
MEMBERS = {"type", "title", "status", "detail", "instance", "request_id", "server_time", "errors"}


@pytest.fixture
def browser():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("code", PROBLEM_TYPES)
def test_each_type_of_problem_has_a_page(browser, code):
    page = browser.get(f"/docs/problems/{code}").content.decode()
    assert PROBLEM_TYPES[code].title in page
    assert all(heading in page for heading in ("What it means", "How it looks", "What to do"))
    assert f"/docs/problems/{code}" in browser.get("/docs/problems/").content.decode()


def test_a_type_that_there_is_not_has_no_page(browser):
    assert browser.get("/docs/problems/unknown").status_code == 404


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("path", ["/api/", "/api/nowhere", f"{P}/orders/", "/api/%FF", "/api/%00"])
def test_an_unknown_address_under_api_is_a_problem_in_every_mode(browser, settings, path, debug):
    settings.DEBUG = debug
    answer = browser.get(path)
    assert (answer.status_code, problem_of(answer), set(answer.json())) == (404, "not-found", MEMBERS)


def test_a_post_to_an_unknown_address_is_not_taken_for_a_form_of_ours():
    strict = Client(enforce_csrf_checks=True)
    assert problem_of(strict.post(f"{P}/orders//annex-ii", {}, "application/json")) == "not-found"


def test_a_host_that_is_not_ours_is_a_problem(browser):
    assert problem_of(browser.get(f"{P}/me", headers={"Host": "evil.example"})) == "malformed"


def test_a_fault_of_ours_is_a_problem_and_tells_nothing_of_its_inside(monkeypatch):
    caller = api.platform(factories.provider())
    caller.get(f"{P}/me")  # the view is described as it is before it is broken

    def fault(view, request):
        raise RuntimeError("inside")

    monkeypatch.setattr("platforms.api.reading.Me.get", fault)
    answer = caller.get(f"{P}/me")
    assert (answer.status_code, problem_of(answer), b"inside" in answer.content) == (500, "internal", False)


def test_outside_of_the_api_an_unknown_address_is_a_page(browser):
    answer = browser.get("/nowhere")
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (404, "text/html")


def test_the_openapi_document_is_the_generated_one_and_describes_every_call():
    call_command("openapi", "--check")
    text = openapi.PAGE.read_text(encoding="utf-8")
    paths = re.findall(r"^  (/\S+):$", text, flags=re.MULTILINE)
    assert "openapi: 3.1.0" in text
    assert len(paths) == 63
    assert re.findall(r"^  (order\.\S+):$", text, flags=re.MULTILINE) == [
        "order.issued",
        "order.clarified",
        "order.withdrawn",
        "order.limit_approaching",
        "order.limit_passed",
        "order.prior_information_given",
        "order.annulled",
        "order.scrutiny_opened",
        "order.scrutiny_decided",
        "order.scrutiny_closed",
        "order.appeal_recorded",
        "order.final",
        "order.disclosure_withheld",
        "order.disclosure_allowed",
        "order.preservation_extended",
        "order.ground_disputed",
        "order.grounds_ceased",
        "order.ground_reminded",
    ]


def test_every_refusal_of_an_act_is_a_type_of_problem():
    def kinds(of):
        return {of, *(kind for below in of.__subclasses__() for kind in kinds(below))}

    codes = {kind.code for kind in kinds(Refusal) if kind.__module__.startswith("orders.acts")}
    assert codes <= set(PROBLEM_TYPES)
    assert len(codes) > 6


def test_a_document_that_differs_is_refused_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(openapi, "PAGE", tmp_path / "openapi.yaml")
    monkeypatch.setattr(openapi, "described", lambda: b"openapi: 3.1.0\n")
    with pytest.raises(CommandError, match="does not describe the code: run"):
        call_command("openapi", "--check")
    call_command("openapi")
    call_command("openapi", "--check")


def test_the_docs_are_read_offline(browser):
    page = browser.get("/api/docs/")
    assert page.status_code == 200
    assert re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.content.decode())
    assert "<script>" not in page.content.decode()
    assert browser.get("/api/docs/?script=").status_code == 200
    assert browser.get("/api/schema/").status_code == 200
