"""A simulated platform, what it was told, what it means to do, and which of its pages are not as they were."""

from datetime import timedelta
from typing import Any

from django.db import models

from platforms.simulator.behaviours import TEMPERAMENTS
from platforms.simulator.behaviours.intents import What
from platforms.simulator.behaviours.traits import Traits


class SimulatedPlatform(models.Model):
    """The player of one provider: how it behaves, and what it needs to know to reach us."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    temperament = models.CharField(max_length=20, choices=[(name, name) for name in TEMPERAMENTS])
    peculiarities = models.JSONField(default=dict, blank=True, help_text="what differs from its temperament's traits")
    api = models.CharField(max_length=200, help_text="base URL of the portal that sends the orders")
    client_id = models.CharField(max_length=100)
    client_secret = models.CharField(max_length=100)
    webhook_secrets = models.JSONField(default=list, help_text="two while one is rotated")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.temperament})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValueError for a peculiarity that no platform can have."""
        assert self.traits
        super().save(*args, **kwargs)

    @property
    def traits(self) -> Traits:
        """Those of its temperament, with its own peculiarities."""
        return TEMPERAMENTS[self.temperament].traits.but(self.peculiarities)

    @property
    def skew(self) -> timedelta:
        """By how much its clock is ahead of the true time."""
        return timedelta(seconds=self.traits.skew_seconds)


class HeardMessage(models.Model):
    """A message that a platform has read and believes, whatever its endpoint answered."""

    platform = models.ForeignKey(SimulatedPlatform, models.CASCADE, related_name="heard_messages")
    message_id = models.CharField(max_length=100)
    type = models.CharField(max_length=60)
    reference = models.CharField(max_length=40, blank=True)
    hour_seconds = models.FloatField(null=True, help_text="real length of the order's hour, where the message says so")
    heard_at = models.DateTimeField(help_text="the first time")
    tries = models.PositiveIntegerField(default=0, help_text="how often it came")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="heard_once", fields=["platform", "message_id"])]

    def __str__(self) -> str:
        return f"{self.platform.code}: {self.type} {self.reference}"

    @property
    def round(self) -> int:
        """How many messages of this type about this order came up to this one."""
        alike = HeardMessage.objects.filter(platform=self.platform_id, type=self.type, reference=self.reference)
        return alike.filter(pk__lte=self.pk).count()


class PlannedAct(models.Model):
    """One thing that a platform means to do. A redelivered message plans nothing twice."""

    platform = models.ForeignKey(SimulatedPlatform, models.CASCADE, related_name="planned_acts")
    message_id = models.CharField(max_length=100)
    reference = models.CharField(max_length=40)
    what = models.CharField(max_length=20, choices=[(what.value, what.value) for what in What])
    turn = models.PositiveSmallIntegerField(default=0, help_text="of several alike about one message")
    key_ends = models.CharField(max_length=20, blank=True, help_text="the end of its idempotency key")
    payload = models.JSONField(
        default=dict, help_text="items: [{item, url}], as far as the message named them; instants of the statement"
    )
    planned_at = models.DateTimeField(help_text="when the message came in")
    due_at = models.DateTimeField()
    try_at = models.DateTimeField(
        null=True,
        help_text="when it is next to be tried; moves on when somebody tries; empty: its desk has not got to it",
    )
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, help_text="done, dropped or given_up")
    problem = models.JSONField(null=True, help_text="what the last try was refused with")

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="planned_once", fields=["platform", "message_id", "what", "turn"]),
        ]
        indexes = [
            models.Index(name="planned_to_try", fields=["try_at"], condition=models.Q(done_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.platform.code}: {self.what} {self.reference}"

    @property
    def key(self) -> str:
        """The idempotency key of the answer: the same at every try."""
        return f"{self.message_id}-{self.what}{self.key_ends}"


class SimulatedContent(models.Model):
    """A page that is not as it was: taken down, put back, or a copy of another. What has no row is online."""

    platform = models.ForeignKey(SimulatedPlatform, models.CASCADE, related_name="removed_content")
    path = models.CharField(max_length=500)
    removed_at = models.DateTimeField(null=True, help_text="empty: it is online (again)")
    copy_of = models.CharField(max_length=500, blank=True, help_text="the path where the same content was before")

    class Meta:
        constraints = [models.UniqueConstraint(name="removed_once", fields=["platform", "path"])]

    def __str__(self) -> str:
        return f"{self.path} of {self.platform.code}"
