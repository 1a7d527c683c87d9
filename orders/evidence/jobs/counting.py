"""How many rows an export will have, roughly: what its progress is measured against."""

from collections.abc import Iterable

from orders.evidence.bagging.cut import Cut
from orders.evidence.bagging.spool import Group
from orders.models import Attempt, ContentItem, Deadline, Observation, OutboxMessage


def rows_in(cut: Cut, groups: Iterable[Group]) -> int:
    """Counted as the record stands now: some of it may have come since the checkpoint, and looks are not counted."""
    dossiers, orders = cut.scope.orders().order_by().values("dossier"), cut.scope.orders().order_by()
    events = cut.entries().count
    attempts = Attempt.objects.filter(message__dossier__in=dossiers).count
    ways = {
        "orders": orders.count,
        "dossiers": orders.count,
        "items": ContentItem.objects.filter(order__in=orders).count,
        "clocks": Deadline.objects.filter(dossier__in=dossiers).count,
        "events": events,
        "ledger/proofs": events,
        "messages": OutboxMessage.objects.filter(dossier__in=dossiers).count,
        "deliveries": attempts,
        "exhibits": attempts,
        "observations": Observation.objects.filter(item__order__in=orders).count,
    }
    names = [table.name for group in groups for table in group.tables]
    return sum(ways[name]() for name in names if name in ways)
