"""The entries of one dossier: each over its own content, after the one before, and in the sealed tree."""

from collections.abc import Iterator
from dataclasses import dataclass

from orders.evidence.sealing.proofs import Checkpoint, check_inclusion, leaf_hash
from orders.evidence.verifier.bag import Finding, sha256_of
from orders.evidence.verifier.rows import Row
from orders.evidence.verifier.withheld import committed

EVENTS, DOSSIERS = "data/events.jsonl", "data/dossiers.jsonl"
PROOFS, EVIDENCE = "data/ledger/proofs.jsonl", "data/ledger/evidence.jsonl"
FIRST = "0" * 64


@dataclass
class Dossier:
    """The rows of one dossier, by table."""

    said: Row
    events: list[Row]
    proofs: list[Row]
    messages: list[Row]
    deliveries: list[Row]
    observations: list[Row]
    evidence: list[Row]
    documents: list[Row]

    def of_act(self, *acts: str) -> list[Row]:
        """The entries of these acts."""
        return [row for row in self.events if row["act"] in acts]


def chain(dossier: Dossier) -> Iterator[Finding]:
    """Findings about the entries: numbers without gaps, digests, the dossier's first and last as was stated."""
    before, at = FIRST, ""
    for number, row in enumerate(dossier.events, start=1):
        if row["number"] != number:
            yield Finding(
                EVENTS, row.line, f"entry {row['number']} stands where {number} should: one is missing, added or moved"
            )
            return
        if row["previous_digest"] != before:
            yield Finding(EVENTS, row.line, "it does not follow the entry before: previous_digest is another")
        if content_digest(row, dossier.said["kind"]) != row["digest"]:
            yield Finding(EVENTS, row.line, f"{row['reference']}, entry {number}: its content does not give its digest")
        if row["recorded_at"] < at:
            yield Finding(EVENTS, row.line, "it was recorded before the entry before")
        before, at = row["digest"], row["recorded_at"]
    yield from _complete(dossier)


def content_digest(row: Row, kind: str) -> str:
    """What the digest of an entry is to be: over everything that it says; of what has a salt, over the commitment."""
    actor = {name: row[f"actor_{name}"] or "" for name in ("role", "party", "person")}
    content = {name: row[name] or "" for name in ("act", "article", "channel", "occurred_at", "recorded_at")}
    content |= {name: row[name] for name in ("reference", "number", "previous_digest")}
    facts = committed(row["facts"], row["salts"])
    return sha256_of({**content, "kind": kind, "actor": actor, "facts": facts})


def _complete(dossier: Dossier) -> Iterator[Finding]:
    said, events = dossier.said, dossier.events
    is_ = [
        f(row) for row in (events[:1] + events[-1:]) for f in (lambda row: row["number"], lambda row: row["leaf_index"])
    ]
    should = [said[name] for name in ("first_number", "first_leaf", "last_number", "last_leaf")]
    if is_ != should or events[-1]["digest"] != said["last_digest"]:
        says = f"{said['reference']} is stated to have the entries {should[0]} to {should[2]}, but other ones are there"
        yield Finding(DOSSIERS, said.line, says)


def included(dossier: Dossier, checkpoint: Checkpoint | None) -> Iterator[Finding]:
    """Findings where an entry is not the leaf that it should be, under the signed root."""
    last = -1
    for row, proof in zip(dossier.events, dossier.proofs, strict=False):
        if (proof["number"], proof["index"]) != (row["number"], row["leaf_index"]) or list(proof) != SHAPE:
            yield Finding(PROOFS, proof.line, f"it is not the proof of entry {row['number']} (events, row {row.line})")
            continue
        if proof["index"] <= last:
            yield Finding(PROOFS, proof.line, "its leaf does not stand after that of the entry before")
        last = proof["index"]
        if checkpoint is None:
            continue
        try:
            path = [bytes.fromhex(node) for node in proof["path"]]
            leaf = leaf_hash(bytes.fromhex(row["digest"]))
            check_inclusion(index=proof["index"], leaf=leaf, path=path, size=checkpoint.size, root=checkpoint.root)
        except ValueError as error:
            says = f"{row['reference']}, entry {row['number']} is not in the sealed tree: {error}"
            yield Finding(PROOFS, proof.line, f"{says} (events, row {row.line})")
    if len(dossier.events) != len(dossier.proofs):
        says = f"{len(dossier.proofs)} proofs for {len(dossier.events)} entries of {dossier.said['reference']}"
        yield Finding(PROOFS, None, says)


SHAPE = ["reference", "number", "index", "path"]
