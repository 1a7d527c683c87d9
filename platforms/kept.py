"""What verify looks at in this app: the answers kept for a replay, and the entries and bytes that they rest on."""

from collections.abc import Iterator
from typing import Any

from orders import canonical
from orders.evidence.verify import Finding
from orders.models import LedgerEntry
from platforms.models import Submission

CHUNK = 500
RECORDED = 201


def submissions() -> Iterator[Finding]:
    """Findings where a kept answer was changed or added, or one is gone that an entry should have."""
    with_bytes = LedgerEntry.objects.filter(actor_role="provider", channel="api").exclude(facts__exhibit="")
    entries = with_bytes.filter(facts__has_key="exhibit").select_related("dossier").order_by("pk")
    for entry in entries.iterator(chunk_size=CHUNK):
        rests_on = {"reference": entry.dossier.reference, "body": entry.facts["exhibit"]}
        if not Submission.objects.filter(**rests_on, answer__id=_id(entry)).exists():
            yield Finding(entry.dossier.reference, entry.number, "the answer that was kept for it is missing")
    for kept in Submission.objects.select_related("provider").order_by("pk").iterator(chunk_size=CHUNK):
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
        "effect": (answer.get("effect"), entry.facts.get("effect", "recorded")),
    }


def _id(entry: LedgerEntry) -> str:
    return f"{entry.dossier.reference}/{entry.number}"
