"""Answers signed by RFC 9421 (Ed25519, RFC 9530 digests): what both ends share, so it knows neither."""

import base64
from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any, Literal

import httpx
from cryptography.exceptions import InvalidSignature as DoesNotMatch
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
)
from http_message_signatures.algorithms import ED25519

HEADERS = ("content-digest", "signature-input", "signature")
COVERED = ("@method", "@path", "content-digest")  # by every signature; and the idempotency-key where there is one
PARAMETERS = '"@signature-params"'
TOLERANCE = 300  # seconds between the two clocks, as for webhooks
LONGEST_NONCE = 200
Code = Literal[
    "signature-malformed", "answer-key-unknown", "signature-invalid", "content-digest-mismatch", "signature-expired"
]


class SignatureError(Exception):
    """A signature that is not to be believed: the code of its problem, what to do about it, and the base."""

    def __init__(self, *, code: Code, detail: str, base: str = "") -> None:
        super().__init__(detail)
        self.code, self.detail, self.base = code, detail, base


@dataclass(frozen=True)
class Message:
    """A request as it is signed; `url` is absolute."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Signed:
    """A signature that holds: who made it when, and the bytes it is over."""

    key_id: str
    nonce: str
    created_at: datetime
    base: str
    signature: bytes


class Signer(httpx.Auth):
    """Signs what is posted: `Client(..., http=httpx.Client(auth=Signer(key, kid)))`, afresh at each attempt."""

    requires_request_body = True

    def __init__(self, key: Ed25519PrivateKey, kid: str) -> None:
        self.key, self.kid = key, kid

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """As httpx calls it."""
        if request.method == "POST":
            key = request.headers.get("Idempotency-Key")
            message = Message("POST", str(request.url), {"Idempotency-Key": key} if key else {})
            sign(message, request.content, key=self.key, key_id=self.kid, nonce=token_urlsafe(), at=datetime.now(UTC))  # noqa: TID251
            request.headers.update(message.headers)
        yield request


def sign(message: Message, body: bytes, *, key: Ed25519PrivateKey, key_id: str, nonce: str, at: datetime) -> None:
    """Add Content-Digest, Signature-Input and Signature to the headers of `message`; `nonce` is never used again."""
    has_key = any(name.lower() == "idempotency-key" for name in message.headers)
    signer = HTTPMessageSigner(
        signature_algorithm=ED25519, key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: key})
    )
    signer.sign(
        message,
        key_id=key_id,
        created=at,
        nonce=nonce,
        label="answer",
        covered_component_ids=_covered(has_key),
        body=body,
    )


def is_signed(headers: Mapping[str, str]) -> bool:
    """Whether a request claims to be signed."""
    return any(name.lower() in ("signature", "signature-input") for name in headers)


def verify(
    message: Message,
    body: bytes,
    keys: Mapping[str, Ed25519PublicKey],
    *,
    at: datetime,
    retired: Collection[str] = (),
) -> Signed:
    """The signature of `message` when one of `keys` made it over this body within 5 minutes of `at`.

    Raises SignatureError. The signature is looked at before digest and clock, so that what was tampered with is never
    taken for skew. Whether the nonce was used before is for the caller to know.
    """
    found = _opened(message, keys, retired)
    base = "\n".join(f"{name}: {value}" for name, value in found.covered_components.items())
    try:
        ContentDigest.verify_components(found.covered_components, body)
    except HTTPMessageSignaturesException as error:
        detail = f"{error}. Digest the bytes of the body exactly as they are sent, with sha-256 or sha-512."
        raise SignatureError(code="content-digest-mismatch", detail=detail, base=base) from None
    created_at = _instant(found.parameters, "created", base=base)
    _check_clock(found.parameters, created_at, at, base)
    signature = _signature_of(message, found.label)
    return Signed(str(found.parameters["keyid"]), _nonce(found.nonce, base), created_at, base, signature)


def key_of(jwk: Mapping[str, Any]) -> Ed25519PublicKey:
    """The key that a public JWK (RFC 8037) names. Raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(f"{jwk['x']}="))


def said_in(base: str) -> tuple[dict[str, str], dict[str, Any]]:
    """What the signature base `base` is over: the components, as they are written there, and the parameters."""
    components = dict(line.split(": ", 1) for line in base.split("\n"))
    signed = HTTPMessageSigner._parse_signature_dictionary("answer=" + components[PARAMETERS])
    return components, dict(signed["answer"].params)


