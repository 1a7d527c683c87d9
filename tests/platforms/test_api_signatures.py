"""An engineer asks why a signature does not verify, and is told skew from bad signature from retired secret."""

from datetime import timedelta

import pytest
import time_machine

from orders import canonical, ids
from orders.models import OutboxMessage
from platforms import connecting, wire
from platforms.api.secrets import key_id
from platforms.delivery import trying
from tests import api, factories
from tests.api import P, problem_of
from tests.factories import T0
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_t0():
    with time_machine.travel(T0, tick=False):
        yield


@pytest.fixture
def order():
    return factories.issued()


@pytest.fixture
def secrets(order):
    """The retired secret of the provider of `order`, and the present one."""
    connection = connecting.connection_of(order.provider, sandbox=True, at=T0)
    made = [connecting.rotate_secret(connection, at=T0 - timedelta(days=2)) for _ in range(2)]
    connecting.retire_secret(made[0], at=T0 - timedelta(days=1))
    return made


@pytest.fixture
def caller(order):
    caller = api.platform(order.provider)
    caller.get(f"{P}/me")
    return caller


def received(order, *secrets: str, at=T0, **altered) -> dict:
    """What a receiver has in hand of the message that carries `order`."""
    message = OutboxMessage.objects.get(dossier=order.dossier, type="order.issued", recipient=order.provider.code)
    body = trying.compose(message)
    headers = wire.sign(body, message.message_id, at, secrets)
    names = {"id": wire.ID, "timestamp": wire.TIMESTAMP, "signature": wire.SIGNATURE}
    return {**{name: headers[header] for name, header in names.items()}, "body": body.decode(), **altered}


def found(caller, webhook: dict) -> dict:
    before = everything()
    answer = caller.post(f"{P}/debug/verify-signature", webhook)
    assert (answer.status_code, everything() == before) == (200, True)
    return answer.json()


def test_a_right_signature_is_shown_with_the_bytes_that_were_signed_and_its_secret(order, secrets, caller):
    webhook = received(order, secrets[1].secret)
    assert found(caller, webhook) == {
        "finding": "valid",
        "detail": "The signature is right and the timestamp is within the tolerance.",
        "signed_bytes": f"{webhook['id']}.{webhook['timestamp']}.{webhook['body']}",
        "matched": key_id(secrets[1]),
        "matched_is_live": True,
        "skew_seconds": 0,
        "known_message": True,
        "differs_at": None,
    }


def test_a_late_clock_is_told_from_a_bad_signature(order, secrets, caller):
    late = found(caller, received(order, secrets[1].secret, at=T0 - timedelta(seconds=400)))
    bad = found(caller, received(order, ids.webhook_secret()))
    assert (late["finding"], late["skew_seconds"], late["matched"]) == ("clock_skew", -400, key_id(secrets[1]))
    assert (bad["finding"], bad["skew_seconds"], bad["matched"]) == ("bad_signature", 0, None)


def test_the_time_at_which_it_reached_the_receiver_may_be_given(order, secrets, caller):
    then = T0 - timedelta(hours=3)
    webhook = received(order, secrets[1].secret, at=then, received_at=canonical.instant(then + timedelta(seconds=2)))
    finding = found(caller, webhook)
    assert (finding["finding"], finding["skew_seconds"]) == ("valid", -2)


def test_a_retired_secret_is_told_from_a_wrong_one(order, secrets, caller):
    finding = found(caller, received(order, secrets[0].secret))
    assert (finding["finding"], finding["matched"], finding["matched_is_live"]) == (
        "unknown_key", key_id(secrets[0]), False,
    )  # fmt: skip
    assert "retired" in finding["detail"]


def test_of_several_signatures_one_suffices(order, secrets, caller):
    finding = found(caller, received(order, ids.webhook_secret(), secrets[1].secret))
    assert (finding["finding"], finding["matched"]) == ("valid", key_id(secrets[1]))


def test_a_body_that_was_parsed_and_written_again_is_shown_where_it_differs(order, secrets, caller):
    webhook = received(order, secrets[1].secret)
    rewritten = found(caller, {**webhook, "body": webhook["body"].replace(":", ": ")})
    cut = found(caller, {**webhook, "body": webhook["body"][:-1]})
    assert (rewritten["finding"], rewritten["differs_at"]) == ("bad_signature", webhook["body"].index(":") + 1)
    assert cut["differs_at"] == len(webhook["body"].encode()) - 1


def test_a_message_to_somebody_else_is_not_known(order, secrets):
    stranger = api.platform(factories.provider("stranger"))
    stranger.get(f"{P}/me")
    finding = found(stranger, received(order, secrets[1].secret))
    assert (finding["finding"], finding["matched"], finding["known_message"]) == ("unknown_key", None, False)


@pytest.mark.parametrize("timestamp", ["soon", "1.5", "9" * 30, "-1"])
def test_a_timestamp_that_is_none_is_told(order, secrets, caller, timestamp):
    finding = found(caller, received(order, secrets[1].secret, timestamp=timestamp))
    assert (finding["finding"], finding["skew_seconds"]) == ("malformed_header", None)


@pytest.mark.parametrize("member", ["id", "timestamp", "signature", "body"])
def test_each_part_is_needed(order, secrets, caller, member):
    webhook = {name: part for name, part in received(order, secrets[1].secret).items() if name != member}
    refused = caller.post(f"{P}/debug/verify-signature", webhook)
    assert (problem_of(refused), refused.json()["errors"][0]["pointer"]) == ("validation", f"/{member}")
