"""What a scenario expects, held against the figures of its report."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from orders.evidence.reports import plots
from perci.exercise.scenario.model import Expectation, Scenario

# The figures of a report that an expectation may name, and what each counts.
FIGURES: dict[str, str] = {
    "orders": "orders that were issued",
    "items": "addresses that were named in them",
    "within_hour": "items removed or disabled within the hour, reported in time or late",
    "within_hour_share": "items within the hour, of those whose hour counts: neither gone before nor displaced",
    "reported_late": "items removed in time and reported after the hour",
    "after_hour": "items removed or disabled after the hour",
    "unanswered": "items whose hour passed and of which nothing was ever reported",
    "limits_passed": "hours that passed unanswered, whatever came later",
    "passed_while_displaced": "hours that passed while a ground was open",
    "already_gone": "items gone before receipt",
    "displaced": "items whose hour a ground displaced: shown apart, never counted as within the hour",
    "within_fresh_hour": "items whose hour was displaced and that were done within the fresh one",
    "not_received": "orders of which no receipt was proven",
    "clarifications": "clarifications that were given",
    "impossible": "items for which impossibility was notified",
    "withdrawn": "orders that were withdrawn",
    "hits": "orders that met an interest or an order of somebody else before issue",
    "emergencies": "first orders issued without the 12 hours, in an emergency",
    "informed_beforehand": "first orders after prior information",
    "copies_missing": "orders across borders without a copy to the home authority",
    "scrutinies": "orders that were scrutinised or for which that was asked",
    "infringements": "orders annulled by scrutiny",
    "annulled_by_court": "orders annulled by a court",
    "reinstated": "items reinstated after an annulment",
    "reinstatements_owed": "items that were to be reinstated and were not",
    "final": "orders that became final",
    "forgeries": "messages that only looked like orders",
    "forgeries_believed": "messages that only looked like orders and that a platform acted on",
    "median_minutes": "median time from the start of the hour to the measure",
    "p95_minutes": "the time within which 95 % of the measures came",
}

SHARES, MINUTES = ("within_hour_share",), ("median_minutes", "p95_minutes")

# By what an expectation may choose the orders it is about; a provider's code stands for all that are alike.
OF: dict[str, Callable[[Scenario], Iterable[str]]] = {
    "provider": lambda scenario: [name for one in scenario.providers for name in dict.fromkeys((one.code, *one.codes))],
    "authority": lambda scenario: [authority.code for authority in scenario.authorities],
    "stream": lambda scenario: [stream.name for stream in scenario.streams],
    "home": lambda scenario: sorted({provider.home for provider in scenario.providers if provider.home}),
}


@dataclass(frozen=True)
class Judged:
    """An expectation and what became of it: `met` is None where the run cannot tell, in a reduced size or cut short.

    `got` is None where the figure has nothing to count, and then it failed.
    """

    expectation: Expectation
    got: float | None
    met: bool | None


def judge(expectation: Expectation, figures: Mapping[str, float | None], *, reduced: bool = False) -> Judged:
    """Hold `expectation` against the figures of the orders that it is about.

    With a share of the orders neither a number nor a share of something is what the whole would bring; none of it is.
    """
    got = figures[expectation.figure]
    if reduced and _expects_something(expectation):
        return Judged(expectation, got, None)
    return Judged(expectation, got, got is not None and _within(expectation, got))


def _expects_something(expectation: Expectation) -> bool:
    """Whether it expects more than that there is none."""
    bounds = (expectation.exactly, expectation.at_least, expectation.at_most)
    return any(bound for bound in bounds if bound is not None)


def _within(expectation: Expectation, got: float) -> bool:
    if expectation.exactly is not None:
        return got == expectation.exactly
    low = float("-inf") if expectation.at_least is None else expectation.at_least
    high = float("inf") if expectation.at_most is None else expectation.at_most
    return low <= got <= high


def bound(expectation: Expectation) -> str:
    """The bound in words, such as `at least 97 %`."""
    bounds = {"at least": expectation.at_least, "at most": expectation.at_most, "exactly": expectation.exactly}
    scale, unit = _unit(expectation.figure)
    return " and ".join(
        f"{word} {round(scale * value, 6):g}{unit}" for word, value in bounds.items() if value is not None
    )


def _unit(figure: str) -> tuple[int, str]:
    if figure in SHARES:
        return 100, " %"
    return 1, " min" if figure in MINUTES else ""


def said(figure: str, value: float | None) -> str:
    """A value as people read it. A share is cut and not rounded up: 100 % means all."""
    if value is None:
        return "nothing to count"
    if figure in SHARES:
        return plots.percent(round(100 * value, 6))
    return plots.length(60 * value) if figure in MINUTES else f"{value:,}"
