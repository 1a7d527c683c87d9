"""The pull channel: what webhooks carry, in one stream per provider; what is served is received."""

import base64
from datetime import timedelta

import pytest
from django.db import connection

from orders import canonical, clock
from orders.acts import clarifying, issuing, transmitting
from orders.models import Exhibit, LedgerEntry, OutboxMessage, Receipt
from platforms import pulling
from platforms.api import events
from platforms.delivery import trying
from platforms.models import StreamEntry
from tests import api, factories
from tests.api import P, problem_of
from tests.snapshot import everything

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def caller():
    caller = api.platform(factories.provider())
    caller.get(f"{P}/me")
    return caller


def issued(**more):
    return factories.issued(at=clock.now(), **more)


def withdraw(order):
    bert = factories.officer("bert", order.issuing_authority)
    issuing.withdraw(order=order, reason="Wrong.", by=bert, at=clock.now())


def kinds(page: dict) -> list[str]:
    return [item["message"]["type"] for item in page["items"]]


def pull(caller, after: str = "", **more) -> dict:
    asked = "&".join(f"{name}={value}" for name, value in {"after": after, **more}.items())
    answer = caller.get(f"{P}/events?{asked}")
    assert answer.status_code == 200
    return answer.json()


def test_the_stream_carries_the_bodies_of_the_webhooks_under_their_ids(caller):
    order = issued()
    message = OutboxMessage.objects.get(recipient=order.provider.code)
    [event] = pull(caller)["items"]
    assert event["id"] == message.message_id
    assert canonical.json_bytes(event["message"]) == trying.compose(message)
    assert event["body_sha256"] == canonical.sha256(trying.compose(message))
    assert bytes(Exhibit.objects.get(pk=event["body_sha256"]).content) == trying.compose(message)


def test_what_is_served_is_received_and_starts_the_hour(caller):
    order = issued()
    before = clock.now()
    pull(caller)
    receipt, [hour] = Receipt.objects.get(), factories.hours(order)
    assert (receipt.channel, receipt.rule) == ("pull", "event_read")
    assert before <= receipt.received_at <= clock.now()
    assert hour.starts_at == receipt.received_at
    message = OutboxMessage.objects.get(recipient=order.provider.code)
    assert (message.next_attempt_at, message.delivered_at) == (None, receipt.received_at)
    assert LedgerEntry.objects.get(act="record_receipt").channel == "pull"


def test_what_was_received_before_is_served_again_and_changes_nothing(caller):
    order = factories.received(at=clock.now() - MINUTE)
    first = pull(caller)
    before = everything()
    assert pull(caller) == first
    assert everything() == before
    assert Receipt.objects.get(message__dossier=order.dossier).rule == "webhook_2xx"


def test_the_cursor_leads_on_and_an_empty_page_gives_one_too(caller):
    nothing = pull(caller)
    issued()
    first = pull(caller, nothing["next"])
    again = pull(caller, first["next"])
    withdraw(factories.received(at=clock.now() - MINUTE))
    rest = pull(caller, again["next"])
    assert (nothing["items"], kinds(first), again["items"]) == ([], ["order.issued"], [])
    assert (again["next"], kinds(rest)) == (first["next"], ["order.issued", "order.withdrawn"])


def test_a_long_stream_comes_in_pages(caller, monkeypatch):
    monkeypatch.setattr(pulling, "PAGE", 2)
    orders = [issued() for _ in range(5)]
    pages, after = [], ""
    for _ in range(4):
        page = pull(caller, after)
        after = page["next"]
        pages.append([item["message"]["data"]["reference"] for item in page["items"]])
    references = [order.reference for order in orders]
    assert pages == [references[:2], references[2:4], references[4:], []]


def test_a_message_written_earlier_and_seen_later_is_not_passed_over(caller, monkeypatch):
    """Transactions end in another order than they begin: what is seen late gets a later place, not an earlier one."""
    late, early = issued(), issued()
    hidden = OutboxMessage.objects.get(dossier=late.dossier)
    without_place = pulling._without_place
    monkeypatch.setattr(pulling, "_without_place", lambda of: without_place(of).exclude(pk=hidden.pk))
    first = pull(caller)
    monkeypatch.undo()
    second = pull(caller, first["next"])
    read = [item["message"]["data"]["reference"] for page in (first, second) for item in page["items"]]
    assert read == [early.reference, late.reference]
    assert list(StreamEntry.objects.values_list("position", flat=True)) == [1, 2]


def test_an_order_taken_off_the_wire_before_it_was_read_is_not_served(caller):
    withdraw(issued())
    assert kinds(pull(caller)) == ["order.withdrawn"]


