"""Coordination (Art. 14(1)): orders that have not left yet, for those with an interest in the same content."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from orders import clock, deconfliction
from orders.models import OutboxMessage, RemovalOrder
from orders.portal import offers
from orders.portal.access import Desk, officer_page
from orders.portal.leaving import hits
from orders.portal.offers import NOTHING, Tried
from orders.regulation.regions import ReasonClass

PAGE = 25


class Row(NamedTuple):
    """One order on its way, and why others have an interest: classes of reason, no detail of any case."""

    order: RemovalOrder
    reads: bool
    reasons: list[str]


@require_safe
@officer_page
def coordinations(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The orders on which this officer's authorities were asked; for Europol and auditors all on their way."""
    before = request.GET.get("before", "")[:40]
    found = desk.coordinated().filter(deconfliction.IN_COORDINATION)
    if before:
        found = found.filter(pk__lt=desk.asked(before).pk)
    page = list(found.order_by("-pk")[: PAGE + 1])
    older = page[PAGE - 1].reference if len(page) > PAGE else ""
    context = {"rows": [_row(desk, order) for order in page[:PAGE]], "older": older, "before": before}
    return render(request, "portal/coordinations.html", context)


def _row(desk: Desk, order: RemovalOrder) -> Row:
    reasons = hits(order, at=clock.now()) if desk.reads_all else _reasons(desk, order)
    return Row(order, desk.reads(order), reasons)


@require_safe
@officer_page
def coordination(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """One question to coordinate; whoever reads the order coordinates on its own page."""
    order = desk.asked(reference)
    return redirect("portal:order", reference) if desk.reads(order) else page(request, desk, order)


def page(request: HttpRequest, desk: Desk, order: RemovalOrder, tried: Tried = NOTHING) -> HttpResponse:
    """The page of an order that is another authority's; nothing of its content is on it."""
    context: dict[str, Any] = {
        "order": order,
        "reasons": _reasons(desk, order),
        "opens": offers.open_forms(desk, order, tried),
        "tried": tried.name,
    }
    return render(request, "portal/coordination.html", context, status=tried.status)


def _reasons(desk: Desk, order: RemovalOrder) -> list[str]:
    """The classes of reason for which this person's authorities were asked, in words."""
    asked = OutboxMessage.objects.filter(
        dossier=order.dossier, type=deconfliction.ASKED, recipient__in=desk.codes
    ).values_list("data", flat=True)
    named = {reason for data in asked for reason in data.get("reasons", [])}
    return [ReasonClass(reason).gloss for reason in sorted(named)]
