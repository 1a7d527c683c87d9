"""How the pages write instants, states and words."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django import template

from orders import canonical
from orders.models import Deadline
from orders.portal.words import SUBMITTED
from orders.regulation.regions import Glossed

register = template.Library()
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@register.filter
def utc(at: datetime | str | None) -> str:
    """An instant of the record such as 21 Nov 2026, 01:30:04 UTC; a dash when there is none."""
    at = _instant(at)
    return f"{at:%d %b %Y, %H:%M:%S} UTC" if at else "–"


def for_people(words: str) -> str:
    """A sentence that is made for machines, too, with its instants as people read them."""
    return INSTANT.sub(lambda found: utc(found.group()), words)


@register.filter
def utc_brief(at: datetime | str | None) -> str:
    """An instant of this year's lists, such as 21 Nov, 01:30:04 UTC."""
    at = _instant(at)
    return f"{at:%d %b, %H:%M:%S} UTC" if at else "–"


@register.filter
def utc_time(at: datetime | str | None) -> str:
    """The time of day alone, such as 01:30:04 UTC."""
    at = _instant(at)
    return f"{at:%H:%M:%S} UTC" if at else "–"


@register.filter
def instant(at: datetime | str | None) -> str:
    """RFC 3339 with microseconds, for machines and for hovering."""
    at = _instant(at)
    return canonical.instant(at) if at else ""


def _instant(at: datetime | str | None) -> datetime | None:
    if isinstance(at, str):
        at = datetime.fromisoformat(at) if at else None
    return at.astimezone(UTC) if at else None


@register.filter
def span(length: timedelta | float | None) -> str:
    """A length of time such as 1 h 02 min 05 s, 42 s or 0.4 s."""
    if length is None:
        return "–"
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    sign, seconds = ("−" if seconds < 0 else ""), abs(seconds)
    if seconds < 10:
        return f"{sign}{seconds:.1f} s"
    hours, rest = divmod(int(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    if hours:
        return f"{sign}{hours} h {minutes:02} min" if minutes else f"{sign}{hours} h"
    return f"{sign}{minutes} min {rest:02} s" if minutes else f"{sign}{rest} s"


@register.filter
def hour(scale: str) -> str:
    """How long the legal hour lasts at this exercise speed."""
    return {"1": "1 hour", "1/60": "1 minute", "1/3600": "1 second"}.get(scale, f"1 h × {scale}")


@register.filter
def limit_seconds(clock: Deadline) -> float:
    """The whole length of a clock in seconds, for the colour of its countdown."""
    return (clock.due_at - clock.starts_at).total_seconds() if clock.due_at else 0.0


@register.filter
def until(clock: Deadline) -> str:
    """The end of a clock: the time alone where it lasts an hour or so, with the date where it lasts longer."""
    return utc(clock.due_at) if limit_seconds(clock) > 12 * 3600 else utc_time(clock.due_at)


@register.filter
def gloss(member: Any) -> str:
    """What a state means, in words."""
    return member.gloss if isinstance(member, Glossed) else str(member)


@register.filter
def submitted(message_type: str) -> str:
    """What an officer brings to a web form by hand, in words."""
    return SUBMITTED.get(message_type, "it")


@register.filter
def words(name: object) -> str:
    """A name of the code as words: no_endpoint becomes “no endpoint”."""
    return str(name).replace("_", " ")


@register.filter
def pretty(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, indent=2, ensure_ascii=False)


@register.filter
def etag_header(tag: str) -> str:
    """The hx-headers by which a fragment asks only for what changed."""
    return json.dumps({"If-None-Match": tag})
