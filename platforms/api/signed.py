"""Answers that a provider signs (RFC 9421): looked at before anything of them is believed, kept with what they said."""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args

from django.conf import settings
from django.db import IntegrityError, transaction
from rest_framework.request import Request

from orders import canonical
from orders.api.problems import Problem
from orders.models import Exhibit, HostingServiceProvider, keep
from platforms import signatures
from platforms.api.arrival import arrived_at
from platforms.models import AnswerKey, Connection, SignedRequest
from platforms.signatures import Code, Message, SignatureError, Signed

OF_SIGNATURE = get_args(Code)
ALL = ("signature-missing", *OF_SIGNATURE, "nonce-reused")


@dataclass
class Proof:
    """A signature that holds, on its way into the record; a batch uses one for all its answers."""

    key: AnswerKey
    signed: Signed
    body: bytes
    arrived_at: datetime
    kept: SignedRequest | None = field(default=None, init=False)

    @property
    def exhibit(self) -> bytes:
        """What shows, to whoever has the body, who signed it: signature base, signature and key."""
        return canonical.json_bytes(
            {
                "signature_base": self.signed.base,
                "signature": base64.b64encode(self.signed.signature).decode(),
                "key": self.key.public_jwk,
            }
        )

    def keep(self) -> SignedRequest:
        """Its row, which uses up the nonce: made with the first answer that is recorded. Raises the problem."""
        if self.kept is None or not SignedRequest.objects.filter(pk=self.kept.pk).exists():
            try:
                with transaction.atomic():
                    self.kept = self._row()
            except IntegrityError:
                raise reused(self.signed.nonce) from None
        return self.kept

    def _row(self) -> SignedRequest:
        return SignedRequest.objects.create(
            key=self.key,
            nonce=self.signed.nonce,
            created_at=self.signed.created_at,
            arrived_at=self.arrived_at,
            body=self._kept(self.body),
            proof=self._kept(self.exhibit),
        )

    def _kept(self, content: bytes) -> Exhibit:
        return keep(content, media_type="application/json", at=self.arrived_at)


def proof_of(request: Request, provider: HostingServiceProvider) -> Proof | None:
    """The proof that `provider` signed this request; None when it is not signed and need not be.

    Raises Problem for a signature that does not hold, or is missing where answers must be signed.
    """
    plain, at = request._request, arrived_at(request._request)
    if not signatures.is_signed(plain.headers):
        if Connection.objects.filter(provider=provider, signed_answers=True).exists():
            raise Problem(
                "signature-missing", "Your answers must be signed, and this request is not. Nothing was recorded."
            )
        return None
    url = f"{settings.PUBLIC_URL}{plain.get_full_path()}"
    message = Message(str(plain.method), url, dict(plain.headers))
    try:
        proof = checked(message, plain.body, provider, at=at)
    except SignatureError as error:
        raise Problem(error.code, f"{error.detail} Nothing was recorded.") from None
    if SignedRequest.objects.filter(key=proof.key, nonce=proof.signed.nonce).exists():
        raise reused(proof.signed.nonce)
    return proof


def checked(message: Message, body: bytes, provider: HostingServiceProvider, *, at: datetime) -> Proof:
    """The proof that `provider` signed `message` with one of its keys. Raises SignatureError."""
    keys = {key.kid: key for key in AnswerKey.objects.filter(provider=provider)}
    live = {kid: signatures.key_of(key.public_jwk) for kid, key in keys.items() if key.retired_at is None}
    signed = signatures.verify(message, body, live, at=at, retired=keys.keys() - live.keys())
    return Proof(keys[signed.key_id], signed, body, at)


def reused(nonce: str) -> Problem:
    """The refusal of what was sent before."""
    return Problem(
        "nonce-reused",
        f"The nonce {nonce[:80]!r} was used before. Nothing was recorded; sign afresh, with a new nonce, each time.",
    )
