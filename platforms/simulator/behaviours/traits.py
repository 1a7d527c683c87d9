"""What is peculiar to one platform: the parameters of its temperament, as data that is checked."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from functools import cache
from typing import Any, Self
from zoneinfo import available_timezones


class Fault(StrEnum):
    """How an endpoint fails after it has read a whole message."""

    FAILED = "failed"  # 500
    HANG = "hang"  # no answer before the sender's patience ends
    HANG_UP = "hang_up"  # the connection is closed without an answer
    HALF = "half"  # 200, and the connection is closed in the middle of the body


@dataclass(frozen=True)
class Traits:
    """Every parameter with its default. Minutes are legal minutes: a sixtieth of the order's hour, however long it is.

    Raises ValueError with a sentence for a value that makes no sense.
    """

    median_minutes: float = 40.0  # slow: the median of its log-normal time to remove
    spread: float = 0.03  # slow: the sigma of that distribution
    late_minutes: float = 6.0  # late: so long after the hour, at least
    opens: str = "09:00"  # office_hours: Monday to Friday, wall time in its zone
    closes: str = "17:00"
    time_zone: str = "Europe/Berlin"
    outage_after: float = 5.0  # force_majeure: from receipt to the outage
    outage_minutes: float = 180.0
    questions: int = 1  # clarification: how often it asks
    skew_seconds: float = 0.0  # its clock is ahead of the true time by so much
    gone_status: int = 410  # what its pages answer after a removal
    gone_minutes: float = 1440.0  # already_gone: so long before the order came
    faults: tuple[Fault, ...] = ()  # its endpoint's first tries at each message end so, in this order
    faulty_for_ever: bool = False  # and all later tries like the last of them
    hang_seconds: float = 20.0
    careless: bool = False  # its client shows a garbled token first and expired ones later
    signs: bool = False  # its answers, with a key of its own (RFC 9421)

    def __post_init__(self) -> None:
        wrong = [sentence for holds, sentence in _rules(self) if not holds]
        if wrong:
            raise ValueError(" ".join(wrong))

    def but(self, told: Mapping[str, Any]) -> Self:
        """These, with what `told` (from JSON) says otherwise. Raises ValueError for what no platform has."""
        unknown = sorted(set(told) - {field.name for field in dataclasses.fields(self)})
        if unknown:
            raise ValueError(f"No such trait: {', '.join(unknown)}.")
        try:
            faults = tuple(Fault(fault) for fault in told.get("faults", self.faults))
            return dataclasses.replace(self, **{**told, "faults": faults})
        except TypeError as error:
            raise ValueError(f"A trait has a value of a wrong type: {error}") from error


def _rules(of: Traits) -> list[tuple[bool, str]]:
    return [
        (of.median_minutes > 0 and of.spread >= 0, "The median is positive and the spread not negative."),
        (of.late_minutes >= 5, "Late is at least five legal minutes after the hour."),
        (_clock(of.opens) < _clock(of.closes), "An office opens before it closes, both as HH:MM."),
        (of.time_zone in _zones(), f"There is no time zone {of.time_zone!r}."),
        (of.outage_after >= 0 and of.outage_minutes > 0, "An outage comes after receipt and lasts for a while."),
        (of.questions in (1, 2), "It asks once or twice."),
        (of.gone_status in (404, 410, 451), "What is gone answers 404, 410 or 451."),
        (of.gone_minutes > 5, "What is already gone went more than five legal minutes before."),
        (bool(of.faults) or not of.faulty_for_ever, "To be faulty for ever it needs a fault."),
        (of.hang_seconds > 0, "A hanging answer hangs for a while."),
    ]


@cache
def _zones() -> set[str]:
    return available_timezones()  # walks through the whole database of zones


def _clock(text: str) -> time:
    return time.fromisoformat(text)
