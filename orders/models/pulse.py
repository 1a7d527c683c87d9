"""The heartbeats of what happens by itself, so that its silence is seen."""

from datetime import datetime

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of one periodic job."""

    job = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField()
    lag_ms = models.PositiveBigIntegerField(
        default=0, help_text="how late the oldest row of the last round was noticed"
    )
    handled = models.PositiveIntegerField(default=0, help_text="rows handled in the last round")

    def __str__(self) -> str:
        return f"{self.job} {self.beat_at:%F %T}"


def beat(job: str, *, at: datetime, lag_ms: int, handled: int) -> None:
    """Write down that `job` is alive."""
    signs = {"beat_at": at, "lag_ms": max(lag_ms, 0), "handled": handled}
    if not Heartbeat.objects.filter(job=job).update(**signs):  # mostly there is one: a single statement each second
        Heartbeat.objects.update_or_create(job=job, defaults=signs)
