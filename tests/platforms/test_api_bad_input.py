"""Bad input on every call of a provider gets a problem with a sentence, never a fault, and changes nothing."""

from datetime import timedelta

import pytest
import time_machine

from orders import canonical, clock
from platforms.api.urls import sandbox_urlpatterns, urlpatterns
from tests import api, factories
from tests.api import P, S, problem_of
from tests.platforms.reached import message_of
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
NOW = "2026-11-21T01:30:00Z"
SIGNATORY = {"provider": "Example", "member_state": "NL", "date": "2026-11-21", "signed_at": NOW}
ANNEX_II = {
    "provider_reference": "TS-1",
    "received_at": NOW,
    "measures": [{"item": 1, "measure": "removed", "taken_at": NOW}],
    "signatory": SIGNATORY,
}
ANNEX_III = {
    "provider_reference": "TS-1",
    "received_at": NOW,
    "items": [1],
    "reason": "insufficient_information",
    "grounds_since": NOW,
    "explanation": "Which?",
    "needed": [{"question": 1, "text": "Which video?"}],
}
JWK = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
SIGNED = {"Content-Digest": "sha-256=:x:", "Signature-Input": 'a=("@method");created=1', "Signature": "a=:AA==:"}
# Every call with a body, by its name in the table of addresses: method, address and a good body.
CALLS = {
    "acknowledgements": ("POST", f"{P}/orders/REF/acknowledgements", {"provider_reference": "TS-1"}),
    "annex-ii": ("POST", f"{P}/orders/REF/annex-ii", ANNEX_II),
    "annex-iii": ("POST", f"{P}/orders/REF/annex-iii", ANNEX_III),
    "grounds-ceased": ("POST", f"{P}/orders/REF/grounds-ceased", {"items": [1], "ceased_at": NOW, "grounds": [4]}),
    "scrutiny-requests": ("POST", f"{P}/orders/REF/scrutiny-requests", {"reasons": "Satire."}),
    "reinstatements": (
        "POST",
        f"{P}/orders/REF/reinstatements",
        {"items": [1], "reinstated_at": NOW, "kept_down_under": "Clause 4."},
    ),
    "content-provider-information": (
        "POST",
        f"{P}/orders/REF/content-provider-information",
        {"information": "copy_given", "informed_at": NOW},
    ),
    "preservation-reports": (
        "POST",
        f"{P}/orders/REF/preservation-reports",
        {"items": [1], "what": "accessed", "happened_at": NOW, "purpose": "crime"},
    ),
    "resend": ("POST", f"{P}/deliveries/MSG/resend", {"reason": "Our receiver was down."}),
    "credentials": ("POST", f"{P}/credentials", {"name": "worker 2"}),
    "verify-signature": (
        "POST",
        f"{P}/debug/verify-signature",
        {"id": "msg_1", "timestamp": "1", "signature": "v1,x", "body": "{}", "received_at": NOW},
    ),
    "answer-keys": ("POST", f"{P}/answer-keys", {"jwk": JWK, "name": "signer"}),
    "verify-answer": (
        "POST",
        f"{P}/debug/verify-answer",
        {"method": "POST", "url": "https://a.example/b", "headers": SIGNED, "body": "{}", "received_at": NOW},
    ),
    "endpoint": (
        "PUT",
        f"{P}/endpoint",
        {"endpoint": "https://192.0.2.1/", "signed_answers": False, "pages": {"a.example": "http://127.0.0.1/"}},
    ),
    "test-orders": (
        "POST",
        f"{S}/orders",
        {"kind": "plain", "endpoint": "https://192.0.2.1/", "limit_scale": "1", "items": 1},
    ),
    "tenants": ("POST", f"{S}/tenants", {"endpoint": "https://192.0.2.1/", "languages": ["en"]}),
    "faults": ("POST", f"{S}/faults", {"fault": "slow", "times": 1, "seconds": 1}),
    "sandbox-provider": ("POST", f"{S}/providers", {"home_member_state": "NL", "time_zone": "Europe/Brussels"}),
}
UNCOUNTED = {"batches"}  # a wrong entry has a result of its own: test_api_batches
READ_ONLY = {
    "me", "orders", "order", "events", "timeline", "deliveries", "submission", "secrets", "secret", "credential",
    "answer-key",
    "tenant", "catalogue", "fault", "exchanges", "exchange", "replay", "documents", "document",
}  # fmt: skip


