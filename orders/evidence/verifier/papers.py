"""What entries rest on: messages, the bytes that went and came, signatures of authorities and of providers."""

import base64
import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from orders.evidence.verifier.bag import Bag, Finding, canonical_json, from_base64url, member, sha256_of
from orders.evidence.verifier.chain import DOSSIERS, EVENTS, EVIDENCE, Dossier
from orders.evidence.verifier.rows import Row
from orders.evidence.verifier.seal import EXHIBITS
from orders.evidence.verifier.withheld import WITHHELD, commitments, committed

MESSAGES, DELIVERIES, DOCUMENTS = "data/messages.jsonl", "data/deliveries.jsonl", "data/documents.jsonl"
RESTS_ON = (
    "annex_i_sha256", "clarification_sha256", "confirmation_sha256", "evidence_sha256", "exhibit", "signature",
)  # fmt: skip
# Sent by time or after a look, not by an entry.
UNTOLD = ("order.limit_approaching", "order.ground_reminded", "order.discrepancy_opened")
Keys = Mapping[str, Mapping[str, Any]]


def rests_on(dossier: Dossier) -> Iterator[tuple[str, int, str]]:
    """The exhibits that the rows of a dossier name: file and line of the row, and the digest."""
    for row in dossier.events:
        yield from ((EVENTS, row.line, row["facts"][name]) for name in RESTS_ON if row["facts"].get(name))
    yield from ((DELIVERIES, row.line, row["body_sha256"]) for row in dossier.deliveries)
    answers = ((row.line, row["content"].get("answer")) for row in dossier.evidence)
    yield from ((EVIDENCE, line, digest) for line, digest in answers if digest)
    yield from ((DOCUMENTS, row.line, row["sha256"]) for row in dossier.documents)


def messages(dossier: Dossier) -> Iterator[Finding]:
    """Findings where a message is not as its entry told it, or is missing, or was added."""
    told = {fact["message"]: (row, fact) for row in dossier.events for fact in row["facts"].get("told", [])}
    for message in dossier.messages:
        if message["message_id"] in told:
            row, fact = told.pop(message["message_id"])
            digest = sha256_of(committed(message["data"], message["salts"]))
            is_ = [message["type"], message["recipient_role"], message["recipient"], digest]
            if is_ != [fact["type"], fact["role"], fact["to"], fact["sha256"]]:
                says = f"it is not as entry {row['number']} told it (events, row {row.line})"
                yield Finding(MESSAGES, message.line, says)
        elif message["type"] not in UNTOLD:
            yield Finding(MESSAGES, message.line, "no entry sent it")
    for missing, (row, _) in told.items():
        yield Finding(EVENTS, row.line, f"the message {missing} that it sent is missing in {MESSAGES}")
    yield from _receipts(dossier)


def _receipts(dossier: Dossier) -> Iterator[Finding]:
    by_id = {message["message_id"]: message for message in dossier.messages}
    for row in dossier.of_act("record_receipt"):
        message = by_id.get(row["facts"]["message"])
        if message is None:
            continue  # then it was found to be missing
        is_ = [message[name] for name in ("received_at", "receipt_rule", "receipt_channel")]
        if is_ != [row["facts"]["received_at"], row["facts"]["rule"], row["channel"]]:
            yield Finding(
                MESSAGES, message.line, f"its receipt is not that of entry {row['number']} (events, row {row.line})"
            )


def deliveries(dossier: Dossier, bag: Bag) -> Iterator[Finding]:
    """Findings where the bytes that were sent are not of the message, or an attempt cannot have been so."""
    by_id = {message["message_id"]: message for message in dossier.messages}
    made: dict[str, int] = {}
    for row in dossier.deliveries:
        message = by_id.get(row["message_id"])
        if message is None:
            yield Finding(DELIVERIES, row.line, f"it is of a message that is not in {MESSAGES}")
            continue
        made[row["message_id"]] = made.get(row["message_id"], 0) + 1
        if row["attempt"] != made[row["message_id"]]:
            yield Finding(DELIVERIES, row.line, "an attempt is missing, added or moved: they are numbered from 1")
        if row["ended_at"] < row["started_at"]:
            yield Finding(DELIVERIES, row.line, "it ended before it started")
        if row["is_receipt"] and [row["ended_at"], row["channel"]] != [
            message["received_at"],
            message["receipt_channel"],
        ]:
            yield Finding(
                DELIVERIES, row.line, "it is said to prove a receipt, but the receipt of its message is another"
            )
        if row["channel"] == "webhook" and not _says(bag, row, message):
            yield Finding(
                DELIVERIES,
                row.line,
                f"the bytes sent say something else than the message ({MESSAGES}, row {message.line})",
            )


def _says(bag: Bag, row: Row, message: Row) -> bool:
    """Bytes that are missing or none of the digest were found before; what could not be composed has none."""
    content = _exhibit(bag, row["body_sha256"])
    if not content:
        return True
    sent = member(json.loads(content), "data")
    return isinstance(sent, dict) and all(sent.get(name) == value for name, value in message["data"].items())


