"""The exhibits that entries name: each is kept, and was kept no later than its entry."""

from collections.abc import Iterator

from orders.evidence.checks._subject import Finding, Subject
from orders.models import Exhibit

NAMED_AS = ("annex_i_sha256", "clarification_sha256", "exhibit", "signature")


def exhibits(subject: Subject) -> Iterator[Finding]:
    """Findings where the bytes that an entry rests on are gone, or are younger than it."""
    named = [
        (entry, name, entry.facts[name]) for entry in subject.entries for name in NAMED_AS if entry.facts.get(name)
    ]
    kept = dict(Exhibit.objects.filter(pk__in={digest for *_, digest in named}).values_list("pk", "created_at"))
    for entry, name, digest in named:
        if digest not in kept:
            yield subject.finding(entry.number, f"there is no exhibit {digest} ({name})")
        elif kept[digest] > entry.recorded_at:
            yield subject.finding(entry.number, f"the exhibit {digest} ({name}) is younger than the entry")
