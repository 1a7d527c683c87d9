"""The passing of a limit, written down the same way whether a sweep or another act notices it."""

from datetime import datetime

from orders import deadlines
from orders.acts._case import Case
from orders.acts.capacity import TIME
from orders.models import Deadline
from orders.outbox import Letter, Recipient
from orders.regulation.regions import Actor, Execution


def pass_limits(case: Case, *, at: datetime) -> int:
    """Write down every limit of `case` that passed before `at`, dated at its due time; returns how many."""
    passed = [clock for clock in case.clocks if _passed(clock, at)]
    for clock in sorted(passed, key=lambda clock: (clock.due_at, clock.pk)):
        _pass(case, clock, at)
    return len(passed)


def _passed(clock: Deadline, at: datetime) -> bool:
    return clock.noticed_at is None and clock.set_aside_at is None and clock.due_at < at


def _pass(case: Case, clock: Deadline, at: datetime) -> None:
    item = clock.item
    assert item is not None
    effects = []
    if item.execution == Execution.DUE:
        item.lapse()
        case.touch(item)
        effects = [[f"item:{item.number}", "execution", Execution.DUE, Execution.UNANSWERED]]
    deadlines.mark_passed(clock, noticed_at=at)
    case.touch(clock)
    fact = {"item": item.number, "clock": clock.clock_id, "due_at": clock.due_at, "limit_passed": clock.article}
    case.enter(
        act="lapse",
        article=clock.article,
        by=TIME,
        occurred_at=clock.due_at,
        recorded_at=at,
        facts={**fact, "effects": effects},
    )
    for to in both_sides(case):
        case.letters.append(Letter("order.limit_passed", to, fact))


def both_sides(case: Case) -> tuple[Recipient, Recipient]:
    """The provider and the issuing authority of a case."""
    return (
        Recipient(Actor.PROVIDER, case.order.provider.code),
        Recipient(Actor.ISSUING_AUTHORITY, case.order.issuing_authority.code),
    )
