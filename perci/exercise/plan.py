"""Which orders come when, from whom to whom, and what they name: drawn before anything happens."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from perci.exercise import luck
from perci.exercise.scenario.model import DAY, Scenario, Stream
from platforms.simulator.pages import NOWHERE


@dataclass(frozen=True)
class Planned:
    """One order to come: `meets` an interest, names an address that is `wrong`, or one that came before (`again`)."""

    stream: Stream
    number: int
    at: datetime
    authority: str
    provider: str
    urls: tuple[str, ...]
    secret: bool = False
    wrong: bool = False
    meets: bool = False

    @property
    def name(self) -> str:
        """By which it has its luck, and its file number."""
        return f"{self.stream.name} {self.number}"


def reduced(scenario: Scenario, share: float) -> Scenario:
    """The same with a share of the orders, and at least one of each stream that has a count."""
    return replace(scenario, streams=tuple(_reduced(stream, share) for stream in scenario.streams))


def _reduced(stream: Stream, share: float) -> Stream:
    if stream.count is not None:
        return replace(stream, count=max(1, round(stream.count * share)))
    return replace(stream, per_day=(stream.per_day or 0) * share)


def plan(scenario: Scenario, *, seed: int) -> list[Planned]:
    """All orders, in the order of their times."""
    codes = {provider.code: provider.codes for provider in scenario.providers}
    planned = [order for stream in scenario.streams for order in _of_stream(stream, codes, scenario.starts, seed)]
    return sorted(planned, key=lambda order: (order.at, order.stream.name, order.number))


def _of_stream(stream: Stream, codes: dict[str, tuple[str, ...]], starts: datetime, seed: int) -> Iterator[Planned]:
    named: dict[str, list[str]] = {}
    times = _times(stream, luck.of(seed, "stream", stream.name))
    for number, since in enumerate(times, start=1):
        chance = luck.of(seed, "order", stream.name, number)
        provider = chance.choice(codes[_weighed(chance, stream.to)])
        order = _order(stream, number, starts + since, provider, chance, named.get(provider, []))
        named.setdefault(provider, []).extend(order.urls)
        yield order


def _times(stream: Stream, chance: Random) -> list[timedelta]:
    """Since the start; in whole milliseconds, as people and machines note them."""
    length = stream.ends - stream.begins
    if stream.arrives == "burst":
        assert stream.count is not None  # checked when it was read
        since = [length * place / stream.count for place in range(stream.count)]
    elif stream.count is not None:
        since = sorted(length * chance.random() for _ in range(stream.count))
    else:
        since = list(_arrivals(stream.per_day or 0, length, chance))
    return [stream.begins + timedelta(milliseconds=gone // timedelta(milliseconds=1)) for gone in since]


def _arrivals(per_day: float, length: timedelta, chance: Random) -> Iterator[timedelta]:
    gone = timedelta()
    while per_day > 0 and (gone := gone + DAY * chance.expovariate(per_day)) < length:
        yield gone


def _weighed(chance: Random, weights: object) -> str:
    assert isinstance(weights, dict)
    names = sorted(weights)
    return chance.choices(names, [weights[name] for name in names])[0]


def _order(stream: Stream, number: int, at: datetime, provider: str, chance: Random, named: list[str]) -> Planned:
    authority = _weighed(chance, stream.by)
    secret, wrong, meets, again = (
        chance.random() < share for share in (stream.secret, stream.wrong, stream.meets, stream.again)
    )
    host, slug = f"https://{provider}.example", stream.name.replace(" ", "-")
    urls = [f"{host}/v/{slug}/{number}-{item}" for item in range(1, stream.items + 1)]
    if again and named:
        urls[0] = chance.choice(named)
    elif wrong:
        urls[0] = f"{host}{NOWHERE}{slug}/{number}-1"
    return Planned(stream, number, at, authority, provider, tuple(urls), secret, wrong and not (again and named), meets)
