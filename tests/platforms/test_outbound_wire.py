"""The envelope and its signature: what we sign others verify, and what was altered is named for what it is."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from orders import ids
from platforms import wire
from tests.factories import T0

OLD, NEW, OTHER = (ids.webhook_secret() for _ in range(3))
BODY = wire.compose("order.issued", T0, 1, {"reference": "DE-2026-000123", "generation": 4, "name": "Zoë"})


def headers(**changes):
    signed = wire.sign(BODY, "msg_1", T0, [OLD, NEW])
    return {**signed, **{name.replace("_", "-"): value for name, value in changes.items()}}


def reason(body=BODY, secrets=(NEW,), *, given=None, at=T0, **more):
    with pytest.raises(wire.WireError) as caught:
        wire.verify(body, given if given is not None else headers(), list(secrets), at=at, **more)
    return caught.value.reason


def test_the_envelope_is_canonical_and_says_that_it_is_simulated():
    assert wire.compose("order.issued", T0, 1, {"b": 2, "a": [1, None]}) == (
        b'{"data":{"a":[1,null],"b":2},"sequence":1,"simulated":true,'
        b'"timestamp":"2026-11-21T01:30:00.000000Z","type":"order.issued"}'
    )


@pytest.mark.parametrize("secret", [OLD, NEW], ids=["the secret that is retiring", "the new secret"])
def test_while_secrets_rotate_the_plain_package_verifies_with_either(secret):
    with time_machine.travel(T0, tick=False):
        assert standardwebhooks.Webhook(secret).verify(BODY, headers()) == json.loads(BODY)


def test_the_plain_package_refuses_another_secret():
    with time_machine.travel(T0, tick=False), pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(OTHER).verify(BODY, headers())


def test_we_verify_what_the_plain_package_signed_whatever_the_case_of_the_headers():
    signature = standardwebhooks.Webhook(NEW).sign("msg_9", T0, BODY.decode())
    stamp = str(int(T0.timestamp()))
    wire.verify(BODY, {"Webhook-Id": "msg_9", "Webhook-Timestamp": stamp, "Webhook-Signature": signature}, [NEW], at=T0)


@given(place=st.integers(0, len(BODY) - 1), bit=st.integers(0, 6))
def test_one_altered_bit_of_the_body_is_a_bad_signature(place, bit):
    altered = bytearray(BODY)
    altered[place] ^= 1 << bit
    assert reason(bytes(altered)) == "bad_signature"


@pytest.mark.parametrize("change", [{"webhook_id": "msg_2"}, {"webhook_timestamp": str(int(T0.timestamp()) - 1000)}])
def test_an_altered_id_or_timestamp_is_a_bad_signature_and_not_skew(change):
    assert reason(given=headers(**change)) == "bad_signature"


@pytest.mark.parametrize("missing", wire.HEADERS)
def test_a_missing_header_is_named(missing):
    rest = {name: value for name, value in headers().items() if name != missing}
    with pytest.raises(wire.WireError, match=missing) as caught:
        wire.verify(BODY, rest, [NEW], at=T0)
    assert caught.value.reason == "missing_header"


@pytest.mark.parametrize("stamp", ["soon", "-5", "1.5", "9" * 30, "١٢٣"])
def test_a_timestamp_that_is_none_is_malformed(stamp):
    assert reason(given=headers(webhook_timestamp=stamp)) == "malformed_header"


@pytest.mark.parametrize("signature", ["v1", "v1,", "v1,%%%", "v2,AAAA", ",,,", "v1a,AAAA v1,AAAA"])
def test_a_signature_header_of_any_form_is_refused_and_nothing_breaks(signature):
    assert reason(given=headers(webhook_signature=signature)) == "bad_signature"


@pytest.mark.parametrize(("seconds", "word"), [(301, "behind"), (-301, "ahead of")])
def test_a_right_signature_of_a_wrong_time_is_clock_skew_with_its_direction(seconds, word):
    with pytest.raises(wire.WireError, match=f"301 s {word}") as caught:
        wire.verify(BODY, headers(), [NEW], at=T0 + timedelta(seconds=seconds))
    assert caught.value.reason == "clock_skew"


@pytest.mark.parametrize("seconds", [300, -300])
def test_five_minutes_of_skew_are_allowed(seconds):
    wire.verify(BODY, headers(), [NEW], at=T0 + timedelta(seconds=seconds))


def test_without_an_instant_the_machines_clock_counts():
    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC)), pytest.raises(wire.WireError) as caught:
        wire.verify(BODY, headers(), [NEW])
    assert caught.value.reason == "clock_skew"


def test_a_retired_secret_is_an_unknown_key_and_not_a_bad_signature():
    assert reason(secrets=[OTHER], retired=[OLD]) == "unknown_key"
    assert reason(secrets=[OTHER]) == "bad_signature"
    assert reason(secrets=[]) == "unknown_key"
