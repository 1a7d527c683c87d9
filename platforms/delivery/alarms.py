"""When a message does not get through for good: the issuing authority is told at once, and other channels join."""

import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from orders.acts import transmitting
from orders.acts.refusals import ActNotOpen
from orders.models import Attempt, OutboxMessage, RemovalOrder
from orders.regulation.limits import HOUR
from orders.regulation.regions import Transmission
from platforms.channels import requests
from platforms.delivery import joining
from platforms.models import Channel, Connection, SecondChannel

log = logging.getLogger(__name__)
GONE = 410
PASSING = (408, 425, 429)  # 4xx that ask to come again
PERSISTENT = 5  # refusals in a row
ALARMING = (requests.REFUSED, requests.NOT_SENT)
QUOTED = 300  # characters of an answer
BATCH = 200


def heed(message: OutboxMessage, channel: str, *, at: datetime) -> None:
    """Raise the alarm when the last attempt of `channel` to deliver `message` calls for it; once per message."""
    tried = message.attempts.filter(channel=channel).exclude(outcome__in=requests.WAITING)
    attempts = list(tried.order_by("-number")[:PERSISTENT])
    reason = reason_of(attempts)
    if not reason or OutboxMessage.objects.exclude(delivered_at=None).filter(pk=message.pk).exists():
        return
    ours = attempts[0].outcome == requests.NOT_SENT
    because = SecondChannel.Because.NOT_SENT if ours else SecondChannel.Because.REFUSED
    joining.join(message, because=because, at=at)
    _tell(message, reason, channel, at)


def heed_silence(*, at: datetime) -> int:
    """Raise the alarm for what starts or needs an hour and was not proven received for one; returns for how many."""
    silent = list(_silent(at)[:BATCH])
    for message in silent:
        provider = Connection.objects.filter(provider__code=message.recipient).first()
        _tell(message, _silence(message), joining.first_channel(provider), at)
    return len(silent)


def _silent(at: datetime) -> QuerySet[OutboxMessage]:
    notices = OutboxMessage.objects.filter(dossier=OuterRef("dossier"), type="order.undeliverable")
    about_it = notices.annotate(about=KeyTextTransform("message", "data")).filter(about=OuterRef("message_id"))
    waiting = joining.unproven_for(HOUR, at=at).filter(type__in=transmitting.RESTS_ON)
    moved = Q(type="order.issued") & ~Q(dossier__removal_order__transmission=Transmission.SENT)
    return waiting.exclude(moved).filter(~Exists(about_it)).order_by("created_at", "pk")


def _silence(message: OutboxMessage) -> str:
    tried = message.attempts.exclude(outcome__in=requests.WAITING).order_by("channel", "number")
    by_channel = {channel: list(each) for channel, each in groupby(tried, key=attrgetter("channel"))}
    ways = [f"{channel} {len(each)} times, last {each[-1].outcome}" for channel, each in by_channel.items()]
    return f"Nothing has proven its receipt for an hour. Tried: {'; '.join(ways) or 'nothing, it waits to be fetched'}."


def reason_of(attempts: Sequence[Attempt]) -> str:
    """Why these attempts of one channel, latest first, call for an alarm, in a sentence; empty when they do not."""
    last = attempts[0] if attempts else None
    if last is None:
        return ""
    if last.outcome == requests.NOT_SENT:
        return f"It could not be sent by {last.channel}: {_said(last)}"
    if last.http_status == GONE:
        return f"{last.address} answered 410, it is gone for good: {_said(last)}"
    if last.channel == Channel.MAIL and last.outcome == requests.REFUSED:
        return f"The mail server refused mail to {last.address}: {_said(last)}"
    if len(attempts) >= PERSISTENT and all(map(_is_refused, attempts)):
        return f"{last.address} refused it {PERSISTENT} times in a row, last with {last.http_status}: {_said(last)}"
    return ""


def _is_refused(attempt: Attempt) -> bool:
    return attempt.outcome == requests.REFUSED and attempt.http_status not in PASSING


def _said(attempt: Attempt) -> str:
    return attempt.answer_excerpt[:QUOTED].strip() or "it said no more."


def _tell(message: OutboxMessage, reason: str, channel: str, at: datetime) -> None:
    order = RemovalOrder.objects.filter(dossier=message.dossier_id).first()
    if order is None:
        return
    try:
        transmitting.report_undeliverable(order=order, message=message, reason=reason, channel=channel, at=at)
    except ActNotOpen as closed:  # received by another way, or ended, in this moment
        log.info("no alarm for %s: %s", message.message_id, closed)
