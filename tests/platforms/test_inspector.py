"""The inspector of the sandbox by API: what went out, what came in, one list of both, and an exchange again."""

import json

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from orders import canonical, clock
from orders.models import Application, Attempt, ContentItem, LedgerEntry, OutboxMessage
from platforms import connecting, wire
from platforms.inspecting import timeline
from platforms.models import Connection, Exchange, Resending, WebhookSecret
from tests import api, factories
from tests.api import P, S, problem_of
from tests.platforms.inspected import Rehearsal, rehearsal, removed
from tests.platforms.reached import connect, deliver, order_to
from tests.platforms.receiver import receiving, status
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


def sent(respond) -> tuple[Rehearsal, dict]:
    """An order posted to an endpoint that answers so, and the exchange as the list tells it."""
    with receiving(respond) as receiver:
        order, _ = order_to(receiver.url)
        deliver()
    tried = Rehearsal(order, api.platform(order.provider), f"{P}/orders/{order.reference}")
    (head,) = tried.exchanges()
    return tried, head


def test_an_attempt_is_told_with_its_bytes_what_was_signed_and_by_which_secret():
    tried, head = sent(status(200, b"thank you"))
    attempt, secret = Attempt.objects.get(), WebhookSecret.objects.get()
    assert (head["what"], head["article"], head["status"]) == ("order.issued", "3(1)", 200)
    assert head["sentence"] == "receipt: the hour runs"
    whole = tried.whole(head["id"])
    body = bytes(attempt.body.content).decode()
    headers = whole["request"]["headers"]
    assert (whole["request"]["body"], whole["answer"]["body"]) == (body, "thank you")
    assert whole["signed_bytes"] == f"{headers[wire.ID]}.{headers[wire.TIMESTAMP]}.{body}"
    assert whole["signatures"] == [
        {
            "signature": headers[wire.SIGNATURE],
            "secret_ending": secret.secret[-4:],
            "secret_made_at": canonical.instant(secret.created_at),
        }
    ]
    assert (whole["message_id"], whole["attempt"], whole["is_receipt"]) == (headers[wire.ID], 1, True)
    assert secret.secret not in json.dumps(whole)


def test_while_secrets_rotate_each_signature_names_its_own():
    order, _ = order_to("")
    found = Connection.objects.get()
    connecting.rotate_secret(found, at=clock.now())
    with receiving(200) as receiver:
        connecting.set_endpoint(found, receiver.url, at=clock.now())
        deliver()
    tried = Rehearsal(order, api.platform(order.provider), "")
    told = tried.whole(tried.exchanges()[0]["id"])["signatures"]
    assert [one["secret_ending"] for one in told] == [row.secret[-4:] for row in WebhookSecret.objects.all()]
    WebhookSecret.objects.all().delete()
    told = tried.whole(tried.exchanges()[0]["id"])["signatures"]
    assert [one["secret_ending"] for one in told] == ["", ""]


@pytest.mark.parametrize(
    ("code", "outcome", "sentence"),
    [
        (204, "accepted", "receipt: the hour runs"),
        (302, "redirected", "no receipt: a redirect is not followed"),
        (404, "refused", "no receipt: it was refused, and only a 2xx counts"),
        (503, "failed", "no receipt: only a 2xx counts"),
    ],
)
def test_why_an_answer_is_no_receipt_is_said(code, outcome, sentence):
    _, head = sent(code)
    assert (head["status"], head["outcome"], head["sentence"]) == (code, outcome, sentence)


def test_what_never_reached_an_endpoint_says_why():
    order, _ = order_to("http://127.0.0.1:1/hook")
    deliver()
    connecting.set_channel(Connection.objects.get(), "pull", at=clock.now())
    deliver()
    pulled, refused = Rehearsal(order, api.platform(order.provider), "").exchanges()
    assert (refused["status"], refused["sentence"]) == (None, "no receipt: nobody took the connection")
    assert (pulled["status"], pulled["sentence"]) == (None, "waits until your machine fetches it")


