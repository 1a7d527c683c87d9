"""The keys with which a provider's machines sign answers: two are live while one takes over from the other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from orders.acts.refusals import Invalid, Refusal
from orders.models import HostingServiceProvider
from platforms.models import AnswerKey, Connection

MOST = 2


class TwoAnswerKeys(Refusal):
    """A third one would make nobody sure which is used."""

    code = "two-answer-keys"


class LastAnswerKey(Refusal):
    """Without it no answer of a provider that has to sign would be taken."""

    code = "last-answer-key"


def live(provider: HostingServiceProvider) -> list[AnswerKey]:
    """The keys of `provider` that verify now, oldest first."""
    return list(provider.answer_keys.filter(retired_at=None))


def register(provider: HostingServiceProvider, jwk: Mapping[str, Any], *, name: str, at: datetime) -> AnswerKey:
    """Take a public Ed25519 key (RFC 8037); one that is live already is found again.

    Raises Invalid for any other key, a private or a retired one, TwoAnswerKeys.
    """
    public = _public(jwk)
    kid = public.thumbprint()
    with transaction.atomic():
        _lock(provider)
        known = provider.answer_keys.filter(kid=kid).first()
        if known is not None and known.retired_at is None:
            return known
        if known is not None:
            raise _invalid("This key was retired. Make a new one.")
        if len(present := live(provider)) >= MOST:
            raise TwoAnswerKeys(f"{' and '.join(one.kid for one in present)} are live: retire one of them first.")
        kept = {**public.as_dict(private=False), "kid": kid}
        return AnswerKey.objects.create(provider=provider, kid=kid, public_jwk=kept, name=name, created_at=at)


def retire(key: AnswerKey, *, at: datetime) -> None:
    """Believe `key` no longer. Raises LastAnswerKey where answers must be signed and no other is live."""
    with transaction.atomic():
        _lock(key.provider)
        must_sign = Connection.objects.filter(provider=key.provider, signed_answers=True).exists()
        if must_sign and len(live(key.provider)) == 1:
            raise LastAnswerKey("Your answers must be signed, and this is your only key: register another one first.")
        AnswerKey.objects.filter(pk=key.pk, retired_at=None).update(retired_at=at)


def require(connection: Connection, required: bool, *, at: datetime) -> None:
    """Say whether answers must be signed from now on. Raises LastAnswerKey where there is no key to sign with."""
    with transaction.atomic():
        _lock(connection.provider)
        if required and not live(connection.provider):
            raise LastAnswerKey("No key is registered with which answers could be signed: register one first.")
        Connection.objects.filter(pk=connection.pk).update(signed_answers=required, changed_at=at)
    connection.refresh_from_db()


def _public(jwk: Mapping[str, Any]) -> OKPKey:
    if "d" in jwk:
        raise _invalid("This is a private key: keep it to yourself, make a new one, and send its public half.")
    if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
        raise _invalid('Send a public key with "kty": "OKP" and "crv": "Ed25519" (RFC 8037).')
    try:
        key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": jwk.get("x") or ""})
        key.public_key  # noqa: B018  read now, so that bytes that are no key are refused here
    except (JoseError, ValueError, TypeError):
        raise _invalid("x is the key's 32 bytes in base64url without padding.") from None
    return key


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, pointer="/jwk", code="validation")


def _lock(provider: HostingServiceProvider) -> None:
    HostingServiceProvider.objects.select_for_update(no_key=True).get(pk=provider.pk)
