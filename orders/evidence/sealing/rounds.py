"""A round of sealing: what nobody sealed yet goes into the tree, and the tree is signed, in one transaction."""

import base64
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min, QuerySet

from orders import signing
from orders.evidence.sealing import horizon, proofs, tree
from orders.models import Checkpoint, LedgerEntry, LedgerKey, TreeLeaf, TreeNode

ROUND = 1000  # entries under one checkpoint at most


class BrokenSeal(Exception):
    """The tree as it is kept is not the one that was signed last: nothing is sealed on top of it."""


def waiting(since: Checkpoint | None = None) -> QuerySet[LedgerEntry]:
    """The entries that no leaf holds, lowest key first; below the watermark of `since` (the latest) there are none."""
    since = since or latest()
    return LedgerEntry.objects.filter(pk__gt=since.watermark if since else 0, leaf=None).order_by("pk")


@dataclass(frozen=True)
class Backlog:
    """How many entries wait for a round, and when the oldest of them was recorded; None when none waits."""

    count: int
    oldest: datetime | None


def backlog() -> Backlog:
    """What waits now."""
    return Backlog(**waiting().order_by().aggregate(count=Count("pk"), oldest=Min("recorded_at")))


def latest() -> Checkpoint | None:
    """The latest checkpoint, or None."""
    return Checkpoint.objects.select_related("key").order_by("-number").first()


def seal(*, at: datetime) -> int:
    """One round as of `at`; returns how many entries it sealed: 0 when none waits, or somebody else is sealing.

    Entries go in as soon as they can be seen, whatever lower keys are still to come. Raises BrokenSeal.
    """
    signing.keep_ledger_key(settings.LEDGER_ORIGIN, at=at)
    highest = horizon.reached()
    with transaction.atomic(durable=True):  # `highest` was read before it began
        keys = LedgerKey.objects.select_for_update(skip_locked=True)
        key = keys.filter(name=settings.LEDGER_ORIGIN, retired_at=None).first()
        return _seal(key, highest, at) if key else 0


def _seal(key: LedgerKey, highest: int, at: datetime) -> int:
    table = LedgerEntry._meta.db_table
    before, now = latest(), horizon.horizon([table])
    safe = horizon.settled(now, table, highest)  # before the entries are read: what has settled is among them
    entries = list(waiting(before).only("digest")[:ROUND])
    if not entries:
        return 0
    if len(entries) == ROUND:
        safe = min(safe, entries[-1].pk)
    root = _grow(before, entries)
    said = proofs.Checkpoint(key.name, (before.tree_size if before else 0) + len(entries), root)
    Checkpoint.objects.create(
        number=before.number + 1 if before else 1,
        tree_size=said.size,
        root=root.hex(),
        note=signed(said, key),
        key=key,
        issued_at=at,
        watermark=max(safe, before.watermark if before else 0),
        reached=highest,
        transaction=now.transaction,
    )
    return len(entries)


def _grow(before: Checkpoint | None, entries: list[LedgerEntry]) -> bytes:
    size = before.tree_size if before else 0
    growth = tree.grown(size, _signed_edge(before), (bytes.fromhex(entry.digest) for entry in entries))
    TreeLeaf.objects.bulk_create(
        TreeLeaf(index=index, entry=entry, digest=entry.digest, hash=leaf.hex())
        for index, (entry, leaf) in enumerate(zip(entries, growth.leaves, strict=True), start=size)
    )
    TreeNode.objects.bulk_create(
        TreeNode(last_leaf=place.last_leaf, level=place.level, hash=node.hex()) for place, node in growth.nodes
    )
    return growth.root


def _signed_edge(before: Checkpoint | None) -> list[bytes]:
    try:
        edge = tree.edge(before.tree_size) if before else []
    except (LookupError, ValueError):  # a row that is missing, or spoiled beyond reading
        edge = []
    if before and proofs.folded(edge).hex() != before.root:
        raise BrokenSeal(f"The tree is not the one of {before}: nothing is sealed. Run manage.py verify.")
    return edge


def signed(said: proofs.Checkpoint, key: LedgerKey) -> str:
    """`said` as a signed note."""
    return note(proofs.body(said), key)


def note(text: str, key: LedgerKey) -> str:
    """`text`, lines that end with a newline, as a signed note (C2SP signed-note)."""
    signature = proofs.key_hash(key.name, key.public) + signing.signature(text.encode(), key)
    return f"{text}\n{proofs.SIGNED_BY}{key.name} {base64.b64encode(signature).decode()}\n"
