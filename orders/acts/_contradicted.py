"""What follows when something is seen that contradicts the provider: a notice, and nothing in law (case 25)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from orders import canonical
from orders.acts import _case, _loading
from orders.models import ContentItem, Dossier, OutboxMessage
from orders.outbox import Letter, Recipient
from orders.regulation import observing
from orders.regulation.observing import Seen
from orders.regulation.regions import Actor

KIND = "order.discrepancy_opened"


def tell(dossier: Dossier, numbers: Collection[int], *, at: datetime) -> None:
    """Tell the issuing authority of open discrepancies of these items, each once; it moves no region of state.

    Of an item that was just seen gone none is open. The dossier is locked; the case is read only when there is
    something to tell, which is seldom.
    """
    if not numbers:
        return
    claimed = ContentItem.objects.filter(order__dossier=dossier, number__in=numbers).exclude(taken_at=None)
    items = claimed.prefetch_related("observations").order_by("number")
    news = [fact for item in items if (fact := _open(item)) and not _was_told(dossier, fact)]
    if not news:
        return
    case = _loading.load([dossier])[0]
    issuer = Recipient(Actor.ISSUING_AUTHORITY, case.order.issuing_authority.code)
    case.letters.extend(Letter(KIND, issuer, {**fact, "taken_at": case.item(fact["item"]).taken_at}) for fact in news)
    _case.save([case], at=at)


def _open(item: ContentItem) -> dict[str, Any] | None:
    """What an open discrepancy of `item` is known by."""
    seen = [Seen(look.observed_at, look.gone) for look in item.observations.all()]
    found = observing.discrepancies(seen, taken_at=item.taken_at, reinstated_at=item.reinstated_at)
    if not found or found[-1].closed_at is not None:
        return None
    return {"item": item.number, "opened_at": canonical.instant(found[-1].opened_at)}


def _was_told(dossier: Dossier, fact: dict[str, Any]) -> bool:
    told = OutboxMessage.objects.filter(dossier=dossier, type=KIND)
    return any(message.data.items() >= fact.items() for message in told)
