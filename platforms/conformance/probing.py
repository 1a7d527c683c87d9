"""Requests to the endpoint that are no message of any order: forgeries, fragments, and what it does not know yet."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from orders import canonical, ids
from orders.models import OutboxMessage
from platforms import looking, wire
from platforms.channels import faulty, webhook
from platforms.channels.requests import ACCEPTED, FAILED, UNREACHABLE, Outcome, Request
from platforms.conformance import scenarios
from platforms.delivery import rounds, trying
from platforms.looking import Look
from platforms.models import ConformanceProbe, ConformanceRun, Connection
from platforms.probe import See

EXCERPT = 4096
DROPPED = {
    scenarios.NO_ID: wire.ID,
    scenarios.NO_TIMESTAMP: wire.TIMESTAMP,
    scenarios.NO_SIGNATURE: wire.SIGNATURE,
}


def send_all(run: ConformanceRun, *, like: OutboxMessage, at: datetime, send: rounds.Send, look: See) -> None:
    """Post every probe, forged ones as copies of `like`, and ask for the endpoint once by GET; keep what came of it."""
    named = dict(_requests(run.connection, like, at))
    by_id = {request.message_id: name for name, request in named.items()}
    for outcome in send(list(named.values())):
        _keep(run, by_id[outcome.request.message_id], outcome)
    _get(run, look)


def _requests(connection: Connection, like: OutboxMessage, at: datetime) -> Iterator[tuple[str, Request]]:
    """The probes by name, each under a fresh id, so that no receiver takes it for what it had before."""
    secrets = [row.secret for row in webhook.live_secrets(connection, at=at)]
    body = trying.compose(like)
    for name in scenarios.SPOILED:
        yield name, faulty.spoiled(_request(connection, body, at), name, 0, secrets=secrets, at=at)
    for name, header in DROPPED.items():
        whole = _request(connection, body, at)
        yield name, replace(whole, headers={key: text for key, text in whole.headers.items() if key != header})
    whole = _request(connection, body, at)
    yield scenarios.NO_NUMBER, replace(whole, headers={**whole.headers, wire.TIMESTAMP: "yesterday"})
    yield scenarios.UNKNOWN_TYPE, _request(connection, _unheard_of(like, at), at)


def _request(connection: Connection, body: bytes, at: datetime) -> Request:
    message_id = ids.new("msg")
    headers = webhook.headers_of(body, message_id, connection, at=at)
    return Request(message_id, connection.provider.code, connection.endpoint, headers, body, sandbox=connection.sandbox)


def _unheard_of(like: OutboxMessage, at: datetime) -> bytes:
    """A genuine message of a type that no version has had so far."""
    data = {"reference": like.dossier.reference, "note": "Synthetic: a type that is not known yet."}
    return wire.compose("order.unheard_of", at, like.sequence + 1000, data)


def _keep(run: ConformanceRun, name: str, outcome: Outcome) -> None:
    request = outcome.request
    ConformanceProbe.objects.create(
        run=run,
        name=name,
        message_id=request.message_id,
        headers=dict(request.headers),
        body=request.body,
        started_at=outcome.started_at,
        ended_at=outcome.ended_at,
        outcome=outcome.word,
        status=outcome.status,
        answer=outcome.answer[:EXCERPT].decode(errors="replace").replace("\0", "\ufffd") or outcome.problem,
    )


def _get(run: ConformanceRun, look: See) -> None:
    """A look at the endpoint as a monitor would take it; a public address is not looked at."""
    for sight in look([Look(run.pk, run.connection.endpoint)]):
        word = UNREACHABLE if sight.status is None else ACCEPTED if sight.status < 300 else FAILED
        ConformanceProbe.objects.create(
            run=run,
            name=scenarios.GET,
            body=b"",
            started_at=sight.began_at,
            ended_at=sight.ended_at,
            outcome=word,
            status=sight.status,
            answer="" if sight.status is None else f"{sight.status}, whose body was not read",
        )


def reachable(endpoint: str, *, look: See = looking.look) -> bool:
    """Whether anybody takes a connection at `endpoint`, a loopback or private address."""
    return any(sight.status is not None for sight in look([Look(0, endpoint)]))


def digest(probe: ConformanceProbe) -> str:
    """Of the bytes that were sent."""
    return canonical.sha256(bytes(probe.body))
