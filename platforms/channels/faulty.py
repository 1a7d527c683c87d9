"""Webhooks as they must not be: what a receiver is to refuse, and ways of posting that it is to survive."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import rfc8785
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey

from orders import ids, signing
from orders.models import AuthorityKey
from platforms import wire
from platforms.channels.requests import Request

OFF = timedelta(minutes=10)  # twice what receivers tolerate
SIGNED = {"annex_i_jws": "annex_i", "clarification_jws": "clarification"}


class HungUp(Exception):
    """The connection is closed in the middle of the body."""


def spoiled(request: Request, name: str, seconds: int, *, secrets: Sequence[str], at: datetime) -> Request:
    """`request` with the fault called `name`; those about the posting itself are made by `content`."""
    change = CHANGES.get(name)
    changed = change(request, secrets, at) if change else request
    return replace(changed, fault=name, fault_seconds=seconds)


def carries_jws(body: bytes) -> bool:
    """Whether there is a signature of an authority to spoil."""
    return bool(SIGNED.keys() & json.loads(body)["data"].keys())


def _signed(request: Request, body: bytes, at: datetime, secrets: Sequence[str]) -> Request:
    return replace(request, headers={**request.headers, **wire.sign(body, request.message_id, at, secrets)})


def _bad_signature(request: Request, secrets: Sequence[str], at: datetime) -> Request:
    return _signed(request, request.body + b" ", at, secrets)


def _old_timestamp(request: Request, secrets: Sequence[str], at: datetime) -> Request:
    return _signed(request, request.body, at - OFF, secrets)


def _future_timestamp(request: Request, secrets: Sequence[str], at: datetime) -> Request:
    return _signed(request, request.body, at + OFF, secrets)


def _wrong_secret(request: Request, secrets: Sequence[str], at: datetime) -> Request:  # noqa: ARG001
    return _signed(request, request.body, at, [ids.webhook_secret()])


def _rotated_secret(request: Request, secrets: Sequence[str], at: datetime) -> Request:
    return _signed(request, request.body, at, [ids.webhook_secret(), *secrets])


def _tampered_body(request: Request, secrets: Sequence[str], at: datetime) -> Request:  # noqa: ARG001
    """Where there are URLs they are others: whoever does not verify removes what nobody ordered."""
    message = json.loads(request.body)
    for item in message["data"].get("annex_i", {}).get("items", []):
        item["url"] += "-tampered"
    return replace(request, body=rfc8785.dumps({**message, "data": {**message["data"], "tampered": True}}))


def _extra_fields(request: Request, secrets: Sequence[str], at: datetime) -> Request:
    """What a later version of ours may say besides; nothing of it is part of what the authority signed."""
    message = json.loads(request.body)
    data = {**message["data"], "extra_in_data": {"nested": ["synthetic", None, 1]}}
    return _resigned(request, {**message, "extra": "synthetic", "data": data}, at, secrets)


def _altered_order(request: Request, secrets: Sequence[str], at: datetime) -> Request:
    """What is shown is not what was signed: another URL where there are some."""
    message = json.loads(request.body)
    for name in SIGNED.keys() & message["data"].keys():
        shown = message["data"][SIGNED[name]]
        message["data"][SIGNED[name]] = {**shown, "altered": True, **_other_urls(shown)}
    return _resigned(request, message, at, secrets)


def _other_urls(shown: dict[str, Any]) -> dict[str, Any]:
    items = [{**item, "url": f"{item['url']}-altered"} for item in shown.get("items", []) if "url" in item]
    return {"items": items} if items else {}


def _unknown_key(request: Request, secrets: Sequence[str], at: datetime) -> Request:
    return _with_jws(request, _by_a_stranger, secrets, at)


def _other_authority(request: Request, secrets: Sequence[str], at: datetime) -> Request:
    """A key that is published, by the latest authority to have one that is not the order's; else one that is not."""
    issuer = json.loads(request.body)["data"].get("annex_i", {}).get("issuing_authority", {}).get("name", "")
    others = AuthorityKey.objects.filter(retired_at=None).exclude(authority__name=issuer)
    key = others.order_by("-created_at", "-pk").first()
    return _with_jws(
        request, lambda document: signing.sign(document, key) if key else _by_a_stranger(document), secrets, at
    )


def _unsigned_order(request: Request, secrets: Sequence[str], at: datetime) -> Request:
    return _with_jws(request, _by_nobody, secrets, at)


def _with_jws(request: Request, sign: Callable[[Any], str], secrets: Sequence[str], at: datetime) -> Request:
    """`request` with each JWS of an authority made anew by `sign`, and a right signature of the webhook."""
    message = json.loads(request.body)
    for name in SIGNED.keys() & message["data"].keys():
        message["data"][name] = sign(message["data"][SIGNED[name]])
    return _resigned(request, message, at, secrets)


def _resigned(request: Request, message: Any, at: datetime, secrets: Sequence[str]) -> Request:
    body = rfc8785.dumps(message)
    return replace(_signed(request, body, at, secrets), body=body)


def _by_nobody(document: Any) -> str:
    """A compact JWS without a signature (RFC 7515, appendix A.5)."""
    parts = (rfc8785.dumps({"alg": "none"}), rfc8785.dumps(document))
    return "".join(f"{base64.urlsafe_b64encode(part).decode().rstrip('=')}." for part in parts)


def _by_a_stranger(document: Any) -> str:
    """A compact JWS with a key that nobody has published."""
    pem = Ed25519PrivateKey.from_private_bytes(ids.random_bytes(32)).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    header = {"alg": signing.ALGORITHM, "kid": ids.new("unknown")}
    return jws.serialize_compact(
        header, rfc8785.dumps(document), OKPKey.import_key(pem), algorithms=[signing.ALGORITHM]
    )


CHANGES: dict[str, Callable[[Request, Sequence[str], datetime], Request]] = {
    "bad_signature": _bad_signature,
    "old_timestamp": _old_timestamp,
    "future_timestamp": _future_timestamp,
    "wrong_secret": _wrong_secret,
    "rotated_secret": _rotated_secret,
    "tampered_body": _tampered_body,
    "unknown_key": _unknown_key,
    "other_authority": _other_authority,
    "altered_order": _altered_order,
    "unsigned_order": _unsigned_order,
    "extra_fields": _extra_fields,
}


# --- while it is posted ---
def length_of(request: Request) -> dict[str, str]:
    """What a body that comes in pieces promises: its whole length."""
    return {"Content-Length": str(len(request.body))} if request.fault in PIECES else {}


def content(request: Request) -> bytes | AsyncIterator[bytes]:
    """The body as it is posted."""
    return PIECES[request.fault](request) if request.fault in PIECES else request.body


async def _half(request: Request) -> AsyncIterator[bytes]:
    yield request.body[: len(request.body) // 2]
    raise HungUp("We closed the connection after half of the body, as the sandbox was asked to.")


async def _slowly(request: Request) -> AsyncIterator[bytes]:
    middle = len(request.body) // 2
    yield request.body[:middle]
    await asyncio.sleep(request.fault_seconds)
    yield request.body[middle:]


PIECES: dict[str, Callable[[Request], AsyncIterator[bytes]]] = {"half_body": _half, "slow": _slowly}
