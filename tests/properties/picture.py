"""One order as its rows tell it at a moment, and what was seen of it before."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orders.models import Deadline, Ground, LedgerEntry, OutboxMessage, RemovalOrder, Scrutiny, ScrutinyRequest
from orders.regulation.regions import DONE, Execution

ONCE_DONE = DONE | {Execution.REINSTATEMENT_DUE, Execution.REINSTATED, Execution.KEPT_DOWN}


@dataclass
class Picture:
    """All rows of one order, read at once."""

    order: RemovalOrder
    items: list[Any]
    clocks: list[Deadline]
    entries: list[LedgerEntry]
    messages: list[OutboxMessage]
    grounds: list[Ground]
    scrutiny: Scrutiny | None
    requests: list[ScrutinyRequest]

    def hours(self, item: Any) -> list[Deadline]:
        return [clock for clock in self.clocks if clock.item_id == item.pk and clock.code == "C2"]

    def lapses(self, clock: Deadline) -> list[LedgerEntry]:
        return [entry for entry in self.entries if entry.facts.get("clock") == clock.clock_id]


@dataclass
class Memory:
    """What was seen before and may not change."""

    digests: list[str] = field(default_factory=list)
    received_at: datetime | None = None
    told_in_secret: int = 0


def picture(key: int) -> Picture:
    order = RemovalOrder.objects.select_related("dossier").get(pk=key)
    return Picture(
        order,
        list(order.items.order_by("number")),
        list(order.dossier.deadlines.order_by("pk")),
        list(order.dossier.entries.select_related("dossier").order_by("number")),
        list(order.dossier.messages.order_by("pk")),
        list(Ground.objects.filter(item__order=order).order_by("pk")),
        Scrutiny.objects.filter(order=order).first(),
        list(ScrutinyRequest.objects.filter(scrutiny__order=order).order_by("pk")),
    )
