"""What is kept of the way of a message beside its attempts: further channels, the box, the stream, again by hand."""

from django.db import models
from django.db.models import Q

from orders.models import AppendOnly, HostingServiceProvider, OutboxMessage, User
from orders.regulation.regions import Actor
from platforms.models.connection import Channel


class SecondChannel(models.Model):
    """A further channel that joined for one message, since its provider's own proved no receipt."""

    class Because(models.TextChoices):
        LATE = "late", "no receipt after five minutes"
        REFUSED = "refused", "the first channel refused it"
        NOT_SENT = "not_sent", "it could not be sent by the first channel"

    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="second_channels")
    channel = models.CharField(max_length=10, choices=Channel)
    because = models.CharField(max_length=10, choices=Because)
    joined_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, help_text="null once this channel took the message")
    leased_until = models.DateTimeField(null=True, help_text="a worker is sending it; after this instant another may")

    class Meta:
        constraints = [models.UniqueConstraint(name="second_channel_once", fields=["message", "channel"])]
        indexes = [
            models.Index(
                name="second_channel_due", fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.message} by {self.channel}"


class Resending(AppendOnly):
    """That somebody had a message sent again by hand: who, when and why. No act: it changes nothing in law."""

    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="resendings")
    asked_at = models.DateTimeField()
    reason = models.TextField()
    actor_role = models.CharField(max_length=30, choices=Actor.choices())
    actor_party = models.CharField(max_length=40, blank=True)
    actor_person = models.CharField(max_length=40, blank=True, help_text="pseudonym; empty for a machine")
    channel = models.CharField(max_length=20, help_text="through which it was asked for")

    class Meta:
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.message} again, asked {self.asked_at:%F %T}"


class Opening(AppendOnly):
    """That a person of the provider opened a message that was placed in its box, for the first time."""

    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="openings")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [models.UniqueConstraint(name="opening_once", fields=["message", "person"])]

    def __str__(self) -> str:
        return f"{self.message} opened {self.opened_at:%F %T}"


class StreamEntry(AppendOnly):
    """The place of a message in the stream that its provider pulls, given when somebody first reads so far.

    Not the key of the message: transactions end in another order than they begin, and a cursor must pass over nothing.
    """

    provider = models.ForeignKey(HostingServiceProvider, models.PROTECT, related_name="stream")
    position = models.PositiveBigIntegerField(help_text="from 1, without gaps")
    message = models.OneToOneField(OutboxMessage, models.PROTECT, related_name="stream_entry")

    class Meta:
        ordering = ["provider", "position"]
        constraints = [models.UniqueConstraint(name="stream_position_once", fields=["provider", "position"])]

    def __str__(self) -> str:
        return f"{self.provider.code} {self.position}: {self.message}"
