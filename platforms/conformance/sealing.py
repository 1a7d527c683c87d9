"""The files of a report, signed by the key of the ledger, so that whoever is shown them can check whose they are."""

import base64
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from orders import signing
from orders.models import LedgerKey
from platforms.conformance import rendering

HTML, JSON, JUNIT, KEY = "report.html", "report.json", "junit.xml", "key.pem"
SIGNATURE = ".sig"  # raw Ed25519, as openssl reads it
JWS = ".jws"  # the same key, a JWS with a detached payload (RFC 7515, appendix F)
PROOFS = (f"{HTML}{SIGNATURE}", f"{HTML}{JWS}", f"{JSON}{SIGNATURE}", KEY)
TYPES = {"html": "text/html", "json": "application/json", "xml": "application/xml", "pem": "application/x-pem-file"}


def key() -> LedgerKey:
    """The live key of the ledger."""
    return LedgerKey.objects.get(name=settings.LEDGER_ORIGIN, retired_at=None)


def files(report: Mapping[str, Any], by: LedgerKey) -> dict[str, bytes]:
    """All files of a report by name. The same report and key give the same bytes: Ed25519 is deterministic."""
    made = {
        HTML: rendering.as_html(report, public_hex=by.public_hex),
        JSON: rendering.as_json(report),
        JUNIT: rendering.as_junit(report),
    }
    signed = {f"{name}{SIGNATURE}": signing.signature(made[name], by) for name in (HTML, JSON)}
    return {**made, **signed, f"{HTML}{JWS}": detached(made[HTML], by), KEY: public_pem(by)}


def detached(content: bytes, by: LedgerKey) -> bytes:
    """A compact JWS over `content` that leaves it out."""
    header = _base64(f'{{"alg":"{signing.ALGORITHM}","kid":"{by.public_hex[:16]}"}}'.encode())
    signature = signing.signature(f"{header}.{_base64(content)}".encode(), by)
    return f"{header}..{_base64(signature)}".encode()


def public_pem(by: LedgerKey) -> bytes:
    """The public half, as openssl reads it."""
    public = Ed25519PublicKey.from_public_bytes(by.public)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def media_type(name: str) -> str:
    """Of a file by its name."""
    return TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
