"""The seal: a leaf for each entry and row of evidence, nodes over their children, checkpoints over what came before.

All roots are over one list of leaves, each over more of it than the one before: so each tree begins the next.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from orders.evidence.checks._subject import Finding
from orders.evidence.sealing import kinds, proofs, rounds, tree
from orders.evidence.sealing.kinds import ENTRY, KINDS, Kind
from orders.models import Checkpoint, LedgerEntry, TreeLeaf, TreeNode

CHUNK = 1000  # leaves held in memory at a time, with the nodes that they complete
Progress = Callable[[str, int], None]


def seal(progress: Progress = lambda *_: None) -> Iterator[Finding]:
    """Findings about the tree, from its first leaf on.

    Where a leaf is wrong nothing is said of what stands above it and later, and where one is missing nothing more.
    """
    walk = _Walk(Checkpoint.objects.select_related("key").order_by("number").iterator(chunk_size=CHUNK))
    yield from walk.next_checkpoint()
    leaves = TreeLeaf.objects.order_by("index").iterator(chunk_size=CHUNK)
    while chunk := list(islice(leaves, CHUNK)):
        yield from _chunk(walk, chunk)
        progress("leaves", walk.size)
        if walk.has_gap:
            return
    yield from walk.end()
    yield from _left_out(walk.before)


def leaves_of(references: Collection[str]) -> Iterator[Finding]:
    """Findings about the leaves of these dossiers alone: each is to be under the latest checkpoint."""
    last = Checkpoint.objects.select_related("key").order_by("-number").first()
    yield from _signature(last) if last else ()
    for kind in KINDS:
        rows = kind.read().filter(leaf__isnull=False, **{f"{kind.dossier}__reference__in": references})
        for row in rows.select_related("leaf").order_by("leaf__index").iterator(chunk_size=CHUNK):
            yield from list(_leaf(row.leaf, kind, row)) or _under(last, row)


def _under(last: Checkpoint | None, row: Any) -> Iterator[Finding]:
    size, root = (last.tree_size, _bytes(last.root)) if last else (0, proofs.EMPTY_ROOT)
    leaf = row.leaf
    try:
        path = list(tree.roots(tree.inclusion_ranges(leaf.index, size)))
        proofs.check_inclusion(index=leaf.index, leaf=_bytes(leaf.hash), path=path, size=size, root=root)
    except (LookupError, ValueError) as error:
        yield _of(row, f"{leaf} is not under {last}: {error}")


@dataclass
class _Walk:
    """From leaf to leaf: the subtrees on the edge so far, the checkpoint that comes next and the one before."""

    checkpoints: Iterator[Checkpoint]
    size: int = 0
    edge: list[bytes] = field(default_factory=list)
    is_sound: bool = True
    has_gap: bool = False
    coming: Checkpoint | None = None
    before: Checkpoint | None = None

    def step(self, leaf: TreeLeaf, nodes: dict[tuple[int, int], str]) -> Iterator[Finding]:
        """Take up `leaf`, the nodes that it completes and the checkpoints that end with it."""
        reached, below, level = proofs.leaf_hash(_bytes(leaf.digest)), leaf.index, 0
        while below % 2:
            level, below = level + 1, below // 2
            reached = proofs.node_hash(self.edge.pop(), reached)
            kept = nodes.pop((leaf.index, level), "")
            if self.is_sound and kept != reached.hex():
                says = f"its children give {reached.hex()}, but it carries {kept}" if kept else "it is missing"
                yield Finding(f"node at level {level} over leaf {leaf.index}", None, says)
        self.edge.append(reached)
        self.size = leaf.index + 1
        while self.coming and self.coming.tree_size <= self.size:
            yield from self._checkpoint(self.coming)
            yield from self.next_checkpoint()

    def next_checkpoint(self) -> Iterator[Finding]:
        """Read on; numbers are without gaps."""
        self.before, self.coming = self.coming or self.before, next(self.checkpoints, None)
        expected = self.before.number + 1 if self.before else 1
        if self.coming and self.coming.number != expected:
            yield Finding(f"checkpoint {expected}", None, "it is missing")

    def _checkpoint(self, checkpoint: Checkpoint) -> Iterator[Finding]:
        yield from _signature(checkpoint)
        since = self.before.tree_size if self.before else 0
        if not since < checkpoint.tree_size == self.size:
            yield Finding(str(checkpoint), None, f"it is over {checkpoint.tree_size} leaves, but should be over more")
        elif self.is_sound and proofs.folded(self.edge).hex() != checkpoint.root:
            gives = f"leaves {since} to {self.size - 1} are not those that were signed, or its root"
            yield Finding(str(checkpoint), None, f"{gives}: it says {checkpoint.root}")
            self.is_sound = False  # the roots of all later ones would only repeat it

    def end(self) -> Iterator[Finding]:
        """What is left over when the leaves are at their end."""
        if self.coming:
            yield Finding(
                str(self.coming), None, f"it is over {self.coming.tree_size} leaves, of {self.size} there are"
            )
        elif self.size > (self.before.tree_size if self.before else 0):
            yield Finding(f"leaf {self.size - 1}", None, "no checkpoint is over it")
        for node in TreeNode.objects.filter(last_leaf__gte=self.size).iterator():
            yield Finding(str(node), None, "there is no such leaf")


def _chunk(walk: _Walk, chunk: list[TreeLeaf]) -> Iterator[Finding]:
    begin, end = chunk[0].index, chunk[-1].index + 1
    sealed = {kind: kind.read().in_bulk(_keys(chunk, kind)) for kind in KINDS}
    rows = TreeNode.objects.filter(last_leaf__gte=begin, last_leaf__lt=end).values_list("last_leaf", "level", "hash")
    nodes = {(last_leaf, level): text for last_leaf, level, text in rows}
    for leaf in chunk:
        if leaf.index != walk.size:
            walk.has_gap = True
            yield Finding(f"leaf {walk.size}", None, "it is missing")
            return
        kind, key = _what(leaf)
        wrong = list(_leaf(leaf, kind, sealed[kind].get(key)))
        walk.is_sound &= not wrong
        yield from wrong
        yield from walk.step(leaf, nodes)
    for last_leaf, level in sorted(nodes):
        yield Finding(f"node at level {level} over leaf {last_leaf}", None, "nothing completes it")


def _keys(chunk: list[TreeLeaf], kind: Kind) -> list[int]:
    keys = (getattr(leaf, f"{kind.name}_id") for leaf in chunk)
    return [key for key in keys if key is not None]


def _what(leaf: TreeLeaf) -> tuple[Kind, int]:
    """The kind and the key of the one row that it is of; the database refuses a leaf of none."""
    return next((kind, key) for kind in KINDS if (key := getattr(leaf, f"{kind.name}_id")) is not None)


def _leaf(leaf: TreeLeaf, kind: Kind, row: Any) -> Iterator[Finding]:
    if row is None:
        yield Finding(str(leaf), None, f"the {kind.name} that it sealed is missing")
    elif leaf.digest != (is_ := _digest(row)):
        carries = "carries" if kind is ENTRY else "its row gives"
        yield _of(row, f"it was sealed as {leaf} with the digest {leaf.digest}, but {carries} {is_}")
    elif leaf.hash != proofs.leaf_hash(_bytes(leaf.digest)).hex():
        yield _of(row, f"the hash of {leaf} is not the one of its digest")


def _digest(row: Any) -> str:
    try:
        return kinds.digest(row)
    except ValueError as error:
        return f"none ({error})"


def _of(row: Any, says: str) -> Finding:
    if isinstance(row, LedgerEntry):
        return Finding(row.dossier.reference, row.number, says)
    return Finding(row.content()["reference"], None, f"{row}: {says}")


def _signature(checkpoint: Checkpoint) -> Iterator[Finding]:
    try:
        said = proofs.opened(checkpoint.note, proofs.verifier_key(checkpoint.key.name, checkpoint.key.public))
    except ValueError as error:
        yield Finding(str(checkpoint), None, str(error))
        return
    if said != (checkpoint.key.name, checkpoint.tree_size, _bytes(checkpoint.root)):
        row = f"{checkpoint.tree_size} leaves and the root {checkpoint.root}"
        yield Finding(str(checkpoint), None, f"its note says {said.size} and {said.root.hex()}, but its row {row}")


def _left_out(last: Checkpoint | None) -> Iterator[Finding]:
    for kind in KINDS:
        unsealed = kind.rows().filter(pk__lte=rounds.watermark(kind, last), leaf=None)
        for row in unsealed.order_by("pk").iterator(chunk_size=CHUNK):
            yield _of(row, f"{last} is over all up to it, but no leaf holds it")


def _bytes(text: str) -> bytes:
    """The bytes written in hexadecimal; none where somebody spoiled them, which differs from what they should be."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
