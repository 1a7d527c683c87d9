"""What every page shows on top: who is signed in, for whom, whether the deadlines are watched, what is new."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from orders import clock, deadlines
from orders.models import Heartbeat, OutboxMessage, User
from orders.portal.access import Desk, desk_of

SILENT_AFTER = timedelta(seconds=5)
MANY = 99


class Pulse(NamedTuple):
    """Whether the limits are being watched."""

    healthy: bool
    sentence: str


@dataclass(frozen=True)
class Header:
    """The signed-in person's desk, the pulse of the sweep and the number of unread notices."""

    desk: Desk
    pulse: Pulse
    unread: int

    @property
    def unread_text(self) -> str:
        return f"{MANY}+" if self.unread > MANY else str(self.unread)


def header(request: HttpRequest) -> dict[str, Any]:
    """Context processor; nothing is read until a template asks."""
    if not isinstance(getattr(request, "user", None), User):
        return {"header": None}
    return {"header": SimpleLazyObject(lambda: header_of(request))}


def header_of(request: HttpRequest) -> Header:
    """The header as of now."""
    assert isinstance(request.user, User)
    desk = desk_of(request.user)
    return Header(desk, pulse(), _unread(desk))


def pulse() -> Pulse:
    """The heartbeat of the sweep in one sentence."""
    beat = Heartbeat.objects.filter(job="sweep").first()
    if beat is None:
        return Pulse(False, "Deadlines are not watched: the sweep has never run")
    silence = clock.now() - beat.beat_at
    if silence > SILENT_AFTER:
        return Pulse(False, f"Deadlines not watched since {beat.beat_at:%H:%M:%S} UTC")
    if aside := deadlines.set_aside().count():
        return Pulse(False, f"{aside} deadline{'s' if aside > 1 else ''} set aside, tried again every 5 minutes")
    return Pulse(True, f"Deadlines watched, lag {beat.lag_ms / 1000:.1f} s")


def mark_read(user: User) -> datetime | None:
    """The notices up to now are read, in whichever browser; returns up to when they were read before."""
    before = user.notices_read_at
    user.notices_read_at = clock.now()
    user.save(update_fields=["notices_read_at"])
    return before


def _unread(desk: Desk) -> int:
    unread = OutboxMessage.objects.filter(recipient__in=desk.codes)
    if desk.user.notices_read_at:
        unread = unread.filter(created_at__gt=desk.user.notices_read_at)
    return unread[: MANY + 1].count()
