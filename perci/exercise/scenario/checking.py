"""What no single word shows: names that nobody has, times outside the exercise, orders that nobody could issue."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from orders.regulation.periods import MEMBER_STATES
from orders.regulation.rules import Rules
from perci.exercise.scenario.expecting import FIGURES, OF
from perci.exercise.scenario.model import DAY, MINUTE, Desk, Event, Expectation, Happening, Provider, Scenario, Stream
from perci.exercise.scenario.source import Source, Where
from platforms.simulator.behaviours import TEMPERAMENTS

LONGEST, WEEK = 3 * 366 * DAY, 7 * DAY
MOST_ORDERS, MOST_PROVIDERS, MOST_ITEMS, MOST_AT_ONCE, MOST_PEOPLE = 50_000, 500, 100, 10_000, 1_000
LEAST_ANSWERED = 0.01  # else a call goes out without end
WIDEST = 3  # sigma: one case in a hundred takes a thousand times the median then
ROLES = ("issues", "scrutinises", "oversees", "penalises")
CHANNELS = ("webhook", "webform", "nowhere")
ARRIVALS = ("poisson", "burst")
FIRST = ("known", "notice", "emergency")
LASTING = (Happening.OUTAGE, Happening.SILENCE)
LANGUAGE = "en"  # of every simulated order
Found = Iterator[tuple[Where, str]]


def mistakes(scenario: Scenario, source: Source) -> Iterator[str]:
    """Each with its line."""
    for check in (_whole, _parties, _streams, _events, _expectations):
        for where, sentence in check(scenario):
            yield source.at(where, sentence)


def _one_of(value: str, known: Iterable[str], where: Where, what: str) -> Found:
    known = list(known)
    if value not in known:
        yield where, f"{what} {value!r} is not known: use {', '.join(known)}."


# --- the whole ---
def _whole(scenario: Scenario) -> Found:
    if not timedelta() < scenario.lasts <= LONGEST:
        yield ("lasts",), "an exercise lasts longer than nothing and no longer than three years: it has to end."
    if scenario.settles > LONGEST:
        yield ("settles",), "time goes on for three years at most: an exercise has to end."
    if (orders := sum(_expected(stream) for stream in scenario.streams)) > MOST_ORDERS:
        yield ("orders",), f"about {orders:,.0f} orders: at most {MOST_ORDERS:,} are played, else it would not end."
    if (count := sum(provider.count for provider in scenario.providers)) > MOST_PROVIDERS:
        yield ("providers",), f"{count} providers: at most {MOST_PROVIDERS} are played."
    try:
        Rules(**scenario.rules)
    except ValueError as error:
        yield ("rules",), str(error)


def _expected(stream: Stream) -> float:
    return stream.count or (stream.per_day or 0.0) * ((stream.ends - stream.begins) / DAY)


# --- parties ---
def _parties(scenario: Scenario) -> Found:
    for authority in scenario.authorities:
        where = ("authorities", authority.code)
        yield from _one_of(authority.member_state, MEMBER_STATES, (*where, "member_state"), "the Member State")
        if authority.appeal_days > LONGEST.days:
            yield (*where, "appeal_days"), "a period for an appeal is no longer than three years."
        for place, role in enumerate(authority.roles):
            yield from _one_of(role, ROLES, (*where, "roles", place), "the role")
    for provider in scenario.providers:
        yield from _provider(provider)


def _provider(provider: Provider) -> Found:
    where = ("providers", provider.code)
    if provider.home:
        yield from _one_of(provider.home, MEMBER_STATES, (*where, "home"), "the Member State")
    elif provider.represented:
        yield (*where, "represented"), "a legal representative sits somewhere: name its Member State as home."
    if provider.time_zone not in _time_zones():
        yield (*where, "time_zone"), f"there is no time zone {provider.time_zone!r}."
    if LANGUAGE not in provider.languages:
        yield (*where, "languages"), "simulated orders are in English: its contact point works in en, too (Art. 15(2))."
    yield from _one_of(provider.channel, CHANNELS, (*where, "channel"), "the channel")
    yield from _playable(provider.temperament, provider.traits, where)
    if provider.desk:
        yield from _desk(provider.desk, (*where, "desk"))


@cache
def _time_zones() -> set[str]:
    return available_timezones()  # which looks for them in the file system


def _playable(temperament: str, traits: Mapping[str, Any], where: Where) -> Found:
    if temperament not in TEMPERAMENTS:
        yield from _one_of(temperament, TEMPERAMENTS, (*where, "temperament"), "the temperament")
        return
    try:
        TEMPERAMENTS[temperament].traits.but(traits)
    except ValueError as error:
        yield (*where, "traits"), str(error)


def _desk(desk: Desk, where: Where) -> Found:
    if not desk.shifts and not desk.on_call and desk.automated < 1:
        yield (*where, "shifts"), "nobody is ever there: name a shift or people on call, or leave the desk out."
    if not 0 < desk.minutes <= WEEK / MINUTE:
        yield (*where, "minutes"), "a case takes longer than nothing and no longer than a week."
    if desk.spread > WIDEST:
        yield (*where, "spread"), f"a spread of more than {WIDEST} is none that anybody has: write 0.5."
    if max((desk.on_call, *(shift.reviewers for shift in desk.shifts))) > MOST_PEOPLE:
        yield where, f"at most {MOST_PEOPLE:,} people are there at once."
    if desk.on_call and desk.answers < LEAST_ANSWERED:
        yield (
            (*where, "answers"),
            "people who answer less than 1 % of their calls are not on call: leave them out.",
        )
    if desk.on_call and desk.repages < MINUTE:
        yield (
            (*where, "repages"),
            "whoever does not answer is called again after a minute or more: write 10 min.",
        )
    if desk.time_zone not in _time_zones():
        yield (*where, "time_zone"), f"there is no time zone {desk.time_zone!r}."


# --- orders ---
def _streams(scenario: Scenario) -> Found:
    issuing = [authority.code for authority in scenario.authorities if "issues" in authority.roles]
    providers = [provider.code for provider in scenario.providers]
    for place, stream in enumerate(scenario.streams):
        where = ("orders", place)
        for code in stream.by:
            yield from _one_of(code, issuing, (*where, "by"), "the issuing authority")
        for code in stream.to:
            yield from _one_of(code, providers, (*where, "to"), "the provider")
        for name, weights in (("by", stream.by), ("to", stream.to)):
            if not sum(weights.values()) > 0:
                yield (*where, name), "at least one weight is more than nothing."
        yield from _arrivals(stream, scenario, where)
        yield from _copies(stream, scenario, where)


def _arrivals(stream: Stream, scenario: Scenario, where: Where) -> Found:
    yield from _one_of(stream.arrives, ARRIVALS, (*where, "arrives"), "the arrival")
    yield from _one_of(stream.first, FIRST, (*where, "first"), "the first order")
    if (stream.count is None) == (stream.per_day is None):
        yield (*where, "count"), "say either count or per_day."
    if stream.arrives == "burst" and stream.count is None:
        yield (*where, "arrives"), "a burst has a count."
    if stream.ends > scenario.lasts or stream.begins < timedelta():
        yield (*where, "during"), "this is not within the time that the exercise lasts."
    if stream.items > MOST_ITEMS:
        yield (*where, "items"), f"an order names at most {MOST_ITEMS} addresses."


def _copies(stream: Stream, scenario: Scenario, where: Where) -> Found:
    """An order across borders that nobody would get a copy of is not issued (Art. 4(1))."""
    at_home = {one.member_state for one in scenario.authorities if "scrutinises" in one.roles}
    issuers = {one.member_state for one in scenario.authorities if one.code in stream.by}
    for provider in scenario.providers:
        abroad = provider.home and issuers - {provider.home}
        if provider.code in stream.to and abroad and provider.home not in at_home:
            yield (*where, "to"), f"nobody in {provider.home} scrutinises: the copy for {provider.code} reaches nobody."


# --- events and expectations ---
def _events(scenario: Scenario) -> Found:
    providers = {code for provider in scenario.providers for code in (provider.code, *provider.codes)}
    for place, event in enumerate(scenario.events):
        where = ("events", place)
        yield from _one_of(event.provider, sorted(providers), (*where, "provider"), "the provider")
        if not timedelta() <= event.at <= scenario.lasts + scenario.settles:
            yield (*where, "at"), "this is not within the time of the exercise."
        yield from _event(event, where)


def _event(event: Event, where: Where) -> Found:
    if (event.what in LASTING) != bool(event.lasts):
        yield (*where, "lasts"), f"{' and '.join(LASTING)} last for a while, and nothing else does."
    if (event.what == Happening.RECOVERY) != bool(event.now):
        yield (*where, "now"), "recovery says what the provider is now, and nothing else does."
    if event.count > MOST_AT_ONCE:
        yield (*where, "count"), f"at most {MOST_AT_ONCE:,} at once, else it would not end."
    if event.now and ("temperament" in event.now or "traits" in event.now):
        temperament, traits = event.now.get("temperament", "compliant"), event.now.get("traits", {})
        yield from _playable(temperament, traits, (*where, "now"))
    if event.now and "desk" in event.now:
        yield from _desk(event.now["desk"], (*where, "now", "desk"))


def _expectations(scenario: Scenario) -> Found:
    for place, expectation in enumerate(scenario.expectations):
        where = ("expectations", place)
        yield from _one_of(expectation.figure, FIGURES, (*where, "figure"), "the figure")
        yield from _bounds(expectation, where)
        for name, value in expectation.of.items():
            yield from _one_of(name, OF, (*where, "of"), "the choice")
            if name in OF:
                yield from _one_of(value, OF[name](scenario), (*where, "of", name), f"the {name}")


def _bounds(expectation: Expectation, where: Where) -> Found:
    bounds = [field.name for field in fields(expectation) if field.name in ("at_least", "at_most", "exactly")]
    given = [name for name in bounds if getattr(expectation, name) is not None]
    if not given or ("exactly" in given and len(given) > 1):
        yield where, "say exactly, or at_least, at_most or both."
