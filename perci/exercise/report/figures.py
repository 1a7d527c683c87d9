"""The figures that an expectation may name, each counted from the record of the orders that it is about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from orders.evidence.reports.figures import Behind, percentile
from orders.evidence.reports.reading import ReportedItem, ReportedOrder
from orders.models import OutboxMessage
from orders.regulation import outcomes
from orders.regulation.outcomes import Outcome
from orders.regulation.regions import Execution, Force, GroundKind
from perci.exercise.report import besides
from perci.exercise.report.played import Played

Number = float | int | None


@dataclass(frozen=True)
class Chosen:
    """Some orders of an exercise."""

    played: Played
    orders: Sequence[ReportedOrder]
    of: Mapping[str, str]

    @cached_property
    def items(self) -> list[ReportedItem]:
        return [item for order in self.orders for item in order.items]

    @cached_property
    def lapses(self) -> list[Behind]:
        return [lapse for order in self.orders for lapse in order.lapses()]

    def outcome(self, *kinds: Outcome) -> int:
        """Items of these classes."""
        return sum(item.outcome in kinds for item in self.items)

    def force(self, force: Force) -> int:
        """Orders whose force is this."""
        return sum(order.order.force == force for order in self.orders)

    def execution(self, execution: Execution) -> int:
        """Items whose execution stands so."""
        return sum(item.item.execution == execution for item in self.items)


def of(played: Played, choice: Mapping[str, str]) -> dict[str, Number]:
    """Every figure of the orders that `choice` names; None where there is nothing to take one from."""
    chosen = Chosen(played, played.chosen(choice), choice)
    return {name: count(chosen) for name, count in COUNTS.items()}


def _within_share(chosen: Chosen) -> Number:
    counted = [item for item in chosen.items if item.outcome in outcomes.COUNTED]
    return sum(item.outcome in outcomes.IN_TIME for item in counted) / len(counted) if counted else None


def _minutes(percent: int) -> Callable[[Chosen], Number]:
    def measured(chosen: Chosen) -> Number:
        timed = [item.behind(seconds=item.seconds) for item in chosen.items if item.outcome in outcomes.COUNTED]
        found = percentile(percent)(timed)
        return None if found is None else found / 60

    return measured


def _passed_while_displaced(chosen: Chosen) -> int:
    items = {(item.order.reference, item.item.number): item for item in chosen.items}
    return sum(_was_open(chosen, items[lapse.reference, lapse.item or 1], lapse.at) for lapse in chosen.lapses)


def _was_open(chosen: Chosen, item: ReportedItem, at: datetime | None) -> bool:
    """Whether a ground for `item` had been notified by `at` and had not ended."""
    grounds = chosen.played.grounds[item.item.pk]
    return any(at and one.notified_at <= at and not (one.closed_at and one.closed_at <= at) for one in grounds)


def _impossible(chosen: Chosen) -> int:
    kind = GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY
    grounds = chosen.played.grounds
    return sum(any(ground.kind == kind for ground in grounds[item.item.pk]) for item in chosen.items)


def _copies_missing(chosen: Chosen) -> int:
    crossing = {order.order.dossier_id for order in chosen.orders if order.crosses_border}
    copied = OutboxMessage.objects.filter(dossier__in=crossing, type="order.copied").values_list("dossier", flat=True)
    return len(crossing - set(copied))


def _hits(chosen: Chosen) -> int:
    return sum(bool(besides.reasons(chosen.played, order)) for order in chosen.orders)


def _acts(*names: str) -> Callable[[Chosen], Number]:
    return lambda chosen: sum(len(chosen.played.acts(order, *names)) for order in chosen.orders)


def _with(*names: str) -> Callable[[Chosen], Number]:
    return lambda chosen: sum(bool(chosen.played.acts(order, *names)) for order in chosen.orders)


def _first(*, informed: bool) -> Callable[[Chosen], Number]:
    def counted(chosen: Chosen) -> int:
        first = [order.order for order in chosen.orders if order.order.first_order]
        return sum((order.prior_information_at is not None) == informed for order in first)

    return counted


def _forgeries(*, believed: bool = False) -> Callable[[Chosen], Number]:
    """Of the providers that the choice names: all that were sent, or those that were believed."""

    def counted(chosen: Chosen) -> int:
        wanted, families = chosen.of.get("provider"), chosen.played.families
        sent = [one for one in chosen.played.run["forgeries"] if one["believed"] or not believed]
        return sum(wanted in (None, one["provider"], families.get(one["provider"])) for one in sent)

    return counted


COUNTS: dict[str, Callable[[Chosen], Number]] = {
    "orders": lambda chosen: len(chosen.orders),
    "items": lambda chosen: len(chosen.items),
    "within_hour": lambda chosen: chosen.outcome(*outcomes.IN_TIME),
    "within_hour_share": _within_share,
    "reported_late": lambda chosen: chosen.outcome(Outcome.WITHIN_HOUR_REPORTED_LATE),
    "after_hour": lambda chosen: chosen.outcome(Outcome.AFTER_HOUR),
    "unanswered": lambda chosen: chosen.outcome(Outcome.UNANSWERED),
    "limits_passed": lambda chosen: len(chosen.lapses),
    "passed_while_displaced": _passed_while_displaced,
    "already_gone": lambda chosen: chosen.outcome(Outcome.ALREADY_GONE),
    "displaced": lambda chosen: chosen.outcome(*outcomes.DISPLACED),
    "within_fresh_hour": lambda chosen: chosen.outcome(Outcome.DISPLACED_IN_TIME),
    "not_received": lambda chosen: sum(order.order.received_at is None for order in chosen.orders),
    "clarifications": _acts("clarify"),
    "impossible": _impossible,
    "withdrawn": lambda chosen: chosen.force(Force.WITHDRAWN),
    "hits": _hits,
    "emergencies": _first(informed=False),
    "informed_beforehand": _first(informed=True),
    "copies_missing": _copies_missing,
    "scrutinies": _with("open_scrutiny", "request_scrutiny"),
    "infringements": lambda chosen: chosen.force(Force.ANNULLED_BY_SCRUTINY),
    "annulled_by_court": lambda chosen: chosen.force(Force.ANNULLED_BY_COURT),
    "reinstated": lambda chosen: chosen.execution(Execution.REINSTATED),
    "reinstatements_owed": lambda chosen: chosen.execution(Execution.REINSTATEMENT_DUE),
    "final": lambda chosen: chosen.force(Force.FINAL),
    "forgeries": _forgeries(),
    "forgeries_believed": _forgeries(believed=True),
    "median_minutes": _minutes(50),
    "p95_minutes": _minutes(95),
}