def is_digest_of(components: Mapping[str, str], body: bytes) -> bool:
    """Whether the Content-Digest among the components of a base is that of `body`."""
    try:
        return ContentDigest.verify_components(components, body)
    except HTTPMessageSignaturesException:
        return False


def holds(base: str, signature: bytes, key: Ed25519PublicKey) -> bool:
    """Whether `key` signed the signature base `base`."""
    try:
        key.verify(signature, base.encode())
    except DoesNotMatch:
        return False
    return True


def _covered(has_key: bool) -> list[str]:
    return [*COVERED, *(["idempotency-key"] if has_key else [])]


class _Wrong(InvalidSignature):
    """A signature that does not match, with the base over which it should have been made."""


class _UnknownKey(InvalidSignature):
    """None of the keys that are live."""


class _Ed25519(ED25519):
    """Says over what a signature does not match."""

    def verify(self, signature: bytes, message: bytes) -> None:
        try:
            super().verify(signature, message)
        except DoesNotMatch:
            raise _Wrong(message.decode()) from None


class _Keys(MappingKeyResolver):
    def resolve_public_key(self, key_id: str) -> Any:
        if key_id not in self.public_keys:
            raise _UnknownKey(key_id)
        return self.public_keys[key_id]


class _Verifier(HTTPMessageVerifier):
    """Leaves the clock to us, for after the signature."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        pass


def _opened(message: Message, keys: Mapping[str, Ed25519PublicKey], retired: Collection[str]) -> Any:
    verifier = _Verifier(signature_algorithm=_Ed25519, key_resolver=_Keys(public_keys=dict(keys), private_keys={}))
    has_key = any(name.lower() == "idempotency-key" for name in message.headers)
    try:
        return verifier.verify(message, max_age=None, require_components=_covered(has_key))[0]
    except _UnknownKey as error:
        what = "was retired" if str(error) in retired else "is none of yours"
        raise SignatureError(
            code="answer-key-unknown",
            detail=f"The key {str(error)[:80]!r} {what}. Register the key you sign with.",
        ) from None
    except _Wrong as error:
        detail = "The signature does not match. Compare the signature base that you signed with ours, byte for byte."
        raise SignatureError(code="signature-invalid", detail=detail, base=str(error)) from None
    except HTTPMessageSignaturesException as error:
        raise SignatureError(code="signature-malformed", detail=f"{str(error)[:300]}. Sign as RFC 9421 says.") from None


def _signature_of(message: Message, label: str) -> bytes:
    header = next(value for name, value in message.headers.items() if name.lower() == "signature")
    value: bytes = HTTPMessageVerifier._parse_signature_dictionary(header)[label].value
    return value


def _nonce(nonce: str | None, base: str) -> str:
    if nonce and len(nonce) <= LONGEST_NONCE:
        return nonce
    raise SignatureError(
        code="signature-malformed",
        detail=f"The parameter nonce has 1 to {LONGEST_NONCE} characters, new each time.",
        base=base,
    )


def _instant(parameters: Mapping[str, Any], name: str, base: str) -> datetime:
    try:
        return datetime.fromtimestamp(parameters[name], UTC)
    except KeyError:
        raise SignatureError(
            code="signature-malformed", detail="The parameter created is missing: seconds since 1970.", base=base
        ) from None
    except (OverflowError, OSError, ValueError):
        raise SignatureError(
            code="signature-malformed", detail=f"The parameter {name} is no instant: seconds since 1970.", base=base
        ) from None


def _check_clock(parameters: Mapping[str, Any], created_at: datetime, at: datetime, base: str) -> None:
    skew = int((created_at - at).total_seconds())
    if abs(skew) > TOLERANCE:
        where = "ahead of" if skew > 0 else "behind"
        raise SignatureError(
            code="signature-expired",
            detail=f"The signature is right, but was created {abs(skew)} s {where} this clock; {TOLERANCE} s are "
            "allowed. Synchronise the clock, and sign afresh at each attempt.",
            base=base,
        )
    if "expires" in parameters and _instant(parameters, "expires", base=base) < at:
        raise SignatureError(
            code="signature-expired",
            detail="The signature is right, but it expired before it came: sign afresh.",
            base=base,
        )
