"""What an exercise leaves: the digest of its whole ledger, and the evidence bundle beside it."""

import hashlib
from datetime import datetime
from pathlib import Path

from orders.acts.capacity import OPERATOR
from orders.acts.exporting import take_export
from orders.evidence import bundle
from orders.evidence.bagging import checkpoints
from orders.evidence.bagging.cut import Cut
from orders.evidence.scope import Scope
from orders.evidence.snapshot import snapshot
from orders.models import Dossier, LedgerEntry


def ledger_sha256() -> str:
    """SHA-256 over all orders by reference: a line for each entry, with the digest over everything that it says.

    That somebody takes a bundle of it is an entry, too, but none of the exercise.
    """
    found = hashlib.sha256()
    entries = LedgerEntry.objects.exclude(dossier__kind=Dossier.Kind.EXPORT).order_by("dossier__reference", "number")
    for line in entries.values_list("dossier__reference", "number", "digest").iterator(chunk_size=5000):
        found.update(f"{line[0]} {line[1]} {line[2]}\n".encode())
    return found.hexdigest()


def bundle_of_all(path: Path, *, at: datetime) -> None:
    """The bundle of everything, taken by the operator. Without documents: each signing of a PDF makes other bytes."""
    scope = Scope()
    taken = take_export(scope=scope.facts(), by=OPERATOR, at=at)
    cut = Cut(scope, checkpoints.sealed_with(taken, at=at))
    with path.open("w+b") as to, snapshot():
        bundle.write(cut, earlier=None, to=to, readings=True)
