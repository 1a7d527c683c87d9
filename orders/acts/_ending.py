"""What ends with an order: the clocks that ran for it, what was not done yet, what was not sent yet."""

from datetime import datetime

from orders import outbox
from orders.acts import _grounds
from orders.acts._advance import Step
from orders.models import ContentItem
from orders.regulation.limits import ONE_HOUR, Stop
from orders.regulation.regions import OPEN

# Preservation and secrecy outlast the order; the duty to inform does not depend on its force.
ENDS_WITH_THE_ORDER = ("C1", "C9", "C10a", "C10b", "C26")


def release(step: Step, method: str, *, items_too: bool = True) -> list[int]:
    """End what depends on the order: open items are no longer required; returns their numbers.

    Without `items_too` they and their hours are left to the receipt of the decision (ANNULLED_FROM=communication).
    """
    released = [item for item in step.case.items if item.execution in OPEN]
    if items_too:
        for item in released:
            release_item(step, item, method, at=step.at)
    for code in ENDS_WITH_THE_ORDER:
        step.case.stop(step.case.running(code), because=Stop.ENDED, at=step.at)
    outbox.stop_sending(step.order.dossier, outbox.STARTS_AN_HOUR)
    return [item.number for item in released]


def release_item(step: Step, item: ContentItem, method: str, *, at: datetime) -> None:
    """Require `item` no longer as of `at`.

    A limit that passed before stays on record, since a clock that stops after its end keeps its verdict.
    """
    step.move(item, method)
    _grounds.close_all(step, item, at=at)
    step.case.stop(step.case.running(ONE_HOUR.code, item=item), because=Stop.ENDED, at=at)
