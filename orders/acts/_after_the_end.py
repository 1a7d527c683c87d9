"""What becomes known after the end of an order: a measure taken before, kept (L9) and undone if annulled (L5)."""

from datetime import UTC, datetime

from orders.acts import _ending
from orders.acts._advance import Step
from orders.models import ContentItem, Receipt, RemovalOrder
from orders.regulation.limits import ClockGround
from orders.regulation.regions import Execution, Force, Measure

ANNULLED = (Force.ANNULLED_BY_SCRUTINY, Force.ANNULLED_BY_COURT)
NEVER = datetime.max.replace(tzinfo=UTC)
METHODS = {
    Measure.REMOVED: "report_removed_before",
    Measure.DISABLED_IN_ALL_MEMBER_STATES: "report_disabled_before",
}


def methods(step: Step, item: ContentItem, *, taken_at: datetime) -> dict[Measure, str]:
    """By which transition a measure counts that was taken while the order still bound the provider; else none."""
    released = item.execution == Execution.NO_LONGER_REQUIRED
    return METHODS if released and taken_at <= _bound_until(step.order) else {}


def owe_reinstatement(step: Step, item: ContentItem) -> None:
    """The duty runs from receipt of the decision, also where that came before the report; else it begins with it.

    After a withdrawal nothing is owed: the provider may restore the content, no article obliges it to.
    """
    heard_at = _heard_at(step.order) if step.order.force in ANNULLED else None
    if heard_at is None or not is_to_be_reinstated(step.order, item.number):
        return
    step.move(item, "report_removed_but_annulled")
    step.case.start("C11", starts_at=heard_at, ground=ClockGround.DECISION_RECEIVED, item=item)
    step.flags.add("reinstatement_due")


def is_to_be_reinstated(order: RemovalOrder, number: int) -> bool:
    """Every item, unless a court named those that are."""
    named = _ending.entry_of_end(order).facts.get("reinstate")
    return named is None or number in named


def _bound_until(order: RemovalOrder) -> datetime:
    """Until the provider heard of the end: before, it acted because of the order, whoever ended that (Art. 4(7), 6(1)).

    When hours end is another question, which ANNULLED_FROM answers of an annulment; a withdrawal ends them at once.
    """
    return _heard_at(order) or NEVER


def _heard_at(order: RemovalOrder) -> datetime | None:
    """When the provider received what ended the order: the annulment, or the withdrawal."""
    kind = "order.annulled" if order.force in ANNULLED else "order.withdrawn"
    proofs = Receipt.objects.filter(message__dossier=order.dossier, message__type=kind)
    return proofs.filter(message__recipient=order.provider.code).values_list("received_at", flat=True).first()
