"""Looks at items, none missing, and notices of a discrepancy: each rests on a look that saw the content."""

from collections.abc import Iterator

from orders import canonical
from orders.evidence.checks._subject import Finding, Subject
from orders.models import ContentItem, OutboxMessage
from orders.regulation.regions import Actor

KIND = "order.discrepancy_opened"


def discrepancies(subject: Subject) -> Iterator[Finding]:
    """Findings where a notice was changed or added, or its look taken away."""
    items = {item.number: item for item in subject.order.items.all()} if subject.order else {}
    for message in subject.messages:
        if message.type == KIND:
            yield from _rests_on_a_look(subject, message, items.get(message.data.get("item")))


def observations(subject: Subject) -> Iterator[Finding]:
    """Findings where a look was added, moved or taken away: those at one item are numbered from 1."""
    for item in subject.order.items.all() if subject.order else ():
        numbers = sorted(look.number for look in item.observations.all())
        if numbers != list(range(1, len(numbers) + 1)):
            yield subject.finding(
                None, f"the looks at item {item.number} are numbered {numbers}: one is missing or added"
            )


def _rests_on_a_look(subject: Subject, message: OutboxMessage, item: ContentItem | None) -> Iterator[Finding]:
    if item is None or subject.order is None:
        yield subject.finding(None, f"{message.message_id} is about no item of this order")
        return
    there = {canonical.instant(look.observed_at) for look in item.observations.all() if look.gone is False}
    if message.data.get("opened_at") not in there:
        yield subject.finding(None, f"no look at item {item.number} found what {message.message_id} tells")
    to = (message.recipient_role, message.recipient)
    issuer = (Actor.ISSUING_AUTHORITY, subject.order.issuing_authority.code)
    yield from subject.differs(None, f"the recipient of {message.message_id}", is_=to, should=issuer)
