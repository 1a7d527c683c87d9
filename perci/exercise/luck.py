"""Chance that follows from the seed: one source for each name, so that what is added somewhere reshuffles nothing."""

import hashlib
from random import Random

from orders import ids


def of(seed: int, *names: object) -> Random:
    """The luck of whatever has these names; a text seeds the same way in every process."""
    return Random(_text(seed, names))


def name_ids(seed: int, *names: object) -> None:
    """Let every id and secret that is made from now on follow from the seed and these names."""
    ids.seed(int.from_bytes(hashlib.sha256(_text(seed, names).encode()).digest()[:16], "big"))


def _text(seed: int, names: tuple[object, ...]) -> str:
    return " / ".join(map(str, (seed, *names)))
