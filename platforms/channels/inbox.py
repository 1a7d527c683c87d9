"""The inbox: the box of a provider on these pages, for the people who have an account."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from orders.acts import transmitting
from orders.models import HostingServiceProvider, Membership, OutboxMessage, User
from platforms.channels.requests import ACCEPTED
from platforms.models import Channel, Opening


def has_people(provider: HostingServiceProvider) -> bool:
    """Whether anybody could open the box of `provider`."""
    return Membership.objects.filter(provider=provider, user__is_active=True).exists()


def address(message: OutboxMessage) -> str:
    """Where the message is read in the box."""
    return reverse("inbox:placed", args=[message.message_id])


def placed(provider: HostingServiceProvider) -> QuerySet[OutboxMessage]:
    """What was placed in the box of `provider`, latest first."""
    sent = OutboxMessage.objects.filter(recipient=provider.code)
    return sent.filter(attempts__channel=Channel.INBOX, attempts__outcome=ACCEPTED).distinct().order_by("-pk")


def open_message(message: OutboxMessage, *, person: User, rule: str, at: datetime) -> None:
    """A person of the provider opened `message`: kept once per person; by `rule`, when there is one, it is receipt."""
    Opening.objects.bulk_create([Opening(message=message, person=person, opened_at=at)], ignore_conflicts=True)
    if rule:
        transmitting.record_receipt(message=message, channel=Channel.INBOX, rule=rule, received_at=at, at=at)
