"""What is withheld: for each value the digest of its disclosure (as in RFC 9901), for each exhibit its digest alone.

A disclosure is the canonical JSON of salt and value; who gets both later can hold them against what stands here.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from orders.evidence.verifier.bag import Bag, Finding, canonical_json
from orders.evidence.verifier.rows import Row, lines

WITHHELD = "withheld"  # in place of a text that no digest is over
COMMITMENT = "..."
LIST = "data/withheld.jsonl"


def committed(value: Any, salts: Mapping[str, str]) -> Any:
    """`value` with the commitment in place of each part that has a salt. Raises ValueError for a salt of nothing."""
    made = value
    for pointer in sorted(salts):
        begin, *names = pointer.split("/")
        if begin or not names:
            raise ValueError(f"{pointer!r} is no place of a salt")
        made = _with(made, names, salts[pointer])
    return made


def _with(value: Any, names: list[str], salt: Any) -> Any:
    if not names:
        if not isinstance(salt, str) or _is_commitment(value):
            raise ValueError("a salt is no text, or of what has one or is withheld")
        return commitment(salt, value)
    made = dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else None
    if made is None or _is_commitment(value):
        raise ValueError(f"there is nothing at {names[0]!r} that a salt could be of")
    key: Any = names[0] if isinstance(made, dict) else _index(names[0])
    try:
        made[key] = _with(made[key], names[1:], salt)
    except LookupError:
        raise ValueError(f"there is nothing at {names[0]!r} that a salt could be of") from None
    return made


def _index(name: str) -> int:
    if not (name.isascii() and name.isdecimal() and str(int(name)) == name):
        raise ValueError(f"{name!r} is no place in a list")
    return int(name)


def commitment(salt: str, value: Any) -> dict[str, str]:
    """What stands in place of `value` where it is withheld."""
    disclosure = _base64url(canonical_json([salt, value]))
    return {COMMITMENT: _base64url(hashlib.sha256(disclosure.encode()).digest())}


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _is_commitment(value: Any) -> bool:
    return isinstance(value, dict) and COMMITMENT in value


def commitments(value: Any) -> int:
    """How many values are withheld in `value`."""
    if _is_commitment(value):
        return 1
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(commitments, members))


def withheld_in(row: Row, column: str, file: str, *, withheld: bool) -> Iterator[Finding]:
    """A finding when a row says what its bundle withholds, or the other way round."""
    if withheld and row["salts"]:
        yield Finding(file, row.line, "it discloses salts, though the manifest says that the bundle withholds")
    if not withheld and commitments(row[column]):
        yield Finding(file, row.line, f"a part of its {column} is withheld, though the manifest says nothing of that")


def listed(bag: Bag, known: set[str], findings: list[Finding], *, withheld: bool) -> set[str]:
    """The digests of the exhibits that are withheld; a bundle withholds all of them or none."""
    if not withheld:
        if LIST in bag.names:
            findings.append(Finding(LIST, None, "it lists what is withheld, though the manifest says nothing of that"))
        return set()
    digests: set[str] = set()
    for row in lines(bag, LIST, findings):
        digest = row.get("sha256")
        if list(row) != ["sha256"] or not isinstance(digest, str) or digest in digests:
            findings.append(Finding(LIST, row.line, "this is no digest of an exhibit, or stands here twice"))
        elif digest in known:
            findings.append(Finding(LIST, row.line, "this exhibit is not withheld: it is in the bundle"))
        else:
            digests.add(digest)
    return digests
