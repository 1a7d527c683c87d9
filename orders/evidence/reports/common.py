"""Sections that several reports share: what became of orders and items, how fast, whom they went to."""

from collections.abc import Callable, Iterable, Sequence

from orders.evidence.reports.figures import (
    HOURS,
    ITEMS,
    ORDERS,
    SECONDS,
    SHARE,
    Behind,
    Figure,
    Section,
    longest,
    percentile,
    share,
)
from orders.evidence.reports.reading import ReportedItem, ReportedOrder
from orders.regulation import outcomes
from orders.regulation.outcomes import Implementation, Outcome
from orders.regulation.regions import Measure

Orders = Sequence[ReportedOrder]
Named = Callable[[ReportedOrder], tuple[str, str]]  # a party or Member State: its code, and how it is written
NOWHERE = ("none", "no home in the Union")
HANDLED = "KPI 42 counts an order as handled within one hour when each of its items that count was."


def items_of(orders: Orders) -> list[ReportedItem]:
    return [item for order in orders for item in order.items]


def of_orders(id_: str, label: str, law: str, orders: Iterable[ReportedOrder], rule: str, *, kpi: str = "") -> Figure:
    """A count of orders."""
    return Figure(id_, label, law, ORDERS, rule, tuple(order.behind() for order in orders), kpi=kpi)


def of_items(id_: str, label: str, law: str, items: Iterable[ReportedItem], rule: str, *, kpi: str = "") -> Figure:
    """A count of items."""
    return Figure(id_, label, law, ITEMS, rule, tuple(item.behind() for item in items), kpi=kpi)


def implementation(orders: Orders, law: str) -> Section:
    """Every order in exactly one class."""
    return Section(
        "implementation",
        "Orders, by what became of them",
        tuple(
            of_orders(
                f"orders.{kind}",
                _title(kind.gloss),
                law,
                (order for order in orders if order.implementation is kind),
                f"orders whose class is {kind}",
            )
            for kind in Implementation
        ),
        note="Every order is in exactly one class.",
        total=of_orders("orders", "Orders in this report", law, orders, "all orders of the report"),
        chart="bars",
    )


def outcome(orders: Orders, law: str) -> Section:
    """Every item in exactly one class; what is gone already and displaced hours stand apart."""
    items = items_of(orders)
    return Section(
        "items",
        "Items, by what became of them",
        tuple(
            of_items(
                f"items.{kind}",
                _title(kind.gloss),
                law,
                (item for item in items if item.outcome is kind),
                f"items whose class is {kind}",
            )
            for kind in Outcome
        ),
        note="Every item is in exactly one class. Content already gone and displaced hours stand apart: they are never "
        "counted as within the hour.",
        total=of_items("items", "Items in these orders", law, items, "all items of these orders"),
        chart="outcomes",
    )


def measures(orders: Orders, law: str) -> Section:
    """What was removed, and what access was disabled to."""
    items = items_of(orders)

    def of(id_: str, label: str, *which: Measure) -> Figure:
        chosen = (item for item in items if item.item.measure in which)
        return of_items(id_, label, law, chosen, f"items with the measure {' or '.join(which)}")

    removed, disabled = Measure.REMOVED, Measure.DISABLED_IN_ALL_MEMBER_STATES
    figures = (of("measures.removed", "Removed", removed), of("measures.disabled", "Access disabled", disabled))
    total = of("measures", "Items removed or to which access was disabled", removed, disabled)
    return Section("measures", "Items removed or disabled", figures, total=total)


