"""A simulated platform, what it means to do, and what it has taken down."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db import models

from platforms.simulator.behaviours import TEMPERAMENTS, What


class SimulatedPlatform(models.Model):
    """The player of one provider: how it behaves, and what it needs to know to reach us."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    temperament = models.CharField(max_length=20, choices=[(name, name) for name in TEMPERAMENTS])
    api = models.CharField(max_length=200, help_text="base URL of the portal that sends the orders")
    client_id = models.CharField(max_length=100)
    client_secret = models.CharField(max_length=100)
    webhook_secrets = models.JSONField(default=list, help_text="two while one is rotated")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.temperament})"


class PlannedAct(models.Model):
    """One thing that a platform means to do. A redelivered message plans nothing twice."""

    platform = models.ForeignKey(SimulatedPlatform, models.CASCADE, related_name="planned_acts")
    message_id = models.CharField(max_length=100)
    reference = models.CharField(max_length=40)
    what = models.CharField(max_length=20, choices=[(what.value, what.value) for what in What])
    payload = models.JSONField(default=dict, help_text="items: [{item, url}], as far as the message named them")
    planned_at = models.DateTimeField(help_text="when the message came in")
    due_at = models.DateTimeField()
    try_at = models.DateTimeField(help_text="when it is next to be tried; moves on when somebody tries")
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, help_text="done, dropped or given_up")
    problem = models.JSONField(null=True, help_text="what the last try was refused with")

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="planned_once", fields=["platform", "message_id", "what"]),
        ]
        indexes = [
            models.Index(name="planned_to_try", fields=["try_at"], condition=models.Q(done_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.platform.code}: {self.what} {self.reference}"

    @property
    def key(self) -> str:
        """The idempotency key of the answer: the same at every try."""
        return f"{self.message_id}-{self.what}"


class SimulatedContent(models.Model):
    """Content that a platform has taken down; what has no row here is still online."""

    platform = models.ForeignKey(SimulatedPlatform, models.CASCADE, related_name="removed_content")
    path = models.CharField(max_length=500)
    removed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="removed_once", fields=["platform", "path"])]

    def __str__(self) -> str:
        return f"{self.path} of {self.platform.code}"


def take_down(platform: SimulatedPlatform, url: str, *, at: datetime) -> datetime:
    """Take the content at `url` down; when it is down already it stays as it is. Returns since when it is gone."""
    content, _ = SimulatedContent.objects.get_or_create(
        platform=platform, path=urlsplit(url).path[:500], defaults={"removed_at": at}
    )
    return content.removed_at
