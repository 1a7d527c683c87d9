"""Performing one act on an order: the form in, one call, the page or the refusal out."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from orders.acts.refusals import Invalid, Refusal
from orders.models import RemovalOrder
from orders.portal import coordination, pages
from orders.portal.access import Desk, officer_page, posted_from
from orders.portal.catalogue import OFFERS
from orders.portal.offers import Tried, closed, explained, form_of, is_open, perform, status


@officer_page
@posted_from("portal:order")
def act(request: HttpRequest, desk: Desk, reference: str, name: str) -> HttpResponse:
    """Perform one act, or show why not, with what was typed."""
    order = found(desk, reference)
    if name not in OFFERS:
        raise Http404(f"There is no act {name}.")
    form = form_of(name, order, request.POST, request.FILES)
    if not form.is_valid():
        if not is_open(desk, order, name):
            messages.error(request, closed(desk, order, request.POST.get(f"{name}-generation", "")))
        return _page(desk, order)(request, desk, order, Tried(name, form, HTTPStatus.UNPROCESSABLE_ENTITY))
    try:
        perform(desk, order, name, form)
    except Refusal as refusal:
        return refused(request, desk, order, name, refusal)
    messages.success(request, f"{reference}: {OFFERS[name].done}")
    return redirect("portal:order" if desk.reads(order) else "portal:coordination", reference)


def found(desk: Desk, reference: str) -> RemovalOrder:
    """The order this person may act on: one they read, or one about which they were asked to coordinate."""
    try:
        return desk.order(reference)
    except Http404:
        return desk.asked(reference)


def refused(request: HttpRequest, desk: Desk, order: RemovalOrder, name: str, refusal: Refusal) -> HttpResponse:
    """The page again with the refusal, beside its field where it names one; nothing was written."""
    order = found(desk, order.reference)
    data = request.POST.copy()
    seen = data.get(f"{name}-generation", "")
    data[f"{name}-generation"] = str(order.dossier.generation)
    form = form_of(name, order, data, request.FILES)
    form.is_valid()
    if isinstance(refusal, Invalid):
        form.refuse(refusal)
    else:
        messages.error(request, explained(desk, order, refusal, seen))
    return _page(desk, order)(request, desk, order, Tried(name, form, status(refusal)))


def _page(desk: Desk, order: RemovalOrder) -> Callable[..., HttpResponse]:
    """The page on which this person acts on `order`."""
    return pages.page if desk.reads(order) else coordination.page