def test_both_directions_are_one_list_newest_first_and_filtered():
    tried, out = sent(200)
    tried.caller.get(tried.url)
    tried.caller.get(f"{P}/me")
    me, read, first = tried.exchanges()
    assert [me["what"], read["what"], first] == ["GET me", f"GET orders/{tried.order.reference}", out]
    assert tried.exchanges(direction="out") == [first]
    assert tried.exchanges(direction="in") == [me, read]
    assert tried.exchanges(order=tried.order.reference) == [read, first]
    assert tried.exchanges(order="DE-2026-999999") == []


def test_pages_hold_every_exchange_once_also_those_of_one_instant():
    tried, _ = sent(200)
    for _ in range(3):
        tried.caller.get(f"{P}/me")
    Exchange.objects.update(arrived_at=Attempt.objects.get().started_at)
    found = timeline.inspected(tried.order.provider)
    whole = [one.id for one in timeline.page(found, size=9).shown]
    walked, after, more = [], None, True
    while more:
        shown, more = timeline.page(found, after=after, size=1)
        walked.append(shown[0].id)
        after = shown[0]
    assert walked == whole == [one["id"] for one in tried.exchanges()]
    assert len(set(whole)) == 4


@pytest.mark.parametrize("after", ["out-0", "in-1", "x", "out-", "out-9999999999999999999", "in-٣"])
def test_a_cursor_that_is_no_exchange_of_yours_is_refused(after):
    tried, _ = sent(200)
    assert problem_of(tried.caller.get(f"{S}/exchanges?after={after}")) == "bad-cursor"
    assert problem_of(tried.caller.get(f"{S}/exchanges/{after}")) == "not-found"
    assert problem_of(tried.caller.get(f"{S}/exchanges?direction=up")) == "validation"


def test_a_long_list_asks_no_more_of_the_database():
    tried, _ = sent(200)
    counts = []
    for _ in range(2):
        tried.caller.post(f"{tried.url}/annex-ii", removed())
        with CaptureQueriesContext(
            database,
        ) as asked:
            tried.exchanges()
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_another_providers_exchanges_are_not_found():
    tried, _ = sent(200)
    tried.caller.get(f"{P}/me")
    other = factories.provider("other")
    connect(other, "")
    stranger = api.platform(other)
    for one in tried.exchanges():
        assert problem_of(stranger.get(f"{S}/exchanges/{one['id']}")) == "not-found"
        assert problem_of(stranger.post(f"{S}/exchanges/{one['id']}/replay")) == "not-found"
        assert problem_of(stranger.get(f"{S}/exchanges?after={one['id']}")) == "bad-cursor"
    assert stranger.get(f"{S}/exchanges").json()["items"] == []


def test_there_is_no_inspector_of_a_connection_outside_of_the_sandbox(settings):
    tried, head = sent(200)
    addresses = [f"{S}/exchanges", f"{S}/exchanges/{head['id']}"]
    settings.PRODUCTION = True
    assert [problem_of(tried.caller.get(address)) for address in addresses] == ["not-found"] * 2
    settings.PRODUCTION = False
    Connection.objects.update(sandbox=False)
    assert [problem_of(tried.caller.get(address)) for address in addresses] == ["not-found"] * 2
    assert problem_of(tried.caller.post(f"{addresses[1]}/replay")) == "not-found"


# --- again ---
def test_a_message_goes_again_with_the_same_bytes_under_its_id():
    tried, head = sent(503)
    with receiving(200) as receiver:
        connecting.set_endpoint(Connection.objects.get(), receiver.url, at=clock.now())
        replayed = tried.caller.post(f"{S}/exchanges/{head['id']}/replay").json()
        deliver()
    assert (replayed["before"]["id"], replayed["after"]) == (head["id"], None)
    first, again = Attempt.objects.order_by("number")
    assert (first.body_id, first.headers[wire.ID]) == (again.body_id, again.headers[wire.ID])
    assert receiver.ids == [OutboxMessage.objects.get(type="order.issued").message_id]
    asked = Resending.objects.get()
    assert (asked.reason, asked.actor_party) == (
        "Replayed from the inspector: attempt 1 of order.issued.", tried.order.provider.code,
    )  # fmt: skip


