"""Faults on what we answer: before anything is recorded, or after it, over a real connection where one is broken."""

import httpx
import pytest

from orders import clock
from orders.models import LedgerEntry
from platforms.api import faulty
from platforms.models import Fault, FaultUse, Submission
from tests import api, factories
from tests.api import P, S, problem_of
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller():
    caller = api.platform(factories.provider())
    caller.get(f"{P}/me")
    return caller


@pytest.fixture
def order(caller):
    """The address of a test order to the caller."""
    return caller.post(f"{S}/orders").json()["order_url"].removeprefix("http://localhost:8000")


def removal():
    return {"measures": [{"item": 1, "measure": "removed", "taken_at": clock.now().isoformat()}]}


def uses():
    return list(FaultUse.objects.order_by("pk").values_list("name", "met"))


def test_unavailable_refuses_before_anything_is_recorded_and_says_when_to_come_again(caller, order):
    caller.post(f"{S}/faults", {"fault": "unavailable", "times": 1, "seconds": 3})
    before = everything()
    refused = caller.post(f"{order}/annex-ii", removal(), Idempotency_Key="k-1")
    assert (problem_of(refused), refused.status_code, refused["Retry-After"]) == ("unavailable", 503, "3")
    after = everything()
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"platforms_fault", "platforms_faultuse"} | ({"platforms_exchange"} & changed)
    assert uses() == [("unavailable", f"POST {order}/annex-ii")]
    assert caller.post(f"{order}/annex-ii", removal(), Idempotency_Key="k-1").status_code == 201


def test_an_expired_token_stays_expired_and_a_new_one_works(caller, order):
    caller.post(f"{S}/faults", {"fault": "token_expired"})
    assert problem_of(caller.get(order)) == "invalid-token"
    assert problem_of(caller.get(f"{P}/me")) == "invalid-token"
    assert api.platform(factories.provider()).get(order).status_code == 200
    assert LedgerEntry.objects.filter(act="record_receipt").count() == 1


def test_a_slow_answer_is_the_answer(caller, order, monkeypatch):
    paused = []
    monkeypatch.setattr(faulty, "pause", paused.append)
    caller.post(f"{S}/faults", {"fault": "slow_answer", "seconds": 7})
    assert [caller.get(order).status_code for _ in range(2)] == [200, 200]
    assert paused == [7]


@pytest.mark.django_db(transaction=True)
def test_a_lost_answer_was_recorded_and_repeating_it_gets_the_same_one(live_server):
    caller = api.platform(factories.provider())
    order = caller.post(f"{S}/orders").json()["order_url"].removeprefix("http://localhost:8000")
    caller.post(f"{S}/faults", {"fault": "lost_answer"})
    headers = {"Authorization": caller.authorization, "Idempotency-Key": "k-1"}
    with httpx.Client(base_url=live_server.url, headers=headers, trust_env=False) as machine:
        assert machine.get(order).status_code == 200  # it meets what records something
        body = removal()
        with pytest.raises(httpx.TransportError):
            machine.post(f"{order}/annex-ii", json=body)
        recorded = Submission.objects.get()
        again = machine.post(f"{order}/annex-ii", json=body)
    assert (again.status_code, again.headers["Idempotent-Replayed"], again.json()) == (201, "true", recorded.answer)
    assert LedgerEntry.objects.filter(act="report_removal").count() == 1
    assert uses() == [("lost_answer", f"POST {order}/annex-ii")]


def test_the_sandbox_itself_never_misbehaves(caller):
    caller.post(f"{S}/faults", {"fault": "unavailable", "times": 5})
    assert caller.get(f"{S}/faults").status_code == 200
    assert caller.send("DELETE", f"{S}/faults").status_code == 204
    assert caller.get(f"{P}/me").status_code == 200
    assert uses() == []


def test_faults_are_set_read_replaced_and_taken_back(caller):
    made = caller.post(f"{S}/faults", {"fault": "slow", "times": 3, "seconds": 2})
    assert (made.status_code, made.json()["left"], made.json()["seconds"], made.json()["on"]) == (201, 3, 2, "message")
    caller.post(f"{S}/faults", {"fault": "slow"})
    caller.post(f"{S}/faults", {"fault": "bad_signature", "seconds": 9})
    listed = {row["fault"]: (row["left"], row["seconds"]) for row in caller.get(f"{S}/faults").json()["items"]}
    assert (listed["slow"], listed["bad_signature"], listed["duplicate"]) == ((1, 5), (1, 0), (0, 0))
    assert caller.send("DELETE", f"{S}/faults/slow").status_code == 204
    assert list(Fault.objects.values_list("name", flat=True)) == ["bad_signature"]
    assert problem_of(caller.send("DELETE", f"{S}/faults/unheard-of")) == "not-found"


def test_another_provider_s_faults_are_neither_seen_nor_met(caller, order):
    caller.post(f"{S}/faults", {"fault": "unavailable"})
    other = api.platform(factories.provider("other"))
    assert other.get(f"{P}/me").status_code == 200
    assert {row["left"] for row in other.get(f"{S}/faults").json()["items"]} == {0}
    other.send("DELETE", f"{S}/faults")
    assert Fault.objects.get().left == 1


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"fault": "gremlins"}, "/fault"),
        ({"fault": "slow", "seconds": 11}, "/seconds"),
        ({"fault": "slow", "times": 0}, "/times"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_and_leaves_nothing(wanted, pointer, caller):
    before = everything()
    refused = caller.post(f"{S}/faults", wanted)
    assert (problem_of(refused), refused.json()["errors"][0]["pointer"]) == ("validation", pointer)
    assert everything() == before


def test_in_production_mode_a_fault_that_is_left_over_meets_nothing(caller, order, settings):
    caller.post(f"{S}/faults", {"fault": "unavailable"})
    settings.PRODUCTION = True
    assert caller.get(order).status_code == 200
