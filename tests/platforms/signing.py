"""A provider whose machine signs its answers (RFC 9421), as its engineer would write it."""

import base64
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.http import HttpResponse

from orders import canonical, clock, ids
from platforms import signatures
from platforms.signatures import Message
from tests.api import Caller, P


class Signing:
    """A machine with a token, and a key that it registers when it is made."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.key = Ed25519PrivateKey.generate()
        self.kid = caller.post(f"{P}/answer-keys", {"jwk": jwk_of(self.key)}).json()["kid"]

    def headers(
        self, path: str, body: bytes, *, at: datetime | None = None, nonce: str = "", **own: str
    ) -> dict[str, str]:
        """What it adds to a POST of `body`; `own` are headers of its own, with _ for -."""
        message = Message("POST", f"http://localhost:8000{path}", {name.replace("_", "-"): own[name] for name in own})
        signatures.sign(message, body, key=self.key, key_id=self.kid, nonce=nonce or ids.new("n"), at=at or clock.now())
        return {name.replace("-", "_"): value for name, value in message.headers.items()}

    def post(self, path: str, document: Any, **how: Any) -> HttpResponse:
        """Sign and send it."""
        body = canonical.json_bytes(document)
        return self.caller.send("POST", path, body, **self.headers(path, body, **how))


def jwk_of(key: Ed25519PrivateKey) -> dict[str, Any]:
    """The public half."""
    x = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")
    return {"kty": "OKP", "crv": "Ed25519", "x": x}
