"""When further channels join for a message: five minutes without receipt, or at once when the first one cannot."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from orders.models import LIMIT_SCALES, HostingServiceProvider, OutboxMessage
from orders.regulation.limits import scaled
from orders.regulation.regions import Actor
from platforms.channels import inbox
from platforms.models import Channel, Connection, SecondChannel

JOINS_AFTER = timedelta(minutes=5)  # scaled like the order's hour
BATCH = 200


def join_late(*, at: datetime) -> int:
    """Let further channels join for the messages without receipt for five minutes; returns for how many."""
    messages = list(_late(at)[:BATCH])
    for message in messages:
        join(message, because=SecondChannel.Because.LATE, at=at)
    return len(messages)


def _late(at: datetime) -> QuerySet[OutboxMessage]:
    joined = SecondChannel.objects.filter(message=OuterRef("pk"))
    return unproven_for(JOINS_AFTER, at=at).filter(~Exists(joined))


def unproven_for(length: timedelta, *, at: datetime) -> QuerySet[OutboxMessage]:
    """What is on its way and was not proven received for `length`, scaled like the order's hour, by any channel."""
    late = Q()
    for scale, _ in LIMIT_SCALES:
        late |= Q(dossier__removal_order__limit_scale=scale, created_at__lte=at - scaled(length, scale))
    return OutboxMessage.objects.filter(
        late, recipient_role=Actor.PROVIDER, delivered_at=None, next_attempt_at__isnull=False
    ).exclude(recipient__in=_by_hand_only().values("code"))


def join(message: OutboxMessage, *, because: SecondChannel.Because, at: datetime) -> None:
    """Let the further channels of its provider join for `message`, to be tried at once; those that did stay."""
    provider = HostingServiceProvider.objects.get(code=message.recipient)
    rows = [
        SecondChannel(message=message, channel=channel, because=because, joined_at=at, next_attempt_at=at)
        for channel in _further(provider)
    ]
    SecondChannel.objects.bulk_create(rows, ignore_conflicts=True)


def _by_hand_only() -> QuerySet[HostingServiceProvider]:
    """Those whom nothing reaches but a web form, where an officer submits by hand."""
    return HostingServiceProvider.objects.exclude(webform="")


def _further(provider: HostingServiceProvider) -> list[str]:
    """Mail, and the inbox where somebody could open it, whichever is not the provider's first channel."""
    if provider.webform:
        return []
    first = first_channel(Connection.objects.filter(provider=provider).first())
    reach = [Channel.MAIL, *([Channel.INBOX] if inbox.has_people(provider) else [])]
    # Somebody may get an account later: the box is looked at again as long as the message waits.
    return [channel for channel in reach if channel != first] or [Channel.INBOX]


def first_channel(connection: Connection | None) -> str:
    """The channel that is tried first."""
    return str(connection.channel if connection else Channel.WEBHOOK)
