"""Is the content gone? Looks at simulated pages after a claim and while an order is open; what is due is a query."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import ada_url
from django.db import transaction
from django.db.models import Q, QuerySet

from orders import clock
from orders.acts import transmitting
from orders.models import ContentItem, RemovalOrder
from orders.regulation.limits import scaled
from platforms import looking
from platforms.looking import Look, Sight
from platforms.models import Connection, Watch

log = logging.getLogger(__name__)
SOURCE = "probe"
# From the issue of an order, and again from the report of a measure; scaled like the order's hour.
PLAN = (
    *(timedelta(minutes=minutes) for minutes in (0, 1, 5, 30)),
    *(timedelta(days=days) for days in range(1, 8)),
)
BATCH = 100
See = Callable[[Sequence[Look]], Iterable[Sight]]


def look_due(*, at: datetime, look: See = looking.look, anew: bool = True) -> int:
    """Look at the pages that are due at `at`, one round of up to `BATCH`; returns how many were taken up.

    A look that was taken up and then lost is not made again: the next one of the plan comes. Whoever knows that
    nothing was issued or reported since the last round need not look for it (`anew`).
    """
    if anew:
        _enrol(at)
    taken = _take(at)
    mine = [watch for watch in taken if watch.item.order.open]  # of an order that ended, no further look is made
    wanted = [Look(watch.item_id, url) for watch in mine if (url := _where(watch.item))]
    items = {watch.item_id: watch.item for watch in mine}
    seen: dict[int, list[Sight]] = {}
    for sight in look(wanted) if wanted else ():
        seen.setdefault(items[sight.look.about].order_id, []).append(sight)
    for sights in seen.values():
        try:
            _record(items, sights)
        except Exception:  # the others go on
            log.exception("what was seen of item %s and others could not be recorded", sights[0].look.about)
    return len(taken)


def _record(items: Mapping[int, ContentItem], sights: Sequence[Sight]) -> None:
    """What was seen of the items of one order."""
    looks = [transmitting.Look(items[one.look.about], one.seen_at, one.status, one.gone) for one in sights]
    transmitting.record_observations(order=looks[0].item.order, looks=looks, source=SOURCE, at=clock.now())


# --- what is looked at, and when ---
def _enrol(at: datetime) -> None:
    """Begin to watch what was issued or claimed since; only items of connections that have an allow-list."""
    young = Q(order__issued_at__gt=at - PLAN[-1]) | Q(reported_at__gt=at - PLAN[-1])
    listed = Connection.objects.exclude(pages={}).values("provider")
    new = ContentItem.objects.filter(young, watch=None, order__provider__in=listed, order__issued_at__isnull=False)
    Watch.objects.bulk_create([_watch(item, at) for item in new.select_related("order")], ignore_conflicts=True)
    claimed = Watch.objects.filter(claimed=False, item__reported_at__isnull=False)
    again: dict[tuple[datetime, datetime | None], list[int]] = {}  # the items of one order are mostly reported together
    for watch in claimed.select_related("item__order"):
        anew = _watch(watch.item, at)
        again.setdefault((anew.since, anew.next_look_at), []).append(watch.pk)
    for (since, next_look_at), keys in again.items():
        Watch.objects.filter(pk__in=keys).update(since=since, claimed=True, next_look_at=next_look_at)


def _watch(item: ContentItem, at: datetime) -> Watch:
    since = item.reported_at or item.order.issued_at
    assert since is not None  # an item without an issued order is not watched
    passed = [planned for planned in _plan(item.order, since) if planned <= at]
    # Of the looks that were missed only the last one is made up for.
    return Watch(item=item, since=since, claimed=bool(item.reported_at), next_look_at=max(passed, default=since))


def _plan(order: RemovalOrder, since: datetime) -> list[datetime]:
    return [since + scaled(after, order.limit_scale) for after in PLAN]


def _take(at: datetime) -> list[Watch]:
    """The looks that are due and nobody else takes, each put off until the next one of its plan."""
    due = Watch.objects.filter(next_look_at__lte=at).order_by("next_look_at", "pk")
    later: dict[datetime | None, list[int]] = {}
    with transaction.atomic():
        mine = list(_whole(due.select_for_update(skip_locked=True, of=("self",)))[:BATCH])
        for watch in mine:
            to_come = [planned for planned in _plan(watch.item.order, watch.since) if planned > at]
            next_look_at = min(to_come, default=None) if watch.item.order.open else None
            later.setdefault(next_look_at, []).append(watch.pk)
        for next_look_at, keys in later.items():
            Watch.objects.filter(pk__in=keys).update(next_look_at=next_look_at)
    return mine


def _whole(watches: QuerySet[Watch]) -> QuerySet[Watch]:
    """With what a look takes of their items and of the orders and connections of these, which have far more columns."""
    order = [f"item__order__{column}" for column in ("dossier", "force", "limit_scale")]
    item = [
        "item__number",
        "item__url",
        *order,
        "item__order__provider__code",
        "item__order__provider__connection__pages",
    ]
    return watches.select_related("item__order__provider__connection").only("since", "claimed", "next_look_at", *item)


def _where(item: ContentItem) -> str:
    """The address on loopback that stands for the item's page; empty for a host that is not on the list.

    What stands in the order is never called itself.
    """
    url = ada_url.URL(item.url)
    base = item.order.provider.connection.pages.get(url.hostname)
    return f"{base.rstrip('/')}{url.pathname}{url.search}" if base else ""
