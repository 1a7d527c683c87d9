"""What verify looks at in this app: the answers kept for a replay, their signatures, and what they rest on."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from orders import canonical
from orders.evidence.verify import Finding
from orders.models import LedgerEntry
from platforms import signatures
from platforms.models import SignedRequest, Submission

CHUNK = 500
RECORDED = 201
ANSWERED_BY = ("api", "inbox")  # by a machine, or by a person in the box


def submissions() -> Iterator[Finding]:
    """Findings where a kept answer was changed or added, or one is gone that an entry should have."""
    answered = LedgerEntry.objects.filter(actor_role="provider", channel__in=ANSWERED_BY)
    with_bytes = answered.exclude(facts__exhibit="")
    entries = with_bytes.filter(facts__has_key="exhibit").select_related("dossier").order_by("pk")
    for entry in entries.iterator(chunk_size=CHUNK):
        rests_on = {"reference": entry.dossier.reference, "body": entry.facts["exhibit"]}
        if not Submission.objects.filter(**rests_on, answer__id=_id(entry)).exists():
            yield Finding(entry.dossier.reference, entry.number, "the answer that was kept for it is missing")
    for kept in Submission.objects.select_related("provider", "signed").order_by("pk").iterator(chunk_size=CHUNK):
        yield from _submission(kept)


def _submission(kept: Submission) -> Iterator[Finding]:
    number = str(kept.answer.get("id", "")).rpartition("/")[2]
    found = LedgerEntry.objects.filter(dossier__reference=kept.reference, number=number if number.isdecimal() else 0)
    entry = found.select_related("dossier").first()
    if entry is None:
        yield Finding(kept.reference, None, f"the answer kept under {kept.idempotency_key} is of no entry")
        return
    for name, (is_, should) in _said(kept, entry).items():
        if is_ != should:
            what = f"{name} of the answer kept under {kept.idempotency_key}"
            yield Finding(kept.reference, entry.number, f"{what} is {is_}, but should be {should}")


def _said(kept: Submission, entry: LedgerEntry) -> dict[str, tuple[Any, Any]]:
    answer, recorded_at = kept.answer, canonical.instant(entry.recorded_at)
    return {
        "provider": (kept.provider.code, entry.actor_party),
        "body": (kept.body_id, entry.facts.get("exhibit")),
        "status": (kept.status, RECORDED),
        "arrived_at": (canonical.instant(kept.arrived_at), canonical.instant(entry.occurred_at)),
        "id": (answer.get("id"), _id(entry)),
        "recorded_at": (answer.get("recorded_at"), recorded_at),
        "generation": (answer.get("generation"), entry.number),
        "signature": (kept.signed.proof_id if kept.signed else "", entry.facts.get("signature", "")),
        "effect": (answer.get("effect"), entry.facts.get("effect", "recorded")),
    }


def _id(entry: LedgerEntry) -> str:
    return f"{entry.dossier.reference}/{entry.number}"


def signed_requests() -> Iterator[Finding]:
    """Findings where a signature does not hold over what was kept, or one is gone on which an entry rests."""
    for entry in LedgerEntry.objects.filter(facts__has_key="signature").select_related("dossier").order_by("pk"):
        rests_on = {"proof": entry.facts["signature"], "arrived_at": entry.occurred_at}
        if not SignedRequest.objects.filter(**rests_on, key__provider__code=entry.actor_party).exists():
            yield Finding(entry.dossier.reference, entry.number, "the signature that was kept for it is missing")
    signed = SignedRequest.objects.select_related("key", "body", "proof").order_by("pk")
    for kept in signed.iterator(chunk_size=CHUNK):
        for wrong in _wrong(kept):
            yield Finding(f"signature {kept.proof_id}", None, wrong)


def _wrong(kept: SignedRequest) -> Iterator[str]:
    try:
        proof = json.loads(bytes(kept.proof.content))
        base, signature = proof["signature_base"], base64.b64decode(proof["signature"])
        components, said = signatures.said_in(base)
        if not signatures.holds(base, signature, signatures.key_of(proof["key"])):
            yield "it does not hold over its signature base"
    except (ValueError, TypeError, KeyError) as error:
        yield f"it cannot be read: {type(error).__name__}: {error}"
        return
    if proof["key"] != kept.key.public_jwk:
        yield f"it was made with another key than {kept.key.kid}"
    if not signatures.is_digest_of(components, bytes(kept.body.content)):
        yield "the body that was kept is not the one that it is over"
    is_ = {"keyid": kept.key.kid, "nonce": kept.nonce, "created": int(kept.created_at.timestamp())}
    for name in is_:
        if is_[name] != said.get(name):
            yield f"{name} is {is_[name]}, but should be {said.get(name)}"
    if abs(kept.arrived_at - kept.created_at) > timedelta(seconds=signatures.TOLERANCE + 1):
        yield "it arrived at another time than it was made"
