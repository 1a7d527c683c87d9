"""What a try is made of, before the network: the bytes of a message, and the request or outcome by its channel."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from orders.models import HostingServiceProvider, OutboxMessage, RemovalOrder
from platforms import faults, wire
from platforms.channels import faulty, inbox, mail, requests, webhook
from platforms.channels.requests import Outcome, Request
from platforms.delivery import joining
from platforms.delivery.claims import Turn
from platforms.models import Channel, Connection

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PutOff:
    """Nothing is sent now, and by this channel nothing before `until`; None for never."""

    until: datetime | None


def compose(message: OutboxMessage) -> bytes:
    """The bytes of `message`, the same at every attempt: what the act wrote, and where to read and answer the order."""
    reference = message.dossier.reference
    here = {
        "reference": reference,
        "generation": message.generation,
        "order_url": f"{settings.PUBLIC_URL}/api/platforms/v1/orders/{reference}",
    }
    return wire.compose(message.type, message.created_at, message.sequence, {**message.data, **here})


def ready(turn: Turn, connection: Connection | None, at: datetime) -> Request | Outcome | PutOff | None:
    """The try to make; its outcome where that is known without the network; None when nothing is to be done now."""
    if connection is not None and connection.retired_at is not None:
        return PutOff(None)
    channel = turn.second.channel if turn.second else joining.first_channel(connection)
    try:
        return READY[channel](turn, compose(turn.message), connection, at)
    except webhook.NoSecret as missing:
        return _not_sent(turn, channel, str(missing), at)
    except Exception as error:  # the others go on, and an authority waits for this one: it is told
        log.exception("%s could not be composed", turn.message.message_id)
        return _not_sent(turn, channel, f"{type(error).__name__}: {error}", at)


def made(turn: Turn, connection: Connection | None, at: datetime) -> Request | None:
    """The try of this turn as it was made ready at `at`, without headers; None where nothing was for the network."""
    channel = turn.second.channel if turn.second else joining.first_channel(connection)
    body = compose(turn.message)
    if channel == Channel.MAIL:
        return _by_mail(turn, body, connection, at)
    if channel != Channel.WEBHOOK or connection is None or not connection.endpoint:
        return None
    return _bare(turn, channel, body, connection.endpoint if connection.changed_at <= at else "")


def _by_webhook(turn: Turn, body: bytes, connection: Connection | None, at: datetime) -> Request | Outcome:
    if connection is None or not connection.endpoint:
        return Outcome(_bare(turn, Channel.WEBHOOK, body), requests.NO_ENDPOINT, at, at)
    message = turn.message
    headers = webhook.headers_of(body, message.message_id, connection, at=at)
    request = Request(
        message.message_id,
        message.recipient,
        connection.endpoint,
        headers,
        body,
        sandbox=connection.sandbox,
        not_after=turn.row.leased_until,
    )
    return _misbehaved(message, request, connection, at) if connection.sandbox else request


def _misbehaved(message: OutboxMessage, request: Request, connection: Connection, at: datetime) -> Request | Outcome:
    """`request` with the fault that its engineer asked for, if any; held back, it waits as if it were to be fetched."""
    if faults.met(connection, faults.NO_DELIVERY, message):
        return Outcome(request, requests.TO_BE_FETCHED, at, at)
    names = [name for name in faults.ON_MESSAGES if _can_meet(name, message, request)]
    fault = faults.take(connection.provider, names, met=message.message_id, at=at)
    if fault is None:
        return request
    if fault.name in (faults.NO_DELIVERY, faults.OUT_OF_ORDER):
        return Outcome(request, requests.TO_BE_FETCHED, at, at)
    secrets = [secret.secret for secret in webhook.live_secrets(connection, at=at)]
    return faulty.spoiled(request, fault.name, fault.seconds, secrets=secrets, at=at)


def _can_meet(name: str, message: OutboxMessage, request: Request) -> bool:
    """A repetition is not repeated; what was overtaken is not held back again; only a JWS can be a wrong one."""
    if name == faults.DUPLICATE:
        return message.delivered_at is None
    if name == faults.OUT_OF_ORDER:
        return message.attempts_made == 0
    return name not in faults.ON_A_JWS or faulty.carries_jws(request.body)


def _by_pull(turn: Turn, body: bytes, connection: Connection | None, at: datetime) -> Outcome:  # noqa: ARG001
    return Outcome(_bare(turn, Channel.PULL, body), requests.TO_BE_FETCHED, at, at)


def _by_inbox(turn: Turn, body: bytes, connection: Connection | None, at: datetime) -> Outcome | None:  # noqa: ARG001
    if _taken_before(turn, Channel.INBOX):
        return None
    there = inbox.has_people(HostingServiceProvider.objects.get(code=turn.message.recipient))
    request = _bare(turn, Channel.INBOX, body, inbox.address(turn.message) if there else "")
    return Outcome(request, requests.ACCEPTED if there else requests.NO_PEOPLE, at, at)


def _by_mail(turn: Turn, body: bytes, connection: Connection | None, at: datetime) -> Request | None:  # noqa: ARG001
    if _taken_before(turn, Channel.MAIL):
        return None
    order = RemovalOrder.objects.select_related("dossier", "issuing_authority", "provider").get(
        dossier=turn.message.dossier_id
    )
    provider = HostingServiceProvider.objects.get(code=turn.message.recipient)
    return mail.request_of(turn.message, body, order=order, provider=provider, not_after=turn.row.leased_until, at=at)


READY = {
    Channel.WEBHOOK.value: _by_webhook,
    Channel.PULL.value: _by_pull,
    Channel.INBOX.value: _by_inbox,
    Channel.MAIL.value: _by_mail,
}


def _taken_before(turn: Turn, channel: str) -> bool:
    """Whether a first channel took the message and has not been asked to send it again since."""
    taken = turn.message.attempts.filter(channel=channel, outcome=requests.ACCEPTED)
    asked = turn.message.resendings.order_by("-asked_at").values_list("asked_at", flat=True).first()
    return turn.second is None and (taken.filter(started_at__gte=asked) if asked else taken).exists()


def _bare(turn: Turn, channel: str, body: bytes, address: str = "") -> Request:
    """What stands for a try that never is on the network."""
    message = turn.message
    return Request(message.message_id, message.recipient, address, {}, body, sandbox=False, channel=str(channel))


def _not_sent(turn: Turn, channel: str, problem: str, at: datetime) -> Outcome:
    """A fault of ours: the bytes that left are none."""
    return Outcome(_bare(turn, channel, b""), requests.NOT_SENT, at, at, problem=problem)
