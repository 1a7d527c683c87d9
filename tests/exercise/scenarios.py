"""Small scenarios, made by hand: one authority each in DE and NL, and whoever a test needs besides."""

from dataclasses import replace
from datetime import UTC, datetime

from perci.exercise.scenario.model import HOUR, Authority, Conduct, Provider, Scenario, Stream

STARTS = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
ALL = ("issues", "scrutinises", "oversees", "penalises")
GERMAN = Authority("de-fpo", "Fictional Police Office", "DE", ALL)
DUTCH = Authority("nl-atc", "Fictional Authority", "NL", ALL, appeal_days=14)
PROMPT = Provider("prompt-video", "Prompt Video", home="NL", languages=("en", "nl"))


def stream(name="daily", *, to=("prompt-video",), **columns):
    """Four orders within six hours, unless told otherwise."""
    usual = Stream(name, {"de-fpo": 1.0}, dict.fromkeys(to, 1.0), 0 * HOUR, 6 * HOUR, count=4)
    return replace(usual, **columns)


def scenario(*streams, providers=(PROMPT,), events=(), conduct=None, **columns):
    """A day with these streams and providers."""
    usual = Scenario(
        name="small",
        title="A small exercise",
        about="Made by hand.",
        starts=STARTS,
        lasts=12 * HOUR,
        settles=12 * HOUR,
        rules={},
        authorities=(GERMAN, DUTCH),
        providers=tuple(providers),
        streams=streams or (stream(),),
        events=tuple(events),
        conduct=conduct or Conduct(),
    )
    return replace(usual, **columns)
