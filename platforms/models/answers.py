"""What a provider answered, and what of it was signed."""

from django.db import models

from orders.models import AppendOnly, Exhibit, HostingServiceProvider


class AnswerKey(models.Model):
    """A public key with which a provider's machine signs answers; retired ones stay, since evidence rests on them."""

    provider = models.ForeignKey(HostingServiceProvider, models.PROTECT, related_name="answer_keys")
    kid = models.CharField(max_length=43, help_text="its thumbprint (RFC 7638), which signatures name as keyid")
    public_jwk = models.JSONField()
    name = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(name="answer_key_once", fields=["provider", "kid"])]

    def __str__(self) -> str:
        return f"{self.kid} of {self.provider.code}"


class SignedRequest(AppendOnly):
    """A request whose signature held, and that said something: evidence of who answered. Its nonce is used up."""

    key = models.ForeignKey(AnswerKey, models.PROTECT, related_name="signed")
    nonce = models.CharField(max_length=200)
    created_at = models.DateTimeField(help_text="when it was signed, by the provider's clock")
    arrived_at = models.DateTimeField()
    body = models.ForeignKey(Exhibit, models.PROTECT, related_name="+")
    proof = models.ForeignKey(
        Exhibit, models.PROTECT, related_name="+", help_text="signature base, signature and key, as JSON"
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="answer_nonce_once", fields=["key", "nonce"])]

    def __str__(self) -> str:
        return f"signed with {self.key} at {self.created_at:%F %T}"


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
    signed = models.ForeignKey(
        SignedRequest, models.PROTECT, null=True, related_name="submissions", help_text="null: it was not signed"
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="submission_key_once", fields=["provider", "idempotency_key"])]

    def __str__(self) -> str:
        return f"{self.provider.code} {self.idempotency_key}"
