"""Sends at once what waits for a provider whose way is open again."""

from datetime import datetime

from orders.models import OutboxMessage
from orders.regulation.regions import Actor
from platforms.models import SecondChannel


def wake(provider: str, *, at: datetime) -> None:
    """Try at once what waits for the provider with this code: it has another way now, or it is back."""
    waiting = OutboxMessage.objects.filter(recipient=provider, recipient_role=Actor.PROVIDER, delivered_at=None)
    waiting.filter(next_attempt_at__gt=at).update(next_attempt_at=at)


def wake_second(message: OutboxMessage, *, at: datetime) -> None:
    """Try at once the further channels that joined for `message`, those too that took it."""
    SecondChannel.objects.filter(message=message).update(next_attempt_at=at)
