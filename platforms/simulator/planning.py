"""What a platform makes of a message: what it plans to do, and what it drops."""

from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from platforms.simulator.behaviours import TEMPERAMENTS, Intent, Received
from platforms.simulator.models import PlannedAct, SimulatedPlatform

STARTS_AN_HOUR = ("order.issued", "order.clarified")
ENDS_THE_DUTY = ("order.withdrawn", "order.annulled")


def take(platform: SimulatedPlatform, message: dict[str, Any], *, message_id: str, at: datetime) -> list[PlannedAct]:
    """Plan what `platform` does about `message`; returns what is to be done while the webhook is being answered.

    A message that was received before plans nothing new. Raises KeyError or ValueError for one that makes no sense.
    """
    if message["type"] in ENDS_THE_DUTY:
        unfinished = PlannedAct.objects.filter(platform=platform, reference=message["data"]["reference"], done_at=None)
        unfinished.update(done_at=at, outcome="dropped")
    if message["type"] not in STARTS_AN_HOUR:
        return []
    received = Received(message["type"], hour=_hour(message["data"]["limit"]), at=at)
    chance = Random(f"{platform.code} {message_id}")  # the same message always meets the same luck
    intents = TEMPERAMENTS[platform.temperament](received, chance)
    planned = [_plan(platform, intent, message["data"], message_id, at) for intent in intents]
    return [act for act, intent in zip(planned, intents, strict=True) if intent.in_request and act.done_at is None]


def _hour(limit: dict[str, Any]) -> timedelta:
    return timedelta(seconds=float(limit["seconds"] * Fraction(limit["scale"])))


def _plan(
    platform: SimulatedPlatform, intent: Intent, data: dict[str, Any], message_id: str, at: datetime
) -> PlannedAct:
    plan = {
        "reference": data["reference"],
        "payload": {"items": _items(data)},
        "planned_at": at,
        "due_at": intent.at,
        "try_at": intent.at,
    }
    return PlannedAct.objects.get_or_create(
        platform=platform, message_id=message_id, what=intent.what.value, defaults=plan
    )[0]


def _items(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The items a message is about: those of the order with their URLs, or those that a clarification speaks of."""
    if "annex_i" in data:
        return [{"item": item["item"], "url": item["url"]} for item in data["annex_i"]["items"]]
    return [{"item": number} for number in sorted({answer["item"] for answer in data["clarification"]["answers"]})]
