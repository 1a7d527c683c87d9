"""Times as a person at the provider types them: by the clock on the wall there, with UTC beside."""

from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from orders.models import HostingServiceProvider
from orders.portal.tags import utc

AMBIGUOUS = "The clocks are changed in that hour, so this time comes twice or never. Add the offset: {} for one, {} for"
AMBIGUOUS += " the other."


def zone_of(provider: HostingServiceProvider) -> tzinfo:
    """The time zone of `provider`; UTC for one that nobody knows."""
    try:
        return ZoneInfo(provider.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def both(at: datetime | None, zone: tzinfo) -> str:
    """An instant there and in UTC, such as 21 Nov 2026, 02:30:04 (Europe/Brussels), 01:30:04 UTC; a dash for none."""
    if at is None:
        return "–"
    there, here = at.astimezone(zone), at.astimezone(UTC)
    beside = f"{here:%H:%M:%S} UTC" if there.date() == here.date() else utc(at)
    return utc(at) if zone is UTC else f"{there:%d %b %Y, %H:%M:%S} ({zone}), {beside}"


class LocalInstant(forms.DateTimeField):
    """An instant, typed and shown in `zone`, which the form sets for each field of its own."""

    zone: tzinfo = UTC

    def __init__(self, *, label: str, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S")
        unreadable = {"invalid": "Give date and time, such as 2026-11-21T02:30:05."}
        super().__init__(label=label, widget=widget, error_messages=unreadable, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().prepare_value(value)

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(self.zone):
            try:
                said: datetime | None = super().to_python(value)
            except ValidationError as error:
                self.widget.input_type = "text"  # shows whatever was typed, and takes an offset
                if error.code != "ambiguous_timezone":
                    raise
                raise self._ambiguous(value) from None
        if said is not None and not 2000 <= said.year < 2100:
            raise ValidationError("Give a date of this century.")
        return said and said.astimezone(UTC)

    def beside(self, value: Any) -> str:
        """What `value`, as typed or as prefilled, is in UTC; empty for what cannot be read."""
        try:
            return utc(self.to_python(value)) if value else ""
        except ValidationError:
            return ""

    def _ambiguous(self, value: str) -> ValidationError:
        """Asks for the offset, which names one of the two."""
        said = datetime.fromisoformat(value)
        offsets = [said.replace(tzinfo=self.zone, fold=fold).isoformat()[-6:] for fold in (0, 1)]
        return ValidationError(AMBIGUOUS.format(*offsets))
