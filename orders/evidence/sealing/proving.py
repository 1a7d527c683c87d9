"""The proofs that go out with the record: that an entry is in a signed tree, that one signed tree begins another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orders.evidence.sealing import tree
from orders.models import Checkpoint, LedgerEntry, TreeLeaf

AT_ONCE = 200  # entries whose paths are read together


class NotInTree(Exception):
    """An entry is not in the tree of a checkpoint: it waits for the next round, or came later."""


@dataclass(frozen=True)
class Inclusion:
    """That the entry with `digest` is leaf `index` (from 0) of the `size` under a checkpoint's root.

    `path` holds the hashes beside the way to the root, from below, as `proofs.check_inclusion` takes them.
    """

    digest: str
    index: int
    size: int
    path: list[bytes]


def inclusion_proof(entry: LedgerEntry, checkpoint: Checkpoint) -> Inclusion:
    """That `entry` is under `checkpoint`. Raises NotInTree."""
    return next(inclusion_proofs([entry], checkpoint))


def inclusion_proofs(entries: Sequence[LedgerEntry], checkpoint: Checkpoint) -> Iterator[Inclusion]:
    """The same for many, in their order, a few hundred read at a time. Raises NotInTree at the first that is not."""
    for begin in range(0, len(entries), AT_ONCE):
        yield from _proofs_of(entries[begin : begin + AT_ONCE], checkpoint.tree_size)


def paths(indices: Sequence[int], size: int) -> Iterator[list[bytes]]:
    """The path of each leaf to the root of a tree of `size`, a few hundred read at a time."""
    for begin in range(0, len(indices), AT_ONCE):
        ranges = [tree.inclusion_ranges(index, size) for index in indices[begin : begin + AT_ONCE]]
        roots = tree.roots([one for path in ranges for one in path])
        yield from ([next(roots) for _ in path] for path in ranges)


def consistency_proof(old: Checkpoint, new: Checkpoint) -> list[bytes]:
    """The path by which `proofs.check_consistency` sees that the tree of `new` begins with all leaves of `old`.

    Raises ValueError when `old` is the larger one.
    """
    if old.tree_size > new.tree_size:
        raise ValueError(f"{old} is over {old.tree_size} leaves, {new} over {new.tree_size}: name the older one first.")
    return list(tree.roots(tree.consistency_ranges(old.tree_size, new.tree_size)))


def _proofs_of(entries: Sequence[LedgerEntry], size: int) -> Iterator[Inclusion]:
    indices = dict(TreeLeaf.objects.filter(entry__in=entries, index__lt=size).values_list("entry", "index"))
    if missing := [entry for entry in entries if entry.pk not in indices]:
        raise NotInTree(f"{missing[0]} is not among the first {size} leaves: prove it under a later checkpoint.")
    found = paths([indices[entry.pk] for entry in entries], size)
    for entry, path in zip(entries, found, strict=True):
        yield Inclusion(entry.digest, indices[entry.pk], size, path)
