"""Exports on their way: what was asked for stands in the ledger, and how far its file is stands here."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from orders.models.dossier import LedgerEntry
from orders.models.seal import Checkpoint

BUNDLE, CSV, JSON_LINES, PARQUET = "bundle", "csv", "jsonl", "parquet"
FORMS = {
    BUNDLE: "evidence bundle, checked by the verify.py inside",
    CSV: "tables as CSV",
    JSON_LINES: "tables as JSON lines",
    PARQUET: "tables as Parquet",
}


class ExportJob(models.Model):
    """The making of one export. Its checkpoint is fixed when it is first taken up, and with it what its file holds."""

    class State(models.TextChoices):
        WAITING = "waiting", "waits for a worker"
        RUNNING = "running", "being made"
        READY = "ready", "ready"
        FAILED = "failed", "not made"
        GONE = "gone", "made, its file deleted since"

    class Place(models.TextChoices):
        BACKGROUND = "background", "a worker makes it"
        COMMAND_LINE = "command_line", "the command makes it that asked for it"

    entry = models.OneToOneField(
        LedgerEntry, models.PROTECT, related_name="export_job", help_text="take_export: who took what, and when"
    )
    place = models.CharField(max_length=20, choices=Place)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, null=True, related_name="+", help_text="up to here")
    earlier = models.ForeignKey(Checkpoint, models.PROTECT, null=True, related_name="+", help_text="held against it")
    step = models.CharField(max_length=40, blank=True, help_text="the table at work")
    done = models.PositiveBigIntegerField(default=0, help_text="rows")
    total = models.PositiveBigIntegerField(default=0, help_text="rows, as counted when it was taken up")
    failure = models.TextField(blank=True)
    file = models.CharField(max_length=60, blank=True, help_text="its name; empty until it is ready, and once gone")
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, help_text="a worker is at it; after this instant another may")
    taking = models.PositiveIntegerField(default=0, help_text="how often it was taken up; only the last may write")
    broken_off = models.PositiveSmallIntegerField(default=0, help_text="workers that ended in the middle of it")

    class Meta:
        indexes = [
            models.Index(name="export_open", fields=["taking", "id"], condition=Q(state__in=("waiting", "running"))),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"

    @property
    def reference(self) -> str:
        """Such as EXP-2026-000001."""
        return str(self.entry.dossier.reference)

    @property
    def asked_at(self) -> datetime:
        return self.entry.recorded_at

    @property
    def facts(self) -> dict[str, Any]:
        """What was asked for, as it is on record."""
        return dict(self.entry.facts)

    @property
    def form(self) -> str:
        """One of FORMS."""
        return str(self.facts.get("format", BUNDLE))

    @property
    def is_open(self) -> bool:
        """Whether it is still to be made."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int:
        """How much of it is made; 100 only when its file is there."""
        if not self.is_open:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0
