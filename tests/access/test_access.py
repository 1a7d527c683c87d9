"""Every address of the system and everybody who might ask: who is let in follows from one table, and nobody else."""

from collections.abc import Iterator
from copy import copy
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from orders import clock
from orders.evidence.sealing import rounds
from orders.models import Membership, OutboxMessage, RemovalOrder, User
from orders.portal.catalogue import OFFERS
from orders.regulation.regions import OfficerRole
from tests import api, people
from tests.access.table import ADMINISTRATOR, EVERYBODY, ROLES, TABLE
from tests.factories import authority, officer, provider, received
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
SIGN_IN = {"/login", "/admin/login/"}
MOST_REDIRECTS = 5


class Route(NamedTuple):
    """One address: its name with namespaces, its pattern, and the names of its parameters."""

    name: str
    pattern: str
    parameters: tuple[str, ...]


def walked(patterns: list[Any], spaces: str = "", before: str = "") -> Iterator[Route]:
    """Every route below `patterns`; one without a name is known by its pattern."""
    for one in patterns:
        pattern = before + str(one.pattern)
        if isinstance(one, URLResolver):
            inside = f"{spaces}{one.namespace}:" if one.namespace else spaces
            yield from walked(one.url_patterns, inside, pattern)
        elif isinstance(one, URLPattern):
            parameters = (*one.pattern.converters, *one.pattern.regex.groupindex)
            name = f"{spaces}{one.name}" if one.name else pattern
            yield Route(name, pattern, tuple(dict.fromkeys(parameters)))


ROUTES = list(walked(get_resolver().url_patterns))


class World(NamedTuple):
    """One order, everybody who might ask for it, and what stands in the place of each parameter."""

    order: RemovalOrder
    callers: dict[str, Client]
    values: dict[str, str]


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def with_token(caller: api.Caller) -> Client:
    return Client(raise_request_exception=False, headers={"Authorization": caller.authorization})


def somebody(name: str, role: OfficerRole | None = None, **of: Any) -> Client:
    user = User.objects.create(username=name)
    if role:
        Membership.objects.create(user=user, role=role, **of)
    return signed_in(user)


@pytest.fixture
def world() -> World:
    people.scrutineer()
    order = received()
    issuer, other, theirs = order.issuing_authority, authority("at-other", "AT"), provider("other-be", "BE")
    message = OutboxMessage.objects.get(dossier=order.dossier, type="order.issued")
    people.europol()
    rounds.seal(at=clock.now())
    callers = {
        "stranger": Client(raise_request_exception=False),
        "issuer": signed_in(officer("anna", issuer).person),
        "own auditor": somebody("olaf", OfficerRole.AUDITOR, authority=issuer),
        "home": signed_in(User.objects.get(username="carla")),
        "other authority": signed_in(officer("daan", other).person),
        "auditor": somebody("ada", OfficerRole.AUDITOR),
        "europol": signed_in(User.objects.get(username="elena")),
        "engineer": somebody("erik", OfficerRole.PLATFORM_ENGINEER, provider=order.provider),
        "other engineer": somebody("ines", OfficerRole.PLATFORM_ENGINEER, provider=theirs),
        "nobody": somebody("nemo"),
        "administrator": signed_in(User.objects.create(username="root", is_staff=True, is_superuser=True)),
        "issuer's system": with_token(api.authority_machine(issuer)),
        "home's system": with_token(api.authority_machine(people.home())),
        "other authority's system": with_token(api.authority_machine(other)),
        "europol's system": with_token(
            api.Caller(api.ask_for_token(*api.machine(europol=True)).json()["access_token"])
        ),
        "provider's system": with_token(api.platform(order.provider)),
        "other provider's system": with_token(api.platform(theirs)),
    }
    values = {
        "reference": order.reference, "number": str(order.dossier.entries.get(act="issue").number),
        "message_id": message.message_id, "act": "withdraw", "name": "withdraw", "code": "not-found", "kind": "8",
        "figure": "conditions.first", "key": "k", "client_id": "c", "kid": "k", "id": "x", "url": "x", "path": "x",
        "file": "x", "object_id": str(issuer.pk), "app_label": "orders", "content_type_id": "1",
    }  # fmt: skip
    return World(order, callers, values)


