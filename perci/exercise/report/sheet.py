"""The report of an exercise laid out: what was expected, the bars, and the sections of a report of the law."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from orders.evidence.reports import common, proceedings
from orders.evidence.reports.figures import Report, Section
from orders.evidence.reports.reading import ReportedItem
from orders.evidence.reports.spans import Span
from orders.regulation import outcomes
from perci.exercise.report import besides, figures
from perci.exercise.report.charts import Bin
from perci.exercise.report.played import Played
from perci.exercise.scenario.expecting import Judged, judge
from perci.exercise.scenario.model import DAY, MINUTE

MANY = 12  # providers beyond which those that are alike are taken together
BINS = 48  # at most
STEPS = [MINUTE * minutes for minutes in (5, 15, 30, 60, 180, 360, 720)] + [DAY * days for days in (1, 2, 7, 14, 28)]
FORMS = ((300 * DAY, "%b %Y"), (3 * DAY, "%d %b"), (DAY, "%d %b, %H:%M"), (-DAY, "%H:%M"))


def judged(played: Played) -> list[Judged]:
    """The verdict on each expectation; a run that was stopped before its end tells of none."""
    reduced, stopped = played.run["share"] < 1, played.run["stopped_early"]
    found = [judge(one, figures.of(played, one.of), reduced=reduced) for one in played.scenario.expectations]
    return [replace(one, met=None) for one in found] if stopped else found


def report(played: Played) -> Report:
    """The sections that a report of the law has too, over the orders of the exercise."""
    orders, law = played.orders, "Art. 3(3)"
    span, where = Span(played.scenario.starts, played.as_of + DAY), Q(created_at__gte=played.scenario.starts)
    shares, medians = common.by_party_in_time(orders, "provider", law, _provider(played))
    homes, _ = common.by_party_in_time(orders, "the provider’s Member State", law, common.home)
    sections = [
        common.speed(orders, law),
        common.outcome(orders, law),
        common.implementation(orders, law),
        shares,
        medians,
        replace(homes, id="share-home"),
        besides.before_issue(played),
        common.by_party(orders, "home", "Orders, by the provider’s Member State", "Art. 3(1)", common.home),
        common.by_party(orders, "authority", "Orders, by authority", "Art. 3(1)", common.authority),
        proceedings.grounds(orders, "Art. 3(7), 3(8)"),
        proceedings.scrutiny(orders, "Art. 4"),
        proceedings.reviews(where, span, "Art. 9, 4"),
        besides.reinstatement(played, where, span),
    ]
    title = played.scenario.title
    return Report("exercise", title, law, "", "all orders", span, played.as_of, tuple(_filled(sections)))


def _filled(sections: Iterable[Section]) -> Iterable[Section]:
    return (section for section in sections if any(figure.value for figure in section.all))


def _provider(played: Played) -> common.Named:
    """Each provider by itself, or where they are many those that are alike together."""
    names = {provider.code: provider.name for provider in played.scenario.providers}
    codes = {order.order.provider.code for order in played.orders}
    if len(codes) <= MANY:
        return common.provider

    def family(order: common.ReportedOrder) -> tuple[str, str]:
        code = played.families[order.order.provider.code]
        return code, names[code]

    return family


# --- bars ---
def _kind(item: ReportedItem) -> int:
    return 0 if item.outcome in outcomes.IN_TIME else 1 if item.outcome in outcomes.COUNTED else 2


def _binned(items: Iterable[ReportedItem], where: Callable[[ReportedItem], int], labels: list[str]) -> list[Bin]:
    counts = Counter((where(item), _kind(item)) for item in items)
    return [Bin(label, tuple(counts[place, kind] for kind in range(3))) for place, label in enumerate(labels)]  # type: ignore[arg-type]


def by_hour_of_day(played: Played) -> list[Bin]:
    """Items whose hour began, by the hour of the day on the provider's wall."""
    items = [item for order in played.orders for item in order.items if item.hours]

    def hour(item: ReportedItem) -> int:
        zone = ZoneInfo(item.order.order.provider.time_zone)
        return item.hours[0].starts_at.astimezone(zone).hour

    return _binned(items, hour, [f"{hour:02}" for hour in range(24)])


def over_time(played: Played) -> list[Bin]:
    """Items by when their order was issued, over the time of the exercise, in steps that a calendar or a clock has."""
    starts = played.scenario.starts
    items = [item for order in played.orders for item in order.items]
    if not items:
        return []
    whole = max(issued_at(item) for item in items) - starts
    step = next((step for step in STEPS if whole / step < BINS), whole / (BINS - 1))

    def place(item: ReportedItem) -> int:
        return (issued_at(item) - starts) // step

    form = next(form for length, form in FORMS if whole > length)
    labels = [f"{starts + number * step:{form}}" for number in range(whole // step + 1)]
    return _binned(items, place, labels)


def issued_at(item: ReportedItem) -> datetime:
    """When the order of an item was issued; every order of a report was."""
    at = item.order.order.issued_at
    assert at is not None
    return at
