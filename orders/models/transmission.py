"""What was sent and received, byte for byte, and what that proves."""

from datetime import datetime

from django.db import models

from orders import canonical
from orders.models.append_only import AppendOnly
from orders.models.dossier import OutboxMessage


class Exhibit(AppendOnly):
    """Bytes, known by their SHA-256."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256


class Attempt(AppendOnly):
    """One attempt to deliver a message, whatever came of it."""

    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    http_status = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=40, help_text="accepted, refused, timeout, unreachable, blocked ...")
    latency_ms = models.PositiveIntegerField()
    body = models.ForeignKey(Exhibit, models.PROTECT, related_name="+")
    headers = models.JSONField(default=dict, blank=True, help_text="those of ours, with the signatures, never a secret")
    answer_sha256 = models.CharField(max_length=64, blank=True)
    answer_excerpt = models.TextField(blank=True, help_text="the first 4 KB")
    is_receipt = models.BooleanField(default=False)
    next_attempt_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["message", "number"]
        constraints = [models.UniqueConstraint(name="attempt_number_once", fields=["message", "number"])]

    def __str__(self) -> str:
        return f"{self.message_id} #{self.number} {self.outcome}"


class Receipt(AppendOnly):
    """The first recorded evidence that a message was received. It stands: there can be only one per message."""

    message = models.OneToOneField(OutboxMessage, models.PROTECT, related_name="receipt")
    channel = models.CharField(max_length=20)
    rule = models.CharField(max_length=40, help_text="what made it a receipt, such as webhook_2xx or answer")
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.message_id} received {self.received_at:%F %T}"


class Observation(AppendOnly):
    """What somebody saw at an item's URL: evidence, never a state."""

    item = models.ForeignKey("orders.ContentItem", models.PROTECT, related_name="observations")
    observed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="HTTP status; empty when nothing answered")
    gone = models.BooleanField(null=True, help_text="empty when one cannot tell")
    source = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item_id} seen {self.observed_at:%F %T}"


def keep(content: bytes, *, media_type: str, at: datetime) -> Exhibit:
    """Keep bytes as an exhibit, or find those already kept."""
    digest = canonical.sha256(content)
    Exhibit.objects.bulk_create(
        [Exhibit(sha256=digest, media_type=media_type, content=content, created_at=at)], ignore_conflicts=True
    )
    return Exhibit.objects.get(pk=digest)
