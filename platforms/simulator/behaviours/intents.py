"""What a platform is told, and what it means to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from platforms.simulator.behaviours.traits import Traits

CLARIFIED = "order.clarified"


class What(StrEnum):
    """What a platform can do about an order."""

    ACKNOWLEDGE = "acknowledge"
    REMOVE = "remove"  # take the content down and report it at once (Annex II)
    CLAIM = "claim"  # report a removal that did not happen
    ASK = "ask"  # Annex III, insufficient information
    NOTIFY_OUTAGE = "notify_outage"  # Annex III, force majeure
    END_OUTAGE = "end_outage"  # the grounds ceased
    REQUEST_SCRUTINY = "request_scrutiny"  # Art. 4(4)
    REINSTATE = "reinstate"  # put the content back and report that (Art. 4(7))
    UPLOAD_AGAIN = "upload_again"  # its users put the content on another of its pages
    INFORM = "inform"  # tell the content provider (Art. 11), and report that


@dataclass(frozen=True)
class Received:
    """A message about an order: its type, how many of that type came for the order with it, and the real length of the
    order's hour (after its scale). `traits` are those of the platform that received it."""

    type: str
    hour: timedelta
    at: datetime
    traits: Traits = field(default_factory=Traits)
    round: int = 1

    def after(self, minutes: float) -> datetime:
        """So many legal minutes later: a legal minute is a sixtieth of the hour, however long the hour is."""
        return self.at + self.hour * (minutes / 60)


@dataclass(frozen=True)
class Intent:
    """What is to be done, and from when on; `in_request`: already while the webhook is being answered; `waits`: only
    when the people at its desk have got to it.

    `turn` tells several of one kind apart, `key` ends the idempotency key, and `instants` go into the statement.
    """

    what: What
    at: datetime
    in_request: bool = False
    waits: bool = False
    turn: int = 0
    key: str = ""
    instants: Mapping[str, datetime] = field(default_factory=dict)
