"""What a provider reads: itself, heads that prove nothing, an order that proves its receipt, its own answers."""

import json
from datetime import timedelta

import pytest
import time_machine
from joserfc import jws
from joserfc.jwk import KeySet

from orders import canonical
from orders.acts import clarifying, issuing
from orders.api import cursors
from orders.models import LedgerEntry, Receipt
from tests import api, factories
from tests.api import P
from tests.factories import HOUR, T0
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
LATER = T0 + timedelta(seconds=5)


@pytest.fixture(autouse=True)
def _at_t0():
    with time_machine.travel(LATER, tick=False):
        yield


def test_me_says_who_calls_what_time_it_is_and_what_the_token_may():
    me = api.platform(factories.provider(), scope="orders.read orders.answer").get(f"{P}/me").json()
    assert me.pop("client_id")
    assert me == {
        "provider": "hosting-nl",
        "name": "Provider hosting-nl",
        "scopes": ["orders.answer", "orders.read"],
        "server_time": "2026-11-21T01:30:05.000000Z",
        "limit_scale": "1",
        "limit_scales": ["1", "1/60", "1/3600"],
        "channels": [],
    }


def test_the_list_tells_heads_and_neither_a_url_nor_a_receipt():
    order = factories.issued(items=2)
    caller = api.platform(order.provider)
    caller.get(f"{P}/me")
    before = everything()
    answer = caller.get(f"{P}/orders")
    assert answer.json() == {
        "items": [
            {
                "reference": "DE-2026-000001",
                "generation": 4,
                "state": "open",
                "issued_at": "2026-11-21T01:30:00.000000Z",
                "received_at": None,
                "due_at": None,
                "items": 2,
                "limit_scale": "1",
                "order_url": "http://localhost:8000/api/platforms/v1/orders/DE-2026-000001",
            }
        ],
        "next": None,
    }
    assert everything() == before


def references(answer) -> list[str]:
    return [head["reference"] for head in answer.json()["items"]]


def test_the_list_is_filtered_by_state_and_by_what_is_due_before():
    waiting, running, withdrawn = factories.issued(), factories.received(), factories.issued()
    issuing.withdraw(order=withdrawn, reason="Wrong.", by=factories.officer("bert", factories.authority()), at=LATER)
    caller = api.platform(running.provider)
    due = canonical.instant(T0 + HOUR)
    just_after = canonical.instant(T0 + HOUR + timedelta(microseconds=1))
    assert [
        references(caller.get(f"{P}/orders?{query}"))
        for query in (
            "state=open",
            "state=withdrawn",
            "state=executed",
            f"due_before={due}",
            f"due_before={just_after}",
        )
    ] == [[waiting.reference, running.reference], [withdrawn.reference], [], [], [running.reference]]


def test_an_executed_order_leaves_the_open_ones():
    order = factories.received()
    caller = api.platform(order.provider)
    measure = {"item": 1, "measure": "removed", "taken_at": canonical.instant(LATER)}
    caller.post(f"{P}/orders/{order.reference}/annex-ii", {"measures": [measure]})
    head = caller.get(f"{P}/orders?state=executed").json()["items"][0]
    assert (head["state"], head["due_at"], references(caller.get(f"{P}/orders?state=open"))) == ("executed", None, [])


def test_the_cursor_leads_through_all_orders_though_new_ones_come_in_between(monkeypatch):
    monkeypatch.setattr(cursors, "PAGE", 2)
    made = [factories.issued(at=T0 + timedelta(seconds=n % 2)).reference for n in range(4)]
    caller = api.platform(factories.provider())
    first = caller.get(f"{P}/orders").json()
    made.append(factories.issued(at=LATER).reference)
    second = caller.get(f"{P}/orders?after={first['next']}").json()
    third = caller.get(f"{P}/orders?after={second['next']}").json()
    read = [head["reference"] for page in (first, second, third) for head in page["items"]]
    assert (read, third["next"]) == ([made[0], made[2], made[1], made[3], made[4]], None)


def test_reading_an_order_proves_its_receipt_at_the_arrival_of_the_request_and_starts_the_hour():
    order = factories.issued()
    answer = api.platform(order.provider).get(f"{P}/orders/{order.reference}")
    receipt, [clock] = Receipt.objects.get(), factories.hours(order)
    assert (receipt.rule, receipt.channel, receipt.received_at) == ("order_read", "api", LATER)
    assert (clock.starts_at, clock.due_at) == (LATER, LATER + HOUR)
    assert (answer["ETag"], answer.json()["received_at"]) == ('"5"', canonical.instant(LATER))
    assert answer.json()["items"] == [
        {
            "item": 1,
            "execution": "due",
            "due_at": canonical.instant(LATER + HOUR),
            "standing": "running",
            "verdict": None,
            "basis": None,
        }
    ]


