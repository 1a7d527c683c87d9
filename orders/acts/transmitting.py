"""What the channel proves: receipt is a fact of the channel, never an act of the provider (Art. 3(5))."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from orders import deadlines
from orders.acts import capacity
from orders.acts._advance import Step, advance, lock
from orders.models import ContentItem, Ground, OutboxMessage, Receipt, RemovalOrder
from orders.outbox import STARTS_AN_HOUR
from orders.regulation.limits import ClockGround
from orders.regulation.regions import Execution, GroundKind


def record_receipt(*, message: OutboxMessage, channel: str, rule: str, received_at: datetime, at: datetime) -> bool:
    """Record that `message` was received at `received_at`; the first recorded evidence stands.

    Returns whether this was the first. A receipt that starts an hour is an act in the ledger; `rule` says what proved
    it, such as webhook_2xx, order_read or answer.
    """
    order = RemovalOrder.objects.select_related("dossier").filter(dossier=message.dossier_id).first()
    if order is None:
        return _keep(message, channel, rule, received_at, at)
    with transaction.atomic():
        lock(order)
        if Receipt.objects.filter(message=message).exists():
            return False
        if message.type in STARTS_AN_HOUR:
            _start_hours(order, message, channel, rule, received_at, at)
        return _keep(message, channel, rule, received_at, at)


def prove_receipt(*, order: RemovalOrder, rule: str, at: datetime, measured: Collection[int] | None = None) -> None:
    """An authenticated request of the provider that names the order proves receipt of what was sent about it before.

    Whoever reads the order is served its clarifications, too. An answer shows only that the order is known; of the
    clarifications it proves those about the items that it reports a measure for, `measured` (None: the order was read).
    """
    unproven = OutboxMessage.objects.filter(
        dossier=order.dossier_id,
        recipient=order.provider.code,
        type__in=STARTS_AN_HOUR,
        receipt=None,
        created_at__lte=at,
    )
    if measured is not None:
        asked = Ground.objects.filter(item__order=order, item__number__in=measured, closed_at=None)
        clarified = asked.exclude(clarified_by=None).values_list("clarified_by", flat=True)
        unproven = unproven.filter(Q(type="order.issued") | Q(data__entry__in=list(clarified)))
    for message in unproven.order_by("sequence"):
        record_receipt(message=message, channel="api", rule=rule, received_at=at, at=at)


def _keep(message: OutboxMessage, channel: str, rule: str, received_at: datetime, at: datetime) -> bool:
    Receipt.objects.create(message=message, channel=channel, rule=rule, received_at=received_at, recorded_at=at)
    OutboxMessage.objects.filter(pk=message.pk).update(
        delivered_at=received_at, next_attempt_at=None, leased_until=None
    )
    return True


def _start_hours(
    order: RemovalOrder, message: OutboxMessage, channel: str, rule: str, received_at: datetime, at: datetime
) -> None:
    with advance(order, "record_receipt", by=capacity.channel(channel), at=at) as step:
        step.facts.update(
            occurred_at=received_at, message=message.message_id, type=message.type, rule=rule, received_at=received_at
        )
        if message.type == "order.issued":
            _order_received(step, received_at)
        else:
            _clarification_received(step, message.data["entry"], received_at)


def _order_received(step: Step, received_at: datetime) -> None:
    step.move(step.order, "receive", at=received_at)
    for item in step.case.items:
        if item.execution == Execution.AWAITING_RECEIPT:
            step.move(item, "fall_due")
            start_hour(step, item, starts_at=received_at, ground=ClockGround.RECEIPT)


def _clarification_received(step: Step, clarified_by: int, received_at: datetime) -> None:
    answered = Ground.objects.filter(item__order=step.order, clarified_by=clarified_by, closed_at=None)
    for ground in answered.order_by("pk"):
        close_ground(step, ground, ceased_at=received_at)
    for item in step.case.items:
        resume_if_free(step, item, "resume_when_clarified")


def close_ground(step: Step, ground: Ground, *, ceased_at: datetime) -> None:
    """Close one Annex III ground at the time it ceased."""
    ground.closed_at, ground.closed_by = ceased_at, step.case.next_number
    ground.save()


def resume_if_free(step: Step, item: ContentItem, method: str) -> None:
    """A fresh full hour when no ground is open any more; it starts when the last one ceased (Art. 3(7)-(8)).

    Never before the hour that was displaced, and so never before receipt: a ground that was over by then took nothing.
    """
    grounds = list(Ground.objects.filter(item=item))
    if item.execution != Execution.DISPLACED or any(ground.closed_at is None for ground in grounds):
        return
    last = max(grounds, key=lambda ground: (ground.closed_at, ground.pk))
    impossible = last.kind == GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY
    reason = ClockGround.GROUNDS_CEASED if impossible else ClockGround.CLARIFICATION
    assert last.closed_at is not None
    starts_at = max(last.closed_at, *item.deadlines.values_list("starts_at", flat=True))
    step.move(item, method)
    start_hour(step, item, starts_at=starts_at, ground=reason)


def start_hour(step: Step, item: ContentItem, *, starts_at: datetime, ground: ClockGround) -> None:
    """Open a clock for `item` and name it in the ledger."""
    clock = deadlines.start_hour(step.order, item, starts_at=starts_at, ground=ground, entry=step.case.next_number)
    step.case.new_clocks.append(clock)
    started = {
        "clock": clock.clock_id,
        "item": item.number,
        "ground": ground,
        "starts_at": starts_at,
        "due_at": clock.due_at,
    }
    step.facts.setdefault("clocks_started", []).append(started)
