"""What ends with an order: the clocks that ran for it, what was not done yet, what was not sent yet."""

from datetime import datetime

from orders import outbox
from orders.acts import _grounds
from orders.acts._advance import Step
from orders.regulation.limits import Stop
from orders.regulation.regions import OPEN

# Preservation and secrecy outlast the order; the duty to inform does not depend on its force.
ENDS_WITH_THE_ORDER = ("C1", "C2", "C9", "C10a", "C10b", "C26")


def release(step: Step, method: str, *, since: datetime | None = None) -> list[int]:
    """End what depends on the order: open items are no longer required; returns their numbers.

    A limit that passed before stays on record, since a clock that stops after its end keeps its verdict.
    """
    released = [item for item in step.case.items if item.execution in OPEN]
    for item in released:
        step.move(item, method)
        _grounds.close_all(step, item, at=step.at)
    for code in ENDS_WITH_THE_ORDER:
        step.case.stop(step.case.running(code), because=Stop.ENDED, at=since or step.at)
    outbox.stop_sending(step.order.dossier, outbox.STARTS_AN_HOUR)
    return [item.number for item in released]
