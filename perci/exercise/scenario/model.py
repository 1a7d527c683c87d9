"""A scenario as frozen data: who takes part, which orders come when, what happens besides, and what is expected.

Everything here was checked by `reading`: shares lie between 0 and 1, codes exist, times lie within the exercise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """A competent authority; `roles` are those of Art. 12(1): issues, scrutinises, oversees, penalises.

    `appeal_days` is its national period for an appeal, in days from receipt.
    """

    code: str
    name: str
    member_state: str
    roles: tuple[str, ...]
    appeal_days: int = 30


@dataclass(frozen=True)
class Shift:
    """When so many reviewers are at a desk, by the wall clock of its zone, perhaps over midnight. Days: 0 is Monday."""

    days: tuple[int, ...]
    begins: time
    ends: time
    reviewers: int


@dataclass(frozen=True)
class Desk:
    """People who handle orders one by one: what takes long is a result of who is there and what lies before it.

    `automated` of the orders are handled by the machine within `triage`; the others wait for a reviewer, who needs a
    log-normal time around `minutes` (sigma `spread`). While nobody is on a shift, whoever is `on_call` (so many people)
    answers a page after `awakes` with the chance `answers` and then works; one that nobody answered is repeated after
    `repages`.
    """

    shifts: tuple[Shift, ...]
    minutes: float = 15.0
    spread: float = 0.5
    triage: timedelta = MINUTE
    automated: float = 0.0
    on_call: int = 0
    awakes: timedelta = 10 * MINUTE
    answers: float = 1.0
    repages: timedelta = 10 * MINUTE
    time_zone: str = "Europe/Brussels"


@dataclass(frozen=True)
class Provider:
    """A hosting service provider, or `count` alike of them: `code`-01, `code`-02 ... when there are several.

    `home` is the Member State of its main establishment, or of its legal representative (`represented`), or empty: then
    every Member State is competent (Art. 16(2)). `temperament` and `traits` are those of the simulated platforms; with
    a `desk` the platform removes when its desk gets to it. `channel`: webhook, webform, or nowhere (no message ever
    arrives).
    """

    code: str
    name: str
    home: str = ""
    represented: bool = False
    languages: tuple[str, ...] = ("en",)
    time_zone: str = "Europe/Brussels"
    count: int = 1
    temperament: str = "compliant"
    traits: Mapping[str, Any] = field(default_factory=dict)
    desk: Desk | None = None
    channel: str = "webhook"

    @property
    def codes(self) -> tuple[str, ...]:
        """One for each of them."""
        if self.count == 1:
            return (self.code,)
        width = len(str(self.count))
        return tuple(f"{self.code}-{number:0{width}}" for number in range(1, self.count + 1))


@dataclass(frozen=True)
class Stream:
    """Orders that come: `count` of them between `begins` and `ends` (counted from the start of the exercise).

    `poisson`: at random instants, uniformly spread (a Poisson process, given how many came; without `count`, as many as
    `per_day` brings). `burst`: one after the other, evenly, over the time. `to` weighs providers (all of one entry
    equally), `by` weighs authorities. `items` URLs an order. `first` says what is done when the authority never
    addressed this provider: notice (12 hours before, Art. 3(2)), emergency, or known (an earlier order is on record).
    `secret` of the orders withhold disclosure, `wrong` name an address that cannot be found (the provider must ask),
    `meets` of them name an address in which somebody else has registered an interest (Art. 14(1)), `again` of them one
    that another order names already.
    """

    name: str
    by: Mapping[str, float]
    to: Mapping[str, float]
    begins: timedelta
    ends: timedelta
    arrives: str = "poisson"
    count: int | None = None
    per_day: float | None = None
    items: int = 1
    first: str = "known"
    secret: float = 0.0
    wrong: float = 0.0
    meets: float = 0.0
    again: float = 0.0
    article: str = ""


class Happening(StrEnum):
    """What a scenario may let happen at a time."""

    OUTAGE = "outage"  # endpoint and staff of a provider are cut off for `lasts`; Annex III says so once they are able
    SILENCE = "silence"  # a provider's endpoint does not answer for `lasts`, its staff works
    RECOVERY = "recovery"  # a provider gets the temperament, traits or desk named in `now`
    WITHDRAWAL = "withdrawal"  # the latest `count` orders to a provider are withdrawn
    FORGERY = "forgery"  # somebody sends a provider what looks like an order (`count` times)
    ANNULMENT = "annulment"  # the home authority announces and decides an infringement on the latest `count` orders
    SCRUTINY = "scrutiny"  # a content provider asks for scrutiny of the latest `count` orders, late or not


@dataclass(frozen=True)
class Event:
    """Something that happens `at` (from the start of the exercise) to or around `provider`."""

    at: timedelta
    what: Happening
    provider: str
    lasts: timedelta = timedelta()
    count: int = 1
    now: Mapping[str, Any] = field(default_factory=dict)
    article: str = ""


@dataclass(frozen=True)
class Conduct:
    """What authorities, content providers and courts do by themselves. Shares are of the orders they may concern."""

    approves: timedelta = 5 * MINUTE  # after submission, by another person
    emergency_hold: timedelta = HOUR  # how long a hold after a hit lasts before somebody decides
    clarifies: timedelta = 25 * MINUTE  # median, log-normal, after the question
    leaves_unclear: float = 0.0  # of the questions are never answered
    extends_secrecy: float = 0.0  # of the orders with withheld disclosure, to the last day that Art. 11(3) allows
    withdraws: float = 0.0
    withdraws_after: timedelta = 20 * MINUTE
    own_initiative: float = 0.0  # of the cross-border orders are opened by the home authority
    decides: timedelta = 48 * HOUR  # after opening or request
    infringements: float = 0.0  # of its decisions
    informs: timedelta = 2 * HOUR  # the content provider, after the measure; disclosure permitting
    informed: float = 1.0
    content_provider_asks: float = 0.0  # of those informed ask for scrutiny in their 48 hours
    appeals: float = 0.0  # of the orders
    judged: timedelta = 60 * DAY
    annulled_by_court: float = 0.0  # of the judgments


@dataclass(frozen=True)
class Expectation:
    """One figure of the report, of the orders that `of` names (stream, provider, authority, home), and its bound."""

    that: str
    figure: str
    of: Mapping[str, str] = field(default_factory=dict)
    at_least: float | None = None
    at_most: float | None = None
    exactly: float | None = None
    article: str = ""


@dataclass(frozen=True)
class Scenario:
    """A whole exercise: from `starts`, orders begin for `lasts`, and time goes on for `settles` after that."""

    name: str
    title: str
    about: str
    starts: datetime
    lasts: timedelta
    settles: timedelta
    rules: Mapping[str, str]
    authorities: tuple[Authority, ...]
    providers: tuple[Provider, ...]
    streams: tuple[Stream, ...]
    events: tuple[Event, ...] = ()
    conduct: Conduct = field(default_factory=Conduct)
    expectations: tuple[Expectation, ...] = ()
    seed: int = 1
    text: str = ""

    @property
    def ends(self) -> datetime:
        """When time stops."""
        return self.starts + self.lasts + self.settles
