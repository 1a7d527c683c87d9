"""When the pages of content are looked at."""

from django.db import models
from django.db.models import Q

from orders.models import ContentItem


class Watch(models.Model):
    """When an item's page is next looked at. An agenda, not evidence: what was seen is an Observation."""

    item = models.OneToOneField(ContentItem, models.PROTECT, related_name="watch")
    since = models.DateTimeField(help_text="what the looks are counted from: the issue, then the report of a measure")
    claimed = models.BooleanField(default=False, help_text="counted from the report of a measure")
    next_look_at = models.DateTimeField(null=True, help_text="null when no look is to come (any more)")

    class Meta:
        indexes = [
            models.Index(name="watch_due", fields=["next_look_at"], condition=Q(next_look_at__isnull=False)),
            models.Index(name="watch_unclaimed", fields=["item"], condition=Q(claimed=False)),
        ]

    def __str__(self) -> str:
        return f"{self.item} since {self.since:%F %T}"
