"""What an officer looks at before an order leaves: warnings, others' interests, and the time at the recipient."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orders import deconfliction
from orders.acts import preparing
from orders.models import CompetentAuthority, RemovalOrder
from orders.regulation.regions import Force, Preparation, ReasonClass


class Leaving(NamedTuple):
    """Nothing here blocks; `hits` are sentences by class of reason, without any detail of a case."""

    warnings: list[str]
    hits: list[str]
    recipient_time: str

    @property
    def calls_for_a_look(self) -> bool:
        return bool(self.warnings or self.hits)


def leaving(order: RemovalOrder, *, at: datetime) -> Leaving | None:
    """What to look at before `order` is submitted, approved or issued; None once it has left or was cancelled."""
    if order.force != Force.NOT_IN_FORCE or order.preparation == Preparation.CANCELLED:
        return None
    return Leaving(preparing.warnings(order), hits(order, at=at), _time_there(order, at))


def hits(order: RemovalOrder, *, at: datetime) -> list[str]:
    """Who else has an interest in the content of `order`, a sentence for each class of reason."""
    numbers: dict[str, list[int]] = {}
    for number, url in order.items.order_by("number").values_list("number", "url_sha256"):
        numbers.setdefault(url, []).append(number)
    found: dict[tuple[str, str], set[int]] = {}
    for hit in deconfliction.check(list(numbers), apart_from=order, at=at):
        found.setdefault((hit.authority, hit.reason), set()).update(numbers[hit.url_sha256])
    names = dict(CompetentAuthority.objects.values_list("code", "name"))
    return [
        f"{names.get(code, code)}: {ReasonClass(reason).gloss} (item {', '.join(map(str, sorted(items)))})."
        for (code, reason), items in sorted(found.items())
    ]


def _time_there(order: RemovalOrder, at: datetime) -> str:
    """Such as “It is 02:30 at the recipient (Saturday, Europe/Amsterdam).” Empty for a zone nobody knows."""
    try:
        there = at.astimezone(ZoneInfo(order.provider.time_zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    staffed = f" People are at its contact point {order.provider.hours}." if order.provider.hours else ""
    return f"It is {there:%H:%M} at the recipient ({there:%A}, {order.provider.time_zone}).{staffed}"
