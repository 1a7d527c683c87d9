"""The dossiers of looks: each is about the order that its entries name, and no other dossier is about any."""

from collections.abc import Iterator

from orders.evidence.checks._subject import Finding, Subject
from orders.models import Dossier


def looks(subject: Subject) -> Iterator[Finding]:
    """Findings where a dossier of looks was put beside another order."""
    about = subject.dossier.about
    if subject.dossier.kind != Dossier.Kind.ACCESS:
        yield from subject.differs(None, "about", is_=about and about.reference, should=None)
        return
    for entry in subject.entries:
        named = entry.facts.get("reference")
        yield from subject.differs(entry.number, "the order looked at", is_=about and about.reference, should=named)
