"""What a platform makes of a message: what it plans to do, and what it drops."""

from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from django.db.models import F

from platforms.simulator import pages
from platforms.simulator.behaviours import TEMPERAMENTS, objecting
from platforms.simulator.behaviours.intents import Intent, Received
from platforms.simulator.models import HeardMessage, PlannedAct, SimulatedPlatform

STARTS_AN_HOUR = ("order.issued", "order.clarified")
ENDS_THE_DUTY = ("order.withdrawn", "order.annulled")
HOUR = timedelta(hours=1)


def hear(platform: SimulatedPlatform, message: dict[str, Any], *, message_id: str, at: datetime) -> HeardMessage:
    """Remember that `message` came, and how often. Raises KeyError, TypeError or ValueError for
    one that makes no sense."""
    data = message["data"]
    about = {
        "type": message["type"][:60],
        "reference": data.get("reference", "")[:40],
        "hour_seconds": _hour(data["limit"]).total_seconds() if "limit" in data else None,
        "heard_at": at,
    }
    heard, is_new = HeardMessage.objects.get_or_create(
        platform=platform, message_id=message_id, defaults={**about, "tries": 1}
    )
    if not is_new:
        HeardMessage.objects.filter(pk=heard.pk).update(tries=F("tries") + 1)
        heard.refresh_from_db(fields=["tries"])
    heard.platform = platform
    return heard


def take(heard: HeardMessage, message: dict[str, Any], *, at: datetime) -> list[PlannedAct]:
    """Plan what the platform does about `message`; returns what is to be done while the webhook is being answered.

    A message that was received before plans nothing new. Raises KeyError or ValueError for one that makes no sense.
    """
    if heard.type in ENDS_THE_DUTY:
        unfinished = PlannedAct.objects.filter(platform=heard.platform, reference=heard.reference, done_at=None)
        unfinished.exclude(message_id=heard.message_id).update(done_at=at, outcome="dropped")
    intents = _intents(heard, message["data"], at)
    planned = [_plan(heard, intent, message["data"], at) for intent in intents]
    return [act for act, intent in zip(planned, intents, strict=True) if intent.in_request and act.done_at is None]


def _intents(heard: HeardMessage, data: dict[str, Any], at: datetime) -> list[Intent]:
    platform = heard.platform
    chance = Random(f"{platform.code} {heard.message_id}")  # the same message always meets the same luck
    temperament = TEMPERAMENTS[platform.temperament]
    if heard.type in STARTS_AN_HOUR:
        received = Received(heard.type, _hour(data["limit"]), at, platform.traits, heard.round)
        planned = temperament.plan(received, chance)
        return planned if _finds(heard, data) else objecting.finds_nothing(planned)
    if heard.type == "order.annulled" and data["items"]:  # with content that was taken down
        return temperament.when_annulled(Received(heard.type, _known_hour(heard), at, platform.traits), chance)
    return []


def _finds(heard: HeardMessage, data: dict[str, Any]) -> bool:
    """Whether the platform has all that an order names; a clarification says where to look."""
    return heard.type != "order.issued" or all(pages.is_known(item["url"]) for item in data["annex_i"]["items"])


def _hour(limit: dict[str, Any]) -> timedelta:
    return timedelta(seconds=float(limit["seconds"] * Fraction(limit["scale"])))


def _known_hour(heard: HeardMessage) -> timedelta:
    """The length of the order's hour, as the platform learnt it; an annulment does not repeat it."""
    told = HeardMessage.objects.filter(platform=heard.platform, reference=heard.reference)
    known = told.exclude(hour_seconds=None).values_list("hour_seconds", flat=True).first()
    return timedelta(seconds=known) if known else HOUR


def _plan(heard: HeardMessage, intent: Intent, data: dict[str, Any], at: datetime) -> PlannedAct:
    plan = {
        "reference": heard.reference,
        "payload": {
            "items": _items(data),
            "instants": {name: instant.isoformat() for name, instant in intent.instants.items()},
        },
        "key_ends": intent.key,
        "planned_at": at,
        "due_at": intent.at,
        "try_at": None if intent.waits else intent.at,
    }
    return PlannedAct.objects.get_or_create(
        platform=heard.platform,
        message_id=heard.message_id,
        what=intent.what.value,
        turn=intent.turn,
        defaults=plan,
    )[0]


def _items(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The items a message is about: those of the order with their URLs, or the numbers that a later message names."""
    if "annex_i" not in data:
        return [{"item": number} for number in data["items"]]
    asked = {answer["item"] for answer in data["clarification"]["answers"]} if "clarification" in data else None
    items = [{"item": item["item"], "url": item["url"]} for item in data["annex_i"]["items"]]
    return [item for item in items if asked is None or item["item"] in asked]
