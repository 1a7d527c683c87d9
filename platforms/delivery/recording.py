"""Writes down what came of one try: the attempt, and the receipt or when to try again."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min

from orders import canonical, clock, ids
from orders.acts import transmitting
from orders.models import Dossier, OutboxMessage, RemovalOrder, keep, tried
from orders.regulation.limits import scaled
from platforms import faults
from platforms.channels import receipt, requests
from platforms.channels.requests import Outcome
from platforms.delivery import alarms, circuits, retry, waking
from platforms.delivery.claims import Turn
from platforms.models import Channel

EXCERPT = 4096  # bytes of an answer that are shown; more are read, and counted in its digest


def record(turn: Turn, outcome: Outcome) -> None:
    """Write down what came of one try in one transaction, and after it what follows for its endpoint and its sender.

    Receipt may be proven already, by an answer inside the request or by another channel; the first evidence stands.
    """
    answer = _kept_answer(outcome)
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update().get(pk=turn.message.dossier_id)
        message = OutboxMessage.objects.get(pk=turn.message.pk)
        message.dossier = dossier
        received = _received(message, outcome)
        again_at = None if message.delivered_at or received else _again(turn, message, outcome)
        taken_off = received and turn.second is None  # the receipt did that
        if not taken_off and not _put_off(turn, again_at):
            again_at = None if received else _decided(turn)
        if not _said_before(message, outcome):
            _attempt(message, outcome, answer_id=answer, is_receipt=received, next_attempt_at=again_at)
            OutboxMessage.objects.filter(pk=message.pk).update(attempts_made=message.attempts_made + 1)
        if outcome.request.sandbox and outcome.word == requests.ACCEPTED:
            _rehearse(message, outcome)
    if circuits.note(outcome):
        waking.wake(message.recipient, at=outcome.ended_at)
    if outcome.word in alarms.ALARMING:
        alarms.heed(message, outcome.request.channel, at=clock.now())


def record_lost(turn: Turn, outcome: Outcome, *, at: datetime) -> None:
    """Write down a try whose worker ended before it said what came of it; at `at` the message goes again.

    Nothing is written where that try is on record: then only its lease was left to run out.
    """
    with transaction.atomic():
        Dossier.objects.select_for_update().get(pk=turn.message.dossier_id)
        message = OutboxMessage.objects.get(pk=turn.message.pk)
        same = message.attempts.filter(channel=outcome.request.channel, started_at__gte=outcome.started_at)
        if same.exists():
            return
        _attempt(message, outcome, is_receipt=False, next_attempt_at=at)
        turn.message.attempts_made = message.attempts_made + 1
        OutboxMessage.objects.filter(pk=message.pk).update(attempts_made=turn.message.attempts_made)


def give_back(turn: Turn) -> None:
    """Nothing was begun: whoever claims it next finds no lease that ran out."""
    _put_off(turn, turn.row.next_attempt_at)


def look_again(turn: Turn, *, at: datetime) -> None:
    """Its channel took the message before, which proves nothing there: nothing is sent, it waits for a receipt."""
    order = _order(turn.message)
    _put_off(turn, None if _is_over(turn.message, order, at) else retry.look_again(turn.message.created_at, at=at))


def put_off(turn: Turn, until: datetime | None) -> None:
    """Nothing was sent; it goes at `until`, or by this channel never."""
    _put_off(turn, until)


def _rehearse(message: OutboxMessage, outcome: Outcome) -> None:
    """What faults of the sandbox ask for after an arrival: it comes once more, or what it overtook comes now."""
    if outcome.request.fault == faults.DUPLICATE:
        OutboxMessage.objects.filter(pk=message.pk).update(next_attempt_at=outcome.ended_at)
    faults.let_go(message, at=outcome.ended_at)


def _received(message: OutboxMessage, outcome: Outcome) -> bool:
    """Whether this try is the first proof of receipt."""
    channel = outcome.request.channel
    rule = receipt.rule(channel) if outcome.word == requests.ACCEPTED else ""
    return bool(rule) and transmitting.record_receipt_under_lock(
        message=message, channel=channel, rule=rule, received_at=outcome.ended_at, at=clock.now()
    )


def _again(turn: Turn, message: OutboxMessage, outcome: Outcome) -> datetime | None:
    """When this channel tries again, None for never: it took the message, or the order is over for a day."""
    order = _order(message)
    taken = outcome.word == requests.ACCEPTED
    if _is_over(message, order, outcome.ended_at) or (taken and turn.second):
        return None
    if taken or outcome.word in requests.WAITING:
        return retry.look_again(message.created_at, at=outcome.ended_at)
    return _planned(message, outcome, order)


def _planned(message: OutboxMessage, outcome: Outcome, order: RemovalOrder | None) -> datetime | None:
    channel = outcome.request.channel
    same = message.attempts.filter(channel=channel).exclude(outcome__in=requests.WAITING)
    tried = same.aggregate(made=Count("pk"), first_at=Min("started_at"))
    return retry.next_attempt(
        tried["made"] + 1,
        first_at=tried["first_at"] or outcome.started_at,
        ended_at=outcome.ended_at,
        random=ids.fraction,
        scale=order.limit_scale if order else "1",
        retry_after=outcome.retry_after,
        open=order is not None and order.open,
        plan=retry.MAIL_PLAN if channel == Channel.MAIL else retry.PLAN,
    )


def _is_over(message: OutboxMessage, order: RemovalOrder | None, at: datetime) -> bool:
    """Whether the order is not in force and a day has passed: nobody waits for this message any more."""
    scale = order.limit_scale if order else "1"
    return not (order and order.open) and at - message.created_at > scaled(retry.GIVE_UP, scale)


def _order(message: OutboxMessage) -> RemovalOrder | None:
    return RemovalOrder.objects.filter(dossier=message.dossier_id).first()


def _put_off(turn: Turn, again_at: datetime | None) -> bool:
    """Say when it goes again, unless somebody else has meanwhile: received, withdrawn, resent, claimed by another."""
    row = turn.row
    ours = type(row)._default_manager.filter(
        pk=row.pk, next_attempt_at=row.next_attempt_at, leased_until=row.leased_until
    )
    return bool(ours.update(next_attempt_at=again_at, leased_until=None))


def _decided(turn: Turn) -> datetime | None:
    """When it goes again as somebody else has decided."""
    return type(turn.row)._default_manager.values_list("next_attempt_at", flat=True).get(pk=turn.row.pk)


def _said_before(message: OutboxMessage, outcome: Outcome) -> bool:
    """Whether it is on record that the message waits for this: it is said once, not at each look."""
    return outcome.word in requests.WAITING and message.attempts.filter(outcome=outcome.word).exists()


def _attempt(message: OutboxMessage, outcome: Outcome, *, answer_id: str | None = None, **columns: object) -> None:
    request = outcome.request
    attempt = tried(
        message=message,
        number=message.attempts_made + 1,
        channel=request.channel,
        address=request.url,
        started_at=outcome.started_at,
        ended_at=outcome.ended_at,
        http_status=outcome.status,
        outcome=outcome.word,
        latency_ms=int((outcome.ended_at - outcome.started_at).total_seconds() * 1000),
        body_id=canonical.sha256(request.body),  # kept before it left
        headers=dict(request.headers),
        answer_id=answer_id,
        answer_sha256=answer_id or "",
        answer_excerpt=_excerpt(outcome),
        recorded_at=clock.now(),
        **columns,
    )
    attempt.save()


def _kept_answer(outcome: Outcome) -> str | None:
    """The digest of the answer, whose bytes are kept before it is recorded; None where there was none."""
    if outcome.status is None and not outcome.answer:
        return None
    # Of what type they say it is we keep nothing: nobody is ever shown it as what it claims to be.
    return keep(outcome.answer, media_type="application/octet-stream", at=outcome.ended_at).sha256


def _excerpt(outcome: Outcome) -> str:
    # PostgreSQL keeps no NUL in a text.
    return outcome.answer[:EXCERPT].decode(errors="replace").replace("\0", "\ufffd") or outcome.problem[:EXCERPT]
