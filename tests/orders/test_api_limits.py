"""Rate limits: published, told with every answer, per party; never on the answers of a provider or on tokens."""

import pytest
import time_machine
from django.test import Client
from redis.exceptions import ConnectionError as NotReached

from orders.api import limits
from tests import api, factories
from tests.api import P, problem_of
from tests.factories import T0

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(settings):
    settings.RATE_LIMITS = {"read": "2/min", "write": "1/min"}
    with time_machine.travel(T0, tick=False):
        yield


def test_beyond_its_quota_a_request_is_told_to_wait_until_the_window_ends():
    caller = api.platform(factories.provider())
    answers = [caller.get(f"{P}/me") for _ in range(3)]
    assert [(one.status_code, one["RateLimit"]) for one in answers] == [
        (200, '"read";r=1;t=61'),
        (200, '"read";r=0;t=61'),
        (429, '"read";r=0;t=61'),
    ]
    assert {one["RateLimit-Policy"] for one in answers} == {'"read";q=2;w=60'}
    assert (problem_of(answers[2]), answers[2]["Retry-After"]) == ("rate-limited", "60")


def test_in_the_next_window_it_goes_on():
    caller = api.platform(factories.provider())
    for _ in range(3):
        caller.get(f"{P}/me")
    with time_machine.travel(T0.timestamp() + 60, tick=False):
        assert caller.get(f"{P}/me").status_code == 200


def test_all_credentials_of_a_party_share_its_quota_and_no_other_party_does():
    hosting, other = factories.provider(), factories.provider("other")
    for _ in range(2):
        api.platform(hosting).get(f"{P}/me")
    assert api.platform(hosting).get(f"{P}/me").status_code == 429
    assert api.platform(other).get(f"{P}/me").status_code == 200
    assert api.authority_machine(factories.authority()).get(f"{api.A}/orders").status_code == 200


def test_an_answer_is_neither_counted_nor_refused():
    order = factories.received()
    caller = api.platform(order.provider)
    url = f"{P}/orders/{order.reference}/acknowledgements"
    entry = {"reference": order.reference, "kind": "acknowledgements", "body": {}}
    answers = [caller.post(url, {"provider_reference": f"TS-{n}"}) for n in range(5)]
    answers += [caller.post(f"{P}/batches", {"entries": [entry]}) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200, 201}
    assert not any("RateLimit" in answer for answer in answers)
    assert caller.post(f"{P}/endpoint/secrets").status_code == 201  # the one write of this minute is still there


def test_tokens_are_not_limited_and_a_party_beyond_its_quota_may_still_answer():
    order = factories.received()
    application, secret = api.machine(provider=order.provider)
    caller = api.Caller(api.ask_for_token(application, secret).json()["access_token"])
    assert [caller.get(f"{P}/me").status_code for _ in range(3)] == [200, 200, 429]
    tokens = [api.ask_for_token(application, secret) for _ in range(10)]
    assert {token.status_code for token in tokens} == {200}
    again = api.Caller(tokens[-1].json()["access_token"])
    assert again.post(f"{P}/orders/{order.reference}/acknowledgements", {}).status_code == 201


def test_when_the_cache_cannot_be_reached_nothing_is_refused(monkeypatch):
    caller = api.platform(factories.provider())

    def gone(*args, **kwargs):
        raise NotReached("nobody listens")

    monkeypatch.setattr(limits, "cache", type("Gone", (), {"add": gone, "incr": gone})())
    assert [caller.get(f"{P}/me").status_code for _ in range(4)] == [200] * 4


def test_the_limits_are_published(settings):
    page = Client().get("/docs/rate-limits").content.decode()
    assert "<td><code>read</code></td><td>2</td><td>60 s</td>" in page
    assert "<td><code>write</code></td><td>1</td><td>60 s</td>" in page
