"""The periodic work towards providers: it finds by query what is due."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutdown

from orders import clock
from platforms import probe
from platforms.conformance import running
from platforms.delivery.pump import Pump
from platforms.inspecting import timeline
from platforms.sandbox import scripts

_pump = Pump()  # of this process: what a task leaves in flight is recorded by the next one


@shared_task(name="platforms.tasks.deliver")
def deliver() -> int:
    """Send what is due, for some seconds at most; returns the number of messages taken up."""
    return _pump.run()


@worker_shutdown.connect
def finish(**_: Any) -> None:
    """A worker that is told to stop records what it has in flight; one that is killed leaves it to its lease."""
    _pump.finish()


@shared_task(name="platforms.tasks.look")
def look() -> int:
    """Look at the pages that are due, one round; returns how many."""
    return probe.look_due(at=clock.now())


@shared_task(name="platforms.tasks.rehearse")
def rehearse() -> int:
    """Do what synthetic authorities do by themselves about test orders; returns how many acts there were."""
    return scripts.play(at=clock.now())


@shared_task(name="platforms.tasks.conform")
def conform() -> int:
    """Make the next step of every conformance run that is open; returns how many."""
    return running.advance(at=clock.now())


@shared_task(name="platforms.tasks.tidy")
def tidy() -> None:
    """Delete the requests kept for the inspector that are older than a week; nothing of the record."""
    timeline.tidy(at=clock.now())
