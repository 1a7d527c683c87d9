"""What an order says: its columns and items are what the entry that wrote them last says, and who wrote them."""

from collections.abc import Iterator

from orders.evidence.checks._subject import Finding, Subject
from orders.models import LedgerEntry, RemovalOrder

SECTIONS = (
    "language",
    "categories",
    "reasons",
    "assessment",
    "file_number",
    "language_override",
    "must_not_inform",
    "withholding_reason",
    "emergency",
    "emergency_reason",
    "limit_scale",
)
OF_AN_ITEM = ("url", "identification", "kind")


def drafted(subject: Subject) -> Iterator[Finding]:
    """Findings where the order was changed by something else than a draft or a revision."""
    order = subject.order
    written = [entry for entry in subject.entries if entry.act in ("draft", "revise")]
    if order is None or not written:
        return
    yield from _sections(subject, order, written[-1])
    yield from _items(subject, order, written[-1])
    yield from _people(subject, order, written)


def _sections(subject: Subject, order: RemovalOrder, entry: LedgerEntry) -> Iterator[Finding]:
    said = {name: (entry.number, entry.facts.get(name)) for name in SECTIONS}
    for later in subject.of_act("withhold_disclosure"):  # section C, decided after the order was sent
        said |= {"must_not_inform": (later.number, True)}
        said |= {"withholding_reason": (later.number, str(later.facts.get("reason")).strip())}
    for name, (number, should) in said.items():
        yield from subject.differs(number, name, is_=getattr(order, name), should=should)
    yield from subject.differs(entry.number, "provider", is_=order.provider.code, should=entry.facts.get("provider"))


def _items(subject: Subject, order: RemovalOrder, entry: LedgerEntry) -> Iterator[Finding]:
    written = {item["item"]: item for item in entry.facts.get("items", [])}
    present = {item.number: item for item in order.items.all()}
    for number in sorted(written.keys() | present.keys()):
        for name in OF_AN_ITEM:
            is_, should = getattr(present.get(number), name, None), written.get(number, {}).get(name)
            yield from subject.differs(entry.number, f"{name} of item {number}", is_=is_, should=should)


def _people(subject: Subject, order: RemovalOrder, written: list[LedgerEntry]) -> Iterator[Finding]:
    """The authority that drafted it, and whoever wrote last as its drafter; a machine is nobody's second person."""
    last = written[-1]
    yield from subject.differs(
        last.number, "issuing_authority", is_=order.issuing_authority.code, should=last.actor_party
    )
    by_person = [entry for entry in written if entry.actor_person]
    should = by_person[-1].actor_person if by_person else None
    is_ = order.drafted_by.pseudonym if order.drafted_by else None
    yield from subject.differs(last.number, "drafted_by", is_=is_, should=should)
