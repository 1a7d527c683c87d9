"""The chain of a dossier: numbers without gaps, each digest over its own content and the digest before."""

from collections.abc import Iterator

from orders.evidence.checks._subject import Finding, Subject
from orders.models import LedgerEntry

FIRST = "0" * 64  # said here again on purpose: whoever checks does not borrow from whoever writes


def chain(subject: Subject) -> Iterator[Finding]:
    """Findings about the chain; when there are any, nothing else about this dossier can be relied on."""
    before: LedgerEntry | None = None
    for number, entry in enumerate(subject.entries, start=1):
        yield from subject.differs(entry.number, "number", is_=entry.number, should=number)
        expected = before.digest if before else FIRST
        yield from subject.differs(entry.number, "previous_digest", is_=entry.previous_digest, should=expected)
        yield from _content(subject, entry)
        if before and entry.recorded_at < before.recorded_at:
            yield subject.finding(entry.number, "recorded_at lies before that of the entry before")
        before = entry
    last = before.number if before else 0
    yield from subject.differs(last or None, "generation", is_=subject.dossier.generation, should=last)


def _content(subject: Subject, entry: LedgerEntry) -> Iterator[Finding]:
    try:
        computed = entry.computed_digest()
    except ValueError as error:
        yield subject.finding(entry.number, f"its content gives no digest: {error}")
        return
    if computed != entry.digest:
        yield subject.finding(entry.number, f"its content gives the digest {computed}, but it carries {entry.digest}")
