"""Answers signed by RFC 9421: verified before they are believed, kept as evidence; an unsigned one stays an answer."""

import base64
import json
from datetime import timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from http_message_signatures import ContentDigest

from orders.canonical import instant
from orders.evidence import verify
from orders.models import LedgerEntry, append_only
from platforms.models import AnswerKey, SignedRequest, Submission
from tests import api, factories
from tests.api import P, problem_of
from tests.factories import T0
from tests.platforms.signing import Signing, jwk_of
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(minutes=10)
SEEN = {"provider_reference": "TS-1"}


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def order():
    return factories.received()


@pytest.fixture
def caller(order):
    return api.platform(order.provider)


@pytest.fixture
def machine(caller):
    return Signing(caller)


@pytest.fixture
def path(order):
    return f"{P}/orders/{order.reference}/acknowledgements"


def refused(answer, before):
    """The problem, when nothing was changed by the request that got it."""
    assert everything() == before
    return answer.status_code, problem_of(answer)


def test_a_signed_answer_is_recorded_and_its_signature_kept_as_evidence(machine, order, path):
    assert machine.post(path, SEEN, nonce="n-1").status_code == 201
    signed = SignedRequest.objects.get()
    assert (signed.key.kid, signed.nonce, signed.created_at, signed.arrived_at) == (machine.kid, "n-1", NOW, NOW)
    assert json.loads(bytes(signed.body.content)) == SEEN
    proof = json.loads(bytes(signed.proof.content))
    # Whoever has the exhibit needs nothing else of ours.
    machine.key.public_key().verify(base64.b64decode(proof["signature"]), proof["signature_base"].encode())
    assert proof["signature_base"].splitlines()[:2] == ['"@method": POST', f'"@path": {path}']
    entry = LedgerEntry.objects.get(dossier=order.dossier, act="acknowledge")
    assert entry.facts["signature"] == signed.proof_id
    assert Submission.objects.get().signed == signed
    assert list(verify.findings()) == []


def test_an_unsigned_answer_stays_an_answer(machine, caller, order, path):
    assert caller.post(path, SEEN).status_code == 201
    assert Submission.objects.get().signed is None
    assert "signature" not in LedgerEntry.objects.get(dossier=order.dossier, act="acknowledge").facts


def test_an_unsigned_answer_is_refused_where_answers_must_be_signed(machine, caller, path):
    set_so = caller.send("PUT", f"{P}/endpoint", {"signed_answers": True})
    assert (set_so.status_code, set_so.json()["signed_answers"]) == (200, True)
    before = everything()
    assert refused(caller.post(path, SEEN), before) == (403, "signature-missing")
    batch = {"entries": [{"reference": "x", "kind": "acknowledgements", "body": SEEN}]}
    assert refused(caller.post(f"{P}/batches", batch), before) == (403, "signature-missing")
    assert machine.post(path, SEEN).status_code == 201
    caller.send("PUT", f"{P}/endpoint", {"signed_answers": False})
    assert caller.post(path, SEEN).status_code == 201


@pytest.mark.parametrize(
    ("spoiled", "status", "code"),
    [
        (lambda given: {**given, "Signature": "answer=:AAAA:"}, 403, "signature-invalid"),
        (lambda given: {**given, "Content_Digest": ContentDigest.create(b"other")}, 403, "signature-invalid"),
        (lambda given: {**given, "Signature_Input": given["Signature_Input"].replace("n-1", "n-2")}, 403,
         "signature-invalid"),
        (lambda given: {**given, "Signature": "not structured ("}, 400, "signature-malformed"),
        (lambda given: {**given, "Signature_Input": 'answer=("@method");created=1;keyid="x";nonce="n"'}, 403,
         "answer-key-unknown"),
        (lambda given: {name: given[name] for name in given if name != "Signature"}, 400, "signature-malformed"),
        (lambda given: {name: given[name] for name in given if name != "Signature_Input"}, 400, "signature-malformed"),
        (lambda given: {name: given[name] for name in given if name != "Content_Digest"}, 400, "signature-malformed"),
        (lambda given: {**given, "Signature_Input": given["Signature_Input"].replace("ed25519", "hmac-sha256")}, 400,
         "signature-malformed"),
        (lambda given: {**given, "Idempotency_Key": "of-somebody-else"}, 400, "signature-malformed"),
    ],
)  # fmt: skip
def test_a_signature_that_does_not_hold_is_refused_and_changes_nothing(machine, path, spoiled, status, code):
    body = json.dumps(SEEN).encode()
    given = machine.headers(path, body, nonce="n-1")
    before = everything()
    assert refused(machine.caller.send("POST", path, body, **spoiled(given)), before) == (status, code)
    assert machine.caller.send("POST", path, body, **given).status_code == 201  # as it was, it holds


