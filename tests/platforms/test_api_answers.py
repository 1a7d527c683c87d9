"""What a provider answers over HTTP: a statement of fact that parses is always recorded, with 201."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine

from orders import canonical
from orders.acts import issuing
from orders.api import tokens
from orders.models import Deadline, LedgerEntry, Receipt
from tests import api, factories
from tests.api import P
from tests.factories import HOUR, T0

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def travel():
    with time_machine.travel(T0 + MINUTE, tick=False) as traveller:
        yield traveller


def annex_ii(taken_at, item: int = 1, **more) -> dict:
    return {"measures": [{"item": item, "measure": "removed", "taken_at": canonical.instant(taken_at)}], **more}


IMPOSSIBLE = {
    "reason": "force_majeure_or_impossibility",
    "grounds_since": canonical.instant(T0),
    "explanation": "The data centre is dark.",
}
UNCLEAR = {
    "reason": "insufficient_information",
    "explanation": "The URL opens a channel of 400 videos.",
    "needed": [{"question": 1, "text": "Which video and which time span?"}],
}


def ready(*, items: int = 1):
    """An order whose hour runs since T0, the address to answer it, and its provider's machine."""
    order = factories.received(items=items)
    return order, f"{P}/orders/{order.reference}", api.platform(order.provider)


def test_annex_ii_closes_the_clock_and_is_answered_with_the_verdict(travel):
    order, url, caller = ready(items=2)
    answer = caller.post(f"{url}/annex-ii", annex_ii(T0 + MINUTE, item=2, provider_reference="TS-4471"))
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "id": f"{order.reference}/6",
            "recorded_at": canonical.instant(T0 + MINUTE),
            "effect": "recorded",
            "reason": "",
            "flags": [],
            "generation": 6,
            "items": [
                {
                    "item": 2,
                    "execution": "removed",
                    "due_at": canonical.instant(T0 + HOUR),
                    "standing": "closed",
                    "verdict": "within_hour",
                    "basis": "claimed",
                }
            ],
        },
    )


def test_the_time_of_the_measure_decides_not_of_the_report(travel):
    _, url, caller = ready()
    travel.move_to(T0 + 65 * MINUTE)
    caller = api.platform(factories.provider())
    answer = caller.post(f"{url}/annex-ii", annex_ii(T0 + 59 * MINUTE))
    assert answer.json()["items"][0]["verdict"] == "within_hour_reported_late"


def test_an_acknowledgement_changes_no_clock(travel):
    _, url, caller = ready()
    before = list(Deadline.objects.values())
    answer = caller.post(f"{url}/acknowledgements", {"provider_reference": "TS-4471"})
    assert (answer.status_code, answer.json()["effect"]) == (201, "recorded")
    assert list(Deadline.objects.values()) == before
    assert caller.get(url).json()["provider_reference"] == "TS-4471"


@pytest.mark.parametrize("annex", [IMPOSSIBLE, UNCLEAR], ids=["impossible", "unclear"])
def test_annex_iii_displaces_the_hour(travel, annex):
    _, url, caller = ready()
    item = caller.post(f"{url}/annex-iii", annex).json()["items"][0]
    assert (item["execution"], item["standing"], item["due_at"]) == ("displaced", "displaced", None)


def test_grounds_that_ceased_start_a_fresh_hour_from_that_time(travel):
    _, url, caller = ready()
    caller.post(f"{url}/annex-iii", IMPOSSIBLE)
    travel.move_to(T0 + 9 * MINUTE)
    answer = caller.post(f"{url}/grounds-ceased", {"ceased_at": canonical.instant(T0 + 8 * MINUTE)})
    item = answer.json()["items"][0]
    assert (item["standing"], item["due_at"]) == ("running", canonical.instant(T0 + 8 * MINUTE + HOUR))


def test_an_answer_before_any_receipt_proves_the_receipt_first(travel):
    order = factories.issued()
    caller = api.platform(order.provider)
    answer = caller.post(f"{P}/orders/{order.reference}/annex-ii", annex_ii(T0 + MINUTE))
    receipt = Receipt.objects.get()
    acts = list(LedgerEntry.objects.filter(dossier=order.dossier, number__gt=4).values_list("act", flat=True))
    assert (answer.status_code, receipt.rule, receipt.received_at) == (201, "answer", T0 + MINUTE)
    assert acts == ["record_receipt", "report_removal"]


def test_of_two_impossibilities_one_is_ended_by_the_number_in_the_id_of_its_answer(travel):
    _, url, caller = ready()
    notice = {
        "reason": "force_majeure_or_impossibility",
        "explanation": "Dark.",
        "grounds_since": canonical.instant(T0),
    }
    first, second = (
        caller.post(f"{url}/annex-iii", {**notice, "explanation": text}).json() for text in ("Dark.", "Cold.")
    )
    for answer, execution in ((first, "displaced"), (second, "due")):
        ceased = {"ceased_at": canonical.instant(T0 + MINUTE), "grounds": [int(answer["id"].rpartition("/")[2])]}
        assert caller.post(f"{url}/grounds-ceased", ceased).json()["items"][0]["execution"] == execution


