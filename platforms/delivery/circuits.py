"""The circuit of an endpoint: after failures in a row its lane is slowed down to one try at a time, never shut."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from platforms.channels.requests import ACCEPTED, NOT_SENT, WAITING, Outcome
from platforms.models import Channel, Connection

OPENS_AFTER = 5  # webhooks in a row that were not accepted
PAUSE = timedelta(seconds=1)  # between two tries while it is open; a single order's plan has longer ones
CLOSED = {"failures": 0, "circuit_open_at": None, "probe_at": None}


def open_circuits() -> list[str]:
    """The providers whose endpoint is tried one request at a time."""
    rows = Connection.objects.filter(circuit_open_at__isnull=False).order_by("provider__code")
    return list(rows.values_list("provider__code", flat=True))


def slowed(providers: Collection[str], *, at: datetime) -> dict[str, int]:
    """How many requests may be in flight to those of `providers` whose circuit is open: one, or none in its pause."""
    circuits = Connection.objects.filter(circuit_open_at__isnull=False, channel=Channel.WEBHOOK)
    probes = circuits.filter(provider__code__in=providers).values_list("provider__code", "probe_at")
    return {provider: 0 if probe_at and probe_at > at else 1 for provider, probe_at in probes}


def note(outcome: Outcome) -> bool:
    """Count what the endpoint did; returns whether this closed its circuit: what waits for it may go at once."""
    request = outcome.request
    if request.channel != Channel.WEBHOOK or outcome.word in (NOT_SENT, *WAITING):
        return False
    # An endpoint that was changed meanwhile starts afresh.
    endpoint = Connection.objects.filter(provider__code=request.lane, endpoint=request.url)
    if outcome.word == ACCEPTED:
        return _close(endpoint)
    endpoint.update(failures=F("failures") + 1, probe_at=outcome.ended_at + PAUSE)
    endpoint.filter(failures__gte=OPENS_AFTER, circuit_open_at=None).update(circuit_open_at=outcome.ended_at)
    return False


def _close(endpoint: QuerySet[Connection]) -> bool:
    failed = endpoint.filter(failures__gt=0).first()  # mostly there is none, and nothing is written
    if failed is None:
        return False
    endpoint.update(**CLOSED)
    return failed.circuit_open_at is not None
