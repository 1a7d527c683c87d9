"""The page of one order: how it stands, what it says, what happened, and what may be done now."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from orders import clock, standings
from orders.acts import preview
from orders.models import Deadline, Dossier, Ground, LedgerEntry, OutboxMessage, RemovalOrder
from orders.portal import offers, people, polled, wording
from orders.portal.access import Desk
from orders.portal.forms import ActForm
from orders.portal.states import VERDICTS, Badge, badge, item_badge, whose_move
from orders.regulation import limits
from orders.regulation.annexes import AUTHORITY_TYPES, CATEGORIES
from orders.regulation.limits import ClockGround, Standing
from orders.regulation.regions import Measure, Preparation
from orders.standings import ItemStanding


class ClockView(NamedTuple):
    """One clock of one item: why it started, and how it stands."""

    clock: Deadline
    ground: str
    running: bool
    verdict: Badge | None
    late_by: Any


class ItemView(NamedTuple):
    """One item with its clocks, latest first, and its grounds."""

    standing: ItemStanding
    badge: Badge
    measure: str
    clocks: list[ClockView]
    grounds: list[Ground]


class Line(NamedTuple):
    """One entry of the ledger in plain words."""

    entry: LedgerEntry
    sentence: str
    who: str
    channel: str
    lag: float


class Notice(NamedTuple):
    """A message to an authority, in plain words."""

    message: OutboxMessage
    sentence: str


def page(
    request: HttpRequest,
    desk: Desk,
    order: RemovalOrder,
    tried: ActForm | None = None,
    name: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole page; `tried` is the form of act `name` that was refused."""
    context = {**live_context(desk, order), **acts_context(desk, order, tried, name)}
    return render(request, "portal/order.html", context, status=status)


def acts_context(desk: Desk, order: RemovalOrder, tried: ActForm | None = None, name: str = "") -> dict[str, Any]:
    """What may be done now."""
    opens = offers.open_forms(desk, order, tried, name)
    names = {one.declared.act for one in opens}
    waits = order.preparation == Preparation.IN_REVIEW and "return_to_draft" in names and offers.drafted_it(desk, order)
    return {
        "order": order,
        "opens": opens,
        "tried": name,
        "needs_second_person": waits,
        "may_edit": offers.may_edit(desk, order),
    }


def live_tag(order: RemovalOrder) -> str:
    """Every act raises the generation; messages and limits that pass show without an act."""
    told = OutboxMessage.objects.filter(dossier=order.dossier)
    delivered = told.exclude(delivered_at=None).count()
    now = clock.now()
    passed = order.dossier.deadlines.filter(closed_at=None, due_at__lt=now).count()
    return polled.etag(order.reference, order.dossier.generation, told.count(), delivered, passed)


def live_context(desk: Desk, order: RemovalOrder) -> dict[str, Any]:
    """What refreshes itself."""
    tag = live_tag(order)
    items = standings.of_items(order, at=clock.now())
    return {
        "order": order,
        "tag": tag,
        "now": clock.now(),
        "badge": badge(order, standings.summary(order, items)),
        "move": whose_move(order, items),
        "items": _items(order, items),
        **_annex(order),
        "lines": timeline(order.dossier),
        "notices": notices(desk, dossier=order.dossier),
        "set_aside": order.dossier.deadlines.exclude(set_aside_at=None).exists(),
    }


def _annex(order: RemovalOrder) -> dict[str, Any]:
    annex = preview.annex_i(order, at=clock.now())
    ticked = [(name, CATEGORIES.get(name, "")) for name in annex["categories"]]
    kind = AUTHORITY_TYPES.get(annex["issuing_authority"]["type"], "")
    return {"annex": annex, "categories": ticked, "authority_type": kind}


def _items(order: RemovalOrder, items: list[ItemStanding]) -> list[ItemView]:
    clocks = list(order.dossier.deadlines.order_by("-pk"))
    grounds = list(Ground.objects.filter(item__order=order).order_by("pk"))
    return [
        ItemView(
            standing=one,
            badge=item_badge(one),
            measure=wording.MEASURES[Measure(one.item.measure)] if one.item.measure else "",
            clocks=[_clock(row) for row in clocks if row.item_id == one.item.pk],
            grounds=[ground for ground in grounds if ground.item_id == one.item.pk],
        )
        for one in items
    ]


def _clock(row: Deadline) -> ClockView:
    facts, now = row.facts(), clock.now()
    verdict = limits.verdict(facts, now=now)
    return ClockView(
        clock=row,
        ground=ClockGround(row.ground).gloss,
        running=limits.standing(facts, now=now) is Standing.RUNNING,
        verdict=VERDICTS[verdict] if verdict else None,
        late_by=limits.late_by(facts),
    )


def timeline(dossier: Dossier) -> list[Line]:
    """The ledger of one dossier, latest first."""
    entries = list(dossier.entries.order_by("-number"))
    names = people.Names(entries)
    return [
        Line(
            entry=entry,
            sentence=wording.sentence(entry),
            who=names.of(entry),
            channel=wording.CHANNELS.get(entry.channel, entry.channel),
            lag=(entry.recorded_at - entry.occurred_at).total_seconds(),
        )
        for entry in entries
    ]


def notices(desk: Desk, *, dossier: Dossier | None = None, limit: int = 100) -> list[Notice]:
    """The messages to this officer's authorities, latest first."""
    found = OutboxMessage.objects.filter(recipient__in=[authority.code for authority in desk.authorities])
    if dossier:
        found = found.filter(dossier=dossier)
    latest = found.select_related("dossier").order_by("-created_at", "-pk")[:limit]
    return [Notice(message, wording.notice(message.type, message.data)) for message in latest]
