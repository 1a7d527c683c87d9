"""Each second: the simulated platforms do what they meant to."""

from celery import shared_task

from platforms.simulator import acting, clock

ROUND = 200  # so that a round ends, however much there is to do


@shared_task(name="platforms.simulator.tasks.act")
def act() -> int:
    """Try every planned act that is due; returns how many. Two rounds at once share the work."""
    tried = 0
    while tried < ROUND and (planned := acting.due(at=clock.now())):
        tried += acting.perform(planned, at=clock.now())
    return tried
