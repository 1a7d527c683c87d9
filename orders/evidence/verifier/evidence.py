"""What is in no entry: attempts, receipts that are no acts, looks, and what time sent; each in the tree by itself."""

from collections.abc import Iterator
from typing import Any

from orders.evidence.sealing.proofs import Checkpoint, check_inclusion, leaf_hash
from orders.evidence.verifier.bag import Finding, sha256_of
from orders.evidence.verifier.chain import EVIDENCE, Dossier
from orders.evidence.verifier.papers import DELIVERIES, MESSAGES, UNTOLD
from orders.evidence.verifier.rows import Row
from orders.evidence.verifier.withheld import committed, withheld_in

OBSERVATIONS = "data/observations.jsonl"
# How a table names what a leaf is over; what it has of neither is in the leaf alone.
ATTEMPT = {
    "message": "message_id", "number": "attempt", "reference": "reference", "channel": "channel",
    "started_at": "started_at", "ended_at": "ended_at", "http_status": "http_status", "outcome": "outcome",
    "latency_ms": "latency_ms", "body_sha256": "body_sha256", "answer_sha256": "answer_sha256",
    "is_receipt": "is_receipt", "next_attempt_at": "next_attempt_at",
}  # fmt: skip
LOOK = dict.fromkeys(("reference", "item", "number", "observed_at", "status", "gone", "source", "recorded_at"))
MESSAGE = {
    "message": "message_id", "reference": "reference", "type": "type", "recipient_role": "recipient_role",
    "recipient": "recipient", "sequence": "sequence", "created_at": "created_at",
}  # fmt: skip
RECEIPT = {
    "message": "message_id", "reference": "reference", "channel": "receipt_channel", "rule": "receipt_rule",
    "received_at": "received_at",
}  # fmt: skip
Key = tuple[str, Any, Any]


def evidence(dossier: Dossier, checkpoint: Checkpoint | None, *, withheld: bool) -> Iterator[Finding]:
    """Findings where a row of evidence is not the leaf that it should be, or a table says something else."""
    known: dict[Key, Row] = {}
    last = -1
    for row in dossier.evidence:
        if row["index"] <= last or row["content"].get("reference") != row["reference"]:
            yield Finding(
                EVIDENCE, row.line, "its leaf does not stand after the one before, or it is of another dossier"
            )
        last = row["index"]
        yield from withheld_in(row, "content", EVIDENCE, withheld=withheld)
        yield from _included(row, checkpoint)
        known[_key(row["content"])] = row
    yield from _told(dossier, known)
    for row in known.values():
        yield Finding(EVIDENCE, row.line, f"the row of this {row['content'].get('kind')} is missing in its table")
    yield from _numbered(dossier)


def _included(row: Row, checkpoint: Checkpoint | None) -> Iterator[Finding]:
    try:
        digest = bytes.fromhex(sha256_of(committed(row["content"], row["salts"])))
        path = [bytes.fromhex(node) for node in row["path"]]
        if checkpoint is not None:
            place = {"index": row["index"], "size": checkpoint.size, "root": checkpoint.root}
            check_inclusion(leaf=leaf_hash(digest), path=path, **place)
    except (ValueError, TypeError) as error:
        yield Finding(EVIDENCE, row.line, f"it is not in the sealed tree: {error}")


def _key(content: dict[str, Any]) -> Key:
    kind = str(content.get("kind"))
    about = content.get("item") if kind == "observation" else content.get("message")
    return kind, str(about), str(content.get("number"))


def _told(dossier: Dossier, known: dict[Key, Row]) -> Iterator[Finding]:
    """Each row of a table against its leaf, which is known no more then."""
    for row in dossier.deliveries:
        key = ("attempt", row["message_id"], str(row["attempt"]))
        yield from _as_sealed(DELIVERIES, row, known.pop(key, None), ATTEMPT)
    for row in dossier.observations:
        key = ("observation", str(row["item"]), str(row["number"]))
        yield from _as_sealed(OBSERVATIONS, row, known.pop(key, None), LOOK)
    told = {fact["message"] for row in dossier.events for fact in row["facts"].get("told", [])}
    received = {row["facts"].get("message") for row in dossier.of_act("record_receipt")}
    for row in dossier.messages:
        if row["message_id"] not in told and row["type"] in UNTOLD:
            sealed = known.pop(("message", row["message_id"], "None"), None)
            yield from _as_sealed(MESSAGES, row, sealed, MESSAGE)
            if sealed and sealed["content"].get("sha256") != sha256_of(committed(row["data"], row["salts"])):
                yield Finding(
                    MESSAGES, row.line, f"what it says is not what was sealed ({EVIDENCE}, row {sealed.line})"
                )
        if row["received_at"] is not None and row["message_id"] not in received:
            yield from _as_sealed(MESSAGES, row, known.pop(("receipt", row["message_id"], "None"), None), RECEIPT)


def _as_sealed(file: str, row: Row, sealed: Row | None, columns: dict[str, Any]) -> Iterator[Finding]:
    if sealed is None:
        yield Finding(file, row.line, f"no leaf is over it: it was added, or its row in {EVIDENCE} is missing")
        return
    for name, column in columns.items():
        if _said(sealed["content"].get(name)) != _said(row.get(column or name)):
            says = f"its {column or name} is not what was sealed ({EVIDENCE}, row {sealed.line})"
            yield Finding(file, row.line, says)


def _said(value: Any) -> Any:
    return None if value == "" else value  # as tables write it


def _numbered(dossier: Dossier) -> Iterator[Finding]:
    """The looks at one item are numbered from 1."""
    made: dict[int, int] = {}
    for row in dossier.observations:
        made[row["item"]] = made.get(row["item"], 0) + 1
        if row["number"] != made[row["item"]]:
            yield Finding(OBSERVATIONS, row.line, "a look is missing, added or moved: they are numbered from 1")
