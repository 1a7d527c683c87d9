"""Courts and time: appeal, judgment, finality, as entered by the authority that learns of them (Art. 3(9), 9)."""

from datetime import datetime

from orders import canonical
from orders.acts import _appeals, _finality, _times
from orders.acts._advance import Step, advance, not_open
from orders.acts._appeals import Appeal, Named
from orders.acts._known import check_known
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid
from orders.acts.scrutinising import annul
from orders.models import RemovalOrder
from orders.regulation.regions import ENDED, Actor, Force

CONFIRMED, ANNULLED = "confirmed", "annulled"
_BESIDES = ENDED | {Force.UNDER_APPEAL}


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

    It counts from `received_at`, when the court or the authority got it. One that came after its period is recorded
    and flagged late; the court decides. One beside another appeal, or after the order ended, is recorded and moves
    nothing.
    """
    if appellant not in (Actor.PROVIDER, Actor.CONTENT_PROVIDER):
        raise Invalid("The appellant is the provider or the content provider.", pointer="/appellant", got=appellant)
    with advance(order, "record_appeal", by=by, at=at, generation=generation) as step:
        undone = _finality.told(step.case) if step.order.force == Force.FINAL else []
        if step.order.force in _BESIDES:
            step.move(step.order, "appeal_besides")
        else:
            step.move(step.order, "appeal", at=received_at)
        _check_possible(step, received_at)
        late = step.case.use_window("C26", appellant, at=received_at)
        step.facts.update(occurred_at=received_at, appellant=appellant, received_at=received_at, late=late)
        for to in [step.provider, *step.home, *undone]:
            step.tell("order.appeal_recorded", to, appellant=appellant, received_at=received_at, late=late)
    return step.order


def pending_appeals(order: RemovalOrder) -> list[Appeal]:
    """The appeals that wait for a judgment, oldest first: what a form lets choose from where there are several."""
    return _appeals.pending(order)


def record_judgment(
    *,
    order: RemovalOrder,
    outcome: str,
    received_at: datetime,
    appeals: Named | None = None,
    reinstate: tuple[int, ...] | None = None,
    reasons: str = "",
    by: Capacity,
    at: datetime,
    generation: int | None = None,
) -> RemovalOrder:
    """A judgment: `confirmed` makes the order final, `annulled` ends it; `reinstate` names items as the court does.

    `appeals` names those that it decides, by entry or appellant; None: all that are pending, as in joined cases. While
    another one is pending a confirmation leaves the order under appeal, and it is final with the last (Art. 3(9)).
    An annulment ends the order whatever else is pending.

    Either counts from `received_at`, when the issuing authority got it, whenever it is entered. One about an order
    that ended otherwise meanwhile is recorded and moves nothing: what follows from it is for a person.
    """
    if outcome not in (CONFIRMED, ANNULLED):
        raise Invalid(f"The outcome is {CONFIRMED} or {ANNULLED}.", pointer="/outcome", got=outcome, code="outcome")
    with advance(order, "record_judgment", by=by, at=at, generation=generation) as step:
        over = step.order.force in ENDED
        step.require(step.order, "judge_after_the_end" if over else "annul_by_court")  # whatever the outcome
        _check_possible(step, received_at)
        check_known(step.order, reinstate or (), "/reinstate/{}")
        step.facts.update(occurred_at=received_at, outcome=outcome, received_at=received_at, reasons=reasons)
        still = _decide(step, appeals, received_at)
        if over:
            step.facts.update(after_the_end=True, reinstate=reinstate)
        elif outcome == CONFIRMED:
            _confirm(step, received_at, still)
        else:
            annul(step, "court", since=received_at, reasons=reasons, reinstate=reinstate)
    return step.order


def _decide(step: Step, named: Named | None, received_at: datetime) -> list[Appeal]:
    """Write down which appeals the judgment decides; returns those that are pending after it."""
    waiting = _appeals.pending(step.order)
    decided = _appeals.decided_by(waiting, named, received_at=received_at)
    still = [appeal for appeal in waiting if appeal not in decided]
    step.facts.update(appeals=[one.fact() for one in decided], pending=[one.fact() for one in still])
    return still


def _confirm(step: Step, received_at: datetime, still: list[Appeal]) -> None:
    """Final with the last appeal, and once: what was final before stays so since then, and nobody is told twice."""
    if step.order.force == Force.FINAL:
        step.move(step.order, "confirm_again")
    elif still:
        step.move(step.order, "confirm_besides")
    else:
        since = _appeals.final_since(step.order, received_at)
        step.facts["final_at"] = since
        step.effects += _finality.make_final(step.case, at=since, method="confirm")


def _check_possible(step: Step, received_at: datetime) -> None:
    """Nobody appeals or judges before there is an order."""
    assert step.order.issued_at is not None
    _times.check_not_before(received_at, step.order.issued_at, "/received_at", "the order was issued")
    _times.check_not_future(received_at, step.at, "/received_at")


def declare_final(*, order: RemovalOrder, by: Capacity, at: datetime, generation: int | None = None) -> RemovalOrder:
    """Record that the order is final, where time alone does not: a content provider's appeal period may be unknown."""
    with advance(order, "declare_final", by=by, at=at, generation=generation) as step:
        step.require(step.order, "become_final")
        ends = [clock.due_at for clock in step.case.running("C26") if clock.due_at is not None]
        if ends:
            until = canonical.instant(max(ends))
            raise not_open(step, f"{step.order.force}, and an appeal period runs until {until}", step.rests_on)
        step.effects += _finality.make_final(step.case, at=at)
    return step.order
