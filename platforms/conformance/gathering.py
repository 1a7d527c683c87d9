"""Reads the transcript of a run from what was recorded: attempts, requests, orders and what was seen of their pages."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from operator import attrgetter
from typing import Any

from orders import canonical, standings
from orders.models import Attempt, Deadline
from orders.regulation import limits
from orders.regulation.limits import ONE_HOUR, ClockGround
from orders.regulation.regions import Actor, Execution
from orders.standings import ItemStanding
from platforms.channels import requests
from platforms.conformance.transcript import Hour, Item, Post, Said, Story, Transcript
from platforms.inspecting import faulted
from platforms.inspecting.asked import Asked
from platforms.models import ConformanceProbe, ConformanceRun, ConformanceStory, Exchange

BATCH = "batches"
REFUSED_TOKEN = ""  # where requests without a good token are put, beside the references


def transcript(run: ConformanceRun, *, at: datetime) -> Transcript:
    """The whole run as it stands at `at`."""
    related = ("order__items__observations", "order__dossier__deadlines")
    rows = list(run.stories.select_related("order__dossier").prefetch_related(*related))
    posts, said = _posts(run, rows), _said(run)
    stories = tuple(_story(row, posts, said, at) for row in rows)
    probes = {probe.name: _probe(probe) for probe in run.probes.all()}
    return Transcript(at, stories, probes, tuple(said[REFUSED_TOKEN]), pages=bool(run.connection.pages))


def _story(row: ConformanceStory, posts: dict[int, list[Post]], said: dict[str, list[Said]], at: datetime) -> Story:
    order, dossier = row.order, row.order.dossier
    clocks = sorted(dossier.deadlines.all(), key=attrgetter("pk"))
    items = standings.of_rows(sorted(order.items.all(), key=attrgetter("number")), clocks, at=at)
    return Story(
        row.name,
        dossier.reference,
        order.limit_scale,
        row.began_at,
        order.received_at,
        tuple(posts[order.dossier_id]),
        tuple(said[dossier.reference]),
        tuple(_item(standing, clocks, at) for standing in items),
    )


def _item(standing: ItemStanding, clocks: list[Deadline], at: datetime) -> Item:
    item = standing.item
    hours = [clock for clock in clocks if clock.item_id == item.pk and clock.code == ONE_HOUR.code]
    return Item(
        item.number,
        Execution(item.execution),
        standing.verdict,
        item.taken_at,
        item.reported_at,
        tuple(_hour(hour, at) for hour in hours),
        seen_gone=any(look.gone for look in standing.seen),
        contradicted=bool(standing.discrepancies),
    )


def _hour(hour: Deadline, at: datetime) -> Hour:
    assert hour.due_at is not None  # an hour has its length
    return Hour(ClockGround(hour.ground), hour.starts_at, hour.due_at, limits.verdict(hour.facts(), now=at))


# --- what we posted ---
def _posts(run: ConformanceRun, rows: Iterable[ConformanceStory]) -> dict[int, list[Post]]:
    """By dossier; what waited to be fetched was not posted."""
    dossiers = [row.order.dossier_id for row in rows]
    tried = Attempt.objects.filter(message__dossier__in=dossiers, message__recipient_role=Actor.PROVIDER)
    tried = tried.filter(channel="webhook").exclude(outcome__in=requests.WAITING)
    attempts = list(tried.select_related("message", "body").order_by("started_at", "pk"))
    met = faulted.of_attempts(run.connection, attempts)
    found: dict[int, list[Post]] = defaultdict(list)
    for attempt in attempts:
        found[attempt.message.dossier_id].append(_post(attempt, tuple(met.get(attempt.pk, ()))))
    return found


def _post(attempt: Attempt, faults: tuple[str, ...]) -> Post:
    return Post(
        attempt.message.type,
        attempt.started_at,
        attempt.ended_at,
        attempt.outcome,
        attempt.http_status,
        attempt.message.message_id,
        attempt.headers,
        bytes(attempt.body.content),
        attempt.answer_excerpt,
        faults,
    )


def _probe(probe: ConformanceProbe) -> Post:
    return Post(
        probe.name,
        probe.started_at,
        probe.ended_at,
        probe.outcome,
        probe.status,
        probe.message_id,
        probe.headers,
        bytes(probe.body),
        probe.answer,
    )


# --- what the receiver said ---
def _said(run: ConformanceRun) -> dict[str, list[Said]]:
    """By the order that the address names; what names none is under the empty reference."""
    kept = run.connection.exchanges.filter(arrived_at__gte=run.asked_at).select_related("submission")
    rows = list(kept.order_by("arrived_at", "pk"))
    met = faulted.of_requests(run.connection, rows)
    found: dict[str, list[Said]] = defaultdict(list)
    for row in rows:
        asked = Asked(row, None, None, met[row.pk])
        for reference, one in _unfolded(row, asked):
            found[reference].append(one)
    return found


def _unfolded(row: Exchange, asked: Asked) -> Iterator[tuple[str, Said]]:
    """The request, or each entry of a batch as if it had come alone; a refused token stands for itself, too."""
    path = asked.where.partition("?")[0].strip("/").split("/")
    about = path[path.index("orders") + 1 :] if "orders" in path else []
    if row.method == "POST" and len(about) == 2:
        yield about[0], _one(row, asked, about[1])
    elif row.method == "POST" and path[-1] == BATCH:
        yield from _entries(row, asked)
    if asked.status == HTTPStatus.UNAUTHORIZED:
        yield REFUSED_TOKEN, _one(row, asked, path[-1])


def _one(row: Exchange, asked: Asked, kind: str) -> Said:
    return Said(
        kind,
        row.arrived_at,
        row.status,
        {name.lower(): text for name, text in asked.headers.items()}.get("idempotency-key", ""),
        "" if asked.accepted else asked.outcome,
        stands=row.submission_id is not None,
        replayed=asked.accepted and asked.replayed,
        flags=tuple(asked.said.get("flags", ())),
        faults=tuple(asked.faults),
        headers=asked.headers,
        body=asked.body,
        answer=asked.answer,
    )


def _entries(row: Exchange, asked: Asked) -> Iterator[tuple[str, Said]]:
    whole = _one(row, asked, BATCH)
    answers: list[dict[str, Any]] = asked.said.get("items", [])
    for entry, answer in zip(whole.document.get("entries", []), answers, strict=False):
        told = answer.get("answer") or answer.get("problem") or {}
        stands = answer.get("status") == 201
        yield (
            str(entry.get("reference")),
            replace(
                whole,
                kind=str(entry.get("kind")),
                status=int(answer.get("status", row.status)),
                key=str(entry.get("idempotency_key", "")),
                code=str(told.get("type", "")).rpartition("/")[2],
                stands=stands,
                replayed=bool(answer.get("replayed")),
                flags=tuple(told.get("flags", ())),
                body=canonical.json_bytes(entry.get("body", {})),
            ),
        )
