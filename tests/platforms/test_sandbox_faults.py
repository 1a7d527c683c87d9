"""Faults on what we send: a receiver with nothing but public packages sees each for what it should be."""

import json
import time
from datetime import timedelta

import httpx
import pytest
import standardwebhooks
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from orders import clock, signing
from orders.acts import appealing, issuing
from orders.models import Attempt, Exhibit, OutboxMessage
from orders.regulation.regions import Actor
from platforms import faults
from platforms.client import Client, NotAuthentic
from platforms.delivery import rounds
from platforms.inspecting import timeline
from platforms.models import Fault, FaultUse
from platforms.sandbox import authorities, ordering, tenants
from tests import factories
from tests.platforms.receiver import receiving, status

pytestmark = pytest.mark.django_db


class Rehearsal:
    """A tenant whose endpoint is `receiver`; `deliver` makes one round of deliveries."""

    def __init__(self, receiver):
        self.receiver, self.made = receiver, tenants.start(factories.provider(), at=clock.now())
        tenants.register(self.made.connection, endpoint=receiver.url, at=clock.now())

    def order(self):
        return ordering.send_test_order(connection=self.made.connection, limit_scale="1", at=clock.now())[0]

    def set(self, fault, times=1, **options):
        faults.set_fault(self.made.connection, fault, times=times, at=clock.now(), **options)

    def deliver(self, *, later=timedelta(0)):
        return rounds.deliver_due(at=clock.now() + later)

    def verified(self, number=-1):
        """The message, as the public package reads it."""
        headers, body = self.receiver.posts[number]
        return standardwebhooks.Webhook(self.made.webhook_secret).verify(body, headers)

    def left(self):
        return list(Fault.objects.values_list("name", "left"))


@pytest.fixture
def rehearsal():
    with receiving() as receiver:
        yield Rehearsal(receiver)


def opened(content):
    """The order as the authority signed it. Raises when none of the published keys did."""
    keys = KeySet.import_key_set(json.loads(json.dumps(signing.jwks())))
    return json.loads(jws.deserialize_compact(content["data"]["annex_i_jws"], keys, algorithms=["Ed25519"]).payload)


def test_without_a_fault_nothing_is_changed(rehearsal):
    rehearsal.order()
    rehearsal.deliver()
    content = rehearsal.verified()
    assert opened(content) == content["data"]["annex_i"]
    assert FaultUse.objects.count() == 0


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("bad_signature", "No matching signature found"),
        ("wrong_secret", "No matching signature found"),
        ("tampered_body", "No matching signature found"),
        ("old_timestamp", "Message timestamp too old"),
        ("future_timestamp", "Message timestamp too new"),
    ],
)
def test_what_must_not_be_believed_is_refused_by_the_public_package(fault, said, rehearsal):
    rehearsal.set(fault)
    rehearsal.order()
    rehearsal.deliver()
    with pytest.raises(standardwebhooks.WebhookVerificationError, match=said):
        rehearsal.verified()


def test_a_tampered_body_names_another_url_and_the_signed_order_still_the_right_one(rehearsal):
    rehearsal.set("tampered_body")
    order = rehearsal.order()
    rehearsal.deliver()
    content, url = json.loads(rehearsal.receiver.posts[0][1]), order.items.get().url
    assert content["data"]["annex_i"]["items"][0]["url"] == f"{url}-tampered"
    assert opened(content)["items"][0]["url"] == url


def test_an_unknown_key_signs_the_order_and_the_webhook_itself_is_right(rehearsal):
    rehearsal.set("unknown_key")
    rehearsal.order()
    rehearsal.deliver()
    with pytest.raises((JoseError, ValueError)):
        opened(rehearsal.verified())


@pytest.mark.parametrize("fault", ["other_authority", "altered_order", "unsigned_order"])
def test_what_no_authority_signed_so_is_refused_by_our_own_client_though_the_webhook_is_signed_rightly(
    fault, rehearsal
):
    authorities.second(rehearsal.made.connection.provider, at=clock.now())
    rehearsal.set(fault)
    rehearsal.order()
    rehearsal.deliver()
    keys = httpx.MockTransport(lambda request: httpx.Response(200, json=json.loads(json.dumps(signing.jwks()))))
    client = Client("http://portal.test", "tenant", "secret", http=httpx.Client(transport=keys))
    with pytest.raises(NotAuthentic):
        client.check_signed(rehearsal.verified()["data"])


def test_fields_that_are_not_known_change_nothing_that_was_signed(rehearsal):
    rehearsal.set("extra_fields")
    rehearsal.order()
    rehearsal.deliver()
    content = rehearsal.verified()
    assert (content["extra"], "extra_in_data" in content["data"]) == ("synthetic", True)
    assert opened(content) == content["data"]["annex_i"]


def test_an_unknown_key_waits_for_a_message_that_an_authority_signed(rehearsal):
    order = rehearsal.order()
    rehearsal.deliver()
    rehearsal.set("unknown_key")
    approver = authorities.approver(order.issuing_authority)
    issuing.withdraw(order=order, reason="Synthetic.", by=approver, at=clock.now())
    rehearsal.deliver()
    assert rehearsal.verified()["type"] == "order.withdrawn"
    assert rehearsal.left() == [("unknown_key", 1)]


def test_in_a_rotation_the_second_signature_is_the_right_one(rehearsal):
    rehearsal.set("rotated_secret")
    rehearsal.order()
    rehearsal.deliver()
    signatures = rehearsal.receiver.posts[0][0]["webhook-signature"].split()
    assert (len(signatures), rehearsal.verified()["type"]) == (2, "order.issued")