def test_the_first_evidence_stands_when_the_webhook_is_answered_after_the_answer(travel):
    order = factories.issued()
    api.platform(order.provider).post(f"{P}/orders/{order.reference}/annex-ii", annex_ii(T0 + MINUTE))
    factories.deliver(order, "order.issued", at=T0 + 2 * MINUTE)
    assert [clock.starts_at for clock in factories.hours(order)] == [T0 + MINUTE]


def test_an_answer_to_an_order_whose_withdrawal_was_received_is_recorded_and_says_that_it_has_no_effect(travel):
    order, url, caller = ready()
    issuing.withdraw(
        order=order, reason="Wrong.", by=factories.officer("bert", order.issuing_authority), at=T0 + MINUTE
    )
    factories.deliver(order, "order.withdrawn", at=T0 + MINUTE)
    answer = caller.post(f"{url}/annex-ii", annex_ii(T0 + 2 * MINUTE)).json()  # before it, the measure would count
    assert (answer["effect"], answer["items"][0]["execution"]) == ("none", "no_longer_required")
    assert "withdrawn" in answer["reason"]


def test_a_second_report_of_the_same_item_is_recorded_without_effect(travel):
    _, url, caller = ready()
    caller.post(f"{url}/annex-ii", annex_ii(T0 + MINUTE))
    second = caller.post(f"{url}/annex-ii", annex_ii(T0 + MINUTE / 2))
    assert (second.status_code, second.json()["effect"]) == (201, "none")


def test_a_clock_that_is_two_minutes_fast_is_flagged_and_not_refused(travel):
    _, url, caller = ready()
    answer = caller.post(f"{url}/annex-ii", annex_ii(T0 + 3 * MINUTE))
    assert (answer.status_code, answer.json()["flags"]) == (201, ["clock_skew"])


def test_if_match_is_ignored_for_providers(travel):
    _, url, caller = ready()
    assert caller.post(f"{url}/annex-ii", annex_ii(T0 + MINUTE), If_Match='"1"').status_code == 201


@pytest.mark.parametrize(
    "headers",
    [{"Accept": "text/html"}, {"Accept": "application/xml;q=0.1"}, {"content_type": "application/json; charset=rot13"}],
)
def test_no_header_that_says_nothing_about_the_order_makes_an_answer_fail(travel, headers):
    _, url, caller = ready()
    assert caller.post(f"{url}/annex-ii", annex_ii(T0 + MINUTE), **headers).status_code == 201


def test_a_time_in_the_future_is_refused_with_exactly_the_members_of_the_contract(travel):
    order, url, caller = ready()
    problem = caller.post(f"{url}/annex-ii", annex_ii(T0 + 38 * MINUTE)).json()
    assert problem.pop("request_id").startswith("req_")
    assert problem == {
        "type": "http://localhost:8000/docs/problems/time-in-future",
        "title": "The measure lies in the future",
        "status": 422,
        "detail": "The time is 37 min after our clock. Nothing was recorded; send the time at which it happened.",
        "instance": f"/api/platforms/v1/orders/{order.reference}/annex-ii",
        "server_time": canonical.instant(T0 + MINUTE),
        "due_at": canonical.instant(T0 + HOUR),
        "errors": [
            {
                "pointer": "/measures/0/taken_at",
                "code": "time-in-future",
                "got": canonical.instant(T0 + 38 * MINUTE),
            }
        ],
    }


def test_the_arrival_counts_however_long_authentication_takes(travel, monkeypatch):
    _, url, caller = ready()
    travel.move_to(T0 + HOUR)
    caller = api.platform(factories.provider())
    find = tokens.known

    def slow(token):
        travel.move_to(T0 + HOUR + 5 * MINUTE)
        return find(token)

    monkeypatch.setattr(tokens, "known", slow)
    answer = caller.post(f"{url}/annex-ii", annex_ii(T0 + HOUR)).json()
    assert (answer["recorded_at"], answer["items"][0]["verdict"]) == (canonical.instant(T0 + HOUR), "within_hour")


def in_chunks(caller, path, body):
    """A POST without Content-Length, as HTTP libraries send what they stream: the server hands on no length either."""
    wire = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": BytesIO(body)}
    headers = {"Authorization": caller.authorization}
    return caller.http.generic("POST", path, body, "application/json", headers=headers, **wire)


def test_an_answer_sent_in_chunks_is_read_like_any_other(travel):
    order, url, caller = ready()
    answers = [
        in_chunks(caller, f"{url}/annex-ii", json.dumps(annex_ii(T0 + MINUTE)).encode()),
        *(in_chunks(caller, f"{url}/acknowledgements", b'{"provider_reference": "%d"}' % n) for n in range(2)),
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[0].json()["items"][0]["verdict"] == "within_hour"
    acks = LedgerEntry.objects.filter(dossier=order.dossier, act="acknowledge").order_by("number")
    assert [ack.facts["provider_reference"] for ack in acks] == ["0", "1"]
    assert in_chunks(caller, f"{url}/annex-ii", b'{"a": "' + b"x" * 1_000_000 + b'"}').status_code == 413
