"""Keys for signing answers are registered and rotated by API, and a signature that does not verify is explained."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from orders import clock
from platforms.models import AnswerKey
from tests import api, factories
from tests.api import P, problem_of
from tests.platforms.signing import Signing, jwk_of
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
RFC_8037 = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
SEEN = b'{"provider_reference": "TS-1"}'


@pytest.fixture
def caller():
    return api.platform(factories.provider())


@pytest.fixture
def machine(caller):
    return Signing(caller)


def kids(caller):
    return [key["kid"] for key in caller.get(f"{P}/answer-keys").json()["items"]]


def registered(caller, jwk=None):
    return caller.post(f"{P}/answer-keys", {"jwk": jwk or jwk_of(Ed25519PrivateKey.generate()), "name": "signer"})


def test_a_key_is_known_by_its_thumbprint_and_registered_once(caller):
    made, again = registered(caller, RFC_8037), registered(caller, {**RFC_8037, "kid": "mine", "use": "sig"})
    assert made.json()["kid"] == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"  # as in RFC 8037, appendix A.3
    assert (made.status_code, made.json(), kids(caller)) == (201, again.json(), [made.json()["kid"]])


@pytest.mark.parametrize(
    "jwk",
    [
        {}, {"kty": "OKP"}, {**RFC_8037, "crv": "X25519"}, {**RFC_8037, "kty": "EC"}, {**RFC_8037, "x": None},
        {**RFC_8037, "x": "short"}, {**RFC_8037, "x": ["no"]}, {**RFC_8037, "x": RFC_8037["x"] + "="},
        {**RFC_8037, "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}, "text", [],
    ],
)  # fmt: skip
def test_anything_but_a_public_ed25519_key_is_refused(caller, jwk):
    kids(caller)
    before = everything()
    refused = (
        registered(caller, jwk) if isinstance(jwk, dict) and jwk else caller.post(f"{P}/answer-keys", {"jwk": jwk})
    )
    assert (refused.status_code, problem_of(refused)) == (422, "validation")
    assert refused.json()["errors"][0]["pointer"] == "/jwk"
    assert everything() == before


def test_two_are_live_while_one_takes_over_and_a_retired_one_is_not_taken_again(caller):
    first, second = registered(caller, RFC_8037).json(), registered(caller).json()
    assert problem_of(registered(caller)) == "two-answer-keys"
    assert caller.send("DELETE", f"{P}/answer-keys/{first['kid']}").status_code == 204
    assert kids(caller) == [second["kid"]]
    assert problem_of(registered(caller, RFC_8037)) == "validation"
    assert problem_of(caller.send("DELETE", f"{P}/answer-keys/{first['kid']}")) == "not-found"
    assert AnswerKey.objects.count() == 2


def test_while_answers_must_be_signed_one_key_stays(caller):
    assert problem_of(caller.send("PUT", f"{P}/endpoint", {"signed_answers": True})) == "last-answer-key"
    made = registered(caller).json()
    caller.send("PUT", f"{P}/endpoint", {"signed_answers": True})
    assert problem_of(caller.send("DELETE", f"{P}/answer-keys/{made['kid']}")) == "last-answer-key"
    caller.send("PUT", f"{P}/endpoint", {"signed_answers": False})
    assert caller.send("DELETE", f"{P}/answer-keys/{made['kid']}").status_code == 204


def test_a_key_of_another_provider_is_not_found(caller):
    theirs = Signing(api.platform(factories.provider("stranger")))
    assert problem_of(caller.send("DELETE", f"{P}/answer-keys/{theirs.kid}")) == "not-found"
    assert registered(caller, jwk_of(theirs.key)).status_code == 201  # the same one of two providers is two


def explained(machine, given, body=SEEN, path="/x", **more):
    headers = {name.replace("_", "-"): given[name] for name in given}
    url = f"http://localhost:8000{path}"
    answer = machine.caller.post(
        f"{P}/debug/verify-answer", {"url": url, "headers": headers, "body": body.decode(), **more}
    )
    assert answer.status_code == 200
    return answer.json()


def test_a_signature_is_explained_and_nothing_recorded(machine):
    given = machine.headers("/x", SEEN)
    machine.caller.get(f"{P}/me")
    before = everything()
    found = explained(machine, given)
    assert (found["finding"], found["kid"]) == ("valid", machine.kid)
    assert found["signature_base"].startswith('"@method": POST\n"@path": /x\n"content-digest": sha-256=:')
    elsewhere = explained(machine, given, path="/y")
    assert (elsewhere["finding"], elsewhere["kid"]) == ("signature-invalid", None)
    assert '"@path": /y' in elsewhere["signature_base"]
    assert explained(machine, given, b"{}")["finding"] == "content-digest-mismatch"
    late = clock.now() + timedelta(seconds=400)
    assert explained(machine, given, received_at=late.isoformat())["finding"] == "signature-expired"
    assert explained(machine, {})["finding"] == "signature-malformed"
    assert everything() == before


def test_it_says_that_a_key_was_retired_and_that_a_nonce_was_used(machine):
    order = factories.received(at=clock.now())
    path = f"{P}/orders/{order.reference}/acknowledgements"
    given = machine.headers(path, SEEN)
    machine.caller.send("POST", path, SEEN, **given)
    assert explained(machine, given, path=path)["finding"] == "nonce-reused"
    machine.caller.send("DELETE", f"{P}/answer-keys/{machine.kid}")
    found = explained(machine, given, path=path)
    assert (found["finding"], "was retired" in found["detail"]) == ("answer-key-unknown", True)


@pytest.mark.parametrize("member", ["url", "headers", "body"])
@pytest.mark.parametrize("nasty", api.NASTY, ids=lambda value: repr(value)[:20])
def test_nonsense_never_is_a_fault_of_ours(machine, member, nasty):
    given = {name.replace("_", "-"): value for name, value in machine.headers("/x", SEEN).items()}
    asked = {"url": "http://localhost:8000/x", "headers": given, "body": SEEN.decode(), member: nasty}
    assert machine.caller.post(f"{P}/debug/verify-answer", asked).status_code in (200, 400, 413, 422)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "answer-keys"), ("POST", "answer-keys"), ("DELETE", "answer-keys/x")]
)
def test_managing_keys_needs_its_scope(method, path):
    caller = api.platform(factories.provider(), scope="orders.read orders.answer")
    assert problem_of(caller.send(method, f"{P}/{path}", {})) == "scope-missing"
