"""What a content provider who asked for scrutiny hears only when the secrecy ends (Art. 4(6), 11(3))."""

from orders.acts._case import Case
from orders.models import LedgerEntry
from orders.outbox import Letter, Recipient
from orders.regulation.regions import Actor

CONTENT_PROVIDER = Recipient(Actor.CONTENT_PROVIDER, "content-provider")


def tell(case: Case) -> None:
    """Send what was decided on requests of the content provider and was not told then, oldest first."""
    if case.scrutiny is None:
        return
    asked = case.scrutiny.requests.filter(requester=Actor.CONTENT_PROVIDER).exclude(decided_by=None)
    settled = case.dossier.entries.filter(number__in=asked.values("decided_by"))
    for entry in settled.order_by("number"):
        if not any(fact["role"] == CONTENT_PROVIDER.role for fact in entry.facts.get("told", [])):
            case.letters.append(_letter(entry))


def _letter(entry: LedgerEntry) -> Letter:
    """What the entry that settled a request would have told: the decision, or that the order ended before it."""
    if entry.act == "decide_scrutiny":
        decision = {name: entry.facts[name] for name in ("outcome", "reasons")}
        return Letter("order.scrutiny_decided", CONTENT_PROVIDER, decision)
    force = next(after for _, region, _, after in entry.facts["effects"] if region == "force")
    why = entry.facts.get("reason") or entry.facts.get("reasons", "")
    return Letter("order.scrutiny_closed", CONTENT_PROVIDER, {"because": force, "reasons": why})
