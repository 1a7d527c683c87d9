"""A provider's engineer registers an endpoint and sends it a test order with one call."""

import importlib

import pytest
from django.urls import clear_url_caches

import perci.api
import perci.urls
from orders import clock
from orders.models import CompetentAuthority, OutboxMessage, RemovalOrder
from platforms import connecting
from platforms.models import Connection, WebhookSecret
from platforms.sandbox import ordering
from tests import api, factories
from tests.api import P, S, problem_of
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
HERE = "http://127.0.0.1:9000/webhook"


@pytest.fixture
def caller():
    caller = api.platform(factories.provider())
    caller.get(f"{P}/me")
    return caller


def test_one_call_registers_a_loopback_endpoint_and_issues_a_test_order(caller):
    answer = caller.post(f"{S}/orders", {"endpoint": HERE})
    sent, order = answer.json(), RemovalOrder.objects.get()
    connection, secret = Connection.objects.get(), WebhookSecret.objects.get()
    assert answer.status_code == 201
    assert {name: sent[name] for name in ("reference", "limit_scale", "endpoint", "webhook_secret")} == {
        "reference": order.reference,
        "limit_scale": "1/60",
        "endpoint": HERE,
        "webhook_secret": secret.secret,
    }
    assert (connection.endpoint, connection.sandbox) == (HERE, True)
    assert (order.issuing_authority.sandbox, order.limit_scale, order.force) == (True, "1/60", "in_force")
    message = OutboxMessage.objects.get(recipient=order.provider.code)
    assert (message.type, message.next_attempt_at is not None) == ("order.issued", True)


def test_the_secret_is_told_once_and_the_authority_is_made_once(caller):
    caller.post(f"{S}/orders", {"endpoint": HERE})
    second = caller.post(f"{S}/orders", {"limit_scale": "1/3600", "items": 3}).json()
    order = RemovalOrder.objects.get(dossier__reference=second["reference"])
    assert ("webhook_secret" in second, second["endpoint"], order.items.count()) == (False, HERE, 3)
    assert (CompetentAuthority.objects.filter(sandbox=True).count(), WebhookSecret.objects.count()) == (1, 1)


def test_the_test_order_is_answered_like_any_other(caller):
    sent = caller.post(f"{S}/orders", {}).json()
    path = sent["order_url"].removeprefix("http://localhost:8000")
    measure = {"item": 1, "measure": "removed", "taken_at": clock.now().isoformat()}
    answer = caller.post(f"{path}/annex-ii", {"measures": [measure]})
    assert (answer.status_code, answer.json()["items"][0]["verdict"]) == (201, "within_hour")


def test_its_officers_are_two_and_neither_can_sign_in(caller):
    caller.post(f"{S}/orders", {})
    order = RemovalOrder.objects.get()
    people = [order.drafted_by, order.approved_by]
    assert [person.has_usable_password() for person in people] == [False, False]
    assert people[0] != people[1]


@pytest.mark.parametrize(
    "endpoint", ["ftp://host.example/", "https://169.254.169.254/", "https://user@host.example/", "no address"]
)
@pytest.mark.parametrize(("method", "path"), [("PUT", f"{P}/endpoint"), ("POST", f"{S}/orders")])
def test_an_endpoint_that_must_not_be_called_is_refused_and_nothing_is_issued(method, path, endpoint, caller):
    before = everything()
    answer = caller.send(method, path, {"endpoint": endpoint})
    error = {"pointer": "/endpoint", "code": "endpoint-refused", "got": endpoint}
    assert (problem_of(answer), answer.json()["errors"]) == ("endpoint-refused", [error])
    assert everything() == before


def test_only_a_sandbox_connection_may_live_on_loopback(caller):
    connecting.connection_of(factories.provider(), sandbox=False, at=clock.now())
    assert problem_of(caller.send("PUT", f"{P}/endpoint", {"endpoint": HERE})) == "endpoint-refused"
    assert problem_of(caller.post(f"{S}/orders", {"endpoint": HERE})) == "endpoint-refused"


def test_the_endpoint_is_set_and_read(caller):
    assert caller.get(f"{P}/endpoint").json()["endpoint"] == ""
    put = caller.send("PUT", f"{P}/endpoint", {"endpoint": "https://192.0.43.8/hook"})
    assert (put.status_code, caller.get(f"{P}/endpoint").json()) == (200, put.json())
    assert put.json()["endpoint"] == "https://192.0.43.8/hook"


def test_a_provider_that_pulls_needs_no_endpoint(caller):
    put = caller.send("PUT", f"{P}/endpoint", {"channel": "pull"})
    assert (put.status_code, put.json()["channel"], put.json()["endpoint"]) == (200, "pull", "")
    assert caller.send("PUT", f"{P}/endpoint", {"endpoint": "https://192.0.43.8/hook"}).json()["channel"] == "pull"


