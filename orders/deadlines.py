"""Clocks as rows: started, closed, warned, and found when due; what they mean is in `regulation.limits`."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from orders import ids
from orders.models import ContentItem, Deadline, Dossier, RemovalOrder
from orders.regulation import limits
from orders.regulation.limits import LIMITS, ONE_HOUR, ClockGround, Stop, Verdict


def start_hour(
    order: RemovalOrder, item: ContentItem, *, starts_at: datetime, ground: ClockGround, entry: int
) -> Deadline:
    """A fresh hour (C2) for `item`, not yet saved."""
    due = limits.due_at(ONE_HOUR, starts_at, scale=order.limit_scale)
    return Deadline(
        clock_id=ids.new("clk"),
        dossier=order.dossier,
        item=item,
        code=ONE_HOUR.code,
        article=ONE_HOUR.article,
        debtor_role=ONE_HOUR.debtor,
        debtor=order.provider.code,
        ground=ground,
        scale=order.limit_scale,
        starts_at=starts_at,
        start_entry=entry,
        due_at=due,
        next_warning_at=limits.warning_times(ONE_HOUR, due, scale=order.limit_scale)[0],
    )


def answer(clock: Deadline, *, taken_at: datetime, reported_at: datetime, entry: int) -> None:
    """Close `clock` by a reported measure; the verdict follows from the two times."""
    clock.taken_at, clock.reported_at = taken_at, reported_at
    _close(clock, at=reported_at, entry=entry)


def stop(clock: Deadline, *, because: Stop, at: datetime, entry: int) -> None:
    """Close `clock` without a measure: displaced, or ended."""
    clock.stop = because
    _close(clock, at=at, entry=entry)


def _close(clock: Deadline, *, at: datetime, entry: int) -> None:
    clock.closed_at, clock.close_entry, clock.next_warning_at = at, entry, None
    clock.verdict = limits.verdict(clock.facts(), now=at) or ""


def mark_passed(clock: Deadline, *, noticed_at: datetime) -> None:
    """Write down that the limit passed with nothing reported; the clock stays answerable."""
    clock.noticed_at, clock.next_warning_at = noticed_at, None
    clock.verdict = limits.verdict(clock.facts(), now=noticed_at) or ""


def next_warning(clock: Deadline, *, after: datetime) -> datetime | None:
    """The first warning instant of `clock` later than `after`, or None."""
    times = limits.warning_times(LIMITS[clock.code], clock.due_at, scale=clock.scale)
    return next((time for time in times if time > after), None)


def time_left(clock: Deadline, *, at: datetime) -> timedelta:
    """What remains until `clock` is due; negative when it has passed."""
    return clock.due_at - at


_LIVE = Q(closed_at__isnull=True, noticed_at__isnull=True, set_aside_at__isnull=True)


def passed(*, at: datetime) -> QuerySet[Deadline]:
    """Clocks whose limit has passed unnoticed at `at`, oldest first. Exactly the due instant is still within."""
    return Deadline.objects.filter(_LIVE, due_at__lt=at).order_by("due_at")


def to_warn(*, at: datetime) -> QuerySet[Deadline]:
    """Clocks of which a warning is due at `at`."""
    return Deadline.objects.filter(_LIVE, next_warning_at__lte=at, due_at__gte=at).order_by("next_warning_at")


def missed(item: ContentItem) -> QuerySet[Deadline]:
    """Clocks of `item` closed by a ground that was claimed after the limit: the time of a measure still decides."""
    return Deadline.objects.filter(item=item, stop=Stop.DISPLACED, verdict=Verdict.UNANSWERED).order_by("pk")


def unanswered(dossier: Dossier) -> QuerySet[Deadline]:
    """The clocks of `dossier` that may still be answered."""
    return Deadline.objects.filter(dossier=dossier, closed_at=None).select_related("item").order_by("item__number")
