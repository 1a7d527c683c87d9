"""Clocks as rows: started, closed, warned, and found when due; what they mean is in `regulation.limits`."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from orders import ids
from orders.models import ContentItem, Deadline, Dossier, Ground, RemovalOrder
from orders.models.order_regions import IN_FORCE
from orders.regulation import limits
from orders.regulation.limits import LIMITS, ONE_HOUR, ClockFacts, ClockGround, Limit, Stop, Verdict
from orders.regulation.periods import Period
from orders.regulation.regions import Actor
from orders.regulation.rules import Rules


class Debtor(NamedTuple):
    """Whom a clock binds, and the Member State whose days count."""

    role: Actor
    party: str
    member_state: str


def debtor(order: RemovalOrder, limit: Limit) -> Debtor:
    """The party of `order` that owes what `limit` is about."""
    if limit.debtor is Actor.PROVIDER:
        return Debtor(limit.debtor, order.provider.code, order.provider.home_state)
    authority = order.issuing_authority
    if limit.debtor is Actor.SCRUTINISING_AUTHORITY and order.home_authority is not None:
        authority = order.home_authority
    return Debtor(limit.debtor, authority.code, authority.member_state)


def start(
    order: RemovalOrder,
    code: str,
    *,
    starts_at: datetime,
    ground: ClockGround,
    entry: int,
    item: ContentItem | None = None,
    owed_by: Debtor | None = None,
    period: Period | None = None,
    until: datetime | None = None,
) -> Deadline:
    """A clock of kind `code` ("C2" ...), not yet saved. `period` or `until` replace the limit's own length."""
    limit = LIMITS[code]
    bound = owed_by or debtor(order, limit)
    due = until or limits.due_at(
        limit,
        starts_at,
        scale=order.limit_scale,
        rule=order.rules.period,
        member_state=bound.member_state,
        period=period,
    )
    clock = Deadline(
        clock_id=ids.new("clk"),
        dossier=order.dossier,
        item=item,
        code=code,
        article=limit.article,
        debtor_role=bound.role,
        debtor=bound.party,
        ground=ground,
        period_rule=order.rules.period,
        proof=order.rules.proof,
        scale=order.limit_scale,
        starts_at=starts_at,
        start_entry=entry,
        due_at=due,
    )
    clock.next_warning_at = next_warning(clock, after=starts_at)
    return clock


def answer(clock: Deadline, *, taken_at: datetime, reported_at: datetime, entry: int) -> None:
    """Close `clock` by what it is about; the verdict follows from the two times."""
    clock.taken_at, clock.reported_at = taken_at, reported_at
    _close(clock, at=reported_at, entry=entry)


def stop(clock: Deadline, *, because: Stop, at: datetime, entry: int, since: datetime | None = None) -> None:
    """Close `clock` without a measure: displaced, or ended; as of `since` where that counts instead of `at`."""
    clock.stop, clock.stopped_at = because, since or at
    _close(clock, at=at, entry=entry)


def _close(clock: Deadline, *, at: datetime, entry: int) -> None:
    clock.closed_at, clock.close_entry, clock.next_warning_at = at, entry, None
    clock.verdict = limits.verdict(clock.facts(), now=at) or ""


def mark_passed(clock: Deadline, *, noticed_at: datetime, entry: int) -> None:
    """Write down that the end has come. A duty stays answerable; a window, wait or term is over at its due time."""
    clock.noticed_at, clock.next_warning_at = noticed_at, None
    if clock.facts().kind is not limits.Kind.DUTY:
        clock.closed_at, clock.close_entry = clock.due_at, entry
    clock.verdict = limits.verdict(clock.facts(), now=noticed_at) or ""


def next_warning(clock: Deadline, *, after: datetime) -> datetime | None:
    """The first warning instant of `clock` later than `after`, or None."""
    if clock.due_at is None:
        return None
    times = limits.warning_times(LIMITS[clock.code], clock.due_at, scale=clock.scale)
    return next((time for time in times if time > after), None)


