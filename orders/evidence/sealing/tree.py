"""The tree as it is kept: every complete subtree by its place, so that growing and proving read a few rows of them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from orders.evidence.sealing import proofs
from orders.models import TreeLeaf, TreeNode


class Place(NamedTuple):
    """A complete subtree: over 2 ** level leaves, the last of which completed it. At level 0 it is that leaf."""

    level: int
    last_leaf: int


Range = tuple[int, int]  # leaves from the first to before the second


class Growth(NamedTuple):
    """What new leaves add: their hashes, the nodes that they complete, and the root over all."""

    leaves: list[bytes]
    nodes: list[tuple[Place, bytes]]
    root: bytes


def complete(begin: int, end: int) -> list[Place]:
    """The complete subtrees that the leaves [begin, end) fall into, from the left; such a range starts one of them."""
    places = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        begin += 1 << level
        places.append(Place(level, begin - 1))
    return places


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose roots are the path of leaf `index` in a tree of `size`, from below (RFC 9162, 2.1.3.1)."""
    begin, end, beside = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((begin, middle))
            begin = middle
    return beside[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose roots prove that a tree of `new` leaves begins with `old` ones (RFC 9162, 2.1.4.1)."""
    begin, end, beside = 0, new, []
    while 0 < old < end:
        middle = begin + _split(end - begin)
        if old <= middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((begin, middle))
            begin = middle
    return [*([(begin, end)] if begin else []), *beside[::-1]]


def roots(ranges: Collection[Range]) -> Iterator[bytes]:
    """The root over each range, read at once. Raises LookupError where a row is missing."""
    hashes = _kept({place for one in ranges for place in complete(*one)})
    for one in ranges:
        yield proofs.folded([hashes[place] for place in complete(*one)])


def edge(size: int) -> list[bytes]:
    """The roots of the complete subtrees that a tree of `size` falls into, from the left. Raises LookupError."""
    places = complete(0, size)
    hashes = _kept(places)
    return [hashes[place] for place in places]


def grown(size: int, right_edge: list[bytes], digests: Iterable[bytes]) -> Growth:
    """What the entries with these digests add to a tree of `size` leaves with that edge; nothing is written."""
    subtrees, growth = list(right_edge), Growth([], [], b"")
    for index, digest in enumerate(digests, start=size):
        node = proofs.leaf_hash(digest)
        growth.leaves.append(node)
        for level in range(1, completed_by(index) + 1):
            node = proofs.node_hash(subtrees.pop(), node)
            growth.nodes.append((Place(level, index), node))
        subtrees.append(node)
    return growth._replace(root=proofs.folded(subtrees))


def completed_by(index: int) -> int:
    """How many nodes leaf `index` completes, one at each level from 1."""
    return ((index + 1) & -(index + 1)).bit_length() - 1


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def _kept(places: Collection[Place]) -> dict[Place, bytes]:
    leaves = TreeLeaf.objects.filter(index__in=_last_leaves(places, leaves=True)).values_list("index", "hash")
    nodes = TreeNode.objects.filter(last_leaf__in=_last_leaves(places, leaves=False))
    found = {Place(0, index): bytes.fromhex(text) for index, text in leaves}
    for level, last_leaf, text in nodes.values_list("level", "last_leaf", "hash"):
        found[Place(level, last_leaf)] = bytes.fromhex(text)
    return found


def _last_leaves(places: Iterable[Place], *, leaves: bool) -> Sequence[int]:
    return sorted({place.last_leaf for place in places if (place.level == 0) is leaves})