def speed(orders: Orders, law: str) -> Section:
    """Share within the hour and time to the measure, over items whose hour from receipt counts."""
    counted = _counted(items_of(orders))
    in_time = tuple(item.behind(hit=item.outcome in outcomes.IN_TIME) for item in counted)
    lapsed = tuple(lapse for order in orders for lapse in order.lapses())
    timed = _timed(counted)
    return Section(
        "speed",
        "Speed",
        (
            Figure("speed.items", "Items: share within the hour", law, SHARE,
                   "items within the hour, of those within it, after it or unanswered", in_time, share, "42"),
            Figure("speed.orders", "Orders: share within the hour", law, SHARE,
                   "orders of which each counted item is within the hour, of those with a counted item",
                   tuple(_handled(orders)), share, "42"),
            *(_percentile(f"speed.p{percent}", label, law, timed, percent)
              for percent, label in ((50, "Median time from receipt to the measure"), (90, "90th percentile"),
                                     (95, "95th percentile"))),
            Figure("speed.longest", "Longest time to a measure", law, SECONDS,
                   "the longest time, of items with a measure", timed, longest),
            Figure("speed.lapses", "Hours that ran out with nothing reported by then", law, HOURS,
                   "ledger entries of an hour that passed (lapse, C2), also of a fresh hour; never taken back", lapsed),
        ),
        note=f"{HANDLED} Times are legal times: where an order ran at another speed they are scaled to the hour. An "
        "item without a measure counts as longer than any.",
        chart="times",
    )  # fmt: skip


def _counted(items: Iterable[ReportedItem]) -> list[ReportedItem]:
    return [item for item in items if item.outcome in outcomes.COUNTED]


def _timed(counted: Iterable[ReportedItem]) -> tuple[Behind, ...]:
    return tuple(item.behind(seconds=item.seconds) for item in counted)


def _percentile(id_: str, label: str, law: str, timed: tuple[Behind, ...], percent: int) -> Figure:
    rule = f"the time that {percent} % of the items that count do not exceed (nearest rank)"
    why = "Not reached: too many of these items have no measure so far." if timed else ""
    return Figure(id_, label, law, SECONDS, rule, timed, percentile(percent), why=why)


def _handled(orders: Orders) -> Iterable[Behind]:
    for order in orders:
        if counted := _counted(order.items):
            hit = all(item.outcome in outcomes.IN_TIME for item in counted)
            yield order.behind(hit=hit, says="within the hour" if hit else "not within the hour")


def by_party(orders: Orders, id_: str, title: str, law: str, party: Named, *, kpi: str = "") -> Section:
    """Orders by a party or Member State, the most first; every order has exactly one."""
    groups: dict[tuple[str, str], list[ReportedOrder]] = {}
    for order in orders:
        groups.setdefault(party(order), []).append(order)
    ranked = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return Section(
        id_,
        title,
        tuple(of_orders(f"{id_}.{code}", name, law, group, f"orders, {id_} {code}") for (code, name), group in ranked),
        total=of_orders(f"{id_}.all", "All", law, orders, "all orders of the report", kpi=kpi),
        chart="bars",
    )


def by_party_in_time(orders: Orders, what: str, law: str, party: Named) -> tuple[Section, Section]:
    """The share within the hour and the times of each party, side by side, over the items that count."""
    groups: dict[tuple[str, str], list[ReportedItem]] = {}
    for item in _counted(items_of(orders)):
        groups.setdefault(party(item.order), []).append(item)
    shares = [
        Figure(f"share.{code}", name, law, SHARE, f"items of {code} within the hour, of those that count",
               tuple(item.behind(hit=item.outcome in outcomes.IN_TIME) for item in group), share, "42")
        for (code, name), group in groups.items()
    ]  # fmt: skip
    medians = [_percentile(f"median.{code}", name, law, _timed(group), 50) for (code, name), group in groups.items()]
    shares.sort(key=lambda figure: (-(figure.value or 0), -(figure.of or 0), figure.id))
    medians.sort(key=lambda figure: (figure.value is None, figure.value or 0, figure.id))
    return (
        Section("share", f"Share within the hour, by {what}", tuple(shares), chart="shares"),
        Section("median", f"Median time to the measure, by {what}", tuple(medians), chart="multiples"),
    )


def provider(order: ReportedOrder) -> tuple[str, str]:
    return order.order.provider.code, order.order.provider.name


def authority(order: ReportedOrder) -> tuple[str, str]:
    return order.order.issuing_authority.code, order.order.issuing_authority.name


def member_state(order: ReportedOrder) -> tuple[str, str]:
    return (order.order.issuing_authority.member_state,) * 2


def home(order: ReportedOrder) -> tuple[str, str]:
    return (order.home, order.home) if order.home else NOWHERE


def _title(gloss: str) -> str:
    return gloss[0].upper() + gloss[1:]
