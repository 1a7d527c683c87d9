"""What a stated time may be, given that clocks differ (case 22)."""

from datetime import datetime, timedelta

from django.conf import settings

from orders import canonical
from orders.acts.refusals import Invalid


def tolerance() -> timedelta:
    """By how much another party's clock may differ from ours."""
    return timedelta(seconds=settings.MEASURE_TOLERANCE_SECONDS)


def check_not_before(stated: datetime, earliest: datetime, pointer: str, what: str) -> None:
    """Refuse an instant before `earliest`, when `what` happened, by more than a clock may be off."""
    if stated < earliest - tolerance():
        raise Invalid(
            f"The time lies before {what} ({canonical.instant(earliest)}), which it cannot. Nothing was recorded; send "
            "the time at which it happened.",
            pointer=pointer,
            got=stated,
            code="time-too-early",
        )


def check_not_future(stated: datetime, at: datetime, pointer: str) -> None:
    """Refuse an instant that lies in the future by more than a clock may be off."""
    if stated > at + tolerance():
        minutes = (stated - at) / timedelta(minutes=1)
        raise Invalid(
            f"The time is {minutes:.0f} min after our clock. Nothing was recorded; send the time at which it happened.",
            pointer=pointer,
            got=stated,
            code="time-in-future",
        )
