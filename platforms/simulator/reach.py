"""How the simulated platforms reach us: over HTTP, as any provider would, each with its own credentials."""

import base64
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from platforms.client import Client
from platforms.signatures import Signer
from platforms.simulator.models import SimulatedPlatform

http = httpx.Client(timeout=10)  # one pool of connections for all of them


def client_of(platform: SimulatedPlatform) -> Client:
    """The client of `platform`, which keeps its token and the authorities' keys from one call to the next."""
    kind = Signing if platform.traits.signs else Careless if platform.traits.careless else Client
    return _client(kind, http, platform.api, platform.client_id, platform.client_secret)


@lru_cache(maxsize=1000)
def _client(kind: type[Client], http: httpx.Client, api: str, client_id: str, client_secret: str) -> Client:
    return kind(api, client_id, client_secret, http=http, patience=0)  # what they plan is tried again by itself


class Careless(Client):
    """Shows a garbled token at first, and every token until it is refused, whenever it ended."""

    _garbled = "not.a.token"

    def _bearer(self, patience: float) -> str:
        if self._garbled:
            token, self._garbled = self._garbled, ""
            return token
        return self._token or super()._bearer(patience)


class Signing(Client):
    """Signs what it answers (RFC 9421), with a key that it registers before its first answer."""

    _signer: Signer | None = None

    def answer(self, reference: str, kind: str, *, key: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """As any client does, signed."""
        path, headers = f"/orders/{reference}/{kind}", {"Idempotency-Key": key}
        self._signer = self._signer or self._registered()
        return self.call("POST", path, json=document, headers=headers, auth=self._signer)

    def _registered(self) -> Signer:
        """Its key as we know it. To register a key that is live already changes nothing."""
        private = _key_of(self._credentials[1])
        x = base64.urlsafe_b64encode(private.public_key().public_bytes_raw()).decode().rstrip("=")
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": x}
        registered = self.call("POST", "/answer-keys", json={"jwk": jwk, "name": "signer of answers"})
        return Signer(private, registered["kid"])


def _key_of(client_secret: str) -> Ed25519PrivateKey:
    """Made from what the platform keeps secret anyway, so that all processes that play it have the same."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"answers {client_secret}".encode()).digest())
