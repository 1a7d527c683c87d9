"""The pull channel: what webhooks carry, for whoever cannot be reached or was not; it waits for what comes."""

import base64
import json
import time
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.db import connection
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders import canonical, clock
from orders.api.described import described
from orders.api.exchange import valid
from orders.api.problems import Problem
from orders.models import HostingServiceProvider
from platforms import pulling
from platforms.api import examples
from platforms.api.base import READ, ProviderView
from platforms.api.webhooks import MESSAGE
from platforms.models import StreamEntry

LONGEST = 30  # seconds
LOOK_EVERY = 0.5  # seconds
COME_AGAIN = 5  # seconds, for whoever finds no thread to wait in
pause = time.sleep
# Whoever waits holds a thread of the server; answers need one, too.
_waiting = BoundedSemaphore(settings.EVENT_WAITERS)
RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    int,
    OpenApiParameter.HEADER,
    response=[200],
    description="on an empty page, where too many wait already: the seconds after which to ask again",
)


class TooManyWait(Exception):
    """Every place to wait in is taken."""


class AfterBody(serializers.Serializer[Any]):
    """Where to begin, and how long to wait."""

    after = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="the cursor that the page before gave as next; none: from the beginning",
    )
    wait = serializers.IntegerField(
        required=False,
        default=0,
        min_value=0,
        max_value=LONGEST,
        help_text="seconds to wait for a message when there is none; the answer may come earlier, and be empty",
    )


class EventBody(serializers.Serializer[Any]):
    """One message."""

    id = serializers.CharField(help_text="the webhook-id of the same message: what to deduplicate on")
    body_sha256 = serializers.CharField(help_text="of the body as a webhook carries it")
    message = serializers.SerializerMethodField(help_text="the body as a webhook carries it")

    @extend_schema_field(MESSAGE)
    def get_message(self, event: dict[str, Any]) -> Any:
        return event["message"]


class EventsBody(serializers.Serializer[Any]):
    """A page of messages."""

    items = EventBody(many=True)
    next = serializers.CharField(help_text="pass it as `after` next time, when the page is empty, too")


class Events(ProviderView):
    scopes = {"GET": (READ,)}

    @described(
        "pull_events",
        ok=EventsBody,
        parameters=[AfterBody, RETRY_AFTER],
        problems=["bad-cursor", "validation"],
        examples=[
            examples.answered("A removal order", examples.EVENTS, status="200"),
            examples.answered("Nothing new", {"items": [], "next": examples.EVENTS["next"]}, status="200"),
        ],
        tag="providers",
    )
    def get(self, request: Request) -> Response:
        """The messages to you in their order, those that webhooks carried, too. What is served here is received.

        Reading an order.issued here starts its hour, unless something proved its receipt before. Only so many may wait
        at once: whoever is one too many gets an empty page at once, with Retry-After.
        """
        wanted = valid(AfterBody, request.query_params.dict())
        after = _position(wanted["after"], self.provider)
        try:
            entries, headers = _waited_for(self.provider, after, wanted["wait"]), {}
        except TooManyWait:
            entries, headers = [], {"Retry-After": str(min(COME_AGAIN, wanted["wait"]))}
        bodies = pulling.serve(entries, at=clock.now())
        items = [_event(entry, body) for entry, body in zip(entries, bodies, strict=True)]
        last = entries[-1].position if entries else after
        page = {"items": EventBody(items, many=True).data, "next": _cursor(self.provider, last)}
        return Response(page, headers=headers)


def _event(entry: StreamEntry, body: bytes) -> dict[str, Any]:
    return {"id": entry.message.message_id, "body_sha256": canonical.sha256(body), "message": json.loads(body)}


def _waited_for(provider: HostingServiceProvider, after: int, seconds: int) -> list[StreamEntry]:
    """The entries behind `after`; while there are none, up to `seconds` of looking again. Raises TooManyWait."""
    until = time.monotonic() + seconds
    entries = pulling.page(provider, after=after)
    if entries or not seconds:
        return entries
    if not _waiting.acquire(blocking=False):
        raise TooManyWait
    try:
        while not entries and (left := until - time.monotonic()) > 0:
            _let_go()
            pause(min(LOOK_EVERY, left))
            entries = pulling.page(provider, after=after)
    finally:
        _waiting.release()
    return entries


def _let_go() -> None:
    """Hold no connection to the database while waiting; one inside a transaction is a test's own."""
    if not connection.in_atomic_block:
        connection.close()


def _cursor(provider: HostingServiceProvider, position: int) -> str:
    return base64.urlsafe_b64encode(f"{provider.code} {position}".encode()).decode().rstrip("=")


def _position(cursor: str, provider: HostingServiceProvider) -> int:
    """The position in a cursor of ours for this provider. Raises Problem for anything else."""
    if not cursor:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        position = int(base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").split(" ")[1])
        ours = _cursor(provider, position) == cursor and 0 <= position <= pulling.end(provider)
    except (ValueError, IndexError):  # what cannot be decoded is a ValueError too
        ours = False
    if not ours:
        raise Problem("bad-cursor", "The cursor in `after` is not one that we gave.")
    return position
