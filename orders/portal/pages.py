"""The page of one order: how it stands, what it says, what happened, and what may be done now."""

from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from orders import clock, deadlines, standings
from orders.acts import clarifying, consulting, preserving, preview
from orders.models import Deadline, Dossier, Ground, LedgerEntry, Observation, OutboxMessage, RemovalOrder, Scrutiny
from orders.portal import clocks, offers, people, polled, seeing, telling, wording, words
from orders.portal.access import Desk
from orders.portal.clocks import ClockView
from orders.portal.leaving import leaving
from orders.portal.offers import NOTHING, Tried
from orders.portal.seeing import Seeing
from orders.portal.states import STAGES, Badge, badge, item_badge, marks, whose_move
from orders.regulation.annexes import AUTHORITY_TYPES, CATEGORIES
from orders.regulation.limits import Basis
from orders.regulation.regions import Disclosure, Measure, Preparation, Stage
from orders.standings import ItemStanding


class ItemView(NamedTuple):
    """One item with its clocks, latest first, and its grounds."""

    standing: ItemStanding
    badge: Badge
    measure: str
    basis: str
    seeing: Seeing
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


def page(request: HttpRequest, desk: Desk, order: RemovalOrder, tried: Tried = NOTHING) -> HttpResponse:
    """The whole page; showing it is a look at the addresses in it."""
    consulting.consult(order=order, by=desk.onlooker(order), at=clock.now())
    context = {**live_context(desk, order), **acts_context(desk, order, tried)}
    return render(request, "portal/order.html", context, status=tried.status)


def acts_context(desk: Desk, order: RemovalOrder, tried: Tried = NOTHING) -> dict[str, Any]:
    """What may be done now."""
    opens = offers.open_forms(desk, order, tried)
    names = {one.declared.act for one in opens}
    waits = order.preparation == Preparation.IN_REVIEW and "return_to_draft" in names and offers.drafted_it(desk, order)
    return {
        "order": order,
        "inside": desk.is_inside(order),
        "opens": opens,
        "tried": tried.name,
        "needs_second_person": waits,
        "may_edit": offers.may_edit(desk, order),
    }


def live_tag(order: RemovalOrder) -> str:
    """Every act raises the generation; messages, looks and limits that pass show without an act."""
    told = OutboxMessage.objects.filter(dossier=order.dossier)
    delivered = told.exclude(delivered_at=None).count()
    now = clock.now()
    passed = order.dossier.deadlines.filter(closed_at=None, due_at__lt=now).count()
    looks = Observation.objects.filter(item__order=order).count()
    before = leaving(order, at=now)  # interests of others, and the time at the recipient, change without an act
    return polled.etag(order.reference, order.dossier.generation, told.count(), delivered, passed, looks, before)


def live_context(desk: Desk, order: RemovalOrder) -> dict[str, Any]:
    """What refreshes itself."""
    now, inside = clock.now(), desk.is_inside(order)
    items = standings.of_items(order, at=now)
    rows = list(order.dossier.deadlines.order_by("-pk"))
    return {
        "order": order,
        "tag": live_tag(order),
        "now": now,
        "inside": inside,
        "badge": badge(order, standings.summary(order, items)),
        "marks": marks(order),
        "withheld": order.disclosure != Disclosure.ALLOWED,
        "move": whose_move(order, items, own=desk.issues(order)),
        "leaving": leaving(order, at=now) if inside else None,
        "by_hand": order.provider.webform if inside and offers.is_open(desk, order, "record_submission") else "",
        "repeated": clarifying.repeated(order) if inside else {},
        "releasing": preserving.warnings(order, at=now),
        "items": _items(order, items, rows, now),
        "clocks": clocks.views(order, [row for row in rows if row.item_id is None], at=now),
        **_scrutiny(order),
        **_annex(order),
        "lines": timeline(desk, order),
        "notices": notices(desk, dossier=order.dossier),
        "set_aside": deadlines.set_aside().filter(dossier=order.dossier).exists(),
    }


def _scrutiny(order: RemovalOrder) -> dict[str, Any]:
    file = Scrutiny.objects.filter(order=order).select_related("authority").first()
    if file is None:
        return {"scrutiny": None}
    return {"scrutiny": file, "stage": STAGES[Stage(file.stage)], "requests": file.requests.order_by("entry")}


def _annex(order: RemovalOrder) -> dict[str, Any]:
    annex = preview.annex_i(order, at=clock.now())
    ticked = [(name, CATEGORIES.get(name, "")) for name in annex["categories"]]
    kind = AUTHORITY_TYPES.get(annex["issuing_authority"]["type"], "")
    return {"annex": annex, "categories": ticked, "authority_type": kind}


def _items(order: RemovalOrder, items: list[ItemStanding], rows: list[Deadline], at: datetime) -> list[ItemView]:
    grounds = list(Ground.objects.filter(item__order=order).order_by("pk"))
    return [
        ItemView(
            standing=one,
            badge=item_badge(one),
            measure=words.MEASURES[Measure(one.item.measure)] if one.item.measure else "",
            basis=words.BASES[one.basis or Basis.CLAIMED],
            seeing=seeing.view(one),
            clocks=clocks.views(order, [row for row in rows if row.item_id == one.item.pk], at=at),
            grounds=[ground for ground in grounds if ground.item_id == one.item.pk],
        )
        for one in items
    ]


def timeline(desk: Desk, order: RemovalOrder) -> list[Line]:
    """The ledger of one order, latest first; from its issue on for those outside the issuing authority."""
    entries = list(order.dossier.entries.order_by("-number"))
    if not desk.is_inside(order):
        issued = next((entry.number for entry in entries if entry.act == "issue"), 0)
        entries = [entry for entry in entries if entry.number >= issued]
    names = people.Names(entries, seen_by=desk)
    return [
        Line(
            entry=entry,
            sentence=wording.sentence(entry),
            who=names.of(entry),
            channel=words.CHANNELS.get(entry.channel, entry.channel),
            lag=(entry.recorded_at - entry.occurred_at).total_seconds(),
        )
        for entry in entries
    ]


def notices(desk: Desk, *, dossier: Dossier | None = None, limit: int = 100) -> list[Notice]:
    """The messages to this officer's authorities, latest first."""
    found = OutboxMessage.objects.filter(recipient__in=desk.codes)
    if dossier:
        found = found.filter(dossier=dossier)
    latest = found.select_related("dossier").order_by("-created_at", "-pk")[:limit]
    return [Notice(message, telling.notice(message.type, message.data)) for message in latest]
