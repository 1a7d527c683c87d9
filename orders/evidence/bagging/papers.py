"""The bytes that go with a bundle, each under its digest, and the public keys that signatures are held against."""

import json
from collections.abc import Iterator
from typing import Any

from orders import signing
from orders.evidence.bagging.archive import Archive, Progress
from orders.evidence.bagging.cut import Cut
from orders.evidence.bagging.tables import documents
from orders.evidence.verifier.papers import RESTS_ON
from orders.models import Exhibit, TrustService

AT_ONCE = 50  # exhibits in memory
SIGNING = ("issue", "clarify")


def add_exhibits(archive: Archive, digests: list[str], progress: Progress) -> None:
    """The bytes under `digests`."""
    for begin in range(0, len(digests), AT_ONCE):
        kept = Exhibit.objects.in_bulk(digests[begin : begin + AT_ONCE])
        for digest in digests[begin : begin + AT_ONCE]:
            archive.add(f"exhibits/{digest}", bytes(kept[digest].content))
        progress("exhibits", begin + len(kept))


def named(cut: Cut) -> set[str]:
    """The digest of everything that a row of the bundle names."""
    sent = {digest for one in cut.attempts() for digest in (one.body_id, one.answer_id) if digest}
    named = sent | {made.exhibit_id for made in documents(cut)}
    facts = cut.entries().values_list("facts", flat=True)
    return named | {entry[name] for entry in facts.iterator() for name in RESTS_ON if entry.get(name)}


def keys(cut: Cut) -> str:
    """The public keys (JWKS) of the authorities that signed something in the bundle."""
    used = set(cut.entries().filter(act__in=SIGNING).values_list("facts__key", flat=True))
    return _json({"keys": [key for key in signing.jwks()["keys"] if key["kid"] in used]})


def certificates(cut: Cut) -> Iterator[tuple[str, str]]:
    """The root, as PEM, that the simulated certificates in the documents go back to, where there are documents."""
    if next(documents(cut), None) is not None:
        root = TrustService.objects.filter(role=TrustService.Role.CERTIFICATES)
        yield from root.values_list("role", "certificate_pem")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
