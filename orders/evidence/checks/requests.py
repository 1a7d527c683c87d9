"""The requests for scrutiny (Art. 4(4)): each as its entry says, and decided by the decision that came next.

The end of an order settles what waits for a decision, and what is asked after it.
"""

from collections.abc import Iterator

from orders import canonical
from orders.evidence.checks._entries import effects
from orders.evidence.checks._subject import Finding, Subject
from orders.models import LedgerEntry
from orders.regulation.regions import ENDED


def requests(subject: Subject) -> Iterator[Finding]:
    """Findings where a request was changed, added or taken away behind the ledger."""
    scrutiny = subject.rows().get("scrutiny")
    rows = {request.entry: request for request in scrutiny.requests.all()} if scrutiny else {}
    decisions = [entry.number for entry in subject.entries if entry.act == "decide_scrutiny" or _ends(entry)]
    end = next((entry.number for entry in subject.entries if _ends(entry)), None)
    for entry in subject.of_act("request_scrutiny"):
        request = rows.pop(entry.number, None)
        if request is None:
            yield subject.finding(entry.number, "the request that it filed has no row")
            continue
        for name in ("requester", "received_at", "late", "reasons"):
            is_ = canonical.plain(getattr(request, name))
            yield from subject.differs(entry.number, f"{name} of the request", is_=is_, should=entry.facts.get(name))
        decided = next((number for number in decisions if number > entry.number), end)
        yield from subject.differs(entry.number, "decided_by of the request", is_=request.decided_by, should=decided)
    for number in sorted(rows):
        yield subject.finding(number, "a request names this entry, which filed none")


def _ends(entry: LedgerEntry) -> bool:
    return any(row == "order" and region == "force" and after in ENDED for row, region, _, after in effects(entry))
