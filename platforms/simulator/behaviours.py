"""How platforms behave: one pure function per temperament, from what came in to what is to be done when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random


class What(StrEnum):
    """What a platform can do about an order."""

    ACKNOWLEDGE = "acknowledge"
    REMOVE = "remove"  # take the content down and report it at once
    ASK = "ask"  # Annex III, insufficient information


@dataclass(frozen=True)
class Received:
    """What starts an hour: the message type, the real length of that hour (after its scale), and when it came in."""

    type: str
    hour: timedelta
    at: datetime

    def after(self, minutes: float) -> datetime:
        """So many legal minutes later: a legal minute is a sixtieth of the hour, however long the hour is."""
        return self.at + self.hour * (minutes / 60)


@dataclass(frozen=True)
class Intent:
    """What is to be done, and from when on; `in_request`: already while the webhook is being answered."""

    what: What
    at: datetime
    in_request: bool = False


Behaviour = Callable[[Received, Random], list[Intent]]


def compliant(received: Received, chance: Random) -> list[Intent]:
    """Acknowledges and removes early in the hour."""
    return [_acknowledge(received, chance), _remove(received, chance, 8, 20)]


def slow(received: Received, chance: Random) -> list[Intent]:
    """Takes two thirds of the hour."""
    return [_acknowledge(received, chance), _remove(received, chance, 38, 42)]


def clarification(received: Received, chance: Random) -> list[Intent]:
    """Does not understand the order; once it is clarified, removes early in the fresh hour."""
    if received.type == "order.clarified":
        return [_remove(received, chance, 8, 20)]
    return [_acknowledge(received, chance), Intent(What.ASK, received.after(chance.uniform(4, 8)))]


def late(received: Received, chance: Random) -> list[Intent]:
    """Removes after the hour: by at least five legal minutes, with one more for the way of the receipt."""
    return [_acknowledge(received, chance), _remove(received, chance, 66, 68)]


def silent(received: Received, chance: Random) -> list[Intent]:  # noqa: ARG001  a behaviour that ignores everything
    """Never answers."""
    return []


def eager(received: Received, chance: Random) -> list[Intent]:  # noqa: ARG001  leaves nothing to chance
    """Has removed and reported before it has answered the webhook."""
    return [Intent(What.REMOVE, received.at, in_request=True)]


def _acknowledge(received: Received, chance: Random) -> Intent:
    return Intent(What.ACKNOWLEDGE, received.after(chance.uniform(1, 3)))


def _remove(received: Received, chance: Random, earliest: float, latest: float) -> Intent:
    return Intent(What.REMOVE, received.after(chance.uniform(earliest, latest)))


TEMPERAMENTS: dict[str, Behaviour] = {
    behaviour.__name__: behaviour for behaviour in (compliant, slow, clarification, late, silent, eager)
}
