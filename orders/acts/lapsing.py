"""What time itself does: limits pass and warnings fall due, found by query and dated at their due time."""

import logging
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta

from django.db import OperationalError, transaction

from orders import deadlines
from orders.acts import _case, _loading, _passing, preserving
from orders.acts._case import Case
from orders.models import Deadline, Dossier, Ground
from orders.outbox import Letter
from orders.regulation import limits

log = logging.getLogger(__name__)
BATCH = 500  # past 1,000 a batch gains little, and a poisoned row costs its whole batch a second try


def lapse(*, at: datetime, batch: int = BATCH) -> int:
    """Write down the limits that passed unanswered before `at`: one batch of dossiers, one transaction.

    Returns the number of dossiers handled; call again until it is 0. A dossier that somebody else has locked is left
    to the next round. One that cannot be processed is set aside and shown, and the others go on (`take_up`).
    """
    due = deadlines.passed(at=at).values_list("dossier_id", flat=True)[:batch]
    return _together(list(dict.fromkeys(due)), _passing.pass_limits, at, otherwise=_set_aside)


def take_up(*, at: datetime, aside_for: timedelta = timedelta(0)) -> int:
    """Try again every dossier of which a clock was set aside that long ago; returns how many of them could be handled.

    Where the cause is gone the clock gets its entry and its verdict, dated at its due time; else it stays set aside.
    """
    waiting = deadlines.set_aside().filter(set_aside_at__lte=at - aside_for).values_list("dossier_id", flat=True)
    return sum(_again(key, at) for key in sorted(set(waiting)))


def _again(key: int, at: datetime) -> int:
    try:
        with transaction.atomic():
            deadlines.set_aside().filter(dossier=key).update(set_aside_at=None, set_aside_reason="")
            return _handle([key], _passing.pass_limits, at)
    except OperationalError:
        raise
    except Exception as error:
        log.warning("dossier %s still cannot be processed: %s", key, error)
        deadlines.set_aside().filter(dossier=key).update(set_aside_at=at, set_aside_reason=_why(error))
        return 0


def warn(*, at: datetime, batch: int = BATCH) -> int:
    """Warn both sides of limits that approach, each warning exactly once. Returns the number of dossiers handled."""
    due = deadlines.to_warn(at=at).values_list("dossier_id", flat=True)[:batch]
    return _together(list(dict.fromkeys(due)), _warn, at, otherwise=_warn_no_more)


def remind(*, at: datetime, batch: int = BATCH) -> int:
    """Remind both sides of impossibilities that nobody reported as ended (case 7). Returns the dossiers handled.

    Each instant of `limits.next_reminder` once, however late or often this runs; no clock starts or changes.
    """
    due = deadlines.to_remind(at=at).values_list("item__order__dossier_id", flat=True)[:batch]
    return _together(list(dict.fromkeys(due)), _remind, at, otherwise=_remind_no_more)


def _together(
    keys: list[int],
    do: Callable[..., int],
    at: datetime,
    *,
    otherwise: Callable[[int, datetime, Exception], None],
) -> int:
    """Handle all in one transaction; if that fails, each in its own, and the failing one is put out of the way."""
    if not keys:
        return 0
    try:
        return _handle(keys, do, at)
    except OperationalError:  # the database is away or a lock was not had: nothing is wrong with a row
        raise
    except Exception as error:
        if len(keys) > 1:
            return sum(_together([key], do, at, otherwise=otherwise) for key in keys)
        log.exception("dossier %s could not be processed", keys[0])
        otherwise(keys[0], at, error)
        return 1


def _handle(keys: list[int], do: Callable[..., int], at: datetime) -> int:
    with transaction.atomic():
        cases = _loading.load(_locked(keys))
        for case in cases:
            do(case, at=at)
        _case.save(cases, at=at)
    return len(cases)


def _locked(keys: list[int]) -> list[Dossier]:
    """Lock what nobody else holds, in key order. Where rows cannot be locked (SQLite) the transaction holds all."""
    return list(Dossier.objects.select_for_update(skip_locked=True).filter(pk__in=keys).order_by("pk"))


def _warn(case: Case, *, at: datetime) -> int:
    alike: dict[Hashable, list[Deadline]] = {}  # an order of many items has many clocks: those are spoken of together
    for clock in sorted((clock for clock in case.clocks if _warning_is_due(clock, at)), key=_place):
        clock.warnings_sent += 1
        clock.next_warning_at = deadlines.next_warning(clock, after=at)
        case.touch(clock)
        to = tuple(_passing.debtor_and_issuer(case, clock))
        alike.setdefault((clock.code, clock.due_at, clock.scale, to), []).append(clock)
    for clocks in alike.values():
        case.letters.extend(_warnings(case, clocks, at))
    return len(alike)


def _warning_is_due(clock: Deadline, at: datetime) -> bool:
    return bool(clock.next_warning_at and clock.due_at and clock.next_warning_at <= at <= clock.due_at)


def _place(clock: Deadline) -> tuple[datetime | None, str, int, str]:
    return clock.due_at, clock.code, clock.item.number if clock.item else 0, clock.clock_id


def _warnings(case: Case, clocks: list[Deadline], at: datetime) -> list[Letter]:
    first = clocks[0]
    data = {
        "items": [clock.item.number for clock in clocks if clock.item],
        "clocks": [clock.clock_id for clock in clocks],
        "code": first.code,
        "due_at": first.due_at,
        "seconds_left": int(deadlines.time_left(first, at=at).total_seconds()),
        "scale": first.scale,
    }
    if first.code == "C15" and preserving.never_informed(case.order):  # case 10
        data["content_provider_never_informed"] = True
    return [Letter("order.limit_approaching", to, data) for to in _passing.debtor_and_issuer(case, first)]


def _remind(case: Case, *, at: datetime) -> int:
    notices: dict[int, list[Ground]] = {}  # one Annex III may name many items: they are spoken of together
    for ground in deadlines.to_remind(at=at).filter(item__order=case.order).select_related("item").order_by("pk"):
        ground.reminders_sent += 1
        ground.next_reminder_at = limits.next_reminder(ground.notified_at, after=at, scale=case.order.limit_scale)
        case.touch(ground)
        notices.setdefault(ground.opened_by, []).append(ground)
    for grounds in notices.values():
        case.letters.extend(_reminders(case, grounds, at))
    return len(notices)


def _reminders(case: Case, grounds: list[Ground], at: datetime) -> list[Letter]:
    first = grounds[0]
    data = {
        "items": [ground.item.number for ground in grounds],
        "since": first.since,
        "notified_at": first.notified_at,
        "open_seconds": int((at - first.notified_at).total_seconds()),
    }
    return [Letter("order.ground_reminded", to, data) for to in _passing.both_sides(case)]


def _set_aside(key: int, at: datetime, error: Exception) -> None:
    deadlines.passed(at=at).filter(dossier=key).update(set_aside_at=at, set_aside_reason=_why(error))


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _warn_no_more(key: int, at: datetime, error: Exception) -> None:  # noqa: ARG001  the log has the error
    deadlines.to_warn(at=at).filter(dossier=key).update(next_warning_at=None)


def _remind_no_more(key: int, at: datetime, error: Exception) -> None:  # noqa: ARG001  the log has the error
    due = deadlines.to_remind(at=at).filter(item__order__dossier=key)
    Ground.objects.filter(pk__in=list(due.values_list("pk", flat=True))).update(next_reminder_at=None)
