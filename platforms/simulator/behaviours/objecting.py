"""Platforms that object: they ask, cannot, or dispute the order afterwards."""

from dataclasses import replace
from random import Random

from platforms.simulator.behaviours.intents import CLARIFIED, Intent, Received, What
from platforms.simulator.behaviours.removing import acknowledge, compliant, remove


def clarification(received: Received, chance: Random) -> list[Intent]:
    """Does not understand the order and asks, as often as its traits say; once clarified, removes in the fresh hour."""
    if received.type == CLARIFIED and received.round >= received.traits.questions:
        return [remove(received, chance, 8, 20)]
    question = Intent(What.ASK, received.after(chance.uniform(4, 8)))
    return [question] if received.type == CLARIFIED else [acknowledge(received, chance), question]


def finds_nothing(intents: list[Intent]) -> list[Intent]:
    """What it does where an order names an address that it does not have: whenever it would have removed, it asks."""
    return [replace(intent, what=What.ASK) if intent.what is What.REMOVE else intent for intent in intents]


def force_majeure(received: Received, chance: Random) -> list[Intent]:
    """An outage begins after receipt: Annex III says since when; it ends, and the content goes in the fresh hour."""
    traits = received.traits
    begins = received.after(traits.outage_after)
    ends = received.after(traits.outage_after + traits.outage_minutes)
    noticed = received.after(traits.outage_after + min(chance.uniform(2, 4), traits.outage_minutes / 2))
    return [
        acknowledge(received, chance),
        Intent(What.NOTIFY_OUTAGE, noticed, instants={"grounds_since": begins}),
        Intent(What.END_OUTAGE, ends, instants={"ceased_at": ends}),
        Intent(What.REMOVE, ends + received.hour * (chance.uniform(8, 20) / 60)),
    ]


def disputes(received: Received, chance: Random) -> list[Intent]:
    """Removes, and then asks its home authority with reasons to scrutinise the order (Art. 4(4))."""
    request = Intent(What.REQUEST_SCRUTINY, received.after(chance.uniform(30, 45)))
    return [*compliant(received, chance), *([request] if received.type != CLARIFIED else [])]
