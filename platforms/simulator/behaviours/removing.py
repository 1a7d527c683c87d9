"""Platforms that remove, each in its own time."""

from datetime import timedelta
from math import log
from random import Random

from platforms.simulator.behaviours import opening
from platforms.simulator.behaviours.intents import Intent, Received, What


def acknowledge(received: Received, chance: Random) -> Intent:
    """Seen, after one to three legal minutes."""
    return Intent(What.ACKNOWLEDGE, received.after(chance.uniform(1, 3)))


def remove(received: Received, chance: Random, earliest: float, latest: float) -> Intent:
    """Removed and reported between these legal minutes."""
    return Intent(What.REMOVE, received.after(chance.uniform(earliest, latest)))


def compliant(received: Received, chance: Random) -> list[Intent]:
    """Acknowledges and removes early in the hour."""
    return [acknowledge(received, chance), remove(received, chance, 8, 20)]


def slow(received: Received, chance: Random) -> list[Intent]:
    """Takes a log-normal time around its median."""
    minutes = chance.lognormvariate(log(received.traits.median_minutes), received.traits.spread)
    return [acknowledge(received, chance), Intent(What.REMOVE, received.after(minutes))]


def late(received: Received, chance: Random) -> list[Intent]:
    """Removes after the hour: by at least five legal minutes, with one more for the way of the receipt."""
    after = 60 + received.traits.late_minutes
    return [acknowledge(received, chance), remove(received, chance, after, after + 2)]


def silent(received: Received, chance: Random) -> list[Intent]:  # noqa: ARG001  a behaviour that ignores everything
    """Never answers."""
    return []


def eager(received: Received, chance: Random) -> list[Intent]:  # noqa: ARG001  leaves nothing to chance
    """Has removed and reported before it has answered the webhook."""
    return [Intent(What.REMOVE, received.at, in_request=True)]


def office_hours(received: Received, chance: Random) -> list[Intent]:
    """Removes promptly while people are there; what comes at night or at the weekend waits for the next working day."""
    seen_at = opening.staffed_from(received.at, received.traits)
    removed_at = seen_at + received.hour * (chance.uniform(8, 20) / 60)
    if not opening.is_staffed(removed_at, received.traits):
        removed_at = opening.staffed_from(removed_at, received.traits) + received.hour * (chance.uniform(1, 3) / 60)
    return [Intent(What.ACKNOWLEDGE, min(seen_at + _legal(received, 1), removed_at)), Intent(What.REMOVE, removed_at)]


def desk(received: Received, chance: Random) -> list[Intent]:
    """Its machine acknowledges; people remove, when they have got to it: whoever plays them says when."""
    return [acknowledge(received, chance), Intent(What.REMOVE, received.at, waits=True)]


def already_gone(received: Received, chance: Random) -> list[Intent]:
    """What it is asked to remove went offline long before; it says since when (case 18)."""
    gone_at = received.at - _legal(received, received.traits.gone_minutes)
    at = received.after(chance.uniform(8, 20))
    return [acknowledge(received, chance), Intent(What.REMOVE, at, instants={"gone_at": gone_at})]


def reinstate(received: Received, chance: Random) -> list[Intent]:
    """When the order is annulled: the content is back within minutes, and that is reported (Art. 4(7))."""
    return [Intent(What.REINSTATE, received.after(chance.uniform(1, 4)))]


def _legal(received: Received, minutes: float) -> timedelta:
    return received.hour * (minutes / 60)
