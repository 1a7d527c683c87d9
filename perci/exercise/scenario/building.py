"""A scenario made of the mappings of its source; what cannot be read is noted, and reading goes on."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar

import yaml

from perci.environment import OPEN_QUESTIONS
from perci.exercise.scenario import words
from perci.exercise.scenario.model import (
    DAY,
    Authority,
    Conduct,
    Desk,
    Event,
    Expectation,
    Happening,
    Provider,
    Scenario,
    Shift,
    Stream,
)
from perci.exercise.scenario.source import Source, Where

EPOCH = words.instant("2026-01-01")
NOTHING = timedelta()
Value = TypeVar("Value")


class Page:
    """One mapping of a source; what cannot be read is noted, and its default stands in until all is refused."""

    def __init__(self, source: Source, where: Where, mistakes: list[str]) -> None:
        self.source, self.where, self.mistakes = source, where, mistakes
        content: Any = source.content
        for step in where:
            content = content[step]
        self.content: dict[str, Any] = content

    def get(self, key: str, parse: Callable[[Any], Value], default: Value) -> Value:
        """What stands under `key`, as `parse` reads it; `parse` raises ValueError with a sentence."""
        if key not in self.content:
            return default
        try:
            return parse(self.content[key])
        except ValueError as error:
            self.mistakes.append(self.source.at((*self.where, key), str(error)))
            return default

    def text(self, key: str, default: str = "") -> str:
        """A text, on one line."""
        return self.get(key, lambda said: " ".join(said.split()), default)

    def share(self, key: str) -> float:
        """A share; nothing, unless told."""
        return self.get(key, words.share, 0.0)

    def below(self, *steps: str | int) -> "Page":
        """A mapping inside."""
        return Page(self.source, (*self.where, *steps), self.mistakes)

    def each(self, key: str) -> Iterator["Page"]:
        """The mappings in a list."""
        for place in range(len(self.content.get(key, ()))):
            yield self.below(key, place)

    def named(self, key: str) -> Iterator[tuple[str, "Page"]]:
        """The mappings under codes."""
        for code in self.content[key]:
            yield code, self.below(key, code)


def scenario(page: Page, *, name: str, text: str) -> Scenario:
    """The whole of it; `text` is the source as it stands."""
    starts = page.get("starts", words.instant, EPOCH)
    lasts = page.get("lasts", words.span, DAY)
    return Scenario(
        name=name,
        title=page.text("title"),
        about=page.text("about"),
        starts=starts,
        lasts=lasts,
        settles=page.get("settles", words.span, DAY),
        rules=page.get("rules", _rules, {}),
        authorities=tuple(_authority(code, one) for code, one in page.named("authorities")),
        providers=tuple(_provider(code, one) for code, one in page.named("providers")),
        streams=tuple(_stream(one, starts, lasts) for one in page.each("orders")),
        events=tuple(_event(one, starts) for one in page.each("events")),
        conduct=_conduct(page.below("conduct")) if "conduct" in page.content else Conduct(),
        expectations=tuple(_expectation(one) for one in page.each("expectations")),
        seed=page.get("seed", words.whole, 1),
        text=text,
    )


def _rules(told: dict[str, str]) -> dict[str, str]:
    unknown = [name for name in told if name not in OPEN_QUESTIONS]
    if unknown:
        raise ValueError(f"{unknown[0]} is no open question of law: use {', '.join(OPEN_QUESTIONS)}.")
    return {OPEN_QUESTIONS[name]: choice for name, choice in told.items()}


def _authority(code: str, page: Page) -> Authority:
    return Authority(
        code,
        page.text("name"),
        page.text("member_state"),
        tuple(page.content["roles"]),
        page.get("appeal_days", words.whole, 30),
    )


def _provider(code: str, page: Page) -> Provider:
    return Provider(
        code,
        page.text("name"),
        home=page.text("home"),
        represented=page.get("represented", words.truth, False),
        languages=tuple(page.content.get("languages", ("en",))),
        time_zone=page.text("time_zone", "Europe/Brussels"),
        count=page.get("count", words.whole, 1),
        temperament=page.text("temperament", "compliant"),
        traits=page.get("traits", typed, {}),
        desk=desk(page.below("desk"), page.text("time_zone", "Europe/Brussels")) if "desk" in page.content else None,
        channel=page.text("channel", "webhook"),
    )


def typed(told: Any) -> Any:
    """Text as YAML reads it: what goes to a platform's traits has types of its own."""
    if isinstance(told, dict):
        return {name: typed(value) for name, value in told.items()}
    if isinstance(told, list):
        return [typed(value) for value in told]
    return told if ":" in told else yaml.safe_load(told)  # 09:00 stays a time of day


