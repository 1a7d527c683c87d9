"""A receiver as somebody writes it who knows nothing of this project: standardwebhooks, joserfc, and HTTP.

It believes a message when one of its secrets signed it, and an order when a key of the authority named in it did.
"""

import json
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jws
from joserfc.jwk import KeySet
from standardwebhooks import Webhook, WebhookVerificationError


class Unbelievable(Exception):
    """Somebody else signed this."""


def message_in(body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> dict[str, Any]:
    """The message, when one of `secrets` signed it."""
    for secret in secrets:
        try:
            return dict(Webhook(secret).verify(body, dict(headers)))
        except WebhookVerificationError:
            continue
    raise Unbelievable("no secret of ours signed this message")


def order_in(message: Mapping[str, Any], jwks_url: str) -> dict[str, Any]:
    """Annex I as the authority that it names has signed it."""
    with urllib.request.urlopen(jwks_url) as answer:
        keys = KeySet.import_key_set(json.load(answer))
    signed = jws.deserialize_compact(message["data"]["annex_i_jws"], keys, algorithms=["Ed25519"])
    order: dict[str, Any] = json.loads(signed.payload)
    key = keys.get_by_kid(signed.headers()["kid"])
    if (key.get("name"), key.get("member_state")) != (
        order["issuing_authority"]["name"],
        order["issuing_member_state"],
    ):
        raise Unbelievable(f"the key is of {key.get('name')}")
    return order