def test_an_order_withdrawn_after_it_got_its_place_is_not_served_either(caller):
    order = issued()
    pulling.page(order.provider, after=0)
    withdraw(order)
    assert kinds(pull(caller)) == ["order.withdrawn"]


def test_pulling_a_clarification_starts_the_fresh_hour(caller):
    order = issued()
    pull(caller)
    caller.post(
        f"{P}/orders/{order.reference}/annex-iii", {"reason": "manifest_errors", "explanation": "Another host."}
    )
    bert = factories.officer("bert", order.issuing_authority)
    clarifying.clarify(order=order, answers={1: "It is the mirror."}, by=bert, at=clock.now())
    assert kinds(pull(caller)) == ["order.issued", "order.clarified"]
    assert [hour.ground for hour in factories.hours(order)] == ["receipt", "clarification"]


def test_each_provider_has_its_own_stream(caller):
    issued()
    stranger = api.platform(factories.provider("stranger"))
    assert pull(stranger)["items"] == []
    issued(to=factories.provider("stranger"))
    assert (len(pull(stranger)["items"]), len(pull(caller)["items"])) == (1, 1)


def of(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor", ["abc", "%00", "x" * 500, of("hosting-nl 2"), of("hosting-nl -1"), of("other 0"), of("hosting-nl ٣")]
)
def test_a_cursor_that_we_did_not_give_is_refused_and_nothing_is_received(caller, cursor):
    issued()
    pulling.page(factories.provider(), after=0)
    before = everything()
    assert problem_of(caller.get(f"{P}/events?after={cursor}")) in ("bad-cursor", "validation")
    assert everything() == before


@pytest.mark.parametrize("wait", ["31", "-1", "soon", "1.5", "%00"])
def test_a_wait_that_cannot_be_is_refused(caller, wait):
    before = everything()
    assert problem_of(caller.get(f"{P}/events?wait={wait}")) == "validation"
    assert everything() == before


def test_whoever_waits_gets_what_comes_and_holds_no_connection_meanwhile(caller, monkeypatch):
    held = []

    def meanwhile(seconds):
        held.append(connection.connection)
        if len(held) == 2:
            issued()

    monkeypatch.setattr(events, "pause", meanwhile)
    assert kinds(pull(caller, wait=30)) == ["order.issued"]
    assert held == [None, None]


def test_whoever_waits_in_vain_gets_an_empty_page(caller, monkeypatch):
    slept = []
    monkeypatch.setattr(events, "pause", slept.append)
    monkeypatch.setattr(events.time, "monotonic", lambda: sum(slept))
    assert pull(caller, wait=2)["items"] == []
    assert sum(slept) == 2


@pytest.mark.parametrize(("wait", "again"), [(30, "5"), (2, "2"), (0, None)])
def test_when_too_many_wait_the_next_one_is_told_at_once_when_to_come_again(caller, monkeypatch, wait, again):
    monkeypatch.setattr(events, "_waiting", type("Full", (), {"acquire": lambda self, blocking: False})())
    monkeypatch.setattr(events, "pause", lambda seconds: pytest.fail("it waited"))
    answer = caller.get(f"{P}/events?wait={wait}")
    assert (answer.json()["items"], answer.headers.get("Retry-After")) == ([], again)


def test_a_place_in_the_line_is_given_back(caller, monkeypatch):
    monkeypatch.setattr(events, "pause", lambda seconds: issued())
    for _ in range(events.settings.EVENT_WAITERS + 1):
        assert kinds(pull(caller, pull(caller)["next"], wait=30)) == ["order.issued"]


def test_an_answer_inside_the_time_of_a_pull_is_like_any_other(caller):
    order = issued()
    taken_at = pull(caller)["items"][0]["message"]["timestamp"]
    measure = {"item": 1, "measure": "removed", "taken_at": taken_at}
    said = caller.post(f"{P}/orders/{order.reference}/annex-ii", {"measures": [measure]})
    assert (said.status_code, said.json()["items"][0]["verdict"]) == (201, "within_hour")


def test_it_needs_the_scope_to_read():
    answerer = api.platform(factories.provider(), scope="orders.answer")
    assert problem_of(answerer.get(f"{P}/events")) == "scope-missing"


def test_the_receipt_of_one_message_that_cannot_be_recorded_serves_nothing(caller, monkeypatch):
    issued()

    def fault(**arguments):
        raise RuntimeError("inside")

    before = everything()
    monkeypatch.setattr(transmitting, "record_receipt", fault)
    assert caller.get(f"{P}/events").status_code == 500
    after = everything()
    assert {table for table in before if before[table] != after[table]} <= {"platforms_streamentry"}
