"""Whether what happens by itself still happens: /healthz for people and load balancers, /metrics for Prometheus."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders import clock, deadlines
from orders.evidence.sealing import rounds
from orders.models import Deadline, Heartbeat, OutboxMessage
from platforms.delivery import circuits

# The jobs of the schedule that are watched, and how long each may be silent: it has missed a dozen ticks by then.
WATCHED = {"sweep": timedelta(seconds=15), "deliver": timedelta(seconds=15), "seal": timedelta(seconds=45)}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """200 when the database answers and no watched job is silent, else 503; what is wrong is in the body.

    `jobs` gives for each job seconds since its last sign of life (null: none yet), how late the oldest row of its
    last round was noticed, and how many rows it handled. `set_aside` counts deadlines that the sweep could not process;
    it tries them again every five minutes.
    """
    try:
        health = _health(clock.now())
    except DatabaseError:
        health = {"status": "database unreachable"}
    return JsonResponse(health, status=200 if health["status"] == "ok" else 503)


def _health(at: datetime) -> dict[str, Any]:
    beats = {beat.job: beat for beat in Heartbeat.objects.all()}
    silent = [job for job, after in WATCHED.items() if job not in beats or at - beats[job].beat_at > after]
    return {
        "status": f"silent: {', '.join(silent)}" if silent else "ok",
        "at": at,
        "jobs": {job: _sign_of_life(beats.get(job), at) for job in sorted({*WATCHED, *beats})},
        "set_aside": deadlines.set_aside().count(),
    }


def _sign_of_life(beat: Heartbeat | None, at: datetime) -> dict[str, Any]:
    if beat is None:
        return {"age_seconds": None, "lag_ms": None, "handled": None}
    return {"age_seconds": (at - beat.beat_at).total_seconds(), "lag_ms": beat.lag_ms, "handled": beat.handled}


class Gauge(NamedTuple):
    """One figure of /metrics, with one value per label or a single one under the empty label."""

    name: str
    about: str
    values: dict[str, float]
    label: str = "job"


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The figures in Prometheus's text format, version 0.0.4."""
    text = "".join(line + "\n" for gauge in _gauges(clock.now()) for line in _lines(gauge))
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _gauges(at: datetime) -> list[Gauge]:
    beats = list(Heartbeat.objects.order_by("job"))
    running = Deadline.objects.filter(closed_at=None, noticed_at=None, set_aside_at=None)
    waiting = OutboxMessage.objects.filter(next_attempt_at__isnull=False)
    unsealed = rounds.backlog()
    ages = {beat.job: (at - beat.beat_at).total_seconds() for beat in beats}
    counts = {
        "perci_deadlines_running": ("Clocks whose end is still to come.", running.filter(due_at__gt=at)),
        "perci_deadlines_unnoticed": (
            "Deadlines that passed and were not written down yet.",
            running.filter(due_at__lte=at),
        ),
        "perci_deadlines_set_aside": (
            "Deadlines the sweep could not process.",
            deadlines.set_aside(),
        ),
        "perci_outbox_waiting": ("Messages not delivered yet.", waiting),
        "perci_outbox_due": ("Messages whose next attempt is due.", waiting.filter(next_attempt_at__lte=at)),
    }
    return [
        Gauge("perci_job_age_seconds", "Time since a periodic job last gave a sign of life.", ages),
        Gauge(
            "perci_job_lag_seconds",
            "How late the oldest row of its last round was noticed.",
            {beat.job: beat.lag_ms / 1000 for beat in beats},
        ),
        Gauge(
            "perci_circuit_open",
            "Endpoints that failed several times in a row and are tried one request at a time: 1.",
            dict.fromkeys(circuits.open_circuits(), 1),
            label="provider",
        ),
        Gauge("perci_ledger_unsealed", "Entries that wait for a round of sealing.", {"": unsealed.count}),
        Gauge(
            "perci_ledger_unsealed_seconds",
            "How long the oldest of them has waited.",
            {"": max((at - unsealed.oldest).total_seconds(), 0) if unsealed.oldest else 0},
        ),
        *(Gauge(name, about, {"": rows.count()}) for name, (about, rows) in counts.items()),
    ]


def _lines(gauge: Gauge) -> Iterator[str]:
    yield f"# HELP {gauge.name} {gauge.about}"
    yield f"# TYPE {gauge.name} gauge"
    for named, value in gauge.values.items():
        yield f'{gauge.name}{{{gauge.label}="{named}"}} {value}' if named else f"{gauge.name} {value}"


urlpatterns = [path("healthz", healthz, name="healthz"), path("metrics", metrics, name="metrics")]
