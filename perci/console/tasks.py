"""The tick of exercises: what waits is played."""

from celery import shared_task

from perci.console import playing


@shared_task(name="perci.console.tasks.play")
def play() -> str | None:
    """Begin the next exercise that waits, unless one is running."""
    return playing.start_next()
