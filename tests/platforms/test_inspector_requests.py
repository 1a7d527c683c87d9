"""What a provider of the sandbox asked is kept for its engineers: bytes both ways, refusals too, and no secret."""

import base64
import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from orders import canonical, clock
from orders.models import Application
from platforms import tasks
from platforms.models import Connection, Exchange, Submission
from tests import api, factories
from tests.api import A, P, S, problem_of
from tests.platforms.inspected import rehearsal, removed
from tests.platforms.reached import connect

pytestmark = pytest.mark.django_db
LATER = "2099-01-01T00:00:00Z"


def test_an_answer_is_kept_with_what_it_recorded():
    tried = rehearsal()
    body = json.dumps(removed()).encode()
    answer = tried.caller.post(f"{tried.url}/annex-ii", body, Idempotency_Key="key-1")
    (head,) = tried.exchanges()
    kept = Exchange.objects.get()
    assert head == {
        "id": f"in-{kept.pk}",
        "direction": "in",
        "at": canonical.instant(kept.arrived_at),
        "latency_ms": head["latency_ms"],
        "what": "POST annex-ii",
        "where": f"{tried.url}/annex-ii",
        "status": 201,
        "outcome": "recorded",
        "sentence": "recorded",
        "article": "3(6)",
        "orders": [tried.order.reference],
        "replay_of": None,
        "faults": [],
    }
    whole = tried.whole(head["id"])
    assert (whole["request"]["body"], whole["request"]["body_sha256"]) == (body.decode(), canonical.sha256(body))
    assert whole["answer"]["body"] == answer.content.decode()
    assert (whole["idempotency_key"], whole["entry"]) == ("key-1", int(answer.json()["id"].split("/")[1]))
    assert kept.submission == Submission.objects.get()


def test_a_refused_answer_is_kept_with_its_problem_and_what_it_points_at():
    tried = rehearsal()
    late = {"measures": [{"item": 1, "measure": "removed", "taken_at": LATER}]}
    answer = tried.caller.post(f"{tried.url}/annex-ii", late)
    (head,) = tried.exchanges()
    assert (head["status"], head["outcome"]) == (422, "time-in-future")
    assert (head["sentence"], head["article"]) == ("time-in-future, measures/0/taken_at", "")
    assert tried.whole(head["id"])["problem"] == answer.json()


def test_a_key_used_for_something_else_recorded_nothing():
    tried = rehearsal()
    tried.caller.post(f"{tried.url}/annex-ii", removed(), Idempotency_Key="key-1")
    tried.caller.post(f"{tried.url}/annex-ii", removed(provider_reference="other"), Idempotency_Key="key-1")
    reused, recorded = tried.exchanges()
    assert [one["sentence"] for one in (reused, recorded)] == ["idempotency-key-reused", "recorded"]
    assert [one["article"] for one in (reused, recorded)] == ["", "3(6)"]


def test_an_answer_without_effect_and_a_repeated_one_say_so():
    tried = rehearsal()
    first = removed()
    tried.caller.post(f"{tried.url}/annex-ii", first)
    tried.caller.post(f"{tried.url}/annex-ii", first)
    tried.caller.post(f"{tried.url}/annex-ii", removed(provider_reference="again"))
    without, repeated, recorded = (one["sentence"] for one in tried.exchanges())
    assert (recorded, repeated) == ("recorded", "the first answer again: nothing new was recorded")
    assert without.startswith("recorded, without effect: ")


def test_a_read_that_proves_receipt_says_so():
    order = factories.issued(at=clock.now())
    connect(order.provider, "")
    caller = api.platform(order.provider)
    caller.get(f"{P}/orders/{order.reference}")
    (head,) = caller.get(f"{S}/exchanges").json()["items"]
    assert head["sentence"] == "it proved receipt of order.issued: the hour runs"
    assert caller.get(f"{S}/exchanges/{head['id']}").json()["is_receipt"] is True


