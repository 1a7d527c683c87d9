"""The one place an id or a secret is made, so that an exercise can seed them all."""

import base64
import hashlib
import hmac
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher

_source: random.Random = secrets.SystemRandom()
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u


def seed(value: int) -> None:
    """Make every later id and secret of this process follow from `value`; for exercises only."""
    global _source
    _source = random.Random(value)


@contextmanager
def seeded(value: int) -> Iterator[None]:
    """Make the ids and secrets of this block follow from `value`, and those after it not; for rehearsals only."""
    global _source
    before, _source = _source, random.Random(value)
    try:
        yield
    finally:
        _source = before


def new(prefix: str) -> str:
    """An id such as `msg_7k3f...`: the prefix and 128 random bits in 26 characters."""
    return f"{prefix}_" + "".join(_source.choice(_ALPHABET) for _ in range(26))


def random_bytes(count: int) -> bytes:
    """`count` random bytes, for keys."""
    return _source.randbytes(count)


def fraction() -> float:
    """A number from 0 to below 1, for jitter."""
    return _source.random()


def webhook_secret() -> str:
    """A Standard Webhooks secret: `whsec_` and 32 random bytes in base 64."""
    return "whsec_" + base64.b64encode(random_bytes(32)).decode()


def client_secret() -> str:
    """An OAuth client secret of 256 random bits."""
    return base64.urlsafe_b64encode(random_bytes(32)).decode().rstrip("=")


class RandomSecretHasher(BasePasswordHasher):
    """Salted SHA-256 for secrets of 256 random bits, which no dictionary holds."""

    algorithm = "sha256_random"

    def encode(self, password: str, salt: str) -> str:
        digest = hashlib.sha256(f"{salt}{password}".encode()).hexdigest()
        return f"{self.algorithm}${salt}${digest}"

    def verify(self, password: str, encoded: str) -> bool:
        _, salt, _ = encoded.split("$", 2)
        return hmac.compare_digest(encoded, self.encode(password, salt))

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        return {"algorithm": self.algorithm, "salt": encoded.split("$", 2)[1][:2] + "…"}

    def must_update(self, encoded: str) -> bool:
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to harden: the secret is random."""
