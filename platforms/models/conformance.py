"""Runs of the conformance kit: what was sent to a receiver for its sake, and the report that came of it."""

from django.db import models

from orders.models import LIMIT_SCALES, RemovalOrder
from platforms.models.connection import Connection


class ConformanceRun(models.Model):
    """One run against the endpoint of a sandbox connection. It goes on step by step, whoever makes the next one."""

    class Stage(models.TextChoices):
        ASKED = "asked", "waits to begin"
        GREETING = "greeting", "a genuine order"
        PROBING = "probing", "messages that must be refused"
        FAULTS = "faults", "one fault after the other"
        ORDERS = "orders", "orders of every kind, and a burst"
        DONE = "done", "finished"
        BROKEN = "broken", "broken off"

    connection = models.ForeignKey(Connection, models.PROTECT, related_name="conformance_runs")
    limit_scale = models.CharField(max_length=10, choices=LIMIT_SCALES)
    burst = models.PositiveSmallIntegerField(help_text="orders at once")
    seed = models.PositiveBigIntegerField(null=True, help_text="from which the credentials were made, if any")
    asked_at = models.DateTimeField()
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.ASKED)
    stage_at = models.DateTimeField(help_text="since when")
    leased_until = models.DateTimeField(null=True, help_text="somebody makes a step; after this instant another may")
    ended_at = models.DateTimeField(null=True)
    because = models.TextField(blank=True, help_text="why it was broken off")
    report = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="conformance_one_at_a_time", fields=["connection"], condition=models.Q(ended_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(name="conformance_open", fields=["asked_at"], condition=models.Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} against {self.connection}: {self.stage}"


class ConformanceStory(models.Model):
    """One order of a run: which part it plays, and since when nothing more is expected of it."""

    run = models.ForeignKey(ConformanceRun, models.CASCADE, related_name="stories")
    name = models.CharField(max_length=40)
    order = models.OneToOneField(RemovalOrder, models.PROTECT, related_name="conformance_story")
    began_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} of {self.run_id}: {self.order}"


class ConformanceProbe(models.Model):
    """A request to the endpoint that is no message of any order: what was sent, and what came back."""

    run = models.ForeignKey(ConformanceRun, models.CASCADE, related_name="probes")
    name = models.CharField(max_length=40)
    message_id = models.CharField(max_length=100, blank=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    outcome = models.CharField(max_length=40)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True, help_text="the first 4 KB")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="conformance_probe_once", fields=["run", "name"])]

    def __str__(self) -> str:
        return f"{self.name}: {self.outcome}"
