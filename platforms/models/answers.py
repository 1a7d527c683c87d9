"""What a provider answered, and what of it was signed."""

from django.db import models

from orders.models import AppendOnly, Exhibit, HostingServiceProvider


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
