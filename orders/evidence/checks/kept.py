"""Checkpoints that are named elsewhere: one that somebody kept, and those that exports were taken as of."""

from collections.abc import Iterator

from orders.evidence.checks._subject import Finding, Subject
from orders.evidence.sealing import proofs, tree
from orders.models import Checkpoint, LedgerKey, TreeLeaf


def previous(note: str) -> Iterator[Finding]:
    """Findings where the tree does not begin with all leaves under the checkpoint that somebody kept as `note`.

    A seal that was taken away as a whole, keys and all, leaves nothing here that could miss it.
    """
    said = _opened(note)
    if said is None:
        yield Finding("the checkpoint that was kept", None, "no key of this ledger signed it")
        return
    kept = f"the checkpoint over {said.size} leaves that was kept"
    count = TreeLeaf.objects.count()
    if said.size > count:
        yield Finding(kept, None, f"there are {count} leaves")
    elif (root := _root(said.size)) != said.root:
        yield Finding(kept, None, f"it says {said.root.hex()}, but the first {said.size} leaves give {root.hex()}")


def named(subject: Subject) -> Iterator[Finding]:
    """Findings where an export was taken as of a checkpoint, or held against one, that there is none of."""
    for entry in subject.of_act("take_export"):
        for name in ("as_of", "since"):
            size = entry.facts.get(name)
            if size is not None and not Checkpoint.objects.filter(tree_size=size).exists():
                yield subject.finding(entry.number, f"it names a checkpoint over {size} leaves ({name}): there is none")


def _opened(note: str) -> proofs.Checkpoint | None:
    for key in LedgerKey.objects.order_by("-pk"):
        try:
            return proofs.opened(note, proofs.verifier_key(key.name, key.public))
        except ValueError:
            continue
    return None


def _root(size: int) -> bytes:
    """The root over the first leaves; none where a row is missing, which the walk over the tree names."""
    try:
        return next(tree.roots([(0, size)]))
    except (LookupError, ValueError):
        return b""
