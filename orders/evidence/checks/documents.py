"""The signed documents: the exhibit, the signature, the copies in messages and the ledger say the same."""

import json
from collections.abc import Iterator

from orders import canonical, signing
from orders.acts.transmitting import CONFIRMED, PROVEN_BY_ACT
from orders.evidence.checks._subject import Finding, Subject
from orders.models import Exhibit, LedgerEntry, OutboxMessage, RemovalOrder
from orders.regulation.regions import Force


def exhibit_content(exhibit: Exhibit) -> Iterator[Finding]:
    """An exhibit is named by the hash of its bytes."""
    digest = canonical.sha256(bytes(exhibit.content))
    if digest != exhibit.sha256:
        yield Finding(f"exhibit {exhibit.sha256}", None, f"its bytes hash to {digest}")


def annex_i(subject: Subject) -> Iterator[Finding]:
    """Annex I as issued: exhibit, JWS payload and the authority's key."""
    order = subject.order
    if order is None or order.force == Force.NOT_IN_FORCE:
        return
    issued = next(iter(subject.of_act("issue")), None)
    if issued is None or order.annex_i is None or order.signing_key is None:
        yield subject.finding(None, "the order is issued, but its entry, its Annex I or its signing key is missing")
        return
    should = issued.facts.get("annex_i_sha256")
    yield from subject.differs(issued.number, "annex_i", is_=order.annex_i.sha256, should=should)
    yield from subject.differs(issued.number, "signing key", is_=order.signing_key.kid, should=issued.facts.get("key"))
    if order.signing_key.authority_id != order.issuing_authority_id:
        yield subject.finding(issued.number, f"the key {order.signing_key.kid} is not the issuing authority's")
    yield from _signed(subject, issued, order.annex_i_jws, bytes(order.annex_i.content), "annex_i_jws")
    yield from _frozen(subject, issued, order)


def _frozen(subject: Subject, issued: LedgerEntry, order: RemovalOrder) -> Iterator[Finding]:
    """Addresses and appeal period are those that were signed; bytes that are not the exhibit were found before."""
    if order.annex_i is None or canonical.sha256(bytes(order.annex_i.content)) != order.annex_i.sha256:
        return
    document = json.loads(bytes(order.annex_i.content))
    days = document["redress"]["deadline"]["days"]
    yield from subject.differs(issued.number, "appeal_days", is_=order.appeal_days, should=days)
    signed = {item["item"]: item["url"] for item in document["items"]}
    present = {item.number: item.url for item in order.items.all()}
    for number in sorted(signed.keys() | present.keys()):
        what = f"url of item {number}"
        yield from subject.differs(issued.number, what, is_=present.get(number), should=signed.get(number))


def _signed(subject: Subject, entry: LedgerEntry, token: str, document: bytes, what: str) -> Iterator[Finding]:
    key = subject.keys.get(entry.facts.get("key", ""))
    if key is None:
        yield subject.finding(entry.number, f"{what} is signed with an unknown key")
        return
    try:
        payload = signing.opened(token, key.public_jwk)
    except ValueError as error:
        yield subject.finding(entry.number, f"{what}: {error}")
        return
    if payload != document:
        yield subject.finding(entry.number, f"{what} signs other bytes than the document beside it")


def handed_in(subject: Subject) -> Iterator[Finding]:
    """Files that officers handed in are exhibits; what a web form confirmed is the receipt that it proved (case 13)."""
    pages = {
        (entry.facts.get("message"), entry.facts.get("confirmed_at")) for entry in subject.of_act("record_submission")
    }
    for entry in [*subject.of_act("record_submission"), *subject.of_act("record_grounds_ceased")]:
        for name in ("confirmation_sha256", "evidence_sha256"):
            digest = entry.facts.get(name)
            if digest and not Exhibit.objects.filter(pk=digest).exists():
                yield subject.finding(entry.number, f"there is no exhibit {digest} ({name})")
    for entry in subject.of_act("record_receipt"):
        shown = (entry.facts.get("message"), entry.facts.get("received_at")) in pages
        if entry.facts.get("rule") == CONFIRMED and not shown:
            yield subject.finding(entry.number, "a web form is said to have confirmed this, but no page shows it")
    for message in subject.messages:  # a withdrawal, whose receipt is no act
        receipt = getattr(message, "receipt", None)
        if receipt is None or receipt.rule != CONFIRMED or message.type in PROVEN_BY_ACT:
            continue
        if (message.message_id, canonical.instant(receipt.received_at)) not in pages:
            yield subject.finding(None, f"no page shows that a web form confirmed {message.message_id}")


def messages(subject: Subject) -> Iterator[Finding]:
    """What was written to the parties carries the signed documents, not something like them."""
    for message in subject.messages:
        if subject.order is not None and "annex_i_jws" in message.data:
            yield from _copy_of_annex_i(subject, subject.order, message)
        if "clarification_jws" in message.data:
            yield from _clarification(subject, message)


def _copy_of_annex_i(subject: Subject, order: RemovalOrder, message: OutboxMessage) -> Iterator[Finding]:
    what = f"annex_i of message {message.message_id}"
    digest = canonical.sha256(canonical.json_bytes(message.data.get("annex_i")))
    yield from subject.differs(None, what, is_=digest, should=order.annex_i_id)
    if message.data["annex_i_jws"] != order.annex_i_jws:
        yield subject.finding(None, f"the JWS of message {message.message_id} is not that of the order")


def _clarification(subject: Subject, message: OutboxMessage) -> Iterator[Finding]:
    entry = subject.entry(message.data.get("entry"))
    if entry is None or entry.act != "clarify":
        yield subject.finding(None, f"message {message.message_id} names no entry that clarifies")
        return
    document = canonical.json_bytes(message.data.get("clarification"))
    should = entry.facts.get("clarification_sha256")
    yield from subject.differs(entry.number, "clarification", is_=canonical.sha256(document), should=should)
    yield from _signed(subject, entry, message.data["clarification_jws"], document, "clarification_jws")