def address(route: Route, world: World) -> str:
    values = {**world.values, **VALUES.get(route.name, {})}
    known = {name: values[name] for name in route.parameters}
    if route.name != route.pattern:
        return reverse(route.name, kwargs=known)
    if route.name.startswith("^api/"):
        return "/api/no-such-call"
    return "/" + route.pattern.replace("^", "").rstrip("$").replace("(?P<path>.*)", "x")


VALUES = {"inbox:answer": {"kind": "annex-ii"}}  # where a parameter means something else than elsewhere
QUERIES = {
    "portal:figure": "?about=8:de-fpo&figure=conditions.first",
    "portal:report-file": "?about=8:de-fpo&format=csv",
    "authorities_api:report": "?party=de-fpo",
    "authorities_api:report-figure": "?party=de-fpo",
}


def asked(client: Client, method: str, url: str) -> tuple[Any, list[str]]:
    """The answer where redirects lead, and which pages these were; nothing that it changed remains.

    The page on which one signs in is not asked for: it is the same for all.
    """
    cookies = copy(client.cookies)
    led_to: list[str] = []
    with transaction.atomic():
        answer = client.get(url) if method == "GET" else client.post(url, b"", "application/json")
        while answer.status_code // 100 == 3 and not SIGN_IN.intersection(led_to):
            assert len(led_to) < MOST_REDIRECTS, led_to
            led_to.append(urlsplit(answer["Location"]).path)
            if led_to[-1] not in SIGN_IN:
                answer = client.get(answer["Location"])
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer, led_to


def is_let_in(client: Client, route: Route, world: World) -> bool:
    """Whether the answer is more than that one has to sign in, may not, or that there is nothing of the kind.

    Where nothing is to be read, a form or a call without content is sent: what it lacks is told to those let in alone.
    """
    url = address(route, world)
    answer, led_to = asked(client, "GET", url + QUERIES.get(route.name, ""))
    if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer, led_to = asked(client, "POST", url)
    if SIGN_IN.intersection(led_to) and url not in SIGN_IN:
        return False
    if led_to and led_to[-1] == reverse("inbox:connection") and not route.name.startswith("inbox:"):
        return False  # staff of a provider who asked for a page of officers
    return answer.status_code not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


def expected(route: Route) -> frozenset[str]:
    """Who is let in; the administration is for administrators alone."""
    return ADMINISTRATOR if route.pattern.startswith("admin/") and route.name not in TABLE else TABLE[route.name]


def test_each_address_has_a_line_in_the_table_and_each_line_an_address():
    named = {route.name for route in ROUTES if not route.pattern.startswith("admin/")}
    assert sorted(named) == sorted(name for name in TABLE if not name.startswith("admin"))


@pytest.mark.exhaustive
@pytest.mark.parametrize("role", ROLES)
def test_who_is_let_in_follows_from_the_table(world, role):
    routes = [route for route in ROUTES if role == "stranger" or expected(route) != EVERYBODY]
    let_in = {route.name for route in routes if is_let_in(world.callers[role], route, world)}
    allowed = {route.name for route in routes if role in expected(route)}
    of_admin = {route.name for route in routes if expected(route) is ADMINISTRATOR}
    assert sorted(let_in - allowed) == []
    assert sorted(allowed - let_in - of_admin) == []  # not each page of the administration has something to show


@pytest.mark.parametrize("role", ROLES)
def test_what_is_refused_changes_nothing(world, role, time_machine):
    time_machine.move_to(clock.now(), tick=False)  # the use of a token is noted once a minute
    caller = world.callers[role]
    caller.get("/api/platforms/v1/me")
    before = everything()
    for route in ROUTES:
        if role not in expected(route):
            caller.post(address(route, world), b"{}", "application/json")
    assert everything() == before


RECORDED = {"portal:export", "portal:export-order"}  # what is taken is an act of its own, and orders stay as they are


@pytest.mark.parametrize("role", ["own auditor", "auditor"])
def test_an_auditor_who_is_let_in_changes_nothing(world, role, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    before = everything()
    for route in [route for route in ROUTES if role in expected(route) and route.name not in RECORDED]:
        for act in OFFERS if "name" in route.parameters else [""]:
            here = world._replace(values={**world.values, "name": act})
            world.callers[role].post(address(route, here), {"reason": "x", "reasons": "x"})
    assert everything() == before
