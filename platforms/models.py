"""How one provider is reached and recognised, and what it answered."""

from django.db import models

from orders import ids
from orders.models import AppendOnly, Exhibit, HostingServiceProvider


class Connection(models.Model):
    """The technical reach of one provider: where its orders go."""

    provider = models.OneToOneField(HostingServiceProvider, models.PROTECT, related_name="connection")
    endpoint = models.CharField(
        max_length=500, blank=True, help_text="where signed webhooks are posted; empty: none yet"
    )
    sandbox = models.BooleanField(default=False, help_text="may live on a loopback or private address")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.provider.code} at {self.endpoint or 'no endpoint'}"


class WebhookSecret(models.Model):
    """A shared secret of Standard Webhooks; while one is rotated two are live and both sign."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="secrets")
    secret = models.CharField(max_length=80, default=ids.webhook_secret)
    created_at = models.DateTimeField()
    retires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"secret of {self.connection.provider.code}"


class Submission(AppendOnly):
    """An answer of a provider that recorded something: asked again with the same key, it is replayed."""

    provider = models.ForeignKey(HostingServiceProvider, models.PROTECT, related_name="submissions")
    idempotency_key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64, help_text="SHA-256 over method, path and body")
    reference = models.CharField(max_length=40)
    body = models.ForeignKey(Exhibit, models.PROTECT, related_name="+")
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    arrived_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="submission_key_once", fields=["provider", "idempotency_key"])]

    def __str__(self) -> str:
        return f"{self.provider.code} {self.idempotency_key}"
