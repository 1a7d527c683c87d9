"""When to try again: a pure function of what was tried and of the order's hour."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from orders.regulation.limits import HOUR, scaled

# Seconds from the first attempt to each; with those every 5 minutes that follow, 23 fall in the hour.
PLAN = (0, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600)
# The same for mail: a server that asks to come again (4xx) means a minute, not a second.
MAIL_PLAN = (0, 30, 60, 120, 180, 300)
Paces = tuple[tuple[timedelta, timedelta], ...]  # after so long, at this pace; the longest first
AFTERWARDS = timedelta(minutes=5)
# An order may stay open for years: a dead endpoint is then tried 300 times on the first day, not 100,000 times a year.
CALMER = ((timedelta(days=7), timedelta(days=1)), (timedelta(days=1), timedelta(hours=1)))
# What waits for an endpoint, for people or to be fetched is not sent at all, and a new endpoint wakes it.
PATIENT = (
    (timedelta(days=7), timedelta(days=7)),
    (timedelta(days=1), timedelta(days=1)),
    (timedelta(hours=1), timedelta(hours=1)),
)
RETRY_AFTER_CAP = timedelta(minutes=2)  # asked for more, the hour still holds 20 attempts
BREATH = timedelta(seconds=2)  # between the end of one attempt and the next one, when the plan is behind
JITTER = 0.1  # of the step to the next attempt, so that endpoints that failed together are not tried together
GIVE_UP = timedelta(hours=24)  # once the order is closed

# Real time below which no scale goes: a test order's hour of a second must not hammer anybody.
FLOOR, FLOOR_AFTER_THE_HOUR = timedelta(milliseconds=500), timedelta(seconds=10)


def next_attempt(
    attempts_made: int,
    *,
    first_at: datetime,
    ended_at: datetime,
    random: Callable[[], float],
    scale: str = "1",
    retry_after: timedelta | None = None,
    open: bool = True,
    plan: Sequence[int] = PLAN,
) -> datetime | None:
    """When to try again after `attempts_made` attempts, the first begun at `first_at`, the last ended at `ended_at`.

    A pure function of what was tried and of what is left of an hour from `first_at`: while some is left `plan` holds,
    then a steady pace. All lengths are scaled like the order's hour, down to a floor. `random` gives a number from 0 to
    1. `retry_after` is what the endpoint asked for, and is honoured up to a cap. None means never again: only when the
    order is not `open`.
    """
    if not open and ended_at - first_at > scaled(GIVE_UP, scale):
        return None
    asked = min(retry_after or timedelta(0), scaled(RETRY_AFTER_CAP, scale))
    if ended_at - first_at >= scaled(HOUR, scale):
        # Not by the plan: after a long pause of ours it would be far behind, and catch up in a hail of attempts.
        steady = scaled(_pace(ended_at - first_at, CALMER, scale) * (1 + JITTER * random()), scale)
        return ended_at + max(steady, asked, FLOOR_AFTER_THE_HOUR)
    step = planned(attempts_made, plan) - planned(attempts_made - 1, plan)
    next_at = first_at + scaled(planned(attempts_made, plan) + step * JITTER * random(), scale)
    return max(next_at, ended_at + max(scaled(BREATH, scale), asked, FLOOR))


def look_again(waits_since: datetime, *, at: datetime) -> datetime:
    """When to look again at what waits for somebody or something at the provider's."""
    return at + _pace(at - waits_since, PATIENT, "1")


def _pace(gone: timedelta, paces: Paces, scale: str) -> timedelta:
    """The pace, at scale 1, of what was not got through for so long."""
    return next((pace for after, pace in paces if gone >= scaled(after, scale)), AFTERWARDS)


def planned(attempt: int, plan: Sequence[int] = PLAN) -> timedelta:
    """How long after the first attempt the one with this index (from 0) is planned, at scale 1."""
    if attempt < len(plan):
        return timedelta(seconds=plan[attempt])
    return timedelta(seconds=plan[-1]) + AFTERWARDS * (attempt - len(plan) + 1)
