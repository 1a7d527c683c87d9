"""The curl twins of the inspector: a shell takes them apart into a request that does what they say."""

import shlex
from typing import NamedTuple

import pytest
from django.conf import settings
from django.db import transaction

from orders import clock
from orders.acts import answering
from orders.acts.opening import open_acts
from orders.models import ContentItem
from platforms.inspecting import timeline, twins
from platforms.models import Connection, Exchange
from tests import api, factories, recipes
from tests.factories import T0, again, impossible
from tests.platforms.inspected import rehearsal, removed
from tests.platforms.reached import deliver, order_to
from tests.platforms.receiver import receiving

pytestmark = pytest.mark.django_db


class Command(NamedTuple):
    method: str
    url: str
    headers: list[str]
    body: bytes

    @property
    def path(self) -> str:
        return self.url.removeprefix(settings.PUBLIC_URL)


def taken_apart(command: str) -> Command:
    words = shlex.split(command.replace(" \\\n", " "))  # shlex does not know continued lines
    assert words[:3] == ["curl", "-i", "-X"]
    options = dict(zip(words[5::2], words[6::2], strict=True))
    headers = [text for name, text in zip(words[5::2], words[6::2], strict=True) if name == "-H"]
    return Command(words[3], words[4], headers, options.get("--data-binary", "").encode())


STATES = {
    "received": recipes.crossing,
    "displaced": lambda: recipes.displaced(recipes.crossing(), answering.report_impossibility, impossible(since=T0)),
    "removed": lambda: recipes.removed(recipes.crossing()),
    "annulled": lambda: recipes.annulment_received(recipes.annulled(recipes.removed(recipes.crossing()))),
}
OPEN = {
    "received": {"report_removal", "report_impossibility", "seek_clarification", "acknowledge", "request_scrutiny"},
    "displaced": {"report_grounds_ceased", "report_removal"},
    "removed": {"report_preservation", "inform_content_provider"},
    "annulled": {"report_reinstatement"},
}


@pytest.mark.parametrize("state", STATES)
def test_the_twin_of_every_open_act_performs_it(state):
    order = STATES[state]()
    caller = api.platform(order.provider)
    opened = {one.act for one in open_acts(again(order), list(order.items.all()), factories.by_provider(order))}
    assert opened >= OPEN[state]
    effects = {}
    for act in opened:
        with transaction.atomic():
            asked = taken_apart(twins.of_act(act, again(order), at=clock.now()))
            answer = caller.send(asked.method, asked.path, asked.body)
            effects[act] = (answer.status_code, answer.json().get("effect", answer.json().get("detail")))
            transaction.set_rollback(True)
    late = {"request_scrutiny": (201, "none")} if state == "annulled" else {}  # nothing is left to decide
    assert effects == dict.fromkeys(opened, (201, "recorded")) | late


def test_every_act_of_a_provider_has_its_twin():
    assert set(twins.BODIES) == set(twins.PATHS)


def test_the_twin_of_a_request_asks_the_same_again():
    tried = rehearsal()
    tried.caller.post(f"{tried.url}/annex-ii", removed(explanation="It's $HOME"), Idempotency_Key="key-1")
    kept = Exchange.objects.get()
    asked = taken_apart(twins.of(timeline.find(Connection.objects.get(), f"in-{kept.pk}")))
    assert (asked.method, asked.path, asked.body) == ("POST", f"{tried.url}/annex-ii", bytes(kept.body))
    assert asked.headers == ["Authorization: Bearer $TOKEN", "Content-Type: application/json", "Idempotency-Key: key-1"]
    assert ContentItem.objects.get().execution == "removed"


def test_the_twin_of_a_message_posts_the_same_bytes_with_its_signature():
    with receiving(200) as receiver:
        order_to(receiver.url)
        deliver()
    found = Connection.objects.get()
    (sent,) = timeline.page(found, size=9).shown
    asked = taken_apart(twins.of(sent))
    assert (asked.url, asked.body) == (receiver.url, receiver.posts[0][1])
    assert f"webhook-signature: {receiver.posts[0][0]['webhook-signature']}" in asked.headers


def test_what_never_was_http_or_is_not_kept_has_no_twin():
    order, _ = order_to("")
    deliver()
    found = Connection.objects.get()
    api.platform(order.provider).post("/api/platforms/v1/endpoint/secrets")
    assert [twins.of(seen) for seen in timeline.page(found, size=9).shown] == ["", ""]
