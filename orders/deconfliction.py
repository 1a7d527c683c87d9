"""Who else is interested in the same content (Art. 14(1)): exact match on the canonical URL, a class of reason only."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from orders.models import ContentItem, InvestigationInterest, OutboxMessage, RemovalOrder
from orders.models.order_regions import IN_FORCE
from orders.regulation.regions import Force, Preparation, ReasonClass

ASKED = "order.coordination_asked"  # the message by which somebody is asked about an order before it leaves
IN_COORDINATION = Q(
    force=Force.NOT_IN_FORCE,
    preparation__in=[Preparation.IN_REVIEW, Preparation.ON_HOLD, Preparation.CLEARED, Preparation.WAITING_12H],
)
NO_REHEARSAL = Q(issuing_authority__sandbox=False)  # test orders of the sandbox are nobody's business but its own


class Hit(NamedTuple):
    """One URL in which somebody has an interest: whose authority coordinates, and a class of reason, no detail."""

    url_sha256: str
    authority: str
    reason: str


def check(url_hashes: list[str], *, at: datetime, apart_from: RemovalOrder | None = None) -> list[Hit]:
    """The hits for URLs given by the SHA-256 of their canonical form, across all authorities, each once."""
    items = ContentItem.objects.filter(url_sha256__in=url_hashes, order__force__in=IN_FORCE)
    if apart_from is not None:
        items = items.exclude(order=apart_from)
    orders = items.values_list("url_sha256", "order__issuing_authority__code")
    live = Q(until=None) | Q(until__gt=at)
    interests = InvestigationInterest.objects.filter(live, url_sha256__in=url_hashes, registered_at__lte=at)
    registered = interests.values_list("url_sha256", "authority__code", "reason")
    found = {Hit(url, code, str(ReasonClass.ORDER_IN_FORCE)) for url, code in orders}
    return sorted(found | {Hit(*row) for row in registered})


def asked(parties: Collection[str]) -> QuerySet[RemovalOrder]:
    """The orders about which one of `parties` (codes) was asked to coordinate, whenever that was."""
    told = OutboxMessage.objects.filter(type=ASKED, recipient__in=parties)
    return RemovalOrder.objects.filter(dossier__in=told.values("dossier"))


def asked_about(order: RemovalOrder) -> dict[str, set[str]]:
    """By party, the classes of reason for which it was asked about `order`."""
    reasons: dict[str, set[str]] = {}
    told = OutboxMessage.objects.filter(dossier=order.dossier, type=ASKED)
    for party, data in told.values_list("recipient", "data"):
        reasons.setdefault(party, set()).update(data["reasons"])
    return reasons


def was_asked(order: RemovalOrder, party: str) -> bool:
    """Whether `party` was asked about `order` because it has an interest in the same content."""
    return OutboxMessage.objects.filter(dossier=order.dossier, type=ASKED, recipient=party).exists()
