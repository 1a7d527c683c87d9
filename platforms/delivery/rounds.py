"""One round: what is due is claimed and made ready, tried outside any transaction, then written down."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from orders.models import Heartbeat, beat, keep
from platforms.channels import requests
from platforms.channels.requests import Outcome, Request
from platforms.delivery import alarms, claims, joining, losing, recording, sending, trying
from platforms.delivery.claims import Turn
from platforms.models import Connection

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


def heed_overdue(*, at: datetime) -> None:
    """Let other channels join for what was not proven received in time, and tell of what was not for an hour."""
    joining.join_late(at=at)
    alarms.heed_silence(at=at)


def take_up(*, at: datetime, heeding: bool = True) -> tuple[int, Tries]:
    """Claim what is due, and make it ready: how many messages, and the tries that are for the network.

    At least once: when the process dies before an outcome is recorded, the lease runs out and the message goes again
    under the same id; the try that was lost is recorded then. What needs no network is done and recorded here. Whoever
    knows that nothing has become overdue since the last round need not look for it (`heeding`).
    """
    if heeding:
        heed_overdue(at=at)
    turns = claims.claim(at=at)
    _beat(turns, at)
    connections = _connections(turns)
    for turn in turns:
        losing.note(turn, connections.get(turn.message.recipient), at=at)
    ready = [(turn, trying.ready(turn, connections.get(turn.message.recipient), at)) for turn in turns]
    _keep([step for _, step in ready if isinstance(step, Request)], at)
    _keep([step.request for _, step in ready if isinstance(step, Outcome)], at)
    for turn, step in ready:
        if isinstance(step, Outcome):
            record(turn, step)
        elif step is None:
            recording.look_again(turn, at=at)
        elif isinstance(step, trying.PutOff):
            recording.put_off(turn, step.until)
    return len(turns), [(turn, step) for turn, step in ready if isinstance(step, Request)]


def _keep(tries: list[Request], at: datetime) -> None:
    """The bytes are kept before they leave."""
    if not tries:
        return
    with transaction.atomic():
        for request in tries:
            keep(request.body, media_type=request.media_type, at=at)


def record(turn: Turn, outcome: Outcome) -> None:
    """Record `outcome`; where that fails the others go on, and this one's lease runs out, so that it goes again."""
    if outcome.word == requests.NOT_BEGUN:
        recording.give_back(turn)
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
    beat("deliver", at=at, lag_ms=lag, handled=len(turns))


def _connections(turns: list[Turn]) -> Mapping[str, Connection]:
    codes = {turn.message.recipient for turn in turns}
    if not codes:
        return {}
    found = Connection.objects.filter(provider__code__in=codes).select_related("provider").prefetch_related("secrets")
    return {connection.provider.code: connection for connection in found}
