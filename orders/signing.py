"""Signatures with Ed25519: the authorities' compact JWS (RFC 7515) over canonical JSON with their JWKS (RFC 7517), and
the raw ones of the ledger's checkpoints.
"""

from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from orders import canonical, ids
from orders.models import AuthorityKey, CompetentAuthority, LedgerKey

ALGORITHM = "Ed25519"


def new_key(authority: CompetentAuthority, *, at: datetime) -> AuthorityKey:
    """Make and store the next signing key of `authority`; the one before stays live until it is retired."""
    pem = _pem(_new_private())
    kid = f"{authority.code}-{authority.keys.count() + 1}"
    public = OKPKey.import_key(pem, {"kid": kid, "use": "sig", "alg": ALGORITHM}).as_dict(private=False)
    return AuthorityKey.objects.create(
        authority=authority, kid=kid, private_pem=pem.decode(), public_jwk=public, created_at=at
    )


def current_key(authority: CompetentAuthority) -> AuthorityKey | None:
    """The newest live key of `authority`, or None."""
    return authority.keys.filter(retired_at=None).order_by("-created_at", "-pk").first()


def sign(document: Any, key: AuthorityKey) -> str:
    """A compact JWS whose payload is the canonical JSON of `document`."""
    header = {"alg": ALGORITHM, "kid": key.kid}
    return jws.serialize_compact(header, canonical.json_bytes(document), _private(key), algorithms=[ALGORITHM])


def opened(token: str, public_jwk: dict[str, Any]) -> bytes:
    """The payload of a compact JWS made with the key of `public_jwk`. Raises ValueError saying what is wrong."""
    try:
        signature = jws.deserialize_compact(token, OKPKey.import_key(public_jwk), algorithms=[ALGORITHM])
    except (JoseError, ValueError) as error:
        raise ValueError(f"the signature does not verify: {error}") from error
    if signature.headers().get("kid") != public_jwk["kid"]:
        raise ValueError(f"the signature names the key {signature.headers().get('kid')!r}, not {public_jwk['kid']!r}")
    return bytes(signature.payload)


def keep_ledger_key(name: str, *, at: datetime) -> None:
    """Make and store the first key of the ledger called `name`, unless there is a live one."""
    if not LedgerKey.objects.filter(name=name, retired_at=None).exists():
        private = _new_private()
        made = LedgerKey(
            name=name,
            private_pem=_pem(private).decode(),
            public_hex=private.public_key().public_bytes_raw().hex(),
            created_at=at,
        )
        LedgerKey.objects.bulk_create([made], ignore_conflicts=True)  # another process may have made it meanwhile


def signature(content: bytes, key: LedgerKey) -> bytes:
    """The 64 bytes of an Ed25519 signature over `content`."""
    private = serialization.load_pem_private_key(key.private_pem.encode(), password=None)
    assert isinstance(private, Ed25519PrivateKey)
    return private.sign(content)


def _new_private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(ids.random_bytes(32))


def _pem(private: Ed25519PrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _private(key: AuthorityKey) -> OKPKey:
    return OKPKey.import_key(key.private_pem)


def jwks() -> dict[str, list[dict[str, Any]]]:
    """Every public key of every authority, retired ones too, so that old orders can still be verified.

    Each names its authority as Annex I does (private members, RFC 7517 section 4): a good signature by the key of
    another authority proves nothing.
    """
    keys = AuthorityKey.objects.select_related("authority").order_by("kid")
    return {"keys": [{**key.public_jwk, **_owner(key.authority)} for key in keys]}


def _owner(authority: CompetentAuthority) -> dict[str, str]:
    return {"authority": authority.code, "name": authority.name, "member_state": authority.member_state}
