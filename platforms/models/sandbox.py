"""Where engineers rehearse: tenants, scripts, faults, and what was asked and answered."""

from django.db import models
from django.db.models import Q

from orders.models import HostingServiceProvider, RemovalOrder
from platforms.models.answers import Submission
from platforms.models.connection import Connection


class Tenant(models.Model):
    """A synthetic provider made for one rehearsal; its connection says whether it is retired."""

    provider = models.OneToOneField(HostingServiceProvider, models.PROTECT, related_name="tenant")
    founder = models.ForeignKey(HostingServiceProvider, models.PROTECT, related_name="tenants")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.provider.code} of {self.founder.code}"


class ScriptStep(models.Model):
    """What a synthetic authority will do about a test order by itself: at a time, or some time after an answer."""

    order = models.ForeignKey(RemovalOrder, models.PROTECT, related_name="script")
    number = models.PositiveSmallIntegerField(help_text="from 1, in the order of the script")
    act = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    waits_for = models.CharField(max_length=40, blank=True, help_text="the act from which its delay is counted")
    nth = models.PositiveSmallIntegerField(default=1, help_text="which of these acts: the first, the second")
    delay = models.PositiveIntegerField(help_text="legal seconds, scaled like the order's hour")
    due_at = models.DateTimeField(null=True, help_text="null while it waits for an answer")
    done_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_because = models.TextField(blank=True)

    class Meta:
        ordering = ["order", "number"]
        constraints = [models.UniqueConstraint(name="script_step_once", fields=["order", "number"])]
        indexes = [
            models.Index(
                name="script_step_open", fields=["due_at"], condition=Q(done_at__isnull=True, dropped_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.number}: {self.act}"


class Fault(models.Model):
    """A way in which we misbehave towards one sandbox connection, for so many messages or answers more."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="faults")
    name = models.CharField(max_length=40)
    left = models.PositiveSmallIntegerField(help_text="how many messages or answers it is still for")
    seconds = models.PositiveSmallIntegerField(help_text="how long, where the fault is about time")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["set_at", "pk"]
        constraints = [models.UniqueConstraint(name="fault_once", fields=["connection", "name"])]

    def __str__(self) -> str:
        return f"{self.name} for {self.left} more"


class FaultUse(models.Model):
    """What a fault met: a message of ours by its id, or a request by its method and path."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="fault_uses")
    name = models.CharField(max_length=40)
    met = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} met {self.met}"


class Exchange(models.Model):
    """A request of a provider in the sandbox and what we answered, for its engineers to look at; no evidence.

    It is deleted after a week. What carries a secret (a new webhook secret, client credentials) is never kept.
    """

    class NotKept(models.TextChoices):
        TOO_LARGE = "too_large", "more than 64 KB: the rest is not kept"
        SECRET = "secret", "it carries a secret"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="exchanges")
    arrived_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    method = models.CharField(max_length=20)
    path = models.TextField(help_text="with its query")
    headers = models.JSONField(default=dict, help_text="never Authorization or Cookie")
    body = models.BinaryField(help_text="the first 64 KB")
    body_size = models.PositiveIntegerField()
    body_sha256 = models.CharField(max_length=64, blank=True, help_text="of all of it; empty when it was never read")
    not_kept = models.CharField(max_length=10, choices=NotKept, blank=True, help_text="why it cannot be sent again")
    status = models.PositiveSmallIntegerField()
    answer_headers = models.JSONField(default=dict)
    answer = models.TextField(blank=True, help_text="the first 64 KB")
    client_id = models.CharField(max_length=100, help_text="of the credential, also where its token was refused")
    scope = models.TextField(blank=True, help_text="of the token; empty where it was refused")
    orders = models.TextField(blank=True, help_text="the references it names, each between spaces")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="+")
    again = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replays", help_text="what it repeats")

    class Meta:
        ordering = ["-arrived_at", "-pk"]
        indexes = [
            models.Index(name="exchange_of_connection", fields=["connection", "arrived_at"]),
            models.Index(name="exchange_to_tidy", fields=["arrived_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status}"
