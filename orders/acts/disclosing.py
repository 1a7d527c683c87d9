"""Whether the content provider may be told: withheld for public security, for six weeks and once more (Art. 11(3))."""

from datetime import datetime

from orders import canonical
from orders.acts import _kept_back
from orders.acts._advance import Step, advance
from orders.acts._passing import owe_information
from orders.acts._times import check_not_future
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid
from orders.models import RemovalOrder
from orders.regulation import limits
from orders.regulation.limits import LIMITS, ClockGround, Stop

SECRECY = LIMITS["C18"]


def latest_end(order: RemovalOrder, decided_at: datetime) -> datetime:
    """The end of the six weeks from a decision; a maximum, so it is counted plainly."""
    end = limits.due_at(SECRECY, decided_at, scale=order.limit_scale)
    assert end is not None
    return end


def check_in_time(decided_at: datetime | None, *, scale: str, at: datetime) -> None:
    """Refuse a decision whose six weeks are over at `at`, before an order is issued with it; None: it comes with it."""
    end = limits.due_at(SECRECY, decided_at, scale=scale) if decided_at is not None else None
    if end is not None and end <= at:
        raise Invalid(
            f"The six weeks of non-disclosure from this decision were over at {canonical.instant(end)} (Art. 11(3)): "
            "give the time of a decision that still counts, or leave it out for one that comes with the issue.",
            pointer="/withholding_decided_at",
            got=decided_at,
            code="too-long",
        )


def withhold_disclosure(
    *,
    order: RemovalOrder,
    reason: str,
    decided_at: datetime,
    until: datetime | None = None,
    by: Capacity,
    at: datetime,
    generation: int | None = None,
) -> RemovalOrder:
    """Decide after the issue that the content provider is not to be told, until `until` or for the whole six weeks."""
    with advance(order, "withhold_disclosure", by=by, at=at, generation=generation) as step:
        check_not_future(decided_at, at, "/decided_at")
        end = _within(step, until, decided_at)
        step.move(step.order, "withhold", decided_at=decided_at, until=end, reason=_reason(reason))
        _secret(step, end, decided_at, ClockGround.WITHHOLDING_DECIDED, reason)
        step.case.stop(step.case.running("C19"), because=Stop.ENDED, at=at)
    return step.order


def extend_withholding(
    *,
    order: RemovalOrder,
    reason: str,
    until: datetime | None = None,
    by: Capacity,
    at: datetime,
    generation: int | None = None,
) -> RemovalOrder:
    """Withhold once more, by at most six weeks, before the first period ends."""
    with advance(order, "extend_withholding", by=by, at=at, generation=generation) as step:
        step.require(step.order, "extend_withholding")
        before = step.order.withheld_until
        assert before is not None
        end = _within(step, until, before)
        step.move(step.order, "extend_withholding", until=end)
        step.case.stop(step.case.running("C18"), because=Stop.ENDED, at=at)
        _secret(step, end, before, ClockGround.WITHHOLDING_EXTENDED, _reason(reason))
    return step.order


def allow_disclosure(*, order: RemovalOrder, by: Capacity, at: datetime, generation: int | None = None) -> RemovalOrder:
    """End the secrecy early: what justified it is gone."""
    with advance(order, "allow_disclosure", by=by, at=at, generation=generation) as step:
        step.move(step.order, "allow")
        step.case.stop(step.case.running("C18"), because=Stop.ENDED, at=at)
        owe_information(step.case, since=at, ground=ClockGround.WITHHOLDING_ENDED)
        _kept_back.tell(step.case)
        step.tell("order.disclosure_allowed", step.provider, allowed_at=at)
    return step.order


def _secret(step: Step, end: datetime, since: datetime, ground: ClockGround, reason: str) -> None:
    step.case.start("C18", starts_at=since, ground=ground, until=end)
    step.facts.update(reason=reason, until=end, since=since)
    step.tell("order.disclosure_withheld", step.provider, until=end)


def _within(step: Step, until: datetime | None, since: datetime) -> datetime:
    """The end of a period that began `since`: `until`, or the six weeks. Refuses what is over or too long."""
    latest = latest_end(step.order, since)
    if latest <= step.at:
        raise Invalid("The six weeks are over already.", pointer="/decided_at", code="too-long")
    earliest = max(step.at, since)
    if until is not None and not earliest < until <= latest:
        span = f"after {canonical.instant(earliest)} and until {canonical.instant(latest)}"
        raise Invalid(f"Choose an end {span}.", pointer="/until", got=until, code="too-long")
    return until or latest


def _reason(text: str) -> str:
    if not text.strip():
        raise Invalid("Give the reason of public security.", pointer="/reason", code="reason-missing")
    return text.strip()
