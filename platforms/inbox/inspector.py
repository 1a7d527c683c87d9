"""The inspector: an engineer watches what goes over the wire, sees why it was not accepted, and has it again."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from orders import clock
from orders.acts import capacity
from orders.acts.refusals import Refusal
from orders.models import HostingServiceProvider, RemovalOrder, User
from orders.portal import polled
from orders.portal.access import desk_of
from platforms.inbox import standing
from platforms.inbox.access import engineer_page, is_engineer, staff_page
from platforms.inspecting import replaying, timeline, twins
from platforms.inspecting.asked import Asked
from platforms.inspecting.timeline import DIRECTIONS, Seen
from platforms.models import Connection

SHOWN = 25
ORDERS = 30  # latest ones that can be chosen


class Line(NamedTuple):
    """One exchange, its bytes as text, and the same for people."""

    seen: Seen
    exact: str
    pretty: str
    pretty_answer: str
    curl: str


@require_safe
@never_cache
@staff_page
def inspector(request: HttpRequest, provider: HostingServiceProvider) -> HttpResponse:
    """All exchanges of the provider, or those of one order, newest first."""
    connection = _inspected(provider)
    context = _context(request, connection, request.GET)
    if not request.htmx:  # type: ignore[attr-defined]  # set by django_htmx's middleware
        return render(request, "inbox/inspector.html", context)
    unchanged = polled.unchanged(request, context["tag"])
    return polled.answer(request, "inbox/_inspector.html", None if unchanged else context, context["tag"])


@require_safe
@never_cache
@staff_page
def exchange(request: HttpRequest, provider: HostingServiceProvider, id: str) -> HttpResponse:
    """One exchange; one that repeats another stands beside it."""
    connection = _inspected(provider)
    seen = _found(connection, id)
    again = seen.exchange.again if isinstance(seen, Asked) else None
    sides = [_found(connection, f"in-{again.pk}"), seen] if again else [seen]
    replays = timeline.asked_again(connection, seen.exchange) if isinstance(seen, Asked) else []
    context = {"line": _line(seen), "sides": [_line(side) for side in sides], "replays": replays}
    return render(request, "inbox/exchange.html", {**context, **_person(request, provider)})


@require_POST
@engineer_page
def replay(request: HttpRequest, provider: HostingServiceProvider, id: str) -> HttpResponse:
    """The same again."""
    seen = _found(_inspected(provider), id)
    assert isinstance(request.user, User)
    try:
        if isinstance(seen, Asked):
            return redirect("inbox:exchange", id=f"in-{replaying.ask_again(seen.exchange).pk}")
        by = capacity.provider(provider, channel="inbox", person=request.user)
        replaying.send_again(seen.attempt, by=by, at=clock.now())
    except Refusal as refused:
        messages.error(request, refused.detail)
        return redirect("inbox:exchange", id=id)
    messages.success(request, f"{seen.what} is sent again now, with the same bytes under its id.")
    return redirect("inbox:inspector")


def _inspected(provider: HostingServiceProvider) -> Connection:
    found = timeline.inspected(provider)
    if found is None:
        raise Http404("There is an inspector for sandbox connections alone.")
    return found


def _found(connection: Connection, id: str) -> Seen:
    try:
        return timeline.find(connection, id)
    except timeline.Unknown:
        raise Http404(f"There is no exchange {id} here; requests are kept for seven days.") from None


def _person(request: HttpRequest, provider: HostingServiceProvider) -> dict[str, Any]:
    assert isinstance(request.user, User)
    return {"engineer": is_engineer(desk_of(request.user), provider), "token": twins.token()}


def _context(request: HttpRequest, connection: Connection, wanted: Mapping[str, str]) -> dict[str, Any]:
    """What is shown for the filters `wanted`: order, direction, and after which exchange."""
    after = _found(connection, wanted["after"]) if wanted.get("after") else None
    filters = {"order": wanted.get("order", ""), "direction": _direction(wanted.get("direction", ""))}
    found = timeline.page(connection, **filters, after=after, size=SHOWN)
    known = list(standing.orders_of(connection.provider)[:ORDERS])
    order = _chosen(connection, filters["order"], known)
    return {
        **filters,
        **_person(request, connection.provider),
        "query": urlencode({name: text for name, text in filters.items() if text}),
        "known": [one.reference for one in known],
        "lines": [_line(seen) for seen in found.shown],
        "earlier": found.shown[-1].id if found.more else "",
        "after": after,
        "standing": standing.of(order, at=clock.now()) if order else None,
        "tag": _tag(found.shown, order),
        "now": clock.now(),
    }


def _direction(said: str) -> str:
    return said if said in DIRECTIONS else ""


def _chosen(connection: Connection, reference: str, known: list[RemovalOrder]) -> RemovalOrder | None:
    """The order whose state is shown: the one that was asked for, else the latest."""
    if not reference:
        return known[0] if known else None
    found: RemovalOrder | None = standing.orders_of(connection.provider).filter(dossier__reference=reference).first()
    if found is None:
        raise Http404(f"There is no order {reference} here.")
    return found


def _tag(shown: list[Seen], order: RemovalOrder | None) -> str:
    """What changes the page: exchanges, acts, receipts, and limits that pass without an act."""
    if order is None:
        return polled.etag(*(seen.id for seen in shown))
    passed = order.dossier.deadlines.filter(closed_at=None, due_at__lt=clock.now()).count()
    sentences = (f"{seen.id} {seen.sentence}" for seen in shown)
    return polled.etag(order.reference, order.dossier.generation, passed, *sentences)


def _line(seen: Seen) -> Line:
    body = seen.body.decode(errors="replace")
    return Line(seen, body, _pretty(body), _pretty(seen.answer), twins.of(seen))


def _pretty(text: str) -> str:
    """JSON for people; anything else as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
