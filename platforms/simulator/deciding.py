"""What the people of a platform decide after a message came: whoever plays them, in an exercise, says it here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from platforms.simulator.behaviours.intents import What
from platforms.simulator.models import HeardMessage, PlannedAct, SimulatedPlatform

DUTIES = (What.REMOVE, What.ASK)  # what an hour waits for


def waiting(*, after: int = 0) -> QuerySet[PlannedAct]:
    """What waits for a desk, in the order it came in; after the act with the key `after`."""
    unread = PlannedAct.objects.filter(try_at=None, done_at=None, pk__gt=after)
    return unread.select_related("platform").order_by("pk")


def get_to(key: int, *, at: datetime) -> None:
    """The desk has got to the act with this key, which is done at once; nothing happens when it was dropped."""
    PlannedAct.objects.filter(pk=key, try_at=None, done_at=None).update(due_at=at, try_at=at)


def intend(
    platform: SimulatedPlatform, reference: str, what: What, *, at: datetime, payload: Mapping[str, Any] | None = None
) -> None:
    """Mean to do `what` about an order from `at` on; nothing happens where the order never came."""
    order = HeardMessage.objects.filter(platform=platform, reference=reference, type="order.issued").first()
    if order is not None:
        _plan(platform, order.message_id, reference, what, at, payload or {})


def is_cut_off(platform: SimulatedPlatform, *, begins: datetime, ends: datetime, notices: datetime) -> list[str]:
    """From `begins` to `ends` nothing can be done at `platform`; from elsewhere, it says so at `notices` (Annex III).

    That is said of the orders whose hour waits for it; once the outage has ended, that is said, too, and they are done.
    Returns their references.
    """
    unfinished = PlannedAct.objects.filter(platform=platform, done_at=None).order_by("pk")
    duties = [act for act in unfinished if act.what in DUTIES]
    late = unfinished.filter(try_at__lt=ends)
    for act in late:
        resumes = ends + (act.try_at - begins if act.try_at else timedelta())
        PlannedAct.objects.filter(pk=act.pk).update(try_at=resumes, due_at=resumes)
    for act in duties:
        _notify(act, begins, ends, notices)
    return [act.reference for act in duties]


def _notify(act: PlannedAct, begins: datetime, ends: datetime, notices: datetime) -> None:
    since = max(begins, act.planned_at)
    about = [{"item": item["item"]} for item in act.payload["items"]]
    said = {"items": about, "instants": {"grounds_since": since.isoformat()}}
    ceased = {"items": about, "instants": {"ceased_at": ends.isoformat()}}
    _plan(act.platform, act.message_id, act.reference, What.NOTIFY_OUTAGE, notices, said)
    _plan(act.platform, act.message_id, act.reference, What.END_OUTAGE, ends, ceased)


def _plan(
    platform: SimulatedPlatform, message_id: str, reference: str, what: What, at: datetime, payload: Mapping[str, Any]
) -> None:
    alike = PlannedAct.objects.filter(platform=platform, message_id=message_id, what=what.value).count()
    PlannedAct.objects.create(
        platform=platform,
        message_id=message_id,
        reference=reference,
        what=what.value,
        turn=alike,
        key_ends=f"-{alike}" if alike else "",
        payload=dict(payload),
        planned_at=at,
        due_at=at,
        try_at=at,
    )
