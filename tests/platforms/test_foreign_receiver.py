"""Our messages over real HTTP, as a receiver reads them that has nothing of ours: message, order, rotation, history."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from orders import clock, signing
from orders.models import AuthorityKey, OutboxMessage
from platforms import connecting
from platforms.models import Connection, WebhookSecret
from tests.factories import authority, issued
from tests.platforms import foreign, receiver
from tests.platforms.foreign import Unbelievable, message_in, order_in
from tests.platforms.reached import connect, deliver, order_to
from tests.platforms.receiver import receiving

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture
def keys(live_server):
    return f"{live_server.url}/.well-known/jwks.json"


@pytest.mark.parametrize("module", [foreign, receiver], ids=lambda module: module.__name__)
def test_the_receiver_has_nothing_of_ours(module):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "." * node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in names}.isdisjoint({"orders", "platforms", "perci", "tests", ""})


def posted(url_of):
    """What arrives of an order that is sent to a receiver at this moment."""
    with receiving() as there:
        url_of(there.url)
        deliver()
    return there.posts


def test_a_message_and_its_order_are_believed(keys):
    ((headers, body),) = posted(order_to)
    message = message_in(body, headers, [WebhookSecret.objects.get().secret])
    assert order_in(message, keys) == message["data"]["annex_i"]


def test_while_a_secret_is_rotated_the_old_one_and_the_new_one_both_verify_every_message(keys):
    at = clock.now()

    def rotating(url):
        connection = connect(issued(at=at).provider, url)
        connecting.rotate_secret(connection, at=at)

    ((headers, body),) = posted(rotating)
    old, new = WebhookSecret.objects.order_by("pk")
    assert old.retires_at == at + connecting.OVERLAP
    assert message_in(body, headers, [old.secret]) == message_in(body, headers, [new.secret])


def test_after_the_overlap_the_old_secret_verifies_nothing(keys):
    def rotated(url):
        connection = connect(issued(at=clock.now()).provider, url)
        connecting.rotate_secret(connection, at=clock.now() - 2 * DAY)

    ((headers, body),) = posted(rotated)
    old, new = WebhookSecret.objects.order_by("pk")
    assert message_in(body, headers, [old.secret, new.secret])["type"] == "order.issued"
    with pytest.raises(Unbelievable):
        message_in(body, headers, [old.secret])


def test_an_order_signed_with_a_key_that_retired_before_it_was_verified_is_believed(keys):
    ((headers, body),) = posted(order_to)
    AuthorityKey.objects.update(retired_at=clock.now())
    signing.new_key(authority(), at=clock.now())
    message = message_in(body, headers, [WebhookSecret.objects.get().secret])
    assert order_in(message, keys)["reference"] == message["data"]["reference"]


def test_an_order_in_the_name_of_one_authority_that_another_signed_is_not_believed(keys):
    other = signing.current_key(authority("fr-regulator", "FR"))

    def forged(url):
        connect(issued(at=clock.now()).provider, url)
        message = OutboxMessage.objects.get(type="order.issued")
        data = {**message.data, "annex_i_jws": signing.sign(message.data["annex_i"], other)}
        OutboxMessage.objects.filter(pk=message.pk).update(data=data)

    ((headers, body),) = posted(forged)
    message = message_in(body, headers, [WebhookSecret.objects.get().secret])
    with pytest.raises(Unbelievable, match="the key is of Authority fr-regulator"):
        order_in(message, keys)


def test_a_message_for_somebody_else_is_not_believed(keys):
    ((headers, body),) = posted(order_to)
    stranger = WebhookSecret.objects.create(connection=Connection.objects.get(), created_at=clock.now()).secret
    with pytest.raises(Unbelievable):
        message_in(body, headers, [stranger])