def appeal_period(order: RemovalOrder) -> Period:
    """The national appeal period against `order` (C26), as it was when the order was issued."""
    assert order.appeal_days is not None  # set at issue, and before it nobody appeals
    return Period(order.appeal_days, "days")


def under_other_rule(clock: Deadline) -> ClockFacts:
    """The facts of `clock` with the end that the period rule gives which does not apply.

    Ends that were set by a decision, and minima and maxima, are the same under both.
    """
    limit, order = LIMITS[clock.code], clock.dossier.removal_order
    if clock.due_at is None or limit.minimum or limit.maximum:
        return clock.facts()
    authority = order.issuing_authority
    own_state = debtor(order, limit).member_state
    due = limits.due_at(
        limit,
        clock.starts_at,
        scale=clock.scale,
        rule=Rules(period=clock.period_rule).other("period"),
        member_state=authority.member_state if clock.debtor_role == Actor.CONTENT_PROVIDER else own_state,
        period=appeal_period(order) if limit.period is None else None,
    )
    return replace(clock.facts(), due_at=due)


def time_left(clock: Deadline, *, at: datetime) -> timedelta:
    """What remains until `clock` is due; negative when it has passed."""
    assert clock.due_at is not None
    return clock.due_at - at


_LIVE = Q(closed_at__isnull=True, noticed_at__isnull=True, set_aside_at__isnull=True)


def passed(*, at: datetime) -> QuerySet[Deadline]:
    """Clocks whose end has come unnoticed before `at`, oldest first. Exactly the due instant is still within."""
    return Deadline.objects.filter(_LIVE, due_at__lt=at).order_by("due_at")


def set_aside() -> QuerySet[Deadline]:
    """Clocks that the sweep could not process and that nothing has closed since."""
    return Deadline.objects.filter(set_aside_at__isnull=False, closed_at=None, noticed_at=None)


def to_warn(*, at: datetime) -> QuerySet[Deadline]:
    """Clocks of which a warning is due at `at`."""
    return Deadline.objects.filter(_LIVE, next_warning_at__lte=at, due_at__gte=at).order_by("next_warning_at")


def to_remind(*, at: datetime) -> QuerySet[Ground]:
    """Open impossibilities of orders in force of which a reminder is due at `at`, that waiting longest first."""
    waiting = Ground.objects.filter(closed_at=None, next_reminder_at__lte=at, item__order__force__in=IN_FORCE)
    return waiting.order_by("next_reminder_at")


def stopped(dossier: Dossier) -> QuerySet[Deadline]:
    """The hours of `dossier` that were stopped without a measure, in the order of their times."""
    hours = Deadline.objects.filter(dossier=dossier, code=ONE_HOUR.code, taken_at=None)
    return hours.exclude(stop="").select_related("item").order_by("pk")


def is_decided(stopped: Deadline, *, taken_at: datetime) -> bool:
    """Whether a measure of its item, taken at `taken_at`, decides a stopped hour all the same.

    One that had run out unanswered before a late ground or the end of the order, or that the measure preceded.
    """
    preceded = stopped.stopped_at is not None and stopped.stopped_at >= taken_at
    return stopped.verdict == Verdict.UNANSWERED or preceded


def unused(dossier: Dossier, code: str, debtor: str) -> QuerySet[Deadline]:
    """Windows of the debtor's role whose end was written down unused: an act in time may be entered after it."""
    return Deadline.objects.filter(dossier=dossier, code=code, debtor_role=debtor, verdict=Verdict.LAPSED)


def hours(dossier: Dossier) -> QuerySet[Deadline]:
    """The hours of `dossier` that may still be answered, the next to end first."""
    return Deadline.objects.filter(dossier=dossier, code=ONE_HOUR.code, closed_at=None).order_by("due_at")
