"""Replay: the effects in the ledger, applied one after the other, give the states that the rows have now (S7)."""

from collections.abc import Iterator

from django.db import models
from django_fsm import FSMField

from orders.evidence.checks._entries import effects
from orders.evidence.checks._subject import Finding, Subject

States = dict[tuple[str, str], str]


def replay(subject: Subject) -> Iterator[Finding]:
    """Findings where an effect does not follow from the state before, or the end differs from the rows."""
    if subject.order is None:
        return
    rows = subject.rows()
    states = {(name, region): default for name, row in rows.items() for region, default in _beginning(type(row))}
    last: dict[tuple[str, str], int] = {}
    for entry in subject.entries:
        for name, region, before, after in effects(entry):
            at = (name, region)
            yield from subject.differs(entry.number, f"{region} of {name} before", is_=before, should=states.get(at))
            states[at], last[at] = after, entry.number
    for (name, region), state in states.items():
        present = str(getattr(rows.get(name), region, "missing"))
        number = last.get((name, region))
        yield from subject.differs(number, f"{region} of {name}", is_=present, should=state)


def _beginning(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    for field in model._meta.get_fields():
        if isinstance(field, FSMField):
            yield field.name, str(field.default)
