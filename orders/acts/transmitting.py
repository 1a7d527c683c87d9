"""What the channel proves: receipt is a fact of the channel, never an act of the provider (Art. 3(5))."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Q

from orders.acts import _after_the_end, _contradicted, _ending, _finality, _grounds, _times, capacity, uploads
from orders.acts._advance import Step, advance, lock
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid
from orders.acts.uploads import Upload
from orders.deadlines import appeal_period
from orders.models import ContentItem, Dossier, Ground, Observation, OutboxMessage, Receipt, RemovalOrder
from orders.outbox import PROVEN_BY_ACT, STARTS_AN_HOUR
from orders.regulation.limits import ClockGround
from orders.regulation.regions import OPEN, Actor, Execution

WEBFORM = "webform"
CONFIRMED = "webform_confirmation"  # the rule of a receipt that a web form's confirmation page proves
TAKEN_DOWN = (Execution.REMOVED, Execution.DISABLED)
# What a receipt rests on that moves nothing by itself: the law of the message.
RESTS_ON = {"order.issued": "3(5)", "order.clarified": "3(8)", "order.annulled": "4(7)"}
# Messages that an ending took off the wire before their delivery: nobody is to act on them any more.
TAKEN_OFF = Q(type__in=STARTS_AN_HOUR, delivered_at=None, next_attempt_at=None)


def record_receipt(*, message: OutboxMessage, channel: str, rule: str, received_at: datetime, at: datetime) -> bool:
    """Record that `message` was received at `received_at`; the first recorded evidence stands.

    Returns whether this was the first. A receipt that starts a clock is an act in the ledger; `rule` says what proved
    it, such as webhook_2xx, order_read or answer.
    """
    with transaction.atomic():
        Dossier.objects.select_for_update().get(pk=message.dossier_id)  # most receipts are no act: no case is read
        message.refresh_from_db(fields=["delivered_at"])
        return record_receipt_under_lock(message=message, channel=channel, rule=rule, received_at=received_at, at=at)


@transaction.atomic
def record_receipt_under_lock(
    *, message: OutboxMessage, channel: str, rule: str, received_at: datetime, at: datetime
) -> bool:
    """`record_receipt` for whoever holds the lock of the dossier of `message` and has read it since."""
    if message.delivered_at is not None:
        return False
    if message.type in PROVEN_BY_ACT:
        order = RemovalOrder.objects.get(dossier=message.dossier_id)
        _received(order, message, channel, rule, received_at, at)
    return _keep(message, channel, rule, received_at, at)


def prove_receipt(
    *,
    order: RemovalOrder,
    rule: str,
    at: datetime,
    measured: Collection[int] | None = None,
    annulled: bool = False,
    channel: str = "api",
) -> None:
    """An authenticated request of the provider that names the order proves receipt of what was sent about it before.

    Whoever reads the order is served its clarifications, too. An answer shows only that the order is known; of the
    clarifications it proves those about the items that it reports a measure for, `measured` (None: the order was read),
    and of an annulment that it is known where it says what follows from one (`annulled`).
    """
    unproven = OutboxMessage.objects.filter(
        dossier=order.dossier_id,
        recipient=order.provider.code,
        type__in=PROVEN_BY_ACT,
        receipt=None,
        created_at__lte=at,
    )
    if measured is not None:
        asked = Ground.objects.filter(item__order=order, item__number__in=measured, closed_at=None)
        clarified = asked.exclude(clarified_by=None).values_list("clarified_by", flat=True)
        known = ["order.issued", "order.annulled"] if annulled else ["order.issued"]
        unproven = unproven.filter(Q(type__in=known) | Q(data__entry__in=list(clarified)))
    for message in unproven.order_by("sequence"):
        record_receipt(message=message, channel=channel, rule=rule, received_at=at, at=at)


def report_undeliverable(
    *, order: RemovalOrder, reason: str, channel: str, at: datetime, message: OutboxMessage | None = None
) -> RemovalOrder:
    """The order could not be delivered: the hour never started, and the issuing authority looks for another way.

    `message` names what did not get through; another one than the order itself moves no state. Told once per message.
    """
    about = {"message": message.message_id, "type": message.type} if message else {}
    with transaction.atomic():
        lock(order)
        told = OutboxMessage.objects.filter(dossier=order.dossier_id, type="order.undeliverable")
        if message and told.filter(data__message=message.message_id).exists():
            return order
        with advance(order, "report_undeliverable", by=capacity.channel(channel), at=at) as step:
            if message is None or message.type == "order.issued":
                step.move(step.order, "report_undeliverable")
            step.facts.update(reason=reason, **about)
            step.tell("order.undeliverable", step.issuer, reason=reason, **about)
        return step.order


@transaction.atomic
def record_submission(
    *,
    order: RemovalOrder,
    submitted_at: datetime,
    address: str,
    message: str = "",
    confirmation: Upload | None = None,
    confirmed_at: datetime | None = None,
    by: Capacity,
    at: datetime,
    generation: int | None = None,
) -> RemovalOrder:
    """An officer submitted a message by hand at the web form `address` of its provider: the last resort (case 13).

    `message` is its id; empty for what has waited longest, as a rule the order itself. The confirmation page proves
    its receipt at `confirmed_at` (as a rule the time of the submission), through `record_receipt` as every channel
    does. Without one this is a submission without proof: no hour starts.
    """
    with advance(order, "record_submission", by=by, at=at, generation=generation) as step:
        step.move(step.order, "record_submission")
        sent = _submitted(step.order, message)
        shown_at = _check_submission(sent, address, submitted_at, confirmed_at or submitted_at, at)
        page = uploads.kept(confirmation, pointer="/confirmation", at=at) if confirmation else None
        step.facts.update(message=sent.message_id, type=sent.type)
        step.facts.update(submitted_at=submitted_at, address=address, proof=page is not None)
        if page is not None:
            step.facts.update(confirmation_sha256=page.sha256, confirmed_at=shown_at)
    if page is not None:
        record_receipt(message=sent, channel=WEBFORM, rule=CONFIRMED, received_at=shown_at, at=at)
    return RemovalOrder.objects.select_related("dossier").get(pk=order.pk)


def _submitted(order: RemovalOrder, message_id: str) -> OutboxMessage:
    """The message of this id, or what has waited longest, among those that may be submitted by hand now."""
    waiting = order.submittable()
    sent = waiting.filter(message_id=message_id).first() if message_id else waiting.first()
    if sent is None:
        known = ", ".join(waiting.values_list("message_id", flat=True))
        raise Invalid(f"This message does not wait to be submitted: name one of {known}.", pointer="/message")
    return sent


def _check_submission(
    sent: OutboxMessage, address: str, submitted_at: datetime, confirmed_at: datetime, at: datetime
) -> datetime:
    """Refuse times that cannot be; returns when the confirmation counts, by our clock (case 22)."""
    if not address.strip():
        raise Invalid("Give the address of the form.", pointer="/address")
    _times.check_not_future(submitted_at, at, "/submitted_at")
    _times.check_not_future(confirmed_at, at, "/confirmed_at")
    if submitted_at < sent.created_at.replace(microsecond=0):  # a person states whole seconds
        raise Invalid("This was not issued yet at that time.", pointer="/submitted_at", got=submitted_at)
    if confirmed_at < submitted_at:
        raise Invalid("Nothing is confirmed before it is submitted.", pointer="/confirmed_at", got=confirmed_at)
    return min(max(confirmed_at, sent.created_at), at)


def record_observation(
    *, item: ContentItem, observed_at: datetime, status: int | None, gone: bool | None, source: str, at: datetime
) -> Observation:
    """What was seen at an item's URL. Evidence beside the provider's claim; it moves no region of state (case 25).

    Where it contradicts the claim, the issuing authority is told once, until a later look agrees.
    """
    look = Look(item, observed_at, status, gone)
    return record_observations(order=item.order, looks=[look], source=source, at=at)[0]


class Look(NamedTuple):
    """What was seen at one item's URL."""

    item: ContentItem
    observed_at: datetime
    status: int | None
    gone: bool | None