def desk(page: Page, zone: str) -> Desk:
    """A desk as a provider has it, or as an event gives it another one."""
    return Desk(
        shifts=tuple(_shift(one) for one in page.each("shifts")),
        minutes=page.get("minutes", words.number, 15.0),
        spread=page.get("spread", words.number, 0.5),
        triage=page.get("triage", words.span, timedelta(minutes=1)),
        automated=page.share("automated"),
        on_call=page.get("on_call", lambda text: 0 if text == "0" else words.whole(text), 0),
        awakes=page.get("awakes", words.span, timedelta(minutes=10)),
        answers=page.get("answers", words.share, 1.0),
        repages=page.get("repages", words.span, timedelta(minutes=10)),
        time_zone=page.text("time_zone", zone),
    )


def _shift(page: Page) -> Shift:
    midnight = words.clock("00:00")
    return Shift(
        page.get("days", words.days, tuple(range(7))),
        page.get("from", words.clock, midnight),
        page.get("to", words.clock, midnight),
        page.get("reviewers", words.whole, 1),
    )


def _stream(page: Page, starts: datetime, lasts: timedelta) -> Stream:
    begins, ends = page.get("during", lambda text: words.window(text, starts), (NOTHING, lasts))
    return Stream(
        name=page.text("name"),
        by=page.get("by", _weights, {}),
        to=page.get("to", _weights, {}),
        begins=begins,
        ends=ends,
        arrives=page.text("arrives", "poisson"),
        count=page.get("count", words.whole, None),
        per_day=page.get("per_day", words.number, None),
        items=page.get("items", words.whole, 1),
        first=page.text("first", "known"),
        secret=page.share("secret"),
        wrong=page.share("wrong"),
        meets=page.share("meets"),
        again=page.share("again"),
        article=page.get("article", words.article, ""),
    )


def _weights(told: Any) -> dict[str, float]:
    return {told: 1.0} if isinstance(told, str) else {code: words.number(weight) for code, weight in told.items()}


def _event(page: Page, starts: datetime) -> Event:
    kinds = ", ".join(Happening)

    def kind(text: str) -> Happening:
        if text not in list(Happening):
            raise ValueError(f"{text!r} cannot happen here: use {kinds}.")
        return Happening(text)

    return Event(
        at=page.get("at", lambda text: words.moment(text, starts), NOTHING),
        what=page.get("what", kind, Happening.OUTAGE),
        provider=page.text("provider"),
        lasts=page.get("lasts", words.span, NOTHING),
        count=page.get("count", words.whole, 1),
        now=_change(page.below("now")) if "now" in page.content else {},
        article=page.get("article", words.article, ""),
    )


def _change(page: Page) -> dict[str, Any]:
    """What a provider is from now on: a temperament, traits, a desk."""
    known: dict[str, Callable[[], Any]] = {
        "temperament": lambda: page.text("temperament"),
        "traits": lambda: page.get("traits", typed, {}),
        "desk": lambda: desk(page.below("desk"), "Europe/Brussels"),
    }
    return {name: known[name]() for name in page.content}


def _conduct(page: Page) -> Conduct:
    usual = Conduct()
    parse: dict[type, Callable[[str], Any]] = {timedelta: words.span, float: words.share}
    return Conduct(
        **{name: page.get(name, parse[type(getattr(usual, name))], getattr(usual, name)) for name in page.content}
    )


def _expectation(page: Page) -> Expectation:
    return Expectation(
        that=page.text("that"),
        figure=page.text("figure"),
        of=dict(page.content.get("of", {})),
        at_least=page.get("at_least", _bound, None),
        at_most=page.get("at_most", _bound, None),
        exactly=page.get("exactly", _bound, None),
        article=page.get("article", words.article, ""),
    )


def _bound(text: str) -> float:
    return words.share(text) if text.endswith("%") else words.number(text)
