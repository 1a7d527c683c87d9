"""The periodic work towards providers: it finds by query what is due."""

from celery import shared_task

from orders import clock
from platforms import delivery, probe


@shared_task(name="platforms.tasks.deliver")
def deliver() -> int:
    """Send what is due, round after round until nothing is; returns the number of messages taken up."""
    return sum(iter(lambda: delivery.deliver_due(at=clock.now()), 0))


@shared_task(name="platforms.tasks.look")
def look() -> int:
    """Look at the pages that are due, one round; returns how many."""
    return probe.look_due(at=clock.now())
