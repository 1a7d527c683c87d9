"""Four times of one order that are easily taken for each other, kept apart: sent, delivered, acknowledged, received."""

from datetime import datetime
from typing import NamedTuple

from orders.models import Attempt, OutboxMessage, Receipt, RemovalOrder
from platforms.channels.requests import ACCEPTED


class Times(NamedTuple):
    """`taken` is the first attempt that a channel accepted, which need not prove receipt; `receipt` is the proof."""

    sent_at: datetime | None
    taken: Attempt | None
    acknowledged_at: datetime | None
    receipt: Receipt | None


def of(order: RemovalOrder) -> Times:
    """The four times of `order`."""
    message = OutboxMessage.objects.filter(dossier=order.dossier_id, type="order.issued").first()
    taken = Attempt.objects.filter(message=message, outcome=ACCEPTED).order_by("ended_at").first()
    receipt = Receipt.objects.filter(message=message).first()
    return Times(order.sent_at, taken, order.acknowledged_at, receipt)
