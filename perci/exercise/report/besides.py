"""Sections that no report of the law has: who was asked before the issue, and what is still owed after a review."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from django.db.models import Q

from orders.evidence.reports import common, proceedings
from orders.evidence.reports.figures import Figure, Section
from orders.evidence.reports.reading import ReportedOrder
from orders.evidence.reports.spans import Span
from orders.regulation.regions import Execution, ReasonClass
from perci.exercise.report.played import Played


def reasons(played: Played, order: ReportedOrder) -> set[str]:
    """Why somebody else was asked about an order before its issue: an interest of theirs, or an order in force."""
    hits = chain.from_iterable(entry.facts["deconfliction"] for entry in played.acts(order, "submit"))
    return {hit["reason"] for hit in hits if hit["authority"] != order.order.issuing_authority.code}


def before_issue(played: Played) -> Section:
    """Whom an order met, whether it was held, and how a provider that was new heard of it (Art. 14(1), 3(2))."""
    met = {order.reference: reasons(played, order) for order in played.orders}

    def of(id_: str, label: str, law: str, chosen: Iterator[ReportedOrder]) -> Figure:
        return common.of_orders(f"before.{id_}", label, law, chosen, f"orders of the exercise: {id_}")

    first = [order for order in played.orders if order.order.first_order]
    return Section(
        "before",
        "Before the issue",
        (
            of("hits", "Met an interest of somebody else, or an order of theirs", "Art. 14(1)",
               (order for order in played.orders if met[order.reference])),
            *(of(f"hits.{kind}", f"… {kind.gloss}", "Art. 14(1)",
                 (order for order in played.orders if kind in met[order.reference])) for kind in ReasonClass),
            of("held", "Held until that was coordinated", "Art. 14(1)",
               (order for order in played.orders if played.acts(order, "put_on_hold"))),
            of("informed", "First orders, informed twelve hours before", "Art. 3(2)",
               (order for order in first if order.order.prior_information_at)),
            of("emergencies", "First orders in an emergency", "Art. 3(2)",
               (order for order in first if not order.order.prior_information_at)),
        ),
        note="Of the orders that were issued. One that met several interests is in several lines.",
        chart="bars",
    )  # fmt: skip


def reinstatement(played: Played, where: Q, span: Span) -> Section:
    """Items that came back after a review, and those that should have."""
    law = "Art. 4(7)"
    items = common.items_of(played.orders)
    owed = common.of_items(
        "reinstatements.owed",
        "Items to be reinstated, and not yet",
        law,
        (item for item in items if item.item.execution == Execution.REINSTATEMENT_DUE),
        f"items whose execution is {Execution.REINSTATEMENT_DUE} at the end",
    )
    found = proceedings.reinstatements(where, span, law)
    return replace(found, figures=(*found.figures, owed))
