"""The seal of a bundle: whose checkpoint it is under, what that begins with, and the signed list of all files."""

import hashlib
from collections.abc import Iterator

from orders.evidence.sealing.proofs import Checkpoint, check_consistency, opened, signed_text
from orders.evidence.verifier.bag import (
    PAYLOAD,
    PAYLOAD_MANIFEST,
    STATEMENT,
    TAG_MANIFEST,
    Bag,
    CannotTell,
    Finding,
)
from orders.evidence.verifier.rows import lines

KEY, NOTE = "data/ledger/key.txt", "data/ledger/checkpoint.txt"
EARLIER, CONSISTENCY = "data/ledger/earlier-checkpoint.txt", "data/ledger/consistency.jsonl"
EXHIBITS = "data/exhibits/"
TITLE = "perci evidence bundle 3"


def key_of(bag: Bag, given: str | None) -> str:
    """The key that the bundle is held against: the one at hand, else the bundle's own. Raises CannotTell."""
    try:
        own = bag.text(KEY).strip()
    except (KeyError, ValueError) as error:
        own = ""
        if given is None:
            raise CannotTell(f"{KEY} cannot be read ({error}): give the ledger's key with --key.") from None
    if given is not None and own and own != given:
        said = _note(bag)
        if said is None or not _opens(said, given):
            raise CannotTell(
                f"This bundle is of another installation: its key is {own.rpartition('+')[0]}, not "
                f"{given.rpartition('+')[0]}. Ask that one for its key."
            )
    return given or own


def sealed(bag: Bag, key: str, kept: str | None, findings: list[Finding]) -> Checkpoint | None:
    """The checkpoint of the bundle, when `key` signed it; `kept` is an earlier one that whoever looks has kept."""
    note = _note(bag)
    checkpoint = None
    try:
        if note is None:
            raise ValueError("it is missing, or cannot be read")
        checkpoint = opened(note, key)
    except ValueError as error:
        findings.append(Finding(NOTE, None, str(error)))
    findings += _statement(bag, key)
    if EARLIER in bag.names or kept is not None:
        findings += _follows(bag, key, kept, checkpoint)
    return checkpoint


def _note(bag: Bag) -> str | None:
    try:
        return bag.text(NOTE)
    except (KeyError, ValueError):
        return None


def _opens(note: str, key: str) -> bool:
    try:
        opened(note, key)
    except ValueError:
        return False
    return True


def _follows(bag: Bag, key: str, kept: str | None, checkpoint: Checkpoint | None) -> Iterator[Finding]:
    """Whether the tree begins with all leaves of the earlier one."""
    broken: list[Finding] = []
    try:
        earlier = opened(bag.text(EARLIER), key)
    except KeyError:
        raise CannotTell(
            "The bundle holds no proof that it continues an earlier checkpoint: take it again with --since."
        ) from None
    except ValueError as error:
        yield Finding(EARLIER, None, str(error))
        return
    if kept is not None and opened(kept, key) != earlier:
        raise CannotTell(f"The bundle continues the checkpoint over {earlier.size} leaves, not the one that you kept.")
    for row in lines(bag, CONSISTENCY, broken):
        try:
            path = [bytes.fromhex(node) for node in row["path"]]
            if checkpoint is not None:
                check_consistency(
                    old=earlier.size, old_root=earlier.root, new=checkpoint.size, new_root=checkpoint.root, path=path
                )
            if list(row) != ["path"]:
                raise ValueError("it is to hold a path and nothing else")
        except (ValueError, TypeError, KeyError) as error:
            yield Finding(CONSISTENCY, row.line, f"it is no proof: {error}")
        if row.line > 1:
            yield Finding(CONSISTENCY, row.line, "there is one proof")
    yield from broken


def _statement(bag: Bag, key: str) -> Iterator[Finding]:
    """The list of all files under their digests, signed: no row can go and no manifest be made anew without the key."""
    try:
        title, *listed = signed_text(bag.text(STATEMENT), key).split("\n")
    except KeyError:
        yield Finding(STATEMENT, None, "it is missing")
        return
    except ValueError as error:
        yield Finding(STATEMENT, None, str(error))
        return
    if title != TITLE:
        raise CannotTell(f"This is {title!r}, which this program cannot read: use the verify.py that came with it.")
    should = {name: digest for digest, _, name in (line.partition("  ") for line in listed)}
    for name in sorted(should.keys() | _stated(bag)):
        if name == EXHIBITS:
            if digest_of_names(exhibits(bag)) != should[name]:
                yield Finding(name, None, "there are not those exhibits that the signed statement counts")
        elif name not in should:
            yield Finding(name, None, "the signed statement does not name it")
        elif name not in bag.names or _sha256(bag, name) != should[name]:
            yield Finding(name, None, "it is not the file that was signed")


def _stated(bag: Bag) -> set[str]:
    """The files to be named: in a directory, what lies beside the bag does not belong to it."""
    apart = {STATEMENT, TAG_MANIFEST}
    return {
        name
        for name in bag.names - apart
        if not name.startswith(EXHIBITS) and (bag.archive or name.startswith(PAYLOAD) or name == PAYLOAD_MANIFEST)
    }


def _sha256(bag: Bag, name: str) -> str:
    try:
        return bag.sha256(name)
    except ValueError:
        return ""


def exhibits(bag: Bag) -> list[str]:
    """The digests under which bytes are kept in the bundle, sorted."""
    return sorted(name.removeprefix(EXHIBITS) for name in bag.names if name.startswith(EXHIBITS))


def digest_of_names(digests: list[str]) -> str:
    """One digest for a sorted list of them."""
    return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()
