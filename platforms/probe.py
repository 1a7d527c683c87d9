"""Is the content gone? Looks at simulated pages after a claim and while an order is open; what is due is a query."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import ada_url
from django.db.models import Q

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


def look_due(*, at: datetime, look: See = looking.look) -> int:
    """Look at the pages that are due at `at`, one round; returns how many were taken up.

    A look that was taken up and then lost is not made again: the next one of the plan comes.
    """
    _enrol(at)
    mine = [watch for watch in _due(at) if _take(watch, at)]
    wanted = [Look(watch.item_id, url) for watch in mine if (url := _where(watch.item))]
    items = {watch.item_id: watch.item for watch in mine}
    for sight in look(wanted) if wanted else ():
        try:
            _record(items[sight.look.about], sight)
        except Exception:  # the others go on
            log.exception("what was seen of item %s could not be recorded", sight.look.about)
    return len(mine)


def _record(item: ContentItem, sight: Sight) -> None:
    transmitting.record_observation(
        item=item,
        observed_at=sight.seen_at,
        status=sight.status,
        gone=sight.gone,
        source=SOURCE,
        at=clock.now(),
    )


# --- what is looked at, and when ---
def _enrol(at: datetime) -> None:
    """Begin to watch what was issued or claimed since; only items of connections that have an allow-list."""
    young = Q(order__issued_at__gt=at - PLAN[-1]) | Q(reported_at__gt=at - PLAN[-1])
    listed = Connection.objects.exclude(pages={}).values("provider")
    new = ContentItem.objects.filter(young, watch=None, order__provider__in=listed, order__issued_at__isnull=False)
    Watch.objects.bulk_create([_watch(item, at) for item in new.select_related("order")], ignore_conflicts=True)
    claimed = Watch.objects.filter(claimed=False, item__reported_at__isnull=False)
    for watch in claimed.select_related("item__order"):
        again = _watch(watch.item, at)
        Watch.objects.filter(pk=watch.pk).update(since=again.since, claimed=True, next_look_at=again.next_look_at)


def _watch(item: ContentItem, at: datetime) -> Watch:
    since = item.reported_at or item.order.issued_at
    assert since is not None  # an item without an issued order is not watched
    passed = [planned for planned in _plan(item.order, since) if planned <= at]
    # Of the looks that were missed only the last one is made up for.
    return Watch(item=item, since=since, claimed=bool(item.reported_at), next_look_at=max(passed, default=since))


def _plan(order: RemovalOrder, since: datetime) -> list[datetime]:
    return [since + scaled(after, order.limit_scale) for after in PLAN]


def _due(at: datetime) -> list[Watch]:
    watches = Watch.objects.filter(next_look_at__lte=at).order_by("next_look_at")
    return list(watches.select_related("item__order__dossier", "item__order__provider__connection")[:BATCH])


def _take(watch: Watch, at: datetime) -> bool:
    """Whether this look is ours; of an order that ended, no further look is made."""
    to_come = [planned for planned in _plan(watch.item.order, watch.since) if planned > at]
    is_open = watch.item.order.open
    mine = Watch.objects.filter(pk=watch.pk, next_look_at=watch.next_look_at)
    return bool(mine.update(next_look_at=min(to_come, default=None) if is_open else None)) and is_open


def _where(item: ContentItem) -> str:
    """The address on loopback that stands for the item's page; empty for a host that is not on the list.

    What stands in the order is never called itself.
    """
    url = ada_url.URL(item.url)
    base = item.order.provider.connection.pages.get(url.hostname)
    return f"{base.rstrip('/')}{url.pathname}{url.search}" if base else ""
