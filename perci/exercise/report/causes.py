"""Why an hour passed with nothing reported: what the record and the scenario say of it, one cause for each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from orders.evidence.reports.reading import ReportedItem
from orders.regulation.outcomes import Outcome
from perci.exercise.report.played import Played
from perci.exercise.scenario.model import Desk, Happening

IN_TIME_BUT_SILENT = "done within the hour, reported after it"
GROUND_TOO_LATE = "a ground was notified only after the hour"
NOBODY_THERE = "it began while nobody was on a shift"
QUEUE = "people were there; it waited or took too long"
NEVER = "nothing was ever reported"
LATE = "done after the hour"


@dataclass(frozen=True)
class Passed:
    """An hour that passed, and why."""

    reference: str
    item: int
    provider: str
    began_at: datetime
    due_at: datetime
    cause: str


def passed(played: Played) -> Iterator[Passed]:
    """Each hour that passed unanswered, in the order of their ends."""
    found = [one for order in played.orders for item in order.items for one in _of(played, item)]
    return iter(sorted(found, key=lambda one: (one.due_at, one.reference, one.item)))


def _of(played: Played, item: ReportedItem) -> Iterator[Passed]:
    lapsed = {lapse.at for lapse in item.order.lapses() if lapse.item == item.item.number}
    for hour in item.hours:
        if hour.due_at is not None and hour.due_at in lapsed:
            provider = item.order.order.provider.code
            cause = _cause(played, item, hour.starts_at)
            yield Passed(item.order.reference, item.item.number, provider, hour.starts_at, hour.due_at, cause)


def _cause(played: Played, item: ReportedItem, began_at: datetime) -> str:
    if any(ground.after_limit for ground in played.grounds[item.item.pk]):
        return GROUND_TOO_LATE
    if item.outcome is Outcome.WITHIN_HOUR_REPORTED_LATE:
        return IN_TIME_BUT_SILENT
    desk = _desk(played, item.order.order.provider.code, began_at)
    if desk and not on_shift(desk, began_at):
        return NOBODY_THERE
    if not item.item.measure:
        return NEVER
    return QUEUE if desk else LATE


def _desk(played: Played, code: str, at: datetime) -> Desk | None:
    """The desk that a provider had then: its own, or what an event made of it."""
    scenario, family = played.scenario, played.families[code]
    desk = next(provider.desk for provider in scenario.providers if provider.code == family)
    for event in sorted(scenario.events, key=lambda event: event.at):
        if event.what is Happening.RECOVERY and event.provider in (code, family) and scenario.starts + event.at <= at:
            desk = event.now.get("desk", None if "temperament" in event.now else desk)
    return desk


def on_shift(desk: Desk, at: datetime) -> int:
    """How many reviewers are on a shift at `at`, by the wall clock of the desk; a shift may go over midnight."""
    there = at.astimezone(ZoneInfo(desk.time_zone))
    return sum(
        shift.reviewers
        for shift in desk.shifts
        for day in (there, there - timedelta(days=1))
        if day.weekday() in shift.days and _within(shift.begins, shift.ends, day, there)
    )


def _within(begins: time, ends: time, day: datetime, there: datetime) -> bool:
    start = datetime.combine(day.date(), begins, there.tzinfo)
    end = datetime.combine(day.date() + timedelta(days=ends <= begins), ends, there.tzinfo)
    return start <= there < end
