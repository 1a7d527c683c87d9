"""Courts and time: appeal, judgment, finality, as entered by the authority that learns of them (Art. 3(9), 9)."""

from datetime import datetime

from orders.acts import _finality, _times
from orders.acts._advance import advance
from orders.acts._known import check_known
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid
from orders.acts.scrutinising import annul
from orders.models import RemovalOrder
from orders.regulation.regions import Actor

CONFIRMED, ANNULLED = "confirmed", "annulled"


def record_appeal(
    *,
    order: RemovalOrder,
    appellant: Actor,
    received_at: datetime,
    by: Capacity,
    at: datetime,
    generation: int | None = None,
) -> RemovalOrder:
    """An appeal of the provider or the content provider; nothing in the Regulation suspends the hour meanwhile.

    One that came after its period is recorded and flagged late; the court decides.
    """
    if appellant not in (Actor.PROVIDER, Actor.CONTENT_PROVIDER):
        raise Invalid("The appellant is the provider or the content provider.", pointer="/appellant", got=appellant)
    with advance(order, "record_appeal", by=by, at=at, generation=generation) as step:
        _times.check_not_future(received_at, at, "/received_at")
        step.move(step.order, "appeal", at=received_at)
        late = step.case.use_window("C26", appellant, at=received_at)
        step.facts.update(appellant=appellant, received_at=received_at, late=late)
        for to in [step.provider, *step.home]:
            step.tell("order.appeal_recorded", to, appellant=appellant, received_at=received_at, late=late)
    return step.order


def record_judgment(
    *,
    order: RemovalOrder,
    outcome: str,
    received_at: datetime,
    reinstate: tuple[int, ...] | None = None,
    reasons: str = "",
    by: Capacity,
    at: datetime,
    generation: int | None = None,
) -> RemovalOrder:
    """A judgment: `confirmed` makes the order final, `annulled` ends it; `reinstate` names items as the court does."""
    if outcome not in (CONFIRMED, ANNULLED):
        raise Invalid(f"The outcome is {CONFIRMED} or {ANNULLED}.", pointer="/outcome", got=outcome, code="outcome")
    with advance(order, "record_judgment", by=by, at=at, generation=generation) as step:
        _times.check_not_future(received_at, at, "/received_at")
        check_known(step.order, reinstate or (), "/reinstate/{}")
        step.facts.update(outcome=outcome, received_at=received_at, reasons=reasons)
        if outcome == CONFIRMED:
            step.require(step.order, "confirm")
            step.effects += _finality.make_final(step.case, at=received_at, method="confirm")
        else:
            annul(step, "annul_by_court", "release_by_court", by_whom="court", reasons=reasons, reinstate=reinstate)
    return step.order


def declare_final(*, order: RemovalOrder, by: Capacity, at: datetime, generation: int | None = None) -> RemovalOrder:
    """Record that the order is final, where time alone does not: a content provider's appeal period may be unknown."""
    with advance(order, "declare_final", by=by, at=at, generation=generation) as step:
        step.require(step.order, "become_final")
        if step.case.running("C26"):
            raise Invalid("An appeal period is still running.", pointer="", code="appeal-open")
        step.effects += _finality.make_final(step.case, at=at)
    return step.order