def test_a_message_that_was_withdrawn_is_not_sent_by_a_replay():
    tried, head = sent(503)
    OutboxMessage.objects.update(next_attempt_at=None)
    before = everything()
    assert problem_of(tried.caller.post(f"{S}/exchanges/{head['id']}/replay")) == "not-sendable"
    assert everything() == before


def test_a_recorded_answer_again_is_the_first_answer_and_records_nothing():
    tried = rehearsal()
    first = tried.caller.post(f"{tried.url}/annex-ii", removed(), Idempotency_Key="key-1")
    before = everything()
    (head,) = tried.exchanges()
    replayed = tried.caller.post(f"{S}/exchanges/{head['id']}/replay").json()
    after = replayed["after"]
    assert (after["outcome"], after["answer"]["headers"]["Idempotent-Replayed"]) == ("replayed", "true")
    assert (json.loads(after["answer"]["body"]), after["replay_of"]) == (first.json(), head["id"])
    assert replayed["before"]["replays"] == [after["id"]]
    assert everything() == before


def test_a_refused_answer_again_is_evaluated_afresh():
    tried = rehearsal(items=2)
    body = {"measures": [{"item": 1, "measure": "removed", "taken_at": "2099-01-01T00:00:00Z"}]}
    tried.caller.post(f"{tried.url}/annex-ii", body)
    kept = Exchange.objects.get()
    kept.body = json.dumps(removed()).encode()  # as if the time had come
    kept.save()
    after = tried.caller.post(f"{S}/exchanges/in-{kept.pk}/replay").json()["after"]
    assert (after["status"], after["outcome"]) == (201, "recorded")
    assert [item.execution for item in ContentItem.objects.order_by("number")] == ["removed", "due"]
    entry = LedgerEntry.objects.latest("pk")
    assert (entry.act, entry.actor_party) == ("report_removal", tried.order.provider.code)


def test_a_replay_has_the_scope_that_its_request_had():
    tried = rehearsal()
    reader = api.platform(tried.order.provider, scope="orders.read")
    reader.post(f"{tried.url}/annex-ii", removed())
    (head,) = tried.exchanges()
    before = everything()
    after = tried.caller.post(f"{S}/exchanges/{head['id']}/replay").json()["after"]
    assert (after["status"], after["outcome"]) == (403, "scope-missing")
    assert everything() == before
    assert problem_of(reader.post(f"{S}/exchanges/{head['id']}/replay")) == "scope-missing"


def test_a_request_whose_client_is_gone_has_no_token_any_more():
    tried = rehearsal()
    gone = api.platform(tried.order.provider)
    gone.post(f"{tried.url}/annex-ii", removed(provider_reference="gone"))
    (head,) = tried.exchanges()
    Application.objects.latest("pk").delete()
    after = tried.caller.post(f"{S}/exchanges/{head['id']}/replay").json()["after"]
    assert (after["status"], after["outcome"]) == (401, "invalid-token")


def test_what_told_a_secret_or_was_cut_is_not_asked_again():
    tried = rehearsal()
    tried.caller.post(f"{P}/endpoint/secrets")
    tried.caller.post(f"{tried.url}/annex-ii", removed(more="y" * 70_000))
    before = everything()
    for one in tried.exchanges():
        assert problem_of(tried.caller.post(f"{S}/exchanges/{one['id']}/replay")) == "not-replayable"
    assert everything() == before


def test_the_query_and_the_headers_are_asked_again_as_they_were():
    tried = rehearsal()
    tried.caller.get(f"{P}/orders?state=open&due_before=2026-11-21T01%3A30%3A00Z", Accept="text/html", X_Own="ä")
    (head,) = tried.exchanges()
    after = tried.caller.post(f"{S}/exchanges/{head['id']}/replay").json()["after"]
    before = tried.whole(head["id"])
    assert after["where"] == before["where"] == f"{P}/orders?state=open&due_before=2026-11-21T01%3A30%3A00Z"
    assert after["request"] == before["request"]
    assert after["answer"]["body"] == before["answer"]["body"]
