"""How one order of a provider stands, for its engineers: every region, every clock, its steps, and what is open."""

from datetime import datetime
from typing import Any, NamedTuple

from orders import standings
from orders.acts import capacity
from orders.acts.opening import open_acts
from orders.models import Deadline, HostingServiceProvider, LedgerEntry, RemovalOrder
from orders.portal import clocks, wording
from orders.portal.clocks import ClockView
from orders.portal.states import Badge, badge, item_badge
from orders.regulation.regions import Actor, Disclosure, Force, Preservation, Stage, Transmission
from orders.standings import ItemStanding
from platforms.inspecting import twins

OURS = (Actor.PROVIDER, Actor.CHANNEL, Actor.TIME)  # what authorities did is told by a message


class Item(NamedTuple):
    """One item."""

    number: int
    url: str
    identification: str
    badge: Badge
    preservation: Preservation
    clocks: list[ClockView]


class Step(NamedTuple):
    """One entry of the record."""

    entry: LedgerEntry
    sentence: str


class Open(NamedTuple):
    """An act that is open to the provider, and the command that performs it."""

    act: str
    label: str
    article: str
    curl: str


class Standing(NamedTuple):
    """The order; `regions` are their names with the states that they are in."""

    order: RemovalOrder
    badge: Badge
    regions: list[tuple[str, Any]]
    items: list[Item]
    clocks: list[ClockView]
    steps: list[Step]
    open: list[Open]


def orders_of(provider: HostingServiceProvider) -> Any:
    """What was sent to it, latest first."""
    sent = RemovalOrder.objects.filter(provider=provider, sent_at__isnull=False)
    return sent.select_related("dossier", "provider", "issuing_authority", "home_authority").order_by("-pk")


def of(order: RemovalOrder, *, at: datetime) -> Standing:
    """How `order` stands at `at`."""
    items, rows = standings.of_items(order, at=at), list(order.dossier.deadlines.order_by("-pk"))
    provider = capacity.provider(order.provider, channel="inbox")
    opened = open_acts(order, [one.item for one in items], provider)
    return Standing(
        order,
        badge(order, standings.summary(order, items)),
        _regions(order),
        [_item(one, _of(order, rows, one.item.pk, at)) for one in items],
        _of(order, rows, None, at),
        [Step(entry, wording.sentence(entry)) for entry in _entries(order)],
        [Open(one.act, one.label, one.article, twins.of_act(one.act, order, at=at)) for one in opened],
    )


def _item(one: ItemStanding, views: list[ClockView]) -> Item:
    item = one.item
    return Item(item.number, item.url, item.identification, item_badge(one), Preservation(item.preservation), views)


def _regions(order: RemovalOrder) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [
        ("Transmission", Transmission(order.transmission)),
        ("Force", Force(order.force)),
        ("Disclosure", Disclosure(order.disclosure)),
    ]
    scrutiny: Any = getattr(order, "scrutiny", None)  # an announced intention is for the issuing authority alone, 4(5)
    told = scrutiny and (order.issuing_authority.sandbox or scrutiny.stage != Stage.INTENT_ANNOUNCED)
    return [*found, ("Scrutiny", Stage(scrutiny.stage))] if told else found


def _of(order: RemovalOrder, rows: list[Deadline], item: int | None, at: datetime) -> list[ClockView]:
    return clocks.views(order, [row for row in rows if row.item_id == item], at=at)


def _entries(order: RemovalOrder) -> list[LedgerEntry]:
    return list(order.dossier.entries.filter(actor_role__in=OURS).order_by("-number"))
