"""Platforms whose words and deeds differ, or whose words come twice or in the wrong order."""

from random import Random

from platforms.simulator.behaviours.intents import Intent, Received, What
from platforms.simulator.behaviours.removing import acknowledge, compliant


def lies(received: Received, chance: Random) -> list[Intent]:
    """Claims a removal; the content stays online."""
    return [acknowledge(received, chance), Intent(What.CLAIM, received.after(chance.uniform(8, 20)))]


def uploads_again(received: Received, chance: Random) -> list[Intent]:
    """Removes; a little later the same content is on another of its pages (case 3: that needs another order)."""
    acknowledged, removal = compliant(received, chance)
    again_at = removal.at + received.hour * (chance.uniform(5, 10) / 60)
    return [acknowledged, removal, Intent(What.UPLOAD_AGAIN, again_at)]


def duplicates(received: Received, chance: Random) -> list[Intent]:
    """Sends each answer four times: twice under one idempotency key, and twice under another."""
    return [again for intent in compliant(received, chance) for again in _four_times(intent, received)]


def _four_times(intent: Intent, received: Received) -> list[Intent]:
    return [
        Intent(
            intent.what,
            intent.at + turn * received.hour / 120,
            turn=turn,
            key=key,
            instants={"signed_at": intent.at},  # one key, one body
        )
        for turn, key in enumerate(("", "", "-again", "-again"))
    ]


def out_of_order(received: Received, chance: Random) -> list[Intent]:
    """Reports the removal while it is still being told, acknowledges after that, and then asks what to remove."""
    return [
        Intent(What.REMOVE, received.at, in_request=True),
        Intent(What.ACKNOWLEDGE, received.after(chance.uniform(4, 6))),
        Intent(What.ASK, received.after(chance.uniform(8, 12))),
    ]
