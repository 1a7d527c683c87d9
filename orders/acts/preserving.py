"""Preservation of removed content and related data for six months, and longer on request (Art. 6)."""

from datetime import datetime

from orders.acts._advance import Step, advance
from orders.acts._known import check_known
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid
from orders.models import ContentItem, RemovalOrder
from orders.regulation.limits import ClockGround, Stop
from orders.regulation.regions import Measure, Preservation

KEPT = (Preservation.PRESERVED, Preservation.PRESERVATION_EXTENDED)


def begin(step: Step, item: ContentItem) -> None:
    """Six calendar months from the measure (C15); content that was already gone is not preserved."""
    if item.measure == Measure.ALREADY_UNAVAILABLE:
        return
    assert item.taken_at is not None
    clock = step.case.start("C15", starts_at=item.taken_at, ground=ClockGround.MEASURE, item=item)
    assert clock.due_at is not None
    step.move(item, "preserve", until=clock.due_at)


def extend_preservation(
    *,
    order: RemovalOrder,
    items: tuple[int, ...] = (),
    until: datetime,
    reason: str,
    by: Capacity,
    at: datetime,
    generation: int | None = None,
) -> RemovalOrder:
    """Preserve longer, for a stated time, as far as ongoing review proceedings need it (Art. 6(2))."""
    with advance(order, "extend_preservation", by=by, at=at, generation=generation) as step:
        if not reason.strip():
            raise Invalid("Name the ongoing proceedings.", pointer="/reason", code="reason-missing")
        check_known(step.order, items, "/items/{}")
        named = [item for item in step.case.items if item.number in items or (not items and item.preservation in KEPT)]
        if not named:
            step.require(step.case.items[0], "extend_preservation")
        for item in named:
            _extend(step, item, until)
        numbers = [item.number for item in named]
        step.facts.update(items=numbers, until=until, reason=reason)
        step.tell("order.preservation_extended", step.provider, items=numbers, until=until, reason=reason)
    return step.order


def _extend(step: Step, item: ContentItem, until: datetime) -> None:
    step.require(item, "extend_preservation")
    before = item.preserved_until
    assert before is not None
    if until <= before:
        raise Invalid("The new end must be later than the present one.", pointer="/until", got=until, code="not-later")
    step.move(item, "extend_preservation", until=until)
    step.case.stop(step.case.running("C15", item=item), because=Stop.ENDED, at=step.at)
    step.case.start("C15", starts_at=before, ground=ClockGround.PRESERVATION_EXTENDED, item=item, until=until)
