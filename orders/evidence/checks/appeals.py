"""Appeals and the judgments on them: each is decided once, and the order is under appeal while one is pending."""

from collections.abc import Iterator

from orders.evidence.checks._subject import Finding, Subject
from orders.regulation.regions import Force


def appeals(subject: Subject) -> Iterator[Finding]:
    """Findings where a judgment decides what was not pending, or the force is another than what is pending says."""
    if subject.order is None:
        return
    waiting: list[dict[str, object]] = []
    for entry in subject.entries:
        if entry.act == "record_appeal":
            waiting.append({"entry": entry.number, "appellant": entry.facts["appellant"]})
        elif entry.act == "record_judgment":
            decided = entry.facts.get("appeals", waiting)  # before judgments named theirs they decided all
            for unknown in (one for one in decided if one not in waiting):
                yield subject.finding(entry.number, f"the appeal of entry {unknown['entry']} was not pending")
            waiting = [one for one in waiting if one not in decided]
            said = entry.facts.get("pending", waiting)
            yield from subject.differs(entry.number, "the appeals pending after it", is_=said, should=waiting)
    if subject.order.open:
        under_appeal = subject.order.force == Force.UNDER_APPEAL
        yield from subject.differs(None, "under appeal", is_=under_appeal, should=bool(waiting))
