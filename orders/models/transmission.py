"""What was sent and received, byte for byte, and what that proves."""

from datetime import datetime
from typing import Any

from django.db import models

from orders import canonical, commitments
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
    answer = models.ForeignKey(
        Exhibit, models.PROTECT, null=True, related_name="+", help_text="its bytes, as far as they were read"
    )
    answer_excerpt = models.TextField(blank=True, help_text="the first 4 KB")
    is_receipt = models.BooleanField(default=False)
    next_attempt_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    salts = models.JSONField(default=dict, help_text="of what may be withheld of it, by JSON pointer")

    class Meta:
        ordering = ["message", "number"]
        constraints = [models.UniqueConstraint(name="attempt_number_once", fields=["message", "number"])]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.message.message_id}"

    def private(self) -> dict[str, Any]:
        """What a bundle may withhold of it."""
        return {"address": self.address, "headers": self.headers, "answer_excerpt": self.answer_excerpt}

    def content(self) -> dict[str, Any]:
        """What its leaf is over: every column but the salts, which cover `private`."""
        return {
            "kind": "attempt",
            "reference": self.message.dossier.reference,
            "message": self.message.message_id,
            "number": self.number,
            "channel": self.channel,
            "started_at": self.started_at,
            "ended_at": self.ended_at,
            "http_status": self.http_status,
            "outcome": self.outcome,
            "latency_ms": self.latency_ms,
            "body_sha256": self.body_id,
            "answer_sha256": self.answer_sha256,
            "answer": self.answer_id,
            "is_receipt": self.is_receipt,
            "next_attempt_at": self.next_attempt_at,
            "recorded_at": self.recorded_at,
            **self.private(),
        }


def tried(**columns: Any) -> Attempt:
    """An attempt with the salts of what may be withheld of it, not yet saved."""
    attempt = Attempt(**columns)
    attempt.salts = commitments.salts(attempt.private())
    return attempt


class Receipt(AppendOnly):
    """The first recorded evidence that a message was received. It stands: there can be only one per message."""

    message = models.OneToOneField(OutboxMessage, models.PROTECT, related_name="receipt")
    channel = models.CharField(max_length=20)
    rule = models.CharField(max_length=40, help_text="what made it a receipt, such as webhook_2xx or answer")
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"the receipt of {self.message.message_id}"

    def content(self) -> dict[str, Any]:
        """What its leaf is over, where it is no act and so in no entry."""
        return {
            "kind": "receipt",
            "reference": self.message.dossier.reference,
            "message": self.message.message_id,
            "channel": self.channel,
            "rule": self.rule,
            "received_at": self.received_at,
            "recorded_at": self.recorded_at,
        }


class Observation(AppendOnly):
    """What somebody saw at an item's URL: evidence, never a state."""

    item = models.ForeignKey("orders.ContentItem", models.PROTECT, related_name="observations")
    number = models.PositiveIntegerField(help_text="of the looks at this item, from 1 without gaps")
    observed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="HTTP status; empty when nothing answered")
    gone = models.BooleanField(null=True, help_text="empty when one cannot tell")
    source = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="observation_number_once", fields=["item", "number"])]

    def __str__(self) -> str:
        return f"look {self.number} at item {self.item.number}"

    def content(self) -> dict[str, Any]:
        """What its leaf is over."""
        return {
            "kind": "observation",
            "reference": self.item.order.dossier.reference,
            "item": self.item.number,
            "number": self.number,
            "observed_at": self.observed_at,
            "status": self.status,
            "gone": self.gone,
            "source": self.source,
            "recorded_at": self.recorded_at,
        }


def keep(content: bytes, *, media_type: str, at: datetime) -> Exhibit:
    """Keep bytes as an exhibit, unless they are kept already: then the row there stands as it is, and is not read."""
    exhibit = Exhibit(sha256=canonical.sha256(content), media_type=media_type, content=content, created_at=at)
    Exhibit.objects.bulk_create([exhibit], ignore_conflicts=True)
    return exhibit
