"""What follows when something is seen that contradicts the provider: a notice, and nothing in law (case 25)."""

from datetime import datetime

from orders import canonical
from orders.acts import _case
from orders.acts._case import Case
from orders.models import ContentItem, OutboxMessage
from orders.outbox import Letter, Recipient
from orders.regulation import observing
from orders.regulation.observing import Seen
from orders.regulation.regions import Actor

KIND = "order.discrepancy_opened"


def tell(case: Case, item: ContentItem, *, at: datetime) -> None:
    """Tell the issuing authority of an open discrepancy of `item`, once; it moves no region of state."""
    seen = [Seen(look.observed_at, look.gone) for look in item.observations.all()]
    found = observing.discrepancies(seen, taken_at=item.taken_at, reinstated_at=item.reinstated_at)
    if not found or found[-1].closed_at is not None:
        return
    about = {"item": item.number, "opened_at": canonical.instant(found[-1].opened_at)}
    told = OutboxMessage.objects.filter(dossier=case.dossier, type=KIND)
    if any(message.data.items() >= about.items() for message in told):
        return
    issuer = Recipient(Actor.ISSUING_AUTHORITY, case.order.issuing_authority.code)
    case.letters.append(Letter(KIND, issuer, {**about, "taken_at": item.taken_at}))
    _case.save([case], at=at)
