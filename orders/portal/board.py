"""The board: an authority's orders, how each stands, and what is due next."""

from typing import Any, NamedTuple

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders import clock, deadlines, standings
from orders.models import ContentItem, Deadline, RemovalOrder
from orders.portal import polled
from orders.portal.access import Desk, officer_page
from orders.portal.states import FILTERS, VERDICTS, Badge, Filter, Move, badge, whose_move
from orders.regulation.limits import Standing
from orders.standings import ItemStanding

PAGE = 25


class Row(NamedTuple):
    """One order on the board; `running` is the clock that runs out first."""

    order: RemovalOrder
    badge: Badge
    move: Move
    running: Deadline | None
    verdict: Badge | None
    items: list[ItemStanding]


class Choice(NamedTuple):
    """What the viewer asked to see."""

    filter: Filter
    words: str
    before: str


@require_safe
@officer_page
def board(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page."""
    choice = _choice(request)
    return render(request, "portal/board.html", _context(desk, choice, _tag(desk, choice)))


@require_safe
@officer_page
def live(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The part of the board that refreshes itself."""
    choice = _choice(request)
    tag = _tag(desk, choice)
    context = None if polled.unchanged(request, tag) else _context(desk, choice, tag)
    return polled.answer(request, "portal/_board.html", context, tag)


def _choice(request: HttpRequest) -> Choice:
    named = {known.name: known for known in FILTERS}
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    return Choice(named.get(request.GET.get("show", ""), FILTERS[0]), words, request.GET.get("before", "")[:40])


def _tag(desk: Desk, choice: Choice) -> str:
    """Every act raises a generation; a limit that passed shows before a sweep has noticed it."""
    record = desk.orders().aggregate(Count("pk"), Sum("dossier__generation"))
    passed = deadlines.passed(at=clock.now()).filter(dossier__removal_order__in=desk.orders()).count()
    return polled.etag(desk.user.pk, choice, *record.values(), passed)


def _context(desk: Desk, choice: Choice, tag: str) -> dict[str, Any]:
    found = _matching(desk.orders(), choice.words)
    counts = found.aggregate(**{known.name: Count("pk", filter=known.condition) for known in FILTERS})
    page = _page(found.filter(choice.filter.condition), desk, choice.before)
    rows = [_row(desk, order) for order in page[:PAGE]]
    return {
        "rows": rows,
        "choice": choice,
        "filters": [(known, counts[known.name]) for known in FILTERS],
        "next": rows[-1].order.reference if len(page) > PAGE else "",
        "tag": tag,
        "now": clock.now(),
        "can_draft": desk.drafts_for is not None,
    }


def _matching(orders: QuerySet[RemovalOrder], words: str) -> QuerySet[RemovalOrder]:
    if not words:
        return orders
    return orders.filter(
        Q(dossier__reference__icontains=words)
        | Q(provider__name__icontains=words)
        | Q(file_number__icontains=words)
        | Q(provider_reference__icontains=words)
    )


def _page(orders: QuerySet[RemovalOrder], desk: Desk, before: str) -> list[RemovalOrder]:
    """Newest first, one more than fits; `before` is the last reference already seen (keyset)."""
    if before:
        orders = orders.filter(pk__lt=desk.order(before).pk)
    read = orders.prefetch_related(
        Prefetch("items", ContentItem.objects.order_by("number")),
        Prefetch("dossier__deadlines", Deadline.objects.order_by("pk")),
    )
    return list(read.order_by("-pk")[: PAGE + 1])


def _row(desk: Desk, order: RemovalOrder) -> Row:
    items = standings.of_rows(order.items.all(), order.dossier.deadlines.all(), at=clock.now())
    summary = standings.summary(order, items)
    running = [(one.due_at, one.clock) for one in items if one.due_at and one.standing is Standing.RUNNING]
    first = min(running, key=lambda one: one[0])[1] if running else None
    return Row(
        order, badge(order, summary), whose_move(order, items, own=desk.issues(order)), first, _worst(items), items
    )


def _worst(items: list[ItemStanding]) -> Badge | None:
    """The gravest verdict among the items, in the order in which the pages list them."""
    found = {one.verdict for one in items if one.verdict}
    return next((VERDICTS[verdict] for verdict in reversed(VERDICTS) if verdict in found), None)
