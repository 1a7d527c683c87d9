"""Whether a measure came before or after the order had reached its provider, where proof of receipt came late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orders.regulation.regions import Measure, ReceiptBasis


@dataclass(frozen=True)
class Reached:
    """What is known of when an order reached its provider, beside the proven receipt; None where nothing is.

    `stated_at` is the receipt that the provider asserts, `tried_at` the first try that the other side answered.
    """

    proven_at: datetime
    issued_at: datetime
    stated_at: datetime | None = None
    tried_at: datetime | None = None


def basis(reached: Reached, *, taken_at: datetime, tolerance: timedelta) -> ReceiptBasis | None:
    """What shows that the order had reached the provider at `taken_at`; None when the content was gone before.

    Proof comes first. Without it the provider's own statement decides, and only where it states nothing, our tries. No
    statement is believed that lies before the issue; clocks may differ by `tolerance`, but for what one party states.
    """
    if taken_at >= reached.proven_at - tolerance:
        return ReceiptBasis.PROVEN
    stated = _believed(reached, tolerance)
    if stated is not None:
        return ReceiptBasis.STATED if taken_at >= stated else None
    if reached.tried_at is not None and taken_at >= reached.tried_at - tolerance:
        return ReceiptBasis.TRIED
    return None


def measure(stated: Measure, reached: Reached, *, taken_at: datetime, tolerance: timedelta) -> Measure:
    """What was done, where the box that the provider chose does not fit its own times (cases 18 and 22).

    The time decides, as Art. 3(3) looks at the content and not at the form: what was gone before the order came was
    already gone, and what was still there then was removed, whoever pressed the button. Within `tolerance` of the
    receipt the box stands.
    """
    if stated is not Measure.ALREADY_UNAVAILABLE:
        shown = basis(reached, taken_at=taken_at, tolerance=tolerance)
        return stated if shown else Measure.ALREADY_UNAVAILABLE
    known = [at for at in (reached.proven_at, _believed(reached, tolerance) or reached.tried_at) if at]
    return Measure.REMOVED if taken_at > min(known) + tolerance else stated


def _believed(reached: Reached, tolerance: timedelta) -> datetime | None:
    """The receipt that the provider states, unless it lies before the issue."""
    stated = reached.stated_at
    return stated if stated is not None and stated >= reached.issued_at - tolerance else None
