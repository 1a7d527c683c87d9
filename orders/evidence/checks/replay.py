"""Replay: the effects in the ledger, applied one after the other, give the states that the rows have now (S7)."""

from collections.abc import Iterator
from typing import Any

from django_fsm import FSMField

from orders import canonical
from orders.evidence.checks._subject import Finding, Subject
from orders.evidence.checks.hours import measure_in
from orders.models import ContentItem, LedgerEntry, RemovalOrder
from orders.regulation.regions import DONE

States = dict[tuple[str, str], str]


def replay(subject: Subject) -> Iterator[Finding]:
    """Findings where an effect does not follow from the state before, or the end differs from the rows."""
    if subject.order is None:
        return
    rows: dict[str, Any] = {"order": subject.order}
    rows |= {f"item:{item.number}": item for item in subject.order.items.all()}
    states = {(name, region): default for name, row in rows.items() for region, default in _beginning(type(row))}
    last: dict[tuple[str, str], int] = {}
    for entry in subject.entries:
        for name, region, before, after in entry.facts.get("effects", []):
            at = (name, region)
            yield from subject.differs(entry.number, f"{region} of {name} before", is_=before, should=states.get(at))
            states[at], last[at] = after, entry.number
    for (name, region), state in states.items():
        present = str(getattr(rows.get(name), region, "missing"))
        number = last.get((name, region))
        yield from subject.differs(number, f"{region} of {name}", is_=present, should=state)


def _beginning(model: type[RemovalOrder] | type[ContentItem]) -> Iterator[tuple[str, str]]:
    for field in model._meta.get_fields():
        if isinstance(field, FSMField):
            yield field.name, str(field.default)


def facts_of_rows(subject: Subject) -> Iterator[Finding]:
    """The instants and persons that the order and its items carry are those of the entries."""
    order = subject.order
    if order is None:
        return
    for entry in subject.entries:
        if entry.act == "issue":
            yield from _same(subject, entry, "issued_at", order.issued_at, entry.occurred_at)
        elif entry.act == "record_receipt" and entry.facts.get("type") == "order.issued":
            yield from _same(subject, entry, "received_at", order.received_at, entry.occurred_at)
        elif entry.act == "approve" and order.approved_by:
            yield from _same(subject, entry, "approved_by", order.approved_by.pseudonym, entry.actor_person)
        elif entry.act == "report_removal":
            yield from _measures(subject, order, entry)


def _measures(subject: Subject, order: RemovalOrder, entry: LedgerEntry) -> Iterator[Finding]:
    done = {
        name for name, region, _, after in entry.facts.get("effects", []) if region == "execution" and after in DONE
    }
    for item in order.items.all():
        if f"item:{item.number}" in done:
            stated = measure_in(entry, item.number).get("taken_at")
            yield from _same(subject, entry, f"taken_at of item {item.number}", item.taken_at, stated)
            yield from _same(subject, entry, f"reported_at of item {item.number}", item.reported_at, entry.occurred_at)


def _same(subject: Subject, entry: LedgerEntry, what: str, is_: object, should: object) -> Iterator[Finding]:
    yield from subject.differs(entry.number, what, is_=canonical.plain(is_), should=canonical.plain(should))
