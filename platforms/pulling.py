"""The stream of messages that a provider pulls: each has its place, and whoever is served one has received it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from orders.acts import transmitting
from orders.models import HostingServiceProvider, OutboxMessage, keep
from orders.regulation.regions import Actor
from platforms import wire
from platforms.delivery import trying
from platforms.models import Channel, StreamEntry

PAGE = 100
RULE = "event_read"  # the body that is served is receipt


def page(provider: HostingServiceProvider, *, after: int) -> list[StreamEntry]:
    """The messages to `provider` behind the position `after`, up to PAGE. It proves nothing yet: see `serve`."""
    found = list(_behind(provider, after))
    if len(found) < PAGE and _without_place(provider).exists():
        _place(provider)
        found = list(_behind(provider, after))
    return found


def end(provider: HostingServiceProvider) -> int:
    """The last position that was given, 0 for none."""
    last: int | None = provider.stream.aggregate(last=Max("position"))["last"]
    return last or 0


def serve(entries: Sequence[StreamEntry], *, at: datetime) -> list[bytes]:
    """The bodies of `entries`, the bytes that a webhook carries. Receipt is recorded, at `at`, before they leave."""
    bodies = []
    for message in (entry.message for entry in entries):
        body = trying.compose(message)
        with transaction.atomic():
            keep(body, media_type=wire.CONTENT_TYPE, at=at)
            transmitting.record_receipt(message=message, channel=Channel.PULL, rule=RULE, received_at=at, at=at)
        bodies.append(body)
    return bodies


def _behind(provider: HostingServiceProvider, after: int) -> QuerySet[StreamEntry]:
    sent = OutboxMessage.objects.exclude(transmitting.TAKEN_OFF)
    entries = StreamEntry.objects.filter(provider=provider, position__gt=after, message__in=sent)
    return entries.select_related("message__dossier").order_by("position")[:PAGE]


def _without_place(provider: HostingServiceProvider) -> QuerySet[OutboxMessage]:
    sent = OutboxMessage.objects.filter(recipient_role=Actor.PROVIDER, recipient=provider.code, stream_entry=None)
    return sent.exclude(transmitting.TAKEN_OFF).order_by("pk")


def _place(provider: HostingServiceProvider) -> None:
    """Give the next places to messages that have none, those written first at the front."""
    with transaction.atomic():
        # no_key: rows that refer to the provider are written meanwhile
        HostingServiceProvider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        last = end(provider)
        messages = _without_place(provider)[:PAGE]
        StreamEntry.objects.bulk_create(
            StreamEntry(provider=provider, position=position, message=message)
            for position, message in enumerate(messages, start=last + 1)
        )