@transaction.atomic
def record_observations(
    *, order: RemovalOrder, looks: Collection[Look], source: str, at: datetime
) -> list[Observation]:
    """`record_observation` of several items of one order, whose dossier is locked once for all of them."""
    dossier = Dossier.objects.select_for_update().get(pk=order.dossier_id)
    made = Observation.objects.filter(item__in=[look.item for look in looks]).values_list("item").annotate(Count("pk"))
    numbers = Counter(dict(made))
    seen = Observation.objects.bulk_create(
        Observation(
            item=look.item,
            number=_next(numbers, look.item.pk),
            observed_at=look.observed_at,
            status=look.status,
            gone=look.gone,
            source=source,
            recorded_at=at,
        )
        for look in looks
    )
    _contradicted.tell(dossier, [look.item.number for look in looks if not look.gone], at=at)
    return seen


def _next(numbers: Counter[int], key: int) -> int:
    numbers[key] += 1
    return numbers[key]


def _keep(message: OutboxMessage, channel: str, rule: str, received_at: datetime, at: datetime) -> bool:
    Receipt.objects.create(message=message, channel=channel, rule=rule, received_at=received_at, recorded_at=at)
    proven = {"delivered_at": received_at, "next_attempt_at": None, "leased_until": None}
    OutboxMessage.objects.filter(pk=message.pk).update(**proven)
    return True


