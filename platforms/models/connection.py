"""How one provider is reached: its endpoint, its channel, the secrets that sign."""

from django.db import models

from orders import ids
from orders.models import HostingServiceProvider


class Channel(models.TextChoices):
    """A way in which a message goes to a provider."""

    WEBHOOK = "webhook", "webhook: posted to your endpoint, signed"
    PULL = "pull", "pull: your machine fetches it"
    INBOX = "inbox", "inbox: placed in the box on these pages"
    MAIL = "mail", "mail: to your contact point"


class Connection(models.Model):
    """The technical reach of one provider: which way its orders go first, and how its endpoint is doing."""

    provider = models.OneToOneField(HostingServiceProvider, models.PROTECT, related_name="connection")
    endpoint = models.CharField(
        max_length=500, blank=True, help_text="where signed webhooks are posted; empty: none yet"
    )
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEBHOOK, help_text="tried first")
    sandbox = models.BooleanField(default=False, help_text="may live on a loopback or private address")
    pages = models.JSONField(
        default=dict, blank=True, help_text="host of content -> base URL on loopback where it is looked at instead"
    )
    signed_answers = models.BooleanField(default=False, help_text="an answer of its machines must be signed (RFC 9421)")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0, help_text="webhooks in a row that the endpoint did not accept")
    circuit_open_at = models.DateTimeField(null=True, blank=True, help_text="since when one request at a time is tried")
    probe_at = models.DateTimeField(null=True, blank=True, help_text="no request before this while the circuit is open")
    retired_at = models.DateTimeField(null=True, blank=True, help_text="of a sandbox tenant: nothing is sent any more")

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
