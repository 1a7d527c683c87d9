"""Tokens: ten minutes, for what the party may do, and none that is unknown, expired or revoked gets in."""

import base64
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from orders import clock
from orders.models import Application
from tests import api, factories
from tests.api import A, P, problem_of
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_a_token_lives_ten_minutes():
    with time_machine.travel(clock.now(), tick=False) as traveller:
        caller = api.platform(factories.provider())
        traveller.shift(10 * MINUTE - timedelta(seconds=1))
        assert caller.get(f"{P}/me").status_code == 200
        traveller.shift(timedelta(seconds=1))
        assert problem_of(caller.get(f"{P}/me")) == "invalid-token"


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer unknown", "Bearer a\x00b", "Bearer \xff", "Basic dTpw", "Token x"],
)
def test_without_a_valid_token_nobody_gets_in_and_nothing_changes(authorization):
    order = factories.issued()
    caller = api.Caller("")
    caller.authorization = authorization
    before = everything()
    answers = [
        caller.get(f"{P}/me"),
        caller.get(f"{P}/orders/{order.reference}"),
        caller.post(f"{P}/orders/{order.reference}/acknowledgements", {}),
        caller.get(f"{A}/orders"),
        caller.post(f"{A}/orders/{order.reference}/acts/withdraw", {"reason": "x"}),
    ]
    assert [(problem_of(answer), answer["WWW-Authenticate"]) for answer in answers] == [("invalid-token", "Bearer")] * 5
    assert everything() == before


def test_a_revoked_token_is_refused():
    application, secret = api.machine(provider=factories.provider())
    token = api.ask_for_token(application, secret).json()["access_token"]
    whose = {"token": token, "client_id": application.client_id, "client_secret": secret}
    assert Client().post("/oauth/revoke", whose).status_code == 200
    assert problem_of(api.Caller(token).get(f"{P}/me")) == "invalid-token"


@pytest.mark.parametrize(
    ("party", "scopes"),
    [
        ("provider", {"orders.read", "orders.answer", "connection.manage"}),
        ("authority", {"authority.read", "authority.draft"}),
    ],
)
def test_a_machine_that_asks_for_no_scope_gets_all_that_its_party_may_have(party, scopes):
    of = factories.provider() if party == "provider" else factories.authority()
    answer = api.ask_for_token(*api.machine(**{party: of})).json()
    assert (set(answer["scope"].split()), answer["expires_in"], answer["token_type"]) == (scopes, 600, "Bearer")


@pytest.mark.parametrize(("party", "scope"), [("provider", "authority.read"), ("authority", "authority.act")])
def test_a_scope_of_another_party_or_of_a_person_is_not_given_to_a_machine(party, scope):
    of = factories.provider() if party == "provider" else factories.authority()
    answer = api.ask_for_token(*api.machine(**{party: of}), scope=scope)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_an_officer_who_is_no_longer_active_is_refused():
    of = factories.authority()
    anna = factories.officer("anna", of).person
    caller = api.officer(anna, of)
    anna.is_active = False
    anna.save()
    assert problem_of(caller.get(f"{A}/orders")) == "invalid-token"


@pytest.mark.parametrize(
    "body",
    [b"", b"grant_type=client_credentials&client_id=%00", b"grant_type=%FF", b"client_id=%ED%A0%80&grant_type=x", b"{"],
)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", "multipart/form-data"])
@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
def test_a_bad_request_for_a_token_is_no_fault(path, kind, body):
    before = everything()
    answer = Client(raise_request_exception=False).generic("POST", path, body, kind)
    assert (400 <= answer.status_code < 500, "error" in answer.json()) == (True, True)
    assert everything() == before


GRANT = {"grant_type": "client_credentials"}
ERRORS = {
    "no grant type": ({}, True, "unsupported_grant_type", "Send grant_type=client_credentials"),
    "another grant": ({"grant_type": "nonsense"}, True, "unsupported_grant_type", "Send grant_type=client_credentials"),
    "no client": (GRANT, False, "invalid_client", "Send the client id and the client secret"),
    "no such scope": ({**GRANT, "scope": "nonsense"}, True, "invalid_scope", "Leave scope out"),
    "not its grant": (
        {"grant_type": "authorization_code", "code": "x"},
        True,
        "unauthorized_client",
        "This client may",
    ),
    "no such token": (
        {"grant_type": "refresh_token", "refresh_token": "x"},
        True,
        "invalid_grant",
        "The code or token",
    ),
    "a parameter missing": ({"grant_type": "password"}, True, "invalid_request", "Request is missing username"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_of_the_token_endpoint_says_what_to_do(case):
    body, known, error, begins = ERRORS[case]
    application, secret = api.machine(provider=factories.provider())
    basic = base64.b64encode(f"{application.client_id}:{secret if known else 'wrong'}".encode()).decode()
    answer = Client().post("/oauth/token", body, headers={"Authorization": f"Basic {basic}"})
    said = answer.json()
    assert (said["error"], said["error_description"].startswith(begins)) == (error, True)
    assert set(said["error_description"]) <= {chr(code) for code in range(0x20, 0x7F)} - {'"', "\\"}  # RFC 6749, 5.2


def test_a_client_whose_name_no_row_can_hold_is_no_fault():
    answer = Client(raise_request_exception=False).post(
        "/oauth/token", {"grant_type": "client_credentials"}, headers={"Authorization": "Basic AGE6Yg=="}
    )
    assert answer.status_code in (400, 401)


def test_the_last_use_is_noted_at_most_once_a_minute():
    with time_machine.travel(clock.now(), tick=False) as traveller:
        caller, noted = api.platform(factories.provider()), []
        for wait in (0, 59, 1):
            traveller.shift(wait)
            caller.get(f"{P}/me")
            noted.append(Application.objects.get().last_used_at)
        assert noted == [noted[0], noted[0], noted[0] + MINUTE]
