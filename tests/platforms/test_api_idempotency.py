"""An answer is recorded once however often it is sent; of two requests with one key the second waits for the first."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from orders import clock
from orders.models import Dossier, LedgerEntry
from platforms import connecting
from platforms.api import submissions
from platforms.models import Submission
from platforms.sandbox import ordering
from tests import api, factories
from tests.api import P
from tests.snapshot import everything

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


def ready():
    """An order received a minute ago, the address to answer it, and its provider's machine, known already."""
    order = factories.received(at=clock.now() - MINUTE)
    caller = api.platform(order.provider)
    caller.get(f"{P}/me")
    return order, f"{P}/orders/{order.reference}", caller


def acknowledged() -> int:
    return LedgerEntry.objects.filter(act="acknowledge").count()


@pytest.mark.parametrize("headers", [{"Idempotency_Key": "k-1"}, {}], ids=["a key", "no key"])
def test_the_same_request_again_gets_the_first_answer_and_changes_nothing(headers):
    _, url, caller = ready()
    first = caller.post(f"{url}/acknowledgements", {"provider_reference": "TS-1"}, **headers)
    before = everything()
    second = caller.post(f"{url}/acknowledgements", {"provider_reference": "TS-1"}, **headers)
    assert (second.status_code, second.json(), second["Idempotent-Replayed"]) == (201, first.json(), "true")
    assert "Idempotent-Replayed" not in first
    assert everything() == before


@pytest.mark.parametrize("key", ["", "   ", "caf\xe9", "x" * 256])
def test_a_key_that_is_none_is_refused_and_not_taken_for_a_missing_one(key):
    """The server hands on bytes beyond ASCII as an empty header."""
    _, url, caller = ready()
    before = everything()
    answer = caller.post(f"{url}/acknowledgements", {"provider_reference": "TS-1"}, Idempotency_Key=key)
    assert api.problem_of(answer) == "malformed"
    assert "1 to 255 visible ASCII characters" in answer.json()["detail"]
    assert everything() == before


@pytest.mark.parametrize("path", ["acknowledgements", "annex-iii"])
def test_a_key_used_for_another_request_is_refused(path):
    _, url, caller = ready()
    caller.post(f"{url}/acknowledgements", {}, Idempotency_Key="k-1")
    before = everything()
    body = {"reason": "manifest_errors", "explanation": "Another host.", "provider_reference": "TS-2"}
    answer = caller.post(f"{url}/{path}", body, Idempotency_Key="k-1")
    assert (answer.status_code, answer.json()["title"]) == (
        422,
        "The Idempotency-Key was used for another request",
    )
    assert everything() == before


def test_a_refusal_is_not_kept_and_the_request_is_evaluated_afresh():
    _, url, caller = ready()
    ceased = {"ceased_at": clock.now().isoformat()}
    refused = caller.post(f"{url}/grounds-ceased", ceased, Idempotency_Key="k-1")
    impossible = {
        "reason": "force_majeure_or_impossibility",
        "grounds_since": (clock.now() - MINUTE).isoformat(),
        "explanation": "Dark.",
    }
    caller.post(f"{url}/annex-iii", impossible)
    accepted = caller.post(f"{url}/grounds-ceased", ceased, Idempotency_Key="k-1")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (422, "no-such-ground")
    assert (accepted.status_code, "Idempotent-Replayed" in accepted) == (201, False)


def test_two_providers_may_use_the_same_key():
    _, url, caller = ready()
    other = factories.provider("other")
    theirs = ordering.send_test_order(
        connection=connecting.connection_of(other, sandbox=True, at=clock.now()), limit_scale="1", at=clock.now()
    )[0]
    answers = [
        caller.post(f"{url}/acknowledgements", {}, Idempotency_Key="k-1"),
        api.platform(other).post(f"{P}/orders/{theirs.reference}/acknowledgements", {}, Idempotency_Key="k-1"),
    ]
    assert [(answer.status_code, "Idempotent-Replayed" in answer) for answer in answers] == [(201, False)] * 2
    assert acknowledged() == 2


def test_of_two_requests_with_one_key_at_once_one_is_recorded_and_both_get_its_answer():
    _, url, caller = ready()
    together, answers = threading.Barrier(2), []

    def send():
        together.wait()
        answers.append(caller.post(f"{url}/acknowledgements", {}, Idempotency_Key="k-1"))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert sorted(answer.get("Idempotent-Replayed", "") for answer in answers) == ["", "true"]
    assert (acknowledged(), Submission.objects.count()) == (1, 1)


def test_a_key_taken_by_an_answer_about_another_order_at_once_is_refused_and_leaves_nothing():
    """Different orders have different locks: only the constraint on the key sees this race."""
    first, _, caller = ready()
    second = factories.received(at=clock.now() - MINUTE)
    together, answers = threading.Barrier(2), []

    def send(order):
        together.wait()
        answers.append(caller.post(f"{P}/orders/{order.reference}/acknowledgements", {}, Idempotency_Key="k-1"))
        connections.close_all()

    threads = [threading.Thread(target=send, args=(order,)) for order in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert (acknowledged(), Submission.objects.count()) == (1, 1)


def test_an_answer_that_cannot_have_its_order_within_its_patience_is_told_to_come_again(monkeypatch):
    order, url, caller = ready()
    monkeypatch.setattr(submissions, "PATIENCE", "100ms")
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Dossier.objects.select_for_update().get(pk=order.dossier_id)
            held.set()
            done.wait(30)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA busy_timeout = 100")
    refused = caller.post(f"{url}/acknowledgements", {}, Idempotency_Key="k-1")
    done.set()
    holder.join()
    accepted = caller.post(f"{url}/acknowledgements", {}, Idempotency_Key="k-1")
    connection.close()  # and with it the short patience
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "idempotency-in-flight")
    assert (accepted.status_code, acknowledged()) == (201, 1)