@pytest.fixture
def order():
    return factories.received(at=clock.now() - timedelta(minutes=1))


@pytest.fixture
def caller(order):
    caller = api.platform(order.provider)
    caller.get(f"{P}/me")
    return caller


def at(path: str, order) -> str:
    """The address of a call about `order`."""
    return path.replace("REF", order.reference).replace("MSG", message_of(order).message_id)


def test_every_call_is_tried_here():
    names = {pattern.name for pattern in (*urlpatterns, *sandbox_urlpatterns)}
    assert names == {*CALLS, *READ_ONLY, *UNCOUNTED}


def test_a_body_that_cannot_be_read_is_refused(order, caller):
    before = everything()
    answers = {
        (call, name): problem_of(caller.send(method, at(path, order), body, content_type=kind))
        for call, (method, path, _) in CALLS.items()
        for name, (body, kind, _) in api.UNREADABLE.items()
    }
    assert answers == {(call, name): code for call in CALLS for name, (_, _, code) in api.UNREADABLE.items()}
    assert everything() == before


@pytest.mark.exhaustive
@pytest.mark.parametrize("call", CALLS)
def test_no_nasty_value_in_any_member_is_a_fault_and_what_is_refused_changes_nothing(call, order, caller, monkeypatch):
    monkeypatch.setattr("platforms.addresses._looked_up", lambda host: ["192.0.2.1"])  # nothing is asked of the DNS
    method, path, good = CALLS[call]
    before = everything()
    assert api.refused(caller, method, at(path, order), good) > 10
    assert everything() == before


BAD_ADDRESSES = {
    f"{P}/orders?state=gone": "validation",
    f"{P}/orders?state=%00": "validation",
    f"{P}/orders?state=%FF": "validation",
    f"{P}/orders?due_before=2026-11-21T01:30:00": "validation",
    f"{P}/orders?due_before=tomorrow": "validation",
    f"{P}/orders?after=%00": "validation",
    f"{P}/orders?after=abc": "bad-cursor",
    f"{P}/orders?after=MjAyNi0xMS0yMVQwMTozMDowMC4wMDAwMDBaIC0x": "bad-cursor",
    f"{P}/orders?after=MDAwMS0wMS0wMVQwMDowMDowMC4wMDAwMDArMTQ6MDAgMQ": "bad-cursor",
    f"{P}/orders/%00": "not-found",
    f"{P}/orders/DE-2026-000999": "not-found",
    f"{P}/orders/DE-2026-0009%FF": "not-found",
    f"{P}/orders/{'9' * 3000}": "not-found",
    f"{P}/submissions/%00": "not-found",
    f"{P}/submissions/{'k' * 300}": "not-found",
    f"{P}/nowhere": "not-found",
    f"{P}/orders/": "not-found",
    "/api/": "not-found",
}


def test_a_bad_address_or_filter_is_refused(caller):
    before = everything()
    assert {path: problem_of(caller.get(path)) for path in BAD_ADDRESSES} == BAD_ADDRESSES
    assert everything() == before


@pytest.mark.parametrize("key", ["k" * 256, "ключ", "a\tb"])
def test_an_idempotency_key_that_no_row_can_hold_is_refused(key, order, caller):
    before = everything()
    answer = caller.post(f"{P}/orders/{order.reference}/acknowledgements", {}, Idempotency_Key=key)
    assert (problem_of(answer), everything() == before) == ("malformed", True)


@pytest.mark.parametrize(
    "instant", ["2026-11-21T01:30:00Z\0", "2026-11-21T01:30:00Z\n", "٢٠٢٦-11-21T01:30:00Z", "2026-11-21\u202801:30:00Z"]
)
def test_an_instant_is_written_in_ascii_and_ends_with_its_offset(instant, order, caller):
    before = everything()
    measures = [{"item": 1, "measure": "removed", "taken_at": instant}]
    answer = caller.post(f"{P}/orders/{order.reference}/annex-ii", {"measures": measures})
    assert (problem_of(answer), answer.json()["errors"][0]["code"]) == ("validation", "instant")
    assert everything() == before