def test_another_body_or_address_under_the_same_signature_is_refused(machine, path):
    body = json.dumps(SEEN).encode()
    given, before = machine.headers(path, body), everything()
    assert refused(machine.caller.send("POST", path, b"{}", **given), before) == (400, "content-digest-mismatch")
    elsewhere = path.replace("acknowledgements", "preservation-reports")
    assert refused(machine.caller.send("POST", elsewhere, body, **given), before) == (403, "signature-invalid")


def test_a_key_that_nobody_registered_or_that_is_of_another_provider_is_refused(machine, path):
    other = Signing(api.platform(factories.provider("stranger")))
    before = everything()
    other.caller = machine.caller
    assert refused(other.post(path, SEEN), before) == (403, "answer-key-unknown")
    machine.key = Ed25519PrivateKey.generate()  # under the name of the one that is registered
    assert refused(machine.post(path, SEEN), before) == (403, "signature-invalid")


@pytest.mark.parametrize(("seconds", "status"), [(-301, 403), (-300, 201), (300, 201), (301, 403)])
def test_a_signature_is_believed_for_five_minutes_around_its_creation(machine, path, seconds, status):
    answer = machine.post(path, SEEN, at=NOW + timedelta(seconds=seconds))
    assert answer.status_code == status
    assert status == 201 or problem_of(answer) == "signature-expired"


def test_a_nonce_is_taken_once_and_a_repetition_is_signed_afresh(machine, path):
    body = json.dumps(SEEN).encode()
    given = machine.headers(path, body, Idempotency_Key="seen")
    assert machine.caller.send("POST", path, body, **given).status_code == 201
    before = everything()
    assert refused(machine.caller.send("POST", path, body, **given), before) == (409, "nonce-reused")
    again = machine.post(path, SEEN, Idempotency_Key="seen")
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert SignedRequest.objects.count() == 2


def test_a_refusal_uses_up_no_nonce(machine, order):
    path = f"{P}/orders/{order.reference}/annex-ii"
    late, done = (
        {"measures": [{"item": 1, "measure": "removed", "taken_at": instant(at)}]}
        for at in (NOW + timedelta(days=1), NOW)
    )
    before = everything()
    assert refused(machine.post(path, late, nonce="n-1"), before) == (422, "time-in-future")
    assert machine.post(path, done, nonce="n-1").status_code == 201


def test_one_signature_serves_a_whole_batch(machine, order):
    entries = [
        {"reference": reference, "kind": kind, "body": body}
        for reference, kind, body in (
            (order.reference, "annex-ii", {}), (order.reference, "acknowledgements", SEEN),
            (factories.received().reference, "acknowledgements", SEEN),
        )
    ]  # fmt: skip
    results = machine.post(f"{P}/batches", {"entries": entries}).json()["items"]
    assert [result["status"] for result in results] == [422, 201, 201]
    signed = SignedRequest.objects.get()
    assert [kept.signed for kept in Submission.objects.all()] == [signed, signed]
    assert list(verify.findings()) == []


@pytest.mark.parametrize(
    "column_and_value",
    [("nonce", "other"), ("created_at", T0), ("arrived_at", T0), ("body_id", ""), ("proof_id", ""), ("key_id", "")],
)
def test_a_column_of_the_evidence_that_was_changed_is_found(machine, path, column_and_value):
    machine.post(path, SEEN)
    second = Signing(machine.caller)
    second.post(path, {})
    first, other = SignedRequest.objects.order_by("pk")
    append_only.drop_triggers(connection)
    assert list(verify.findings()) == []
    column, value = column_and_value
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE platforms_signedrequest SET {column} = %s WHERE id = %s",  # noqa: S608
            [value or getattr(other, column), first.pk],
        )
    assert list(verify.findings())


def test_a_key_that_was_changed_and_evidence_that_was_taken_away_are_found(machine, path):
    machine.post(path, SEEN)
    append_only.drop_triggers(connection)
    public = AnswerKey.objects.get().public_jwk
    AnswerKey.objects.update(public_jwk={**public, **jwk_of(Ed25519PrivateKey.generate())})
    assert [finding.differs for finding in verify.findings()] == [f"it was made with another key than {machine.kid}"]
    AnswerKey.objects.update(public_jwk=public)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE platforms_submission SET signed_id = NULL")
        cursor.execute("DELETE FROM platforms_signedrequest")
    assert "the signature that was kept for it is missing" in [finding.differs for finding in verify.findings()]
