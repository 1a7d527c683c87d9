"""From the outbox to the provider: what is due is sent outside any transaction, and what came of it is written down."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min

from orders import canonical, clock, ids
from orders.acts import transmitting
from orders.acts.refusals import Refusal
from orders.models import Attempt, Dossier, Exhibit, Heartbeat, OutboxMessage, RemovalOrder, keep
from orders.regulation.regions import Actor
from platforms import claims, retry, sending, wire
from platforms.models import Connection
from platforms.sending import Outcome, Request

log = logging.getLogger(__name__)
Send = Callable[[Sequence[Request]], Iterable[Outcome]]

CHANNEL, RULE = "webhook", "webhook_2xx"  # the end of the 2xx answer is receipt
NO_ENDPOINT = "no_endpoint"
EXCERPT = 4096  # bytes of an answer that are shown; more are read, and counted in its digest


class NotSendable(Refusal):
    """A message that is not to be sent (again)."""

    code = "not-sendable"


def deliver_due(*, at: datetime, send: Send = sending.send) -> int:
    """Send the messages that are due at `at`, one round; returns how many were taken up.

    At least once: when the process dies before an outcome is recorded, the lease runs out and the message goes again
    under the same id. `send` yields an outcome per request, in any order, each recorded as it comes.
    """
    messages = {message.message_id: message for message in claims.claim(at=at)}
    _beat(list(messages.values()), at)
    requests = _requests(list(messages.values()), at)
    for outcome in send(requests) if requests else ():
        try:
            record(messages[outcome.request.message_id], outcome)
        except Exception:  # the others go on; this one's lease runs out, and it is sent again
            log.exception("the outcome of %s could not be recorded", outcome.request.message_id)
    return len(messages)


def _beat(messages: list[OutboxMessage], at: datetime) -> None:
    due = [message.next_attempt_at for message in messages if message.next_attempt_at]
    lag = int((at - min(due, default=at)).total_seconds() * 1000)
    Heartbeat.objects.update_or_create(job="deliver", defaults={"beat_at": at, "lag_ms": lag, "handled": len(messages)})


# --- before the network ---
def _requests(messages: list[OutboxMessage], at: datetime) -> list[Request]:
    """A signed request for each message whose provider has an endpoint; the bytes are kept before they leave."""
    codes = {message.recipient for message in messages}
    reach = Connection.objects.filter(provider__code__in=codes).select_related("provider").prefetch_related("secrets")
    connections = {connection.provider.code: connection for connection in reach}
    requests = []
    for message in messages:
        try:
            request = _request(message, connections.get(message.recipient), at)
        except Exception:  # the others go on; this one is looked at again when its lease runs out
            log.exception("%s could not be composed", message.message_id)
        else:
            requests.append((message, request))
    with transaction.atomic():
        for message, request in requests:
            keep(request.body, media_type=wire.CONTENT_TYPE, at=at)
            if not request.url:
                _wait_for_endpoint(message, request, at)
    return [request for _, request in requests if request.url]


def compose(message: OutboxMessage) -> bytes:
    """The bytes of `message`, the same at every attempt: what the act wrote, and where to read and answer the order."""
    reference = message.dossier.reference
    here = {
        "reference": reference,
        "generation": message.generation,
        "order_url": f"{settings.PUBLIC_URL}/api/platforms/v1/orders/{reference}",
    }
    return wire.compose(message.type, message.created_at, message.sequence, {**message.data, **here})


def _request(message: OutboxMessage, connection: Connection | None, at: datetime) -> Request:
    """The signed request for `message`; without an address when its provider has no endpoint, or no live secret."""
    body = compose(message)
    secrets = connection.secrets.all() if connection else []
    live = [row.secret for row in secrets if row.retires_at is None or row.retires_at > at]
    headers = {
        "Content-Type": wire.CONTENT_TYPE,
        "User-Agent": f"perci-sim/{settings.VERSION}",
        **wire.sign(body, message.message_id, at, live),
    }
    url = connection.endpoint if connection and live else ""
    sandbox = connection is not None and connection.sandbox
    return Request(message.message_id, message.recipient, url, headers, body, sandbox)


def _wait_for_endpoint(message: OutboxMessage, request: Request, at: datetime) -> None:
    """Leave the message to pull and inbox; said once, looked at again every 5 minutes."""
    again_at = at + retry.AFTERWARDS
    changes: dict[str, object] = {"next_attempt_at": again_at, "leased_until": None}
    if not message.attempts.filter(outcome=NO_ENDPOINT).exists():
        changes["attempts_made"] = message.attempts_made + 1
        _attempt(message, Outcome(request, NO_ENDPOINT, at, at), next_attempt_at=again_at)
    OutboxMessage.objects.filter(pk=message.pk, next_attempt_at=message.next_attempt_at).update(**changes)


# --- after the network ---
def record(claimed: OutboxMessage, outcome: Outcome) -> None:
    """Write down what came of one request, in one transaction: the attempt, and the receipt or when to try again.

    Receipt may be proven already, by an answer inside the request; the first evidence stands.
    """
    accepted = outcome.word == sending.ACCEPTED
    with transaction.atomic():
        Dossier.objects.select_for_update().get(pk=claimed.dossier_id)
        message = OutboxMessage.objects.select_related("dossier").get(pk=claimed.pk)
        is_receipt = accepted and transmitting.record_receipt(
            message=message, channel=CHANNEL, rule=RULE, received_at=outcome.ended_at, at=clock.now()
        )
        again_at = None if accepted or message.delivered_at else _next_attempt(message, outcome)
        changes: dict[str, object] = {"attempts_made": message.attempts_made + 1}
        if _unchanged(claimed, message):
            changes.update(next_attempt_at=again_at, leased_until=None)
        else:  # somebody else has decided when it goes again
            again_at = None if accepted else message.next_attempt_at
        _attempt(message, outcome, is_receipt=is_receipt, next_attempt_at=again_at)
        OutboxMessage.objects.filter(pk=message.pk).update(**changes)


def _unchanged(claimed: OutboxMessage, now: OutboxMessage) -> bool:
    """Whether the message is still ours: not proven received, withdrawn, resent or claimed by another meanwhile."""
    return (claimed.next_attempt_at, claimed.leased_until) == (now.next_attempt_at, now.leased_until)


def _next_attempt(message: OutboxMessage, outcome: Outcome) -> datetime | None:
    order = RemovalOrder.objects.filter(dossier=message.dossier_id).first()
    tried = message.attempts.exclude(outcome=NO_ENDPOINT).aggregate(made=Count("pk"), first_at=Min("started_at"))
    return retry.next_attempt(
        tried["made"] + 1,
        first_at=tried["first_at"] or outcome.started_at,
        ended_at=outcome.ended_at,
        random=ids.fraction,
        scale=order.limit_scale if order else "1",
        retry_after=outcome.retry_after,
        open=order is not None and order.open,
    )


def _attempt(message: OutboxMessage, outcome: Outcome, **columns: object) -> None:
    Attempt.objects.create(
        message=message,
        number=message.attempts_made + 1,
        channel=CHANNEL,
        address=outcome.request.url,
        started_at=outcome.started_at,
        ended_at=outcome.ended_at,
        http_status=outcome.status,
        outcome=outcome.word,
        latency_ms=int((outcome.ended_at - outcome.started_at).total_seconds() * 1000),
        body=Exhibit.objects.get(pk=canonical.sha256(outcome.request.body)),
        answer_sha256="" if outcome.status is None else canonical.sha256(outcome.answer),
        answer_excerpt=_excerpt(outcome),
        **columns,
    )


def _excerpt(outcome: Outcome) -> str:
    # PostgreSQL keeps no NUL in a text.
    return outcome.answer[:EXCERPT].decode(errors="replace").replace("\0", "\ufffd") or outcome.problem[:EXCERPT]


# --- by hand ---
def resend(message: OutboxMessage, *, at: datetime) -> None:
    """Send `message` once more, under its id; one that is being retried is tried at once.

    Raises NotSendable for what is not sent over the network, or was withdrawn before it was delivered.
    """
    sendable = OutboxMessage.objects.exclude(next_attempt_at=None, delivered_at=None)
    if not sendable.filter(pk=message.pk, recipient_role=Actor.PROVIDER).update(next_attempt_at=at):
        raise NotSendable(f"{message.type} {message.message_id} is not sent any more: it was withdrawn or is a notice.")


def wake(provider: str, *, at: datetime) -> None:
    """Try at once what waits for the provider with this code: it has an endpoint now, or it is back."""
    waiting = OutboxMessage.objects.filter(recipient=provider, recipient_role=Actor.PROVIDER, delivered_at=None)
    waiting.filter(next_attempt_at__gt=at).update(next_attempt_at=at)
