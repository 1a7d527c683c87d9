"""A batch of answers: each is recorded or refused on its own, in order, as if it had been sent alone."""

from datetime import timedelta

import pytest

from orders import canonical, clock
from orders.models import LedgerEntry
from platforms.api import batches
from platforms.models import Submission
from tests import api, factories
from tests.api import P, problem_of
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def orders():
    at = clock.now() - MINUTE
    return [factories.received(at=at), factories.received(at=at)]


@pytest.fixture
def caller(orders):
    caller = api.platform(orders[0].provider)
    caller.get(f"{P}/me")
    return caller


def seen(order, text: str = "TS-1", **more) -> dict:
    body = {"provider_reference": text}
    return {"reference": order.reference, "kind": "acknowledgements", "body": body, **more}


def removed(order, item: int = 1, **more) -> dict:
    measure = {"item": item, "measure": "removed", "taken_at": canonical.instant(clock.now())}
    return {"reference": order.reference, "kind": "annex-ii", "body": {"measures": [measure]}, **more}


def sent(caller, *entries) -> list[dict]:
    answer = caller.post(f"{P}/batches", {"entries": list(entries)})
    assert answer.status_code == 200
    return answer.json()["items"]


def told(result: dict) -> str:
    return result["problem"]["type"].rpartition("/")[2]


def test_each_entry_has_its_own_result_and_one_bad_entry_fails_no_other(orders, caller):
    first, second = orders
    results = sent(caller, removed(first, idempotency_key="k-1"), removed(second, item=7), 7, seen(second))
    assert [result["index"] for result in results] == [0, 1, 2, 3]
    assert [result["status"] for result in results] == [201, 422, 422, 201]
    assert [result["idempotency_key"] for result in results[:3]] == ["k-1", None, None]
    assert results[0]["answer"]["items"][0]["verdict"] == "within_hour"
    assert [told(result) for result in results[1:3]] == ["unknown-item", "validation"]
    assert results[1]["problem"]["errors"] == [
        {"pointer": "/entries/1/body/measures/0/item", "code": "unknown-item", "got": 7}
    ]
    assert results[1]["problem"]["instance"] == f"{P}/orders/{second.reference}/annex-ii"
    assert results[1]["problem"]["due_at"] == canonical.instant(factories.hours(second)[0].due_at)
    assert results[2]["problem"]["errors"][0]["pointer"] == "/entries/2"


def test_entries_are_recorded_in_the_order_in_which_they_were_sent(orders, caller):
    results = sent(caller, *(seen(orders[0], f"TS-{n}") for n in range(5)))
    entries = LedgerEntry.objects.filter(act="acknowledge").order_by("number")
    assert [entry.facts["provider_reference"] for entry in entries] == [f"TS-{n}" for n in range(5)]
    assert [result["answer"]["id"] for result in results] == [
        f"{orders[0].reference}/{entry.number}" for entry in entries
    ]


def test_a_batch_sent_again_records_nothing_and_gets_the_first_answers(orders, caller):
    entries = [seen(orders[0], idempotency_key="k-1"), seen(orders[1])]
    first = sent(caller, *entries)
    before = everything()
    second = sent(caller, *entries)
    assert [result["replayed"] for result in first + second] == [False, False, True, True]
    assert [result["answer"] for result in second] == [result["answer"] for result in first]
    assert everything() == before


def test_what_was_sent_alone_is_not_recorded_again_by_a_batch_nor_the_other_way_round(orders, caller):
    url = f"{P}/orders/{orders[0].reference}/acknowledgements"
    alone = caller.post(url, b'{ "provider_reference":"TS-1" }', Idempotency_Key="k-1")
    [again] = sent(caller, seen(orders[0], idempotency_key="k-1"))
    [new] = sent(caller, seen(orders[0], "TS-2", idempotency_key="k-2"))
    after = caller.post(url, b'{"provider_reference":"TS-2"}', Idempotency_Key="k-2")
    assert (again["replayed"], again["answer"]) == (True, alone.json())
    assert (after["Idempotent-Replayed"], after.json()) == ("true", new["answer"])


