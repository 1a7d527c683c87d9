"""What it takes to check a seal and nothing else: Merkle proofs (RFC 9162, section 2) and signed checkpoints (C2SP).

Python's library and `cryptography` alone, so that this very text can go where the record is checked without us. Hashes
are 32 bytes of SHA-256. Whatever does not verify raises ValueError with a sentence.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = b"\x01"  # the kind of key in a signed note
EMPTY_ROOT = hashlib.sha256(b"").digest()
SIGNED_BY = "— "  # an em dash and a space begin each signature of a note


class Checkpoint(NamedTuple):
    """What a checkpoint says: the log it is of, how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes


def leaf_hash(digest: bytes) -> bytes:
    """The leaf of a ledger entry: over the 32 bytes of the entry's digest."""
    return hashlib.sha256(b"\x00" + digest).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def folded(subtrees: Sequence[bytes]) -> bytes:
    """The root over complete subtrees that stand side by side, from the left, each smaller than the one before."""
    if not subtrees:
        return EMPTY_ROOT
    *rest, root = subtrees
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over the hashes of all leaves, in their order, holding no more of them than the tree is high."""
    subtrees: list[bytes] = []
    for index, leaf in enumerate(leaves):
        node, below = leaf, index
        while below % 2:
            node, below = node_hash(subtrees.pop(), node), below // 2
        subtrees.append(node)
    return folded(subtrees)


def check_inclusion(*, index: int, leaf: bytes, path: Sequence[bytes], size: int, root: bytes) -> None:
    """Refuse unless `leaf` (its hash) is number `index`, from 0, of the `size` leaves under `root` (2.1.3.2)."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    node, last, reached = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ValueError("the path is longer than the tree is high")
        if node % 2 or node == last:
            reached = node_hash(sibling, reached)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            reached = node_hash(reached, sibling)
        node, last = node // 2, last // 2
    if last:
        raise ValueError("the path is shorter than the tree is high")
    if reached != root:
        raise ValueError(f"leaf {index} and its path do not lead to the root")


def check_consistency(*, old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> None:
    """Refuse unless the tree of `new` leaves begins with the very `old` leaves under `old_root` (2.1.4.2)."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not follow one of {old}")
    if old in (0, new):
        if path or old_root != (new_root if old == new else EMPTY_ROOT):
            raise ValueError("trees of one size have one root, and the empty tree has none but its own")
        return
    steps = list(path) if old & (old - 1) else [old_root, *path]  # a complete old tree stands for itself
    if not steps:
        raise ValueError("the path is shorter than the tree is high")
    node, last = old - 1, new - 1
    while node % 2:
        node, last = node // 2, last // 2
    before = after = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            raise ValueError("the path is longer than the tree is high")
        if node % 2 or node == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            after = node_hash(after, sibling)
        node, last = node // 2, last // 2
    if last:
        raise ValueError("the path is shorter than the tree is high")
    if (before, after) != (old_root, new_root):
        raise ValueError(f"the {old} leaves of the older tree are not those that the tree of {new} begins with")


def body(checkpoint: Checkpoint) -> str:
    """The text that is signed (C2SP tlog-checkpoint)."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"


def key_hash(name: str, public: bytes) -> bytes:
    """The four bytes by which a signature of a note says which key made it."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """The public key, 32 bytes of Ed25519, in the one line in which logs publish theirs (C2SP signed-note)."""
    return f"{name}+{key_hash(name, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


def opened(note: str, key: str) -> Checkpoint:
    """What a checkpoint says, when the key `verifier_key` signed it."""
    return _read_body(signed_text(note, key))


def signed_text(note: str, key: str) -> str:
    """The text of a signed note without its last newline; signatures by others below it do not matter."""
    name, public = _read_key(key)
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise ValueError("this is no signed note: a text, an empty line and lines of signatures")
    mark = f"{SIGNED_BY}{name} "
    made = [_decoded(line[len(mark) :]) for line in signatures.splitlines() if line.startswith(mark)]
    ours = [signature[4:] for signature in made if signature[:4] == key_hash(name, public)]
    if not ours:
        raise ValueError(f"the key {key.rpartition('+')[0]} did not sign this note")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(ours[0], f"{text}\n".encode())
    except InvalidSignature:
        raise ValueError("the signature of the note does not verify") from None
    return text


def _read_key(key: str) -> tuple[str, bytes]:
    name, _, rest = key.partition("+")
    expected, _, encoded = rest.partition("+")
    kind_and_public = _decoded(encoded)
    public = kind_and_public[1:]
    if kind_and_public[:1] != ED25519 or len(public) != 32 or key_hash(name, public).hex() != expected:
        raise ValueError("this is no Ed25519 key of a log: NAME+HASH+KEY is expected")
    return name, public


def _read_body(text: str) -> Checkpoint:
    origin, size, root, *_ = [*text.split("\n"), "", "", ""]
    decoded = _decoded(root)
    if not origin or not size.isascii() or not size.isdecimal() or str(int(size)) != size or len(decoded) != 32:
        raise ValueError("this is no checkpoint: its lines are an origin, a size and a root")
    return Checkpoint(origin, int(size), decoded)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{text[:20]!r} is not base 64") from None