GOOD = canonical.json_bytes(ANNEX_II)


@pytest.mark.parametrize(
    ("body", "headers", "says"),
    [
        (GOOD, {"Content_Encoding": "gzip"}, "The body is packed (gzip): send it as it is."),
        (GOOD, {"content_type": "text/xml"}, "Send JSON, with Content-Type: application/json."),
        (GOOD, {"Authorization": ""}, "Send Authorization: Bearer and a token of /oauth/token."),
        (b'{"a": ' + b"9" * 5000 + b"}", {}, "The body is not JSON: a number of 5000 digits is too long."),
        (
            GOOD.replace(b'"removed"', b'"gone"'),
            {},
            '"gone" is not one of removed, disabled_in_all_member_states, already_unavailable.',
        ),
        (b"null", {}, "The body: Send a JSON object."),
        (b"[]", {}, "The body: Send a JSON object here."),
        (b'{"measures": {}}', {}, "/measures: Send a JSON list here."),
        (b'{"measures": ["removed"]}', {}, "/measures/0: Send a JSON object here."),
    ],
    ids=["packed", "not JSON", "no token", "many digits", "another word", "null", "a list", "no list", "no object"],
)
def test_a_refusal_says_what_to_do(body, headers, says, order, caller):
    before = everything()
    answer = caller.send("POST", f"{P}/orders/{order.reference}/annex-ii", body, **headers)
    assert says in answer.json()["detail"]
    assert everything() == before


def test_a_body_of_ten_megabytes_is_refused(order, caller):
    before, body = everything(), b'{"provider_reference": "' + b"x" * 10_000_000 + b'"}'
    answers = {call: caller.send(method, at(path, order), body) for call, (method, path, _) in CALLS.items()}
    assert told(answers) == dict.fromkeys(CALLS, (413, "body-too-large"))
    assert everything() == before


def test_an_expired_token_is_refused_and_says_so(order, caller):
    before = everything()
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        answers = {call: caller.send(method, at(path, order), good) for call, (method, path, good) in CALLS.items()}
    assert told(answers) == dict.fromkeys(CALLS, (401, "invalid-token"))
    assert everything() == before


def told(answers):
    return {call: (answer.status_code, problem_of(answer)) for call, answer in answers.items()}


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "PUT", "OPTIONS"])
def test_another_method_is_refused_and_told_which_ones_there_are(method, caller):
    answer = caller.send(method, f"{P}/me", {})
    assert (problem_of(answer), answer["Allow"]) == ("method-not-allowed", "GET")


@pytest.mark.parametrize(
    ("path", "body", "code", "pointer"),
    [
        (
            "annex-ii",
            {"measures": [{"item": 7, "measure": "removed", "taken_at": NOW}]},
            "unknown-item",
            "/measures/0/item",
        ),
        ("annex-ii", {"measures": []}, "validation", "/measures"),
        ("annex-ii", {}, "validation", "/measures"),
        ("annex-iii", {**ANNEX_III, "needed": []}, "question-missing", "/needed"),
        ("annex-iii", {**ANNEX_III, "items": [1, 7]}, "unknown-item", "/items/1"),
        (
            "annex-iii",
            {"reason": "force_majeure_or_impossibility", "explanation": "Dark."},
            "validation",
            "/grounds_since",
        ),
        ("grounds-ceased", {"ceased_at": NOW}, "no-such-ground", "/items"),
        ("grounds-ceased", {"ceased_at": NOW, "grounds": [4]}, "no-such-ground", "/grounds/0"),
    ],
)
def test_a_refusal_points_at_what_is_wrong(path, body, code, pointer, order, caller):
    before = everything()
    answer = caller.post(f"{P}/orders/{order.reference}/{path}", body)
    assert (problem_of(answer), answer.json()["errors"][0]["pointer"]) == (code, pointer)
    due = canonical.instant(factories.hours(order)[0].due_at)
    assert (answer.status_code, answer.json()["due_at"]) == (422, due)
    assert everything() == before
