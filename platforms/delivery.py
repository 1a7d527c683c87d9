"""From the outbox to the provider: what is due is made ready and tried outside any transaction, then written down."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from orders.models import Heartbeat, HostingServiceProvider, OutboxMessage, RemovalOrder, keep
from platforms import claims, faults, joining, recording, sending, wire
from platforms.channels import faulty, inbox, mail, requests, webhook
from platforms.channels.requests import Outcome, Request
from platforms.claims import Turn
from platforms.models import Channel, Connection

log = logging.getLogger(__name__)
Send = Callable[[Sequence[Request]], Iterable[Outcome]]
Tries = list[tuple[Turn, Request]]
SIGN_OF_LIFE = timedelta(seconds=1)  # while nothing is taken up


def deliver_due(*, at: datetime, send: Send = sending.send) -> int:
    """Send what is due at `at`, one round, and wait for all of it; returns how many messages were taken up.

    `send` makes tries and yields an outcome for each, in any order, each recorded as it comes.
    """
    count, tries = take_up(at=at)
    turns = {id(request): turn for turn, request in tries}
    for outcome in send([request for _, request in tries]) if tries else ():
        record(turns[id(outcome.request)], outcome)
    return count


def take_up(*, at: datetime) -> tuple[int, Tries]:
    """Claim what is due, and make it ready: how many messages, and the tries that are for the network.

    At least once: when the process dies before an outcome is recorded, the lease runs out and the message goes again
    under the same id. What needs no network is done and recorded here.
    """
    joining.join_late(at=at)
    turns = claims.claim(at=at)
    _beat(turns, at)
    connections = _connections(turns)
    ready = [(turn, _ready(turn, connections.get(turn.message.recipient), at)) for turn in turns]
    _keep([step for _, step in ready if isinstance(step, Request)], at)
    _keep([step.request for _, step in ready if isinstance(step, Outcome)], at)
    for turn, step in ready:
        if isinstance(step, Outcome):
            record(turn, step)
        elif step is None:
            recording.look_again(turn, at=at)
        elif isinstance(step, PutOff):
            recording.put_off(turn, step.until)
    return len(turns), [(turn, step) for turn, step in ready if isinstance(step, Request)]


def _keep(tries: list[Request], at: datetime) -> None:
    """The bytes are kept before they leave."""
    with transaction.atomic():
        for request in tries:
            keep(request.body, media_type=request.media_type, at=at)


def record(turn: Turn, outcome: Outcome) -> None:
    """Record `outcome`; where that fails the others go on, and this one's lease runs out, so that it goes again."""
    if outcome.word == requests.NOT_BEGUN:
        return
    try:
        recording.record(turn, outcome)
    except Exception:
        log.exception("the outcome of %s could not be recorded", outcome.request.message_id)


def _beat(turns: list[Turn], at: datetime) -> None:
    recent = Heartbeat.objects.filter(job="deliver", beat_at__gt=at - SIGN_OF_LIFE)
    if not turns and recent.exists():
        return
    due = [turn.row.next_attempt_at for turn in turns if turn.row.next_attempt_at]
    lag = int((at - min(due, default=at)).total_seconds() * 1000)
    Heartbeat.objects.update_or_create(job="deliver", defaults={"beat_at": at, "lag_ms": lag, "handled": len(turns)})


def _connections(turns: list[Turn]) -> Mapping[str, Connection]:
    codes = {turn.message.recipient for turn in turns}
    found = Connection.objects.filter(provider__code__in=codes).select_related("provider").prefetch_related("secrets")
    return {connection.provider.code: connection for connection in found}


# --- before the network ---
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


def _ready(turn: Turn, connection: Connection | None, at: datetime) -> Request | Outcome | PutOff | None:
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
    """A repetition is not repeated; what was overtaken is not held back again; only a JWS can have a wrong key."""
    if name == faults.DUPLICATE:
        return message.delivered_at is None
    if name == faults.OUT_OF_ORDER:
        return message.attempts_made == 0
    return name != "unknown_key" or faulty.carries_jws(request.body)


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