UNREADABLE = {  # body, Content-Type, and the code it gets
    "cut off": (b'{"a": ', "application/json", "malformed"),
    "too large": (b'{"a": "' + b"x" * 1_000_000 + b'"}', "application/json", "body-too-large"),
    "a form": (b"a=b", "text/plain", "unsupported-media-type"),
    "not UTF-8": (b'{"a": "\xff\x00"}', "application/json", "malformed"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_kept_too(case):
    body, kind, code = UNREADABLE[case]
    tried = rehearsal()
    tried.caller.post(f"{tried.url}/annex-ii", body, content_type=kind)
    kept = Exchange.objects.get()
    small = len(body) < 1000
    assert (bytes(kept.body), kept.body_size) == (body if small else b"", len(body))
    assert kept.not_kept == ("" if small else "too_large")
    assert tried.exchanges()[0]["outcome"] == code


def test_an_unknown_address_and_another_method_are_kept():
    tried = rehearsal()
    tried.caller.get(f"{P}/orders/DE-2026-999999")
    tried.caller.post(tried.url, {})
    assert [one["outcome"] for one in tried.exchanges()] == ["method-not-allowed", "not-found"]


def test_a_body_longer_than_64_kb_is_cut_and_known_by_its_digest():
    tried = rehearsal()
    body = json.dumps(removed(signatory={"provider": "x"}, more="y" * 70_000)).encode()
    tried.caller.post(f"{tried.url}/annex-ii", body)
    kept = Exchange.objects.get()
    assert (bytes(kept.body), kept.body_size, kept.body_sha256) == (body[:65536], len(body), canonical.sha256(body))
    assert tried.whole(f"in-{kept.pk}")["request"]["not_kept"] == "more than 64 KB: the rest is not kept"


def test_no_secret_is_kept():
    tried = rehearsal()
    rotated = tried.caller.post(f"{P}/endpoint/secrets").json()["secret"]
    machine = tried.caller.post(f"{P}/credentials", {"name": "worker 2"}).json()["client_secret"]
    rows = Exchange.objects.order_by("pk")
    assert [(row.status, row.answer, row.not_kept) for row in rows] == [(201, "", "secret")] * 2
    everything = repr(list(rows.values()))
    assert all(secret not in everything for secret in (rotated, machine, tried.caller.authorization.split()[1]))


def test_a_refused_token_is_shown_to_whom_its_client_belongs():
    tried = rehearsal()
    client = Application.objects.get()
    basic = base64.b64encode(f"{client.client_id}:wrong".encode()).decode()
    asked = {"grant_type": "client_credentials"}
    Client().post("/oauth/token", asked, headers={"Authorization": f"Basic {basic}"})
    Client().post("/oauth/token", {**asked, "client_id": client.client_id, "client_secret": "wrong"})
    Client().post("/oauth/token", asked, headers={"Authorization": "Basic !!!"})
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        problem_of(tried.caller.post(f"{tried.url}/annex-ii", removed()))
    shown = [(one["what"], one["outcome"]) for one in tried.exchanges()]
    assert shown == [("POST annex-ii", "invalid-token"), *[("POST oauth/token", "invalid_client")] * 2]
    rows = Exchange.objects.order_by("pk").values_list("path", "status", "client_id", "body", "scope")
    assert [(*row[:3], bytes(row[3]) != b"", row[4]) for row in rows] == [
        ("/oauth/token", 401, client.client_id, False, ""),
        ("/oauth/token", 401, client.client_id, False, ""),
        (f"{tried.url}/annex-ii", 401, client.client_id, True, ""),
    ]


def test_a_poll_that_finds_nothing_leaves_no_line():
    tried = rehearsal()
    assert tried.caller.get(f"{P}/events").json()["items"] != []
    cursor = tried.caller.get(f"{P}/events").json()["next"]
    tried.caller.get(f"{P}/events?after={cursor}")
    assert [one["what"] for one in tried.exchanges()] == ["GET events", "GET events"]
    assert tried.exchanges(order=tried.order.reference) == tried.exchanges()


def test_each_order_of_a_batch_finds_it():
    tried = rehearsal()
    other = factories.received(at=clock.now())
    entries = [{"reference": order.reference, "kind": "acknowledgements", "body": {}} for order in (tried.order, other)]
    tried.caller.post(f"{P}/batches", {"entries": entries})
    assert [tried.exchanges(order=order.reference)[0]["what"] for order in (tried.order, other)] == ["POST batches"] * 2
    assert tried.exchanges(order="DE-2026-00000") == []


def test_nothing_is_kept_of_others():
    order = factories.received(at=clock.now())
    connect(order.provider, "https://hosting.example/hook", sandbox=False)
    api.platform(order.provider).get(f"{P}/me")
    api.platform(factories.provider("never-connected")).get(f"{P}/me")
    api.authority_machine(order.issuing_authority).get(f"{A}/orders")
    tried = rehearsal(to=factories.provider("rehearsing"))
    tried.caller.get(f"{S}/exchanges")
    assert list(Exchange.objects.all()) == []


def test_what_cannot_be_kept_fails_no_answer(monkeypatch, caplog):
    tried = rehearsal()
    monkeypatch.setattr(Exchange.objects, "create", None)
    assert tried.caller.post(f"{tried.url}/annex-ii", removed()).status_code == 201
    assert "could not be kept for the inspector" in caplog.text


def test_requests_are_deleted_after_a_week():
    tried = rehearsal()
    tried.caller.get(f"{P}/me")
    old = Exchange.objects.get()
    with time_machine.travel(old.arrived_at + timedelta(days=7), tick=False):
        tasks.tidy()
        assert Exchange.objects.count() == 1
    with time_machine.travel(old.arrived_at + timedelta(days=7, seconds=1), tick=False):
        tasks.tidy()
    assert Exchange.objects.count() == 0
    assert Connection.objects.count() == 1
