"""A provider rotates the credentials and the secrets of its machines itself, and is never left without one."""

from datetime import timedelta

import pytest

from orders import clock
from orders.models import Application
from platforms import connecting
from platforms.api import secrets
from tests import api, factories
from tests.api import P, problem_of
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller():
    caller = api.platform(factories.provider())
    caller.get(f"{P}/me")
    return caller


def only_id(caller) -> str:
    [one] = caller.get(f"{P}/credentials").json()["items"]
    return one["client_id"]


def test_a_second_credential_works_beside_the_first_and_its_secret_is_told_once(caller):
    first = only_id(caller)
    made = caller.post(f"{P}/credentials", {"name": "worker 2"})
    listed = caller.get(f"{P}/credentials").json()["items"]
    second = Application.objects.get(client_id=made.json()["client_id"])
    token = api.ask_for_token(second, made.json()["client_secret"])
    assert (made.status_code, made.json()["name"], token.status_code) == (201, "worker 2", 200)
    assert [one["client_id"] for one in listed] == [first, second.client_id]
    assert made.json()["client_secret"] not in str(listed)
    assert second.client_secret != made.json()["client_secret"]


def test_the_last_use_is_shown(caller):
    caller.post(f"{P}/credentials", {})
    used = [one["last_used_at"] for one in caller.get(f"{P}/credentials").json()["items"]]
    assert (used[0] is not None, used[1]) == (True, None)


def test_a_third_is_refused(caller):
    caller.post(f"{P}/credentials", {})
    before = everything()
    refused = caller.post(f"{P}/credentials", {})
    assert (refused.status_code, problem_of(refused)) == (409, "two-credentials")
    assert everything() == before


def test_a_deleted_credential_gets_no_token_and_its_tokens_end_at_once(caller):
    made = caller.post(f"{P}/credentials", {}).json()
    second = Application.objects.get(client_id=made["client_id"])
    other = api.Caller(api.ask_for_token(second, made["client_secret"]).json()["access_token"])
    assert other.get(f"{P}/me").status_code == 200
    assert caller.send("DELETE", f"{P}/credentials/{made['client_id']}").status_code == 204
    assert problem_of(other.get(f"{P}/me")) == "invalid-token"
    assert api.ask_for_token(second, made["client_secret"]).status_code == 401


def test_the_last_credential_stays(caller):
    before = everything()
    refused = caller.send("DELETE", f"{P}/credentials/{only_id(caller)}")
    assert (refused.status_code, problem_of(refused)) == (409, "last-credential")
    assert everything() == before


@pytest.mark.parametrize("whose", ["stranger", "nobody", "%00"])
def test_a_credential_of_somebody_else_is_not_found(caller, whose):
    theirs, _ = api.machine(provider=factories.provider("stranger"))
    caller.post(f"{P}/credentials", {})
    before = everything()
    refused = caller.send("DELETE", f"{P}/credentials/{theirs.client_id if whose == 'stranger' else whose}")
    assert (problem_of(refused), everything() == before) == ("not-found", True)


def ids(caller) -> list[str]:
    return [one["id"] for one in caller.get(f"{P}/endpoint/secrets").json()["items"]]


def test_secrets_are_listed_by_an_id_and_never_told_again(caller):
    assert ids(caller) == []
    made = [caller.post(f"{P}/endpoint/secrets").json() for _ in range(2)]
    listed = caller.get(f"{P}/endpoint/secrets").json()["items"]
    assert [one["id"] for one in listed] == [one["id"] for one in made]
    assert [one["retires_at"] for one in listed] == [made[1]["others_retire_at"], None]
    assert not any(one["secret"] in str(listed) for one in made)


def test_a_secret_that_was_taken_over_can_be_retired_at_once(caller):
    first, second = (caller.post(f"{P}/endpoint/secrets").json()["id"] for _ in range(2))
    assert caller.send("DELETE", f"{P}/endpoint/secrets/{first}").status_code == 204
    assert ids(caller) == [second]
    assert problem_of(caller.send("DELETE", f"{P}/endpoint/secrets/{first}")) == "not-found"


def test_the_secret_that_stays_cannot_be_retired(caller):
    _, second = (caller.post(f"{P}/endpoint/secrets").json()["id"] for _ in range(2))
    before = everything()
    refused = caller.send("DELETE", f"{P}/endpoint/secrets/{second}")
    assert (refused.status_code, problem_of(refused)) == (409, "last-secret")
    assert everything() == before


def test_a_secret_of_somebody_else_is_not_found(caller):
    stranger = connecting.connection_of(factories.provider("stranger"), sandbox=False, at=clock.now())
    theirs = connecting.rotate_secret(stranger, at=clock.now())
    connecting.rotate_secret(stranger, at=clock.now() + timedelta(seconds=1))
    before = everything()
    refused = caller.send("DELETE", f"{P}/endpoint/secrets/{secrets.key_id(theirs)}")
    assert (problem_of(refused), everything() == before) == ("not-found", True)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "credentials"),
        ("POST", "credentials"),
        ("DELETE", "credentials/x"),
        ("GET", "endpoint/secrets"),
        ("DELETE", "endpoint/secrets/x"),
    ],
)
def test_managing_needs_its_scope(method, path):
    caller = api.platform(factories.provider(), scope="orders.read orders.answer")
    caller.get(f"{P}/me")
    before = everything()
    assert problem_of(caller.send(method, f"{P}/{path}", {})) == "scope-missing"
    assert everything() == before
