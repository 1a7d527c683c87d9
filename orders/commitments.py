"""What of an entry or a message can be withheld later: texts, addresses and persons, each under a salted commitment.

A digest is over the commitment in place of the value, in the form that RFC 9901 (SD-JWT) has for members of an array,
here for members of objects as well: whoever has salt and value checks both, whoever has neither checks all the rest.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from orders import canonical, ids

MARK = "..."  # the one member of what stands in place of a value (RFC 9901, 4.2.4.2)
SALT_BYTES = 16
_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # of texts the canonical form, and fast
OPEN = None  # below an entry of the list: all of it stays in the open

# The one list. It names what is never withheld: codes, closed vocabularies, instants, ids and digests, of facts and of
# what messages say. Numbers, truth values and what is empty need no mention; whatever else is not named is covered,
# so that an act which records something new keeps it covered until somebody decides otherwise.
_TIMES = (
    "allowed_at", "ceased_at", "confirmed_at", "due_at", "final_at", "happened_at", "informed_at", "notified_at",
    "opened_at", "prior_information_at", "received_at", "reinstated_at", "since", "submitted_at", "taken_at", "until",
    "withdrawn_at", "withholding_decided_at",
)  # fmt: skip
_DIGESTS = (
    "annex_i_sha256", "clarification_sha256", "confirmation_sha256", "evidence_sha256", "exhibit", "signature",
)  # fmt: skip
_CODES = (
    "appellant", "because", "by", "categories", "clock", "clocks", "clocks_started", "code", "deconfliction", "duty",
    "effect", "effects", "flags", "home_authority", "information", "key", "language", "limit", "limit_passed",
    "limit_scale", "measured", "message", "object", "objector", "on", "outcome", "provider", "purpose", "reference",
    "reinstatement_due", "released", "reinstate", "requester", "rule", "rule_version", "scale", "scope", "told", "type",
    "what",
)  # fmt: skip
_ANNEX_III = dict.fromkeys(("reason", "items", "grounds_since", "received_at"), OPEN)
IN_THE_OPEN: Mapping[str, Any] = {
    **dict.fromkeys((*_TIMES, *_DIGESTS, *_CODES), OPEN),
    "items": {},
    "annex_i": {
        **dict.fromkeys(("issuing_member_state", "reference", "issued_at", "language", "legal_basis"), OPEN),
        **dict.fromkeys(("categories", "content_provider", "home_authority"), OPEN),
        "items": {},
        "addressee": {"member_state": OPEN},
        "issuing_authority": {"type": OPEN, "date": OPEN},
        "redress": {"deadline": OPEN},
    },
    "annex_ii": {"measures": OPEN, "received_at": OPEN},
    "annex_iii": {**_ANNEX_III, "needed": {}},
    "clarification": {
        **dict.fromkeys(("reference", "annex_i_sha256", "clarified_at"), OPEN),
        "answers": {},
    },
}


class Uncovered(Exception):
    """Something stands in the open that is to be withheld: it was recorded before there were salts."""


def salts(value: Mapping[str, Any]) -> dict[str, str]:
    """A fresh salt for everything in `value`, plain JSON, that may be withheld, by its JSON pointer (RFC 6901)."""
    pointers = list(covered(value))
    if not pointers:
        return {}
    drawn = ids.random_bytes(SALT_BYTES * len(pointers))
    parts = (drawn[begin : begin + SALT_BYTES] for begin in range(0, len(drawn), SALT_BYTES))
    return dict(zip(pointers, map(_base64url, parts), strict=True))


def covered(value: Mapping[str, Any]) -> Iterator[str]:
    """Where in `value` something stands that the list does not leave in the open."""
    return _below(value, IN_THE_OPEN, "")


def _below(value: Mapping[str, Any], named: Mapping[str, Any], at: str) -> Iterator[str]:
    for name, member in value.items():
        if not isinstance(member, str | dict | list) or not member:
            continue
        below = named.get(name, ...)
        if below is OPEN:
            continue
        yield from _within(member, below, f"{at}/{name}")


def _within(member: Any, below: Any, at: str) -> Iterator[str]:
    if below is ... or isinstance(member, str):
        yield at
    elif isinstance(member, dict):
        yield from _below(member, below, at)
    else:
        for index, one in enumerate(member):
            if isinstance(one, str | dict | list) and one:
                yield from _within(one, below, f"{at}/{index}")


def commitment(salt: str, value: Any) -> dict[str, str]:
    """What stands in place of `value`: the digest of its disclosure."""
    pair = [salt, value]
    written = _text(pair).encode() if isinstance(value, str) else canonical.json_bytes(pair)
    disclosure = _base64url(written)
    return {MARK: _base64url(hashlib.sha256(disclosure.encode()).digest())}


def committed(value: Any, salts: Mapping[str, str]) -> Any:
    """`value` with the commitment in place of all that has a salt. Raises ValueError where a salt is of nothing."""
    tree: dict[str, Any] = {}
    for pointer, salt in salts.items():
        _plant(tree, pointer, salt)
    return _replaced(value, tree) if tree else value


def withheld(value: Mapping[str, Any], salts: Mapping[str, str]) -> Any:
    """`value` as it is shown to whom no text and no person is. Raises Uncovered where something has no salt."""
    if not set(covered(value)) <= salts.keys():
        raise Uncovered
    return committed(value, salts)


def _plant(tree: dict[str, Any], pointer: str, salt: str) -> None:
    begin, *names = pointer.split("/")
    if begin or not names or not isinstance(salt, str):
        raise ValueError(f"{pointer!r} is no place of a salt")
    for name in names[:-1]:
        tree = tree.setdefault(name, {})
        if not isinstance(tree, dict):
            raise ValueError(f"{pointer!r} lies within what has a salt")
    if tree.setdefault(names[-1], salt) != salt:
        raise ValueError(f"{pointer!r} holds what has a salt")


def _replaced(value: Any, tree: dict[str, Any]) -> Any:
    made: Any = dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else None
    for name, below in tree.items():
        key: Any = name
        if isinstance(made, list):
            key = int(name) if name.isascii() and name.isdecimal() and str(int(name)) == name else -1
        if not (0 <= key < len(made) if isinstance(made, list) else isinstance(made, dict) and key in made):
            raise ValueError(f"there is nothing at {name!r} that a salt could be of")
        made[key] = commitment(below, made[key]) if isinstance(below, str) else _replaced(made[key], below)
    return made


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
