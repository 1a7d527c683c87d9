"""What an authority with an interest in the same content sees of an order not yet issued: that it is asked, no more."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.models import OutboxMessage, RemovalOrder
from orders.portal import offers
from orders.portal.access import Desk, officer_page
from orders.portal.arguments import ActForm
from orders.regulation.regions import ReasonClass


@require_safe
@officer_page
def coordination(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """One question to coordinate (Art. 14(1))."""
    return page(request, desk, desk.asked(reference))


def page(
    request: HttpRequest,
    desk: Desk,
    order: RemovalOrder,
    tried: ActForm | None = None,
    name: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; `tried` is the form of act `name` that was refused. Nothing of the order's content is on it."""
    context: dict[str, Any] = {
        "order": order,
        "reasons": _reasons(desk, order),
        "opens": offers.open_forms(desk, order, tried, name),
        "tried": name,
    }
    return render(request, "portal/coordination.html", context, status=status)


def _reasons(desk: Desk, order: RemovalOrder) -> list[str]:
    """The classes of reason for which this person's authorities were asked, in words."""
    asked = OutboxMessage.objects.filter(
        dossier=order.dossier,
        type="order.coordination_asked",
        recipient__in=[authority.code for authority in desk.authorities],
    )
    named = {reason for data in asked.values_list("data", flat=True) for reason in data.get("reasons", [])}
    return [ReasonClass(reason).gloss for reason in sorted(named)]