@pytest.mark.parametrize(
    ("body", "problem", "pointer"),
    [
        ({}, "validation", ""),
        ({"channel": "pigeon"}, "validation", "/channel"),
        ({"channel": "inbox"}, "endpoint-refused", "/channel"),
    ],
)
def test_a_way_that_cannot_be_is_refused_and_leaves_nothing(caller, body, problem, pointer):
    before = everything()
    refused = caller.send("PUT", f"{P}/endpoint", body)
    assert (problem_of(refused), refused.json()["errors"][0]["pointer"]) == (problem, pointer)
    assert everything() == before


def test_a_rotated_secret_signs_beside_the_one_before_for_a_day(caller):
    caller.post(f"{S}/orders", {"endpoint": HERE})
    told = caller.post(f"{P}/endpoint/secrets").json()
    connection, now = Connection.objects.get(), clock.now()
    live = [secret.secret for secret in connecting.live_secrets(connection, at=now)]
    later = [secret.secret for secret in connecting.live_secrets(connection, at=now + connecting.OVERLAP)]
    assert (len(live), live[1], later) == (2, told["secret"], [told["secret"]])


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", f"{P}/endpoint"), ("PUT", f"{P}/endpoint"), ("POST", f"{P}/endpoint/secrets"), ("POST", f"{S}/orders")],
)
def test_managing_needs_its_scope(method, path):
    caller = api.platform(factories.provider(), scope="orders.read orders.answer")
    caller.get(f"{P}/me")
    before = everything()
    assert problem_of(caller.send(method, path, {})) == "scope-missing"
    assert everything() == before


@pytest.fixture
def production(settings):
    settings.PRODUCTION = True
    importlib.reload(perci.api)
    importlib.reload(perci.urls)
    clear_url_caches()
    yield
    settings.PRODUCTION = False
    importlib.reload(perci.api)
    importlib.reload(perci.urls)
    clear_url_caches()


def test_there_is_no_sandbox_in_production_mode(production, caller):
    assert problem_of(caller.post(f"{S}/orders", {})) == "not-found"
    connection = connecting.connection_of(factories.provider(), sandbox=False, at=clock.now())
    with pytest.raises(ordering.NoSandbox):
        ordering.send_test_order(connection=connection, limit_scale="1", at=clock.now())
    assert RemovalOrder.objects.count() == 0


PAGES = {"hosting.example": "http://127.0.0.1:9000/pages"}


def put_pages(caller, pages):
    return caller.send("PUT", f"{P}/endpoint", {"pages": pages})


@pytest.fixture
def rehearsing(caller):
    connecting.connection_of(factories.provider(), sandbox=True, at=clock.now())
    return caller


def test_the_pages_that_the_probe_looks_at_are_listed_in_their_plain_form_and_taken_off(rehearsing):
    put = put_pages(rehearsing, {"HOSTING.example": "http://127.1:9000/pages/", "www.example.org": "http://[::1]/"})
    assert put.json()["pages"] == {**PAGES, "www.example.org": "http://[::1]"}
    assert Connection.objects.get().pages == rehearsing.get(f"{P}/endpoint").json()["pages"] == put.json()["pages"]
    assert put_pages(rehearsing, {}).json()["pages"] == {}


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("hosting.com", PAGES["hosting.example"]),
        ("notexample", PAGES["hosting.example"]),
        ("hosting.example:8000", PAGES["hosting.example"]),
        ("hosting.example/v", PAGES["hosting.example"]),
        ("somebody@hosting.example", PAGES["hosting.example"]),
        ("", PAGES["hosting.example"]),
        ("hosting.example", "https://192.0.43.8/pages"),
        ("hosting.example", "http://169.254.169.254/"),
        ("hosting.example", "http://[::ffff:127.0.0.1]/"),
        ("hosting.example", "file:///etc"),
        ("hosting.example", "http://127.0.0.1/?page="),
        ("hosting.example", "http://127.0.0.1/" + "é" * 90),
    ],
)
def test_a_host_that_may_be_real_and_a_page_that_is_not_on_loopback_are_refused(host, base, rehearsing):
    before = everything()
    refused = put_pages(rehearsing, {**PAGES, host: base})
    assert problem_of(refused) == "endpoint-refused"
    assert refused.json()["errors"][0]["pointer"] in (f"/pages/{host}", "/pages")
    assert everything() == before


def test_only_a_sandbox_connection_has_pages_that_are_looked_at(caller):
    assert problem_of(put_pages(caller, PAGES)) == "not-sandbox"
    connecting.connection_of(factories.provider(), sandbox=False, at=clock.now())
    before = everything()
    assert problem_of(put_pages(caller, PAGES)) == "not-sandbox"
    assert everything() == before
