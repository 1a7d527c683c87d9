"""The report of an exercise laid out: what was expected, the bars, and the sections of a report of the law."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orders.evidence.reports import common, proceedings
from orders.evidence.reports.figures import Report, Section
from orders.evidence.reports.reading import ReportedItem
from orders.evidence.reports.spans import Span
from orders.regulation import outcomes
from perci.exercise.report import figures
from perci.exercise.report.charts import Bin
from perci.exercise.report.played import Played
from perci.exercise.scenario.expecting import Judged, judge

MANY = 12  # providers beyond which those that are alike are taken together
BINS = 48


def judged(played: Played) -> list[Judged]:
    """The verdict on each expectation; a run that was stopped before its end tells of none."""
    reduced, stopped = played.run["share"] < 1, played.run["stopped_early"]
    found = [judge(one, figures.of(played, one.of), reduced=reduced) for one in played.scenario.expectations]
    return [replace(one, met=None) for one in found] if stopped else found


def report(played: Played) -> Report:
    """The sections that a report of the law has too, over the orders of the exercise."""
    orders, law = played.orders, "Art. 3(3)"
    shares, medians = common.by_party_in_time(orders, "provider", law, _provider(played))
    sections = [
        common.speed(orders, law),
        common.outcome(orders, law),
        common.implementation(orders, law),
        shares,
        medians,
        common.by_party(orders, "home", "Orders, by the provider's Member State", "Art. 3(1)", common.home),
        common.by_party(orders, "authority", "Orders, by authority", "Art. 3(1)", common.authority),
        proceedings.grounds(orders, "Art. 3(7), 3(8)"),
        proceedings.scrutiny(orders, "Art. 4"),
    ]
    span = Span(played.scenario.starts, played.as_of)
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
    """Items by when their order was issued, over the time of the exercise."""
    starts = played.scenario.starts
    issued = [issued_at(item) for order in played.orders for item in order.items]
    if not issued:
        return []
    whole = max(max(issued) - starts, timedelta(hours=1))
    step = whole / BINS

    def place(item: ReportedItem) -> int:
        return min(int((issued_at(item) - starts) / step), BINS - 1)

    form = "%d %b" if whole > timedelta(days=3) else "%H:%M"
    labels = [f"{starts + number * step:{form}}" for number in range(BINS)]
    return _binned((item for order in played.orders for item in order.items), place, labels)


def issued_at(item: ReportedItem) -> datetime:
    """When the order of an item was issued; every order of a report was."""
    at = item.order.order.issued_at
    assert at is not None
    return at
