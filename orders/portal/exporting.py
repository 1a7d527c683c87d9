"""Taking an export from the portal: recorded as an act, then a zip of CSV and JSON lines."""

from tempfile import TemporaryFile

from django.contrib import messages
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from orders import clock
from orders.acts import capacity
from orders.acts.refusals import Refusal
from orders.evidence import bundle
from orders.evidence.scope import Scope
from orders.models import RemovalOrder
from orders.portal.access import Desk, officer_page, posted_from
from orders.portal.tags import for_people


@officer_page
@posted_from("portal:board")
def export(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Everything of this officer's authority; of an auditor of no party, everything."""
    scope = Scope() if desk.reads_all else Scope(authority=desk.authorities[0].code)
    return _download(request, desk, scope, None)


@officer_page
@posted_from("portal:order")
def export_order(request: HttpRequest, desk: Desk, reference: str) -> HttpResponseBase:
    """One order."""
    order = desk.own_order(reference)
    return _download(request, desk, Scope(order=reference, authority=order.issuing_authority.code), order)


def _download(request: HttpRequest, desk: Desk, scope: Scope, order: RemovalOrder | None) -> HttpResponseBase:
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    try:
        manifest = bundle.export(
            scope, by=_taker(desk, order), at=clock.now(), to=file, withhold="withhold" in request.POST
        )
    except Refusal as refusal:
        file.close()
        messages.error(request, for_people(refusal.detail))
        return redirect("portal:order", scope.order) if scope.order else redirect("portal:board")
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{manifest['export_id']}.zip")


def _taker(desk: Desk, order: RemovalOrder | None) -> capacity.Capacity:
    if desk.reads_all:
        return capacity.auditor(desk.user, channel="portal")
    authority = order.issuing_authority if order else desk.authorities[0]
    return capacity.officer(desk.user, authority, channel="portal")