def _exhibit(bag: Bag, digest: str) -> bytes | None:
    try:
        content = bag.read(f"{EXHIBITS}{digest}")
    except (KeyError, ValueError):
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


def exhibits_of(file: str, line: int, digest: str, known: Collection[str]) -> Iterator[Finding]:
    """A finding when bytes that a row names are not there; wrong bytes are found by their name."""
    if digest not in known:
        yield Finding(file, line, f"the bytes that it names, {digest}, are missing in {EXHIBITS}")


def signed_by_authority(dossier: Dossier, bag: Bag, keys: Keys, *, withheld: bool) -> Iterator[Finding]:
    """Findings where Annex I or a clarification is not what the authority signed, or not by its key.

    A signature holds its document in plain text: where the bundle withholds, the key alone is looked at.
    """
    for row, token, name in _signatures(dossier):
        key = keys.get(row["facts"]["key"], {})
        if key.get("authority") != row["actor_party"]:
            says = f"its key {row['facts']['key']} is not one of {row['actor_party']} (data/keys.json)"
            yield Finding(EVENTS, row.line, says)
        elif not (withheld and (token == WITHHELD or commitments(token))):
            yield from _signed(dossier, row, token, name, bag, key)


def _signatures(dossier: Dossier) -> Iterator[tuple[Row, Any, str]]:
    for row in dossier.of_act("issue"):
        yield row, dossier.said["annex_i_jws"], "annex_i_sha256"
    for row in dossier.of_act("clarify"):
        sent = [one["data"] for one in dossier.messages if member(one["data"], "entry") == row["number"]]
        for token in (data["clarification_jws"] for data in sent if "clarification_jws" in data):
            yield row, token, "clarification_sha256"


def _signed(
    dossier: Dossier, row: Row, token: str | None, name: str, bag: Bag, key: Mapping[str, Any]
) -> Iterator[Finding]:
    document = _exhibit(bag, row["facts"][name])
    where = f"the signature (JWS) over the {name} of entry {row['number']}"
    try:
        payload = jws_payload(token or "", key)
        if document is not None and payload != document:
            raise ValueError("it is over other bytes")
    except ValueError as error:
        yield Finding(DOSSIERS, dossier.said.line, f"{where} does not hold: {error}")


def jws_payload(token: str, key: Mapping[str, Any]) -> bytes:
    """What a compact JWS (RFC 7515) is over, when this Ed25519 key (RFC 8037) made it. Raises ValueError."""
    header, _, rest = token.partition(".")
    payload, _, signature = rest.partition(".")
    said = json.loads(from_base64url(header))
    if [said.get("alg"), said.get("kid")] != ["Ed25519", key["kid"]] or canonical_json(said) != from_base64url(header):
        raise ValueError("its header names another key or algorithm")
    if base64.urlsafe_b64encode(from_base64url(signature)).decode().rstrip("=") != signature:
        raise ValueError("its signature is not written in the one way there is")
    _check_ed25519(key, from_base64url(signature), f"{header}.{payload}".encode())
    return from_base64url(payload)


def _check_ed25519(key: Mapping[str, Any], signature: bytes, content: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(from_base64url(key["x"])).verify(signature, content)
    except InvalidSignature:
        raise ValueError("the signature does not verify") from None


def signed_by_provider(dossier: Dossier, bag: Bag) -> Iterator[Finding]:
    """Findings where a signature that came with an answer (RFC 9421) does not hold over the bytes that came."""
    for row in dossier.events:
        proof = _exhibit(bag, row["facts"].get("signature") or "")
        if proof is None:
            continue
        try:
            said = json.loads(proof)
            base = said["signature_base"]
            _check_ed25519(said["key"], base64.b64decode(said["signature"], validate=True), base.encode())
            _check_body(base, _exhibit(bag, row["facts"]["exhibit"]))
        except (ValueError, KeyError, TypeError) as error:
            yield Finding(
                f"{EXHIBITS}{row['facts']['signature']}",
                None,
                f"the answer of entry {row['number']} is not signed so: {error}",
            )


def _check_body(base: str, body: bytes | None) -> None:
    found = re.search(r'^"content-digest": .*?(sha-256|sha-512)=:([^:]+):', base, re.MULTILINE)
    if found is None:
        raise ValueError("it covers no digest of a body")
    algorithm = hashlib.sha256 if found[1] == "sha-256" else hashlib.sha512
    if body is not None and algorithm(body).digest() != base64.b64decode(found[2], validate=True):
        raise ValueError("it is over another body")


def documents(dossier: Dossier) -> Iterator[Finding]:
    """Findings where a document names no entry that has one."""
    acts = {
        "issue": "annex-i",
        "report_removal": "annex-ii",
        "report_impossibility": "annex-iii",
        "seek_clarification": "annex-iii",
    }
    by_number = {row["number"]: row["act"] for row in dossier.events}
    for row in dossier.documents:
        if acts.get(by_number.get(row["number"], "")) != row["kind"]:
            yield Finding(DOCUMENTS, row.line, f"entry {row['number']} has no {row['kind']}")
