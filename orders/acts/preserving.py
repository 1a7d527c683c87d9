"""Preservation of removed content and related data for six months, and longer on request (Art. 6)."""

from datetime import datetime

from orders.acts._advance import Step, advance
from orders.acts._known import check_known
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid
from orders.models import ContentItem, Deadline, LedgerEntry, RemovalOrder
from orders.regulation import limits
from orders.regulation.limits import LIMITS, ClockGround, Stop
from orders.regulation.regions import Information, Measure, Preservation

KEPT = (Preservation.PRESERVED, Preservation.PRESERVATION_EXTENDED)
ON_REQUEST = [Information.REASONS_GIVEN.value, Information.COPY_GIVEN.value]


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


def never_informed(order: RemovalOrder) -> bool:
    """Whether no information of Art. 11(2) is on record: then the content provider's 48 hours never began (case 10)."""
    given = LedgerEntry.objects.filter(dossier=order.dossier_id, act="inform_content_provider")
    return not given.filter(facts__information__in=ON_REQUEST).exists()


def warnings(order: RemovalOrder, *, at: datetime) -> list[str]:
    """What deserves a look before preserved content is released, from the first warning of its end on (case 10)."""
    terms = order.dossier.deadlines.filter(code="C15", closed_at=None, item__preservation__in=KEPT)
    ending = [term.item for term in terms.select_related("item").order_by("pk") if _ends_soon(term, at)]
    if not ending or not never_informed(order):
        return []
    return [
        f"Item {item.number}: its preservation ends soon, and no information under Art. 11(2) is on record. The "
        "content provider could still ask for it, and then for scrutiny (Art. 4(4)): look twice before it is released."
        for item in ending
        if item is not None
    ]


def _ends_soon(term: Deadline, at: datetime) -> bool:
    assert term.due_at is not None
    return limits.warning_times(LIMITS[term.code], term.due_at, scale=term.scale)[0] <= at <= term.due_at
