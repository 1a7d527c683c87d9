"""What an exercise was asked to play, and how much of it came to be: streams of orders, and what befell providers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from perci.exercise.report.played import Played
from perci.exercise.scenario.model import Event, Stream


@dataclass(frozen=True)
class Asked:
    """A stream of orders: from whom to whom, when, how many; `drafted` of them were, the others' time never came."""

    name: str
    by: str
    to: str
    since: datetime
    until: datetime
    orders: str
    drafted: int


@dataclass(frozen=True)
class Befell:
    """An event of the scenario, and whether the exercise got as far."""

    at: datetime
    what: str
    provider: str
    lasts: timedelta | None
    count: int
    now: str
    happened: bool


def streams(played: Played) -> Iterator[Asked]:
    """In the order of the scenario."""
    starts = played.scenario.starts
    for stream in played.scenario.streams:
        since, until = starts + stream.begins, starts + stream.ends
        drafted = len(played.run["streams"].get(stream.name, ()))
        by, to = (", ".join(weights) for weights in (stream.by, stream.to))
        yield Asked(stream.name, by, to, since, until, _orders(stream), drafted)


def _orders(stream: Stream) -> str:
    number = f"{stream.count:,}" if stream.count is not None else f"{stream.per_day:g} a day"
    return number if stream.items == 1 else f"{number}, each of {stream.items} addresses"


def events(played: Played) -> Iterator[Befell]:
    """In the order of their times."""
    for event in sorted(played.scenario.events, key=lambda event: event.at):
        at = played.scenario.starts + event.at
        yield Befell(at, event.what, event.provider, event.lasts or None, event.count, _now(event), at <= played.as_of)


def _now(event: Event) -> str:
    """What a provider that recovers is from then on."""
    return ", ".join(value if isinstance(value, str) else name for name, value in event.now.items())
