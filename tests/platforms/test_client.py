"""The client of a provider: tokens kept, answers said until they are heard, refusals raised with their problem."""

import httpx
import pytest

from platforms import client as module
from platforms.client import Client, Refused, Unanswered
from tests.platforms.simulated import ACCEPTED, Portal

PROBLEM = {
    "type": "http://portal.test/docs/problems/unknown-item",
    "title": "Unknown item",
    "status": 422,
    "detail": "No item 7.",
    "errors": [],
}


@pytest.fixture
def portal():
    return Portal()


@pytest.fixture
def client(portal):
    return Client("http://portal.test/", "hosting-nl", "a-synthetic-secret", http=portal.http())


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """How long the client waited each time, of which nothing is waited here."""
    pauses = []
    monkeypatch.setattr(module, "pause", pauses.append)
    monkeypatch.setattr(module.random, "uniform", lambda low, high: high)
    return pauses


def answered(portal, *answers):
    """The portal gives these answers one after the other; an exception is one that never comes."""
    left = iter(answers)

    def says(path):
        answer = next(left)
        if isinstance(answer, Exception):
            raise answer
        return answer

    portal.says = says


def removed(client, key="4471-removed"):
    return client.answer("DE-2026-000001", "annex-ii", key=key, document={"measures": []})


def test_a_token_is_fetched_once_and_kept(client, portal):
    for _ in range(3):
        removed(client)
    assert portal.tokens == 1


def test_a_token_that_ended_early_is_replaced_once(client, portal):
    answered(portal, httpx.Response(401, json={"title": "Token ended"}), ACCEPTED)
    assert removed(client) == {"effect": "recorded"}
    assert portal.tokens == 2
    first, second = portal.answers
    assert first == second


def test_a_token_that_cannot_be_given_now_is_asked_for_again(client, portal, pauses):
    portal.refusals = [httpx.Response(503, headers={"Retry-After": "2"}), httpx.Response(429)]
    assert removed(client) == {"effect": "recorded"}
    assert (portal.tokens, pauses) == (1, [2, 1.0])


def test_wrong_credentials_are_refused_at_once(client, portal, pauses):
    portal.refusals = [httpx.Response(401, json={"error": "invalid_client"})]
    with pytest.raises(Refused) as refused:
        removed(client)
    assert (refused.value.status, refused.value.problem, pauses) == (401, {"error": "invalid_client"}, [])


def test_credentials_that_are_refused_again_are_not_tried_for_ever(client, portal):
    portal.says = lambda path: httpx.Response(401, json={"title": "Token ended"})
    with pytest.raises(Refused) as refused:
        client.call("GET", "/me")
    assert (refused.value.status, portal.tokens) == (401, 2)


def test_a_refusal_carries_the_problem(client, portal):
    portal.says = lambda path: httpx.Response(422, json=PROBLEM)
    with pytest.raises(Refused, match="No item 7") as refused:
        removed(client)
    assert (refused.value.status, refused.value.problem, refused.value.code) == (422, PROBLEM, "unknown-item")


@pytest.mark.parametrize("lost", [
    httpx.ConnectError("no way there"), httpx.ReadTimeout("no answer"), httpx.RemoteProtocolError("hung up"),
    httpx.Response(500), httpx.Response(502, text="<html>"), httpx.Response(503, json=PROBLEM), httpx.Response(429),
    httpx.Response(409, json={"type": "http://portal.test/docs/problems/idempotency-in-flight"}),
], ids=repr)  # fmt: skip
def test_an_answer_that_was_not_heard_is_said_again_under_the_same_key(client, portal, pauses, lost):
    answered(portal, lost, lost, ACCEPTED)
    assert removed(client) == {"effect": "recorded"}
    said = ("/api/platforms/v1/orders/DE-2026-000001/annex-ii", "4471-removed", {"measures": []})
    assert (portal.answers, pauses) == ([said, said, said], [0.5, 1.0])


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422])
def test_a_refusal_that_would_be_the_same_again_is_raised_at_once(client, portal, pauses, status):
    portal.says = lambda path: httpx.Response(status, json=PROBLEM)
    with pytest.raises(Refused):
        removed(client)
    assert (len(portal.answers), pauses) == (1, [])


def test_the_portal_says_when_to_come_again(client, portal, pauses):
    answered(portal, httpx.Response(429, headers={"Retry-After": "7"}), ACCEPTED)
    removed(client)
    assert pauses == [7.0]


def test_the_pauses_grow_and_end_with_the_patience(client, portal, pauses):
    def silent(path):
        raise httpx.ConnectError("no way there")

    portal.says = silent
    with pytest.raises(Unanswered, match="ConnectError: no way there"):
        removed(client)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0, 20.0, 20.0]


def test_what_the_portal_said_last_is_raised_when_the_patience_is_over(client, portal, pauses):
    portal.says = lambda path: httpx.Response(503, json=PROBLEM, headers={"Retry-After": "3600"})
    with pytest.raises(Refused) as refused:
        removed(client)
    assert (refused.value.status, pauses) == (503, [])


def test_what_would_make_a_second_secret_can_be_asked_for_once(client, portal, pauses):
    answered(portal, httpx.ReadTimeout("no answer"))
    with pytest.raises(Unanswered):
        client.call("POST", "/endpoint/secrets", patience=0)
    assert (len(portal.answers), pauses) == (1, [])


def test_an_answer_without_a_body_is_one(client, portal):
    portal.says = lambda path: httpx.Response(204)
    assert client.call("DELETE", "/credentials/old") == {}
    assert [path for path, _, _ in portal.answers] == ["/api/platforms/v1/credentials/old"]


@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", '"a string"'])
def test_an_answer_that_is_no_problem_document_is_a_refusal_all_the_same(client, portal, body):
    portal.says = lambda path: httpx.Response(502, text=body)
    with pytest.raises(Refused) as refused:
        client.call("GET", "/me")
    assert refused.value.status == 502


def test_a_page_that_came_at_once_because_too_many_wait_is_given_back_after_the_pause_that_was_asked_for(
    client, portal, pauses
):
    page = {"items": [], "next": "cursor"}
    answered(portal, httpx.Response(200, json=page, headers={"Retry-After": "5"}), httpx.Response(200, json=page))
    assert [client.events("before"), client.events("before", wait=1)] == [page, page]
    assert pauses == [5.0]
