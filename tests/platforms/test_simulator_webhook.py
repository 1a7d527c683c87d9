"""Where a simulated platform takes its messages: it believes what is signed, and plans once."""

from datetime import timedelta

import httpx
import pytest

from orders import canonical, ids
from orders.acts import issuing
from platforms.simulator.models import PlannedAct, SimulatedPlatform
from tests.factories import T0, issued, officer
from tests.platforms.simulated import at_the_portal, data_of, platform, post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(T0, tick=False)


@pytest.fixture
def portal(monkeypatch, db):
    with at_the_portal(monkeypatch) as portal:
        yield portal


def planned():
    return list(PlannedAct.objects.order_by("due_at").values_list("reference", "what"))


def test_a_signed_order_is_taken_and_acts_are_planned(client, portal):
    order = issued()
    platform()
    answer = post(client, "hosting-nl", "order.issued", data_of(order), at=T0)
    assert (answer.status_code, answer.json()) == (200, {"received": "msg_1"})
    assert planned() == [(order.reference, "acknowledge"), (order.reference, "remove")]
    assert portal.answers == []  # nothing is done before its time


def test_a_redelivered_message_plans_nothing_twice(client, portal):
    order = issued()
    platform()
    for _ in range(2):
        assert post(client, "hosting-nl", "order.issued", data_of(order), at=T0).status_code == 200
    assert planned() == [(order.reference, "acknowledge"), (order.reference, "remove")]


@pytest.mark.parametrize(
    "forged",
    [
        {"body": b'{"type":"order.issued"}'},
        {"secret": ids.webhook_secret()},
        {"headers": {"webhook-id": "msg_2"}},
        {"headers": {"webhook-signature": "v1,AAAA"}},
        {"headers": {"webhook-timestamp": "soon"}},
        {"at": T0 - timedelta(minutes=6)},
    ],
    ids=["altered body", "another secret", "another id", "no signature of ours", "no instant", "replayed much later"],
)
def test_a_bad_signature_is_refused_and_plans_nothing(client, portal, forged):
    order = issued()
    platform()
    answer = post(client, "hosting-nl", "order.issued", data_of(order), **{"at": T0, **forged})
    assert (answer.status_code, planned()) == (401, [])


def test_an_order_that_says_something_else_than_the_authority_signed_is_refused(client, portal):
    order = issued()
    platform()
    data = data_of(order)
    data["annex_i"]["items"][0]["url"] = "https://elsewhere.example/v/1"
    answer = post(client, "hosting-nl", "order.issued", data, at=T0)
    assert (answer.status_code, planned()) == (401, [])
    assert "annex_i differs" in answer.content.decode()


def test_an_order_signed_with_an_unknown_key_is_refused(client, portal):
    order = issued()
    platform()
    portal.keys = lambda: {"keys": []}
    answer = post(client, "hosting-nl", "order.issued", data_of(order), at=T0)
    assert (answer.status_code, planned()) == (401, [])


def test_when_the_keys_cannot_be_had_the_sender_is_asked_to_try_again(client, portal):
    def unreachable():
        raise httpx.ConnectError("no way there")

    order = issued()
    platform()
    portal.keys = unreachable
    answer = post(client, "hosting-nl", "order.issued", data_of(order), at=T0)
    assert (answer.status_code, planned()) == (503, [])


def test_a_withdrawn_order_drops_what_was_planned(client, portal):
    order = issued()
    platform()
    post(client, "hosting-nl", "order.issued", data_of(order), at=T0)
    bert = officer("bert", order.issuing_authority)
    issuing.withdraw(order=order, reason="Wrong address.", by=bert, at=T0)
    answer = post(client, "hosting-nl", "order.withdrawn", data_of(order, "order.withdrawn"), at=T0, message_id="msg_2")
    assert answer.status_code == 200
    assert set(PlannedAct.objects.values_list("outcome", "done_at")) == {("dropped", T0)}


def test_an_annulled_order_drops_what_was_planned(client, portal):
    order = issued()
    platform()
    post(client, "hosting-nl", "order.issued", data_of(order), at=T0)
    annulled = {"reference": order.reference, "by": "scrutiny", "duty": "reinstate", "items": [], "released": [1]}
    answer = post(client, "hosting-nl", "order.annulled", annulled, at=T0, message_id="msg_2")
    assert answer.status_code == 200
    assert set(PlannedAct.objects.values_list("outcome", "done_at")) == {("dropped", T0)}


KNOWN_TO_NOBODY = ["connection.test", "order.of_a_later_version"]
TO_A_PROVIDER = [
    "order.prior_information_given", "order.limit_approaching", "order.limit_passed", "order.scrutiny_opened",
    "order.scrutiny_decided", "order.scrutiny_closed", "order.appeal_recorded", "order.disclosure_allowed",
    "order.ground_reminded",
]  # fmt: skip


@pytest.mark.parametrize("kind", KNOWN_TO_NOBODY + TO_A_PROVIDER)
def test_other_messages_are_taken_and_plan_nothing(client, portal, kind):
    platform()
    answer = post(client, "hosting-nl", kind, {"reference": "DE-2026-000001"}, at=T0)
    assert (answer.status_code, planned()) == (200, [])


@pytest.mark.parametrize("data", [{}, {"limit": {"seconds": 3600, "scale": "a bit"}, "reference": "X"}, []])
def test_signed_nonsense_gets_400(client, portal, data):
    platform()
    assert post(client, "hosting-nl", "order.issued", data or canonical.plain({}), at=T0).status_code == 400
    assert planned() == []


def test_an_unknown_platform_is_not_found_and_a_webhook_is_only_posted(client, portal):
    platform()
    assert post(client, "nobody", "connection.test", {}, at=T0).status_code == 404
    assert client.get("/simulator/hosting-nl/webhook").status_code == 405


def test_while_a_secret_is_rotated_either_is_good(client, portal):
    platform()
    young = ids.webhook_secret()
    SimulatedPlatform.objects.update(webhook_secrets=[young, "whsec_" + "A" * 44])
    assert post(client, "hosting-nl", "connection.test", {}, at=T0, secret=young).status_code == 200