def test_a_duplicate_comes_once_more_under_the_same_id_with_the_same_bytes(rehearsal):
    rehearsal.set("duplicate")
    rehearsal.order()
    assert [rehearsal.deliver() for _ in range(3)] == [1, 1, 0]
    first, second = rehearsal.receiver.posts
    assert (first[0]["webhook-id"], first[1]) == (second[0]["webhook-id"], second[1])
    rows = Attempt.objects.order_by("number").values_list("outcome", "is_receipt")
    assert list(rows) == [("accepted", True), ("accepted", False)]


def test_a_later_message_overtakes_an_earlier_one(rehearsal):
    rehearsal.set("out_of_order")
    order = rehearsal.order()
    rehearsal.deliver()
    assert rehearsal.receiver.posts == []
    now, approver = clock.now(), authorities.approver(order.issuing_authority)
    appealing.record_appeal(order=order, appellant=Actor.PROVIDER, received_at=now, by=approver, at=now)
    rehearsal.deliver()
    rehearsal.deliver()
    sequences = [(rehearsal.verified(n)["type"], rehearsal.verified(n)["sequence"]) for n in (0, 1)]
    assert sequences == [("order.appeal_recorded", 2), ("order.issued", 1)]


def test_what_nothing_overtakes_comes_after_five_minutes(rehearsal):
    rehearsal.set("out_of_order")
    rehearsal.order()
    rehearsal.deliver()
    OutboxMessage.objects.update(next_attempt_at=clock.now())  # as five minutes later
    rehearsal.deliver()
    assert rehearsal.verified()["type"] == "order.issued"


def test_half_a_body_comes_and_then_the_whole(rehearsal):
    rehearsal.set("half_body")
    rehearsal.order()
    rehearsal.deliver()
    headers, body = rehearsal.receiver.posts[0]
    assert len(body) < int(headers["content-length"])
    assert Attempt.objects.get().outcome == "broken_off"
    rehearsal.deliver(later=timedelta(seconds=20))
    assert rehearsal.verified()["type"] == "order.issued"
    assert rehearsal.receiver.posts[1][1].startswith(body)


def test_a_slow_message_is_whole_and_right(rehearsal):
    rehearsal.set("slow", seconds=1)
    rehearsal.order()
    began = time.monotonic()
    rehearsal.deliver()
    assert time.monotonic() - began >= 1
    assert rehearsal.verified()["type"] == "order.issued"


def test_a_webhook_that_never_comes_waits_to_be_fetched_and_holds_nothing_back(rehearsal):
    rehearsal.set("no_delivery")
    order = rehearsal.order()
    rehearsal.deliver()
    approver = authorities.approver(order.issuing_authority)
    issuing.withdraw(order=order, reason="Synthetic.", by=approver, at=clock.now())
    rehearsal.deliver()
    OutboxMessage.objects.update(next_attempt_at=clock.now())
    rehearsal.deliver()
    assert {json.loads(body)["type"] for _, body in rehearsal.receiver.posts} == {"order.withdrawn"}
    first = Attempt.objects.filter(message__type="order.issued")
    assert list(first.values_list("outcome", flat=True)) == ["to_be_fetched"]


@pytest.mark.parametrize("fault", ["bad_signature", "half_body", "tampered_body"])
def test_the_bytes_that_left_are_kept_as_they_were(fault, rehearsal):
    rehearsal.set(fault)
    rehearsal.order()
    rehearsal.deliver()
    kept = bytes(Exhibit.objects.get(sha256=Attempt.objects.get().body_id).content)
    assert kept.startswith(rehearsal.receiver.posts[0][1])


def test_a_fault_is_counted_down_and_tells_what_it_met(rehearsal):
    rehearsal.set("bad_signature", times=2)
    for _ in range(3):
        rehearsal.order()
        rehearsal.deliver()
    met = list(FaultUse.objects.order_by("pk").values_list("name", "met"))
    assert met == [("bad_signature", message_id) for message_id in rehearsal.receiver.ids[:2]]
    assert rehearsal.left() == [("bad_signature", 0)]
    assert rehearsal.verified(2)["type"] == "order.issued"


def test_of_several_faults_each_message_meets_the_one_that_was_set_first(rehearsal):
    rehearsal.set("rotated_secret")
    rehearsal.set("duplicate")
    for _ in range(2):
        rehearsal.order()
        rehearsal.deliver()
    assert list(FaultUse.objects.order_by("pk").values_list("name", flat=True)) == ["rotated_secret", "duplicate"]


def test_no_fault_meets_a_connection_outside_of_the_sandbox(rehearsal):
    rehearsal.set("bad_signature")
    made = rehearsal.made.connection
    type(made).objects.filter(pk=made.pk).update(sandbox=False)
    assert faults.take(made.provider, ["bad_signature"], met="msg", at=clock.now()) is None
    assert rehearsal.left() == [("bad_signature", 1)]


def test_the_line_of_the_inspector_names_the_fault_that_met_it(rehearsal):
    rehearsal.set("bad_signature")
    rehearsal.receiver.respond = status(401)
    rehearsal.order()
    rehearsal.deliver()
    rehearsal.receiver.respond = status(200)
    rehearsal.deliver(later=timedelta(seconds=10))
    connection = rehearsal.made.connection
    lines = timeline.page(connection, size=10).shown
    assert [(line.status, list(line.faults)) for line in lines] == [(200, []), (401, ["bad_signature"])]
