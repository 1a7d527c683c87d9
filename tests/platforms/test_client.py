"""The client of a provider: tokens kept, signatures checked, refusals raised with their problem."""

import httpx
import pytest

from orders import signing
from platforms.client import Client, NotAuthentic, Refused
from tests.factories import T0, authority, issued
from tests.platforms.simulated import ACCEPTED, Portal, data_of

PROBLEM = {"type": "about:blank", "title": "Unknown item", "status": 422, "detail": "No item 7.", "errors": []}


@pytest.fixture
def portal():
    return Portal()


@pytest.fixture
def client(portal):
    return Client("http://portal.test/", "hosting-nl", "a-synthetic-secret", http=portal.http())


def test_a_token_is_fetched_once_and_kept(client, portal):
    for _ in range(3):
        client.acknowledge("DE-2026-000001", key="once")
    assert portal.tokens == 1


def test_a_token_that_ended_early_is_replaced_once(client, portal):
    refusals = iter([httpx.Response(401, json={"title": "Token ended"}), ACCEPTED])
    portal.says = lambda path: next(refusals)
    assert client.acknowledge("DE-2026-000001", key="once") == {"effect": "recorded"}
    assert portal.tokens == 2
    first, second = portal.answers
    assert first == second


def test_credentials_that_are_refused_again_are_not_tried_for_ever(client, portal):
    portal.says = lambda path: httpx.Response(401, json={"title": "Token ended"})
    with pytest.raises(Refused) as refused:
        client.me()
    assert (refused.value.status, portal.tokens) == (401, 2)


def test_a_refusal_carries_the_problem(client, portal):
    portal.says = lambda path: httpx.Response(422, json=PROBLEM)
    with pytest.raises(Refused, match="No item 7") as refused:
        client.annex_ii("DE-2026-000001", key="k", document={"measures": []})
    assert (refused.value.status, refused.value.problem) == (422, PROBLEM)


def test_each_statement_goes_to_its_own_address_under_its_key(client, portal):
    order, document = "DE-2026-000001", {"items": [1]}
    client.request_scrutiny(order, key="a", reasons="Satire.")
    client.reinstatement(order, key="b", document=document)
    client.content_provider_information(order, key="c", document=document)
    client.preservation_report(order, key="d", document=document)
    client.timeline(order)
    base = f"/api/platforms/v1/orders/{order}"
    assert portal.answers == [
        (f"{base}/scrutiny-requests", "a", {"reasons": "Satire."}),
        (f"{base}/reinstatements", "b", document),
        (f"{base}/content-provider-information", "c", document),
        (f"{base}/preservation-reports", "d", document),
        (f"{base}/timeline", "", None),
    ]


@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", '"a string"'])
def test_an_answer_that_is_no_problem_document_is_a_refusal_all_the_same(client, portal, body):
    portal.says = lambda path: httpx.Response(502, text=body)
    with pytest.raises(Refused) as refused:
        client.me()
    assert refused.value.status == 502


@pytest.mark.django_db
def test_a_key_younger_than_those_known_is_fetched(client, portal):
    client.check_signed(data_of(issued()))
    assert portal.keys_asked == 1
    signing.new_key(authority(), at=T0)
    client.check_signed(data_of(issued()))
    assert portal.keys_asked == 2


@pytest.mark.django_db
@pytest.mark.parametrize("forged", ["", "not.a.jws", "eyJhbGciOiJub25lIn0.e30."])
def test_an_order_without_a_true_signature_is_not_authentic(client, portal, forged):
    data = data_of(issued()) | {"annex_i_jws": forged}
    with pytest.raises(NotAuthentic):
        client.check_signed(data)
