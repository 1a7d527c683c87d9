"""The signed documents of an order: listed beside it, made when somebody asks before the background did."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders import clock
from orders.acts import consulting
from orders.acts.capacity import Capacity
from orders.evidence.documents import shelf
from orders.evidence.documents.shelf import File
from orders.evidence.documents.trust import NotSealed
from orders.models import RemovalOrder
from orders.portal.access import Desk, officer_page
from orders.regulation.looks import Looked


@require_safe
@never_cache
@officer_page
def documents(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """What there is; a part of the order's page that refreshes itself while something is being made."""
    return listed(request, desk.order(reference), "portal/_documents.html", "portal/documents.html")


@require_safe
@never_cache
@officer_page
def document(request: HttpRequest, desk: Desk, reference: str, number: int) -> HttpResponse:
    """One of them, as a file."""
    order = desk.order(reference)
    return handed_out(request, order, number, by=desk.onlooker(order))


def listed(request: HttpRequest, order: RemovalOrder, part: str, whole: str) -> HttpResponse:
    """The list as the template `part`, or to those who came by a link as the page `whole`."""
    found = shelf.shelf(order)
    context = {"order": order, "documents": found, "waiting": any(one.state == "waiting" for one in found)}
    return render(request, part if getattr(request, "htmx", False) else whole, context)


def handed_out(request: HttpRequest, order: RemovalOrder, number: int, *, by: Capacity) -> HttpResponse:
    """The document of entry `number`, or a page that says why it has to wait and asks again by itself.

    That `by` looked at it is recorded when it is handed out.
    """
    try:
        file = shelf.fetched(order, number, at=clock.now())
    except NotSealed as error:
        context = {"order": order, "why": str(error), "patience": shelf.PATIENCE}
        later = {"Retry-After": str(shelf.PATIENCE), "Refresh": str(shelf.PATIENCE)}
        waiting = render(request, "portal/document_waiting.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)
        for name, seconds in later.items():
            waiting[name] = seconds
        return waiting
    if file is None:
        raise Http404(f"There is no document {number} of {order.reference}.")
    consulting.consult(order=order, by=by, at=clock.now(), what=Looked.DOCUMENT, entry_number=number)
    return download(file)


def download(file: File) -> HttpResponse:
    """A file to be kept, never shown as a page of ours."""
    named = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.content, content_type=shelf.MEDIA_TYPE, headers=named)
