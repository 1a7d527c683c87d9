"""The envelope of a message and its signature (Standard Webhooks): what both ends share, so it knows neither."""

import hmac
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import rfc8785
from standardwebhooks import Webhook

CONTENT_TYPE = "application/json"
ID, TIMESTAMP, SIGNATURE = HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
TOLERANCE = 300  # seconds between the two clocks; that of the standardwebhooks packages
Reason = Literal["missing_header", "malformed_header", "unknown_key", "bad_signature", "clock_skew"]


class WireError(Exception):
    """A message that is not to be believed: a stable reason, and a sentence that says what to do."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def compose(type: str, timestamp: datetime, sequence: int, data: Mapping[str, Any]) -> bytes:
    """The body of a message as canonical JSON (RFC 8785), so that the same message always has the same bytes.

    `timestamp` is when it happened, not when it was sent; `sequence` rises per order and recipient. `data` must be what
    JSON has. Everything here is simulated, and every message says so.
    """
    at = timestamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return rfc8785.dumps({"type": type, "timestamp": at, "sequence": sequence, "simulated": True, "data": dict(data)})


def sign(body: bytes, message_id: str, at: datetime, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers of Standard Webhooks for `body` sent at `at`: one signature per secret, while they rotate."""
    signatures = [_signature(body, message_id, at.astimezone(UTC), secret) for secret in secrets]
    return {ID: message_id, TIMESTAMP: str(int(at.timestamp())), SIGNATURE: " ".join(signatures)}


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[str],
    *,
    retired: Sequence[str] = (),
    at: datetime | None = None,
) -> None:
    """Return when one of `secrets` signed `body`, and within 5 minutes of `at` (default: the machine's clock).

    Raises WireError. The signature is looked at before the clock, so that an altered timestamp is never taken for skew;
    a message signed with one of `retired` is told from one that was tampered with.
    """
    message_id, timestamp, signature = _read(headers)
    if not secrets:
        raise WireError("unknown_key", "No secret is known for this endpoint: create one, then try again.")
    sent_at = _instant(timestamp)
    if not _matches(body, message_id, sent_at, signature, secrets):
        if _matches(body, message_id, sent_at, signature, retired):
            raise WireError("unknown_key", "Signed with a secret that is retired: sign with the present one.")
        raise WireError(
            "bad_signature",
            "No v1 signature matches. Sign `webhook-id.webhook-timestamp.body` over the raw bytes of the body, as they "
            "were received and not parsed and written again, with the base64-decoded secret (HMAC-SHA256).",
        )
    _check_clock(sent_at, at.timestamp() if at else time.time())


def _read(headers: Mapping[str, str]) -> tuple[str, str, str]:
    given = {name.lower(): value for name, value in headers.items()}
    missing = [name for name in HEADERS if not given.get(name)]
    if missing:
        raise WireError("missing_header", f"Missing: {', '.join(missing)}.")
    return given[ID], given[TIMESTAMP], given[SIGNATURE]


def _instant(timestamp: str) -> datetime:
    try:
        if timestamp.isascii() and timestamp.isdigit():
            return datetime.fromtimestamp(int(timestamp), UTC)
    except (OverflowError, OSError, ValueError):
        pass
    raise WireError("malformed_header", f"{TIMESTAMP} is {timestamp[:40]!r}: send whole seconds since 1970.")


def _matches(body: bytes, message_id: str, at: datetime, header: str, secrets: Sequence[str]) -> bool:
    given = [signature for version, _, signature in (each.partition(",") for each in header.split()) if version == "v1"]
    for secret in secrets:
        wanted = _signature(body, message_id, at, secret).partition(",")[2]
        if any(hmac.compare_digest(wanted.encode(), each.encode()) for each in given):
            return True
    return False


def _signature(body: bytes, message_id: str, at: datetime, secret: str) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise WireError("bad_signature", "The body is not UTF-8.") from None
    return Webhook(secret).sign(message_id, at, text)


def _check_clock(sent_at: datetime, now: float) -> None:
    skew = int(sent_at.timestamp() - now)
    if abs(skew) > TOLERANCE:
        where = "ahead of" if skew > 0 else "behind"
        raise WireError(
            "clock_skew",
            f"The signature is right, its timestamp is {abs(skew)} s {where} this clock; {TOLERANCE} s are allowed. "
            "Synchronise the clock, or sign afresh at each attempt.",
        )
