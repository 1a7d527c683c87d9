"""What came to a home authority: orders of others copied to it, with the stage of its scrutiny and its clocks."""

from typing import NamedTuple

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders import clock
from orders.models import Deadline, RemovalOrder, Scrutiny
from orders.portal import clocks
from orders.portal.access import Desk, officer_page
from orders.portal.clocks import ClockView
from orders.portal.states import STAGES, Badge, marks
from orders.regulation.regions import Stage

PAGE = 25
OF_SCRUTINY = ("C9", "C10b")


class Row(NamedTuple):
    """One order; `clocks` are those of the scrutiny, latest first."""

    order: RemovalOrder
    stage: Badge
    marks: list[Badge]
    clocks: list[ClockView]


@require_safe
@officer_page
def copied(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The list, newest first."""
    before = request.GET.get("before", "")[:40]
    found = desk.copied().filter(scrutiny__isnull=False).select_related("scrutiny")
    if before:
        found = found.filter(pk__lt=desk.order(before).pk)
    scrutinising = Deadline.objects.filter(code__in=OF_SCRUTINY).order_by("-pk")
    page = list(found.prefetch_related(Prefetch("dossier__deadlines", scrutinising)).order_by("-pk")[: PAGE + 1])
    rows = [_row(order) for order in page[:PAGE]]
    older = rows[-1].order.reference if len(page) > PAGE else ""
    return render(request, "portal/copied.html", {"rows": rows, "now": clock.now(), "older": older, "before": before})


def _row(order: RemovalOrder) -> Row:
    file: Scrutiny = order.scrutiny
    views = clocks.views(order, order.dossier.deadlines.all(), at=clock.now())
    return Row(order, STAGES[Stage(file.stage)], marks(order), views)