def test_a_key_of_another_statement_is_refused_for_its_entry_alone(orders, caller):
    results = sent(
        caller, seen(orders[0], "TS-1", idempotency_key="k-1"), seen(orders[0], "TS-2", idempotency_key="k-1")
    )
    assert (results[0]["status"], told(results[1])) == (201, "idempotency-key-reused")


def test_an_entry_is_found_again_under_its_key(orders, caller):
    [result] = sent(caller, seen(orders[0]))
    kept = caller.get(f"{P}/submissions/{result['idempotency_key']}").json()
    assert (kept["answer"], kept["reference"]) == (result["answer"], orders[0].reference)
    assert kept["body_sha256"] == canonical.sha256(b'{"provider_reference": "TS-1"}')


def test_an_order_of_another_provider_is_not_found_and_nothing_of_it_is_recorded(orders):
    stranger = api.platform(factories.provider("stranger"))
    stranger.get(f"{P}/me")
    before = everything()
    [result] = sent(stranger, seen(orders[0]))
    assert (result["status"], told(result), everything() == before) == (404, "not-found", True)


def test_a_fault_of_ours_in_one_entry_fails_no_other(orders, caller, monkeypatch):
    record = batches.record

    def sometimes(kind, data, **more):
        if data["provider_reference"] == "broken":
            raise RuntimeError("inside")
        return record(kind, data, **more)

    monkeypatch.setattr(batches, "record", sometimes)
    results = sent(caller, seen(orders[0], "broken"), seen(orders[1]))
    assert [result["status"] for result in results] == [500, 201]
    assert (told(results[0]), "inside" in str(results[0])) == ("internal", False)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "validation"),
        ({"entries": []}, 422, "validation"),
        ({"entries": {"a": 1}}, 422, "validation"),
        ({"entries": [{}] * 101}, 413, "batch-too-large"),
    ],
)
def test_a_batch_that_is_none_or_too_large_is_refused_as_a_whole(body, status, code, caller):
    before = everything()
    answer = caller.post(f"{P}/batches", body)
    assert (answer.status_code, problem_of(answer)) == (status, code)
    assert everything() == before


def test_a_hundred_answers_fit(orders, caller):
    results = sent(caller, *(seen(orders[n % 2], f"TS-{n}") for n in range(100)))
    assert ({result["status"] for result in results}, Submission.objects.count()) == ({201}, 100)


WRONG = [
    None, [], "a", {"reference": "\u0000"}, {"reference": "x", "kind": "annex-ii", "body": {}}, {"kind": "annex-9"},
    {"body": []}, {"idempotency_key": "k" * 256}, {"idempotency_key": "ключ"},
    {"body": {"provider_reference": "\ud800"}}, {"body": {"provider_reference": ["x"]}},
]  # fmt: skip


def test_every_wrong_entry_gets_a_problem_that_says_where_and_changes_nothing(orders, caller):
    before = everything()
    results = sent(caller, *({**seen(orders[0]), **each} if isinstance(each, dict) else each for each in WRONG))
    assert everything() == before
    assert [result["status"] // 100 for result in results] == [4] * len(WRONG)
    assert all(result["problem"]["detail"] for result in results)


def test_a_name_that_stands_twice_within_an_entry_is_named_and_nothing_of_the_batch_is_recorded(caller, orders):
    body = '{"provider_reference": "a", "provider_reference": "b"}'
    entry = f'{{"reference": "{orders[0].reference}", "kind": "acknowledgements", "body": {body}}}'
    before = everything()
    answer = caller.post(f"{P}/batches", f'{{"entries": [{entry}]}}'.encode())
    assert problem_of(answer) == "malformed"
    assert answer.json()["detail"] == '"provider_reference" stands twice in one object of the body: give it once.'
    assert everything() == before