def test_asking_for_the_head_of_the_page_only_proves_nothing():
    order = factories.issued()
    caller = api.platform(order.provider)
    caller.get(f"{P}/me")
    before = everything()
    assert caller.send("HEAD", f"{P}/orders/{order.reference}").status_code == 405
    assert everything() == before


def test_reading_it_again_proves_nothing_more():
    order = factories.issued()
    caller = api.platform(order.provider)
    caller.get(f"{P}/orders/{order.reference}")
    before = everything()
    again = caller.get(f"{P}/orders/{order.reference}")
    assert (again.status_code, everything()) == (200, before)


def test_the_order_is_signed_by_its_authority_and_the_copy_beside_the_signature_equals_it():
    order = factories.issued()
    caller = api.platform(order.provider)
    read = caller.get(f"{P}/orders/{order.reference}").json()
    keys = KeySet.import_key_set(caller.get("/.well-known/jwks.json").json())
    signed = jws.deserialize_compact(read["annex_i_jws"], keys, algorithms=["Ed25519"])
    assert json.loads(signed.payload) == read["annex_i"]
    assert read["annex_i"]["items"][0]["url"] == "https://hosting-nl.example/v/1"


def test_the_order_says_what_is_open_to_the_provider_and_where():
    order = factories.received()
    read = api.platform(order.provider).get(f"{P}/orders/{order.reference}").json()
    base = f"http://localhost:8000{P}/orders/{order.reference}"
    assert {act["act"]: act["url"] for act in read["open_acts"]} == {
        "acknowledge": f"{base}/acknowledgements",
        "report_removal": f"{base}/annex-ii",
        "report_impossibility": f"{base}/annex-iii",
        "seek_clarification": f"{base}/annex-iii",
        "inform_content_provider": f"{base}/content-provider-information",
    }


def test_reading_an_order_delivers_its_clarification_and_starts_the_fresh_hour():
    order = factories.received()
    caller = api.platform(order.provider)
    question = {"reason": "manifest_errors", "explanation": "The URL names another host."}
    caller.post(f"{P}/orders/{order.reference}/annex-iii", question)
    bert = factories.officer("bert", order.issuing_authority)
    clarifying.clarify(order=order, answers={1: "It is the mirror."}, by=bert, at=LATER)
    read = caller.get(f"{P}/orders/{order.reference}").json()
    told = read["clarifications"][0]["clarification"]["answers"]
    assert told == [{"item": 1, "question": "The URL names another host.", "answer": "It is the mirror."}]
    assert [(clock["code"], clock["ground"], clock["standing"]) for clock in read["clocks"]] == [
        ("C2", "receipt", "displaced"),
        ("C26", "receipt", "running"),
        ("C5", "receipt", "closed"),
        ("C2", "clarification", "running"),
    ]
    prompt = read["clocks"][2]
    assert (prompt["kind"], prompt["due_at"], prompt["verdict"], prompt["elapsed_seconds"]) == ("prompt", None, None, 5)


@pytest.mark.parametrize("path", ["", "/acknowledgements", "/annex-ii", "/annex-iii", "/grounds-ceased"])
def test_an_order_of_another_provider_is_not_found_and_nothing_is_recorded(path):
    order = factories.issued()
    stranger = api.platform(factories.provider("stranger"))
    stranger.get(f"{P}/me")
    before = everything()
    url = f"{P}/orders/{order.reference}{path}"
    answer = stranger.post(url, {}) if path else stranger.get(url)
    assert (answer.status_code, answer.json()["type"]) == (404, "http://localhost:8000/docs/problems/not-found")
    assert everything() == before
    assert references(stranger.get(f"{P}/orders")) == []


def test_a_draft_is_nobodys_business_yet():
    order = factories.drafted()
    caller = api.platform(order.provider)
    assert references(caller.get(f"{P}/orders")) == []
    assert caller.get(f"{P}/orders/{order.reference}").status_code == 404


def test_a_recorded_answer_is_found_again_under_its_key_by_its_provider_only():
    order = factories.received()
    caller, stranger = api.platform(order.provider), api.platform(factories.provider("stranger"))
    body = b'{"provider_reference": "TS-4471"}'
    said = caller.post(f"{P}/orders/{order.reference}/acknowledgements", body, Idempotency_Key="seen/1")
    assert caller.get(f"{P}/submissions/seen/1").json() == {
        "idempotency_key": "seen/1",
        "reference": order.reference,
        "arrived_at": canonical.instant(LATER),
        "status": 201,
        "body_sha256": canonical.sha256(body),
        "answer": said.json(),
    }
    assert stranger.get(f"{P}/submissions/seen/1").status_code == 404
    assert LedgerEntry.objects.get(act="acknowledge").facts["exhibit"] == canonical.sha256(body)