def _received(
    order: RemovalOrder, message: OutboxMessage, channel: str, rule: str, received_at: datetime, at: datetime
) -> None:
    with advance(order, "record_receipt", by=capacity.channel(channel), at=at) as step:
        step.rests_on = RESTS_ON[message.type]
        step.facts.update(
            occurred_at=received_at, message=message.message_id, type=message.type, rule=rule, received_at=received_at
        )
        if message.type == "order.issued":
            _order_received(step, received_at)
        elif message.type == "order.clarified":
            _clarification_received(step, message.data["entry"], received_at)
        else:
            _annulment_received(step, message.data, received_at)


def _order_received(step: Step, received_at: datetime) -> None:
    step.move(step.order, "receive", at=received_at)
    for item in step.case.items:
        if item.execution == Execution.AWAITING_RECEIPT:
            step.move(item, "fall_due")
            _grounds.start_hour(step, item, starts_at=received_at, ground=ClockGround.RECEIPT)
    if not step.order.open:
        return
    if not _finality.has_appealed(step.order, Actor.PROVIDER):  # it may know the order before anything proves that
        period = appeal_period(step.order)
        step.case.start("C26", starts_at=received_at, ground=ClockGround.RECEIPT, period=period)
    if step.case.scrutiny is not None:
        step.case.start("C10a", starts_at=received_at, ground=ClockGround.RECEIPT)


def _clarification_received(step: Step, clarified_by: int, received_at: datetime) -> None:
    answered = Ground.objects.filter(item__order=step.order, clarified_by=clarified_by, closed_at=None)
    for ground in answered.order_by("pk"):
        _grounds.close(step, ground, ceased_at=received_at)
    for item in step.case.items:
        _grounds.resume_if_free(step, item, "resume_when_clarified")


def _annulment_received(step: Step, decision: dict[str, Any], received_at: datetime) -> None:
    """Reinstatement is due per item, immediately, from receipt of the decision (Art. 4(7)).

    What it released may be open until now (ANNULLED_FROM=communication), or known to be taken down meanwhile.
    """
    for number in [*decision["items"], *decision["released"]]:
        item = step.case.item(number)
        if item.execution in OPEN:
            _ending.release_item(step, item, "release_on_receipt", at=received_at)
        elif item.execution in TAKEN_DOWN and _after_the_end.is_to_be_reinstated(step.order, number):
            step.move(item, "owe_reinstatement")
            step.case.start("C11", starts_at=received_at, ground=ClockGround.DECISION_RECEIVED, item=item)
