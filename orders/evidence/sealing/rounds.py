"""A round of sealing: what nobody sealed yet goes into the tree, and the tree is signed, in one transaction."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min, QuerySet

from orders import signing
from orders.evidence.sealing import horizon, proofs, tree
from orders.evidence.sealing.horizon import Horizon
from orders.evidence.sealing.kinds import ENTRY, KINDS, Kind, digest
from orders.models import Checkpoint, LedgerKey, TreeLeaf, TreeNode

ROUND = 1000  # rows of each kind under one checkpoint at most
Rows = Mapping[Kind, Sequence[Any]]


class BrokenSeal(Exception):
    """The tree as it is kept is not the one that was signed last: nothing is sealed on top of it."""


def waiting(kind: Kind = ENTRY, since: Checkpoint | None = None) -> QuerySet[Any]:
    """The rows that no leaf holds, lowest key first; below the watermark of `since` (the latest) there are none."""
    return kind.rows().filter(pk__gt=watermark(kind, since or latest()), leaf=None).order_by("pk")


def watermark(kind: Kind, checkpoint: Checkpoint | None) -> int:
    """The key up to which all rows of `kind` are in the tree of `checkpoint`."""
    return int(checkpoint.watermarks.get(kind.name, 0)) if checkpoint else 0


@dataclass(frozen=True)
class Backlog:
    """How many rows wait for a round, and when the oldest of them was recorded; None when none waits."""

    count: int
    oldest: datetime | None


def backlog() -> Backlog:
    """What waits now."""
    since = latest()
    found = [waiting(kind, since).order_by().aggregate(n=Count("pk"), at=Min(kind.recorded)) for kind in KINDS]
    return Backlog(sum(one["n"] for one in found), min((one["at"] for one in found if one["at"]), default=None))


def latest() -> Checkpoint | None:
    """The latest checkpoint, or None."""
    return Checkpoint.objects.select_related("key").order_by("-number").first()


def seal(*, at: datetime) -> int:
    """One round as of `at`; returns how many rows it sealed: 0 when none waits, or somebody else is sealing.

    Rows go in as soon as they can be seen, whatever lower keys are still to come. Raises BrokenSeal.
    """
    signing.keep_ledger_key(settings.LEDGER_ORIGIN, at=at)
    reached = horizon.reached()
    with transaction.atomic(durable=True):  # `reached` was read before it began
        keys = LedgerKey.objects.select_for_update(skip_locked=True)
        key = keys.filter(name=settings.LEDGER_ORIGIN, retired_at=None).first()
        return _seal(key, reached, at) if key else 0


def _seal(key: LedgerKey, reached: dict[str, int], at: datetime) -> int:
    before, now = latest(), horizon.horizon()
    safe = _safe(now, before, reached)  # before the rows are read: what has settled is among them
    rows = _taken_up(before)
    if not any(rows.values()):
        return 0
    root, size = _grow(before, rows)
    said = proofs.Checkpoint(key.name, size, root)
    Checkpoint.objects.create(
        number=before.number + 1 if before else 1,
        tree_size=said.size,
        root=root.hex(),
        note=signed(said, key),
        key=key,
        issued_at=at,
        watermarks=_watermarks(before, safe, rows),
        reached=reached,
        transaction=now.transaction,
    )
    return sum(map(len, rows.values()))


def _safe(now: Horizon, before: Checkpoint | None, reached: dict[str, int]) -> dict[Kind, int]:
    return {kind: max(horizon.settled(now, kind, reached), watermark(kind, before)) for kind in KINDS}


def _taken_up(before: Checkpoint | None) -> dict[Kind, list[Any]]:
    """What goes in, by kind; nothing of a kind while rows of one that it rests on are left over for the next round.

    Read the other way round, so that what a row rests on can be seen when it was.
    """
    seen = {kind: list(_waiting(kind, before)[:ROUND]) for kind in reversed(KINDS)}
    rows: dict[Kind, list[Any]] = {kind: [] for kind in KINDS}
    for kind in KINDS:
        rows[kind] = seen[kind]
        if len(seen[kind]) == ROUND:
            break
    return rows


def _waiting(kind: Kind, before: Checkpoint | None) -> QuerySet[Any]:
    rows = waiting(kind, before)
    return rows.select_related(None).only("digest") if kind is ENTRY else rows


def _watermarks(before: Checkpoint | None, safe: Mapping[Kind, int], rows: Rows) -> dict[str, int]:
    """Where a round is full there may be more of that kind, and of those after it."""
    marks, full = {}, False
    for kind in KINDS:
        was = watermark(kind, before)
        marks[kind.name] = was if full else safe[kind]
        if not full and len(rows[kind]) == ROUND:
            full, marks[kind.name] = True, max(was, min(safe[kind], rows[kind][-1].pk))
    return marks


def _grow(before: Checkpoint | None, rows: Rows) -> tuple[bytes, int]:
    size = before.tree_size if before else 0
    sealed = [(kind, row, digest(row)) for kind in KINDS for row in rows[kind]]
    growth = tree.grown(size, _signed_edge(before), (bytes.fromhex(made) for *_, made in sealed))
    TreeLeaf.objects.bulk_create(
        TreeLeaf(index=index, **{kind.name: row}, digest=made, hash=leaf.hex())
        for index, ((kind, row, made), leaf) in enumerate(zip(sealed, growth.leaves, strict=True), start=size)
    )
    TreeNode.objects.bulk_create(
        TreeNode(last_leaf=place.last_leaf, level=place.level, hash=node.hex()) for place, node in growth.nodes
    )
    return growth.root, size + len(sealed)


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
