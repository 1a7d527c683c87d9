"""Everything that happens by itself, on one screen: three queues, each its own worker, and the schedule of beat.

A tick carries no legal time: its task finds by query what is due. No message ever has an `eta` or a long `countdown`,
since Redis would deliver it again after the visibility timeout (tests/system/test_schedule.py holds this).
"""

import os
from typing import Any

from celery import Celery
from django.conf import settings
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perci.settings")

CLOCK, DELIVERY, BACKGROUND = QUEUES = ("clock", "delivery", "background")


def _tick(task: str, queue: str, *, seconds: int) -> dict[str, Any]:
    # A tick that no worker took within three periods says nothing that the next one does not say.
    return {"task": task, "schedule": float(seconds), "options": {"queue": queue, "expires": 3 * seconds}}


SCHEDULE = {
    "sweep": _tick("orders.tasks.sweep", CLOCK, seconds=1),  # limits that passed, warnings before, alerts after
    "deliver": _tick("platforms.tasks.deliver", DELIVERY, seconds=1),  # what is due in the outbox
    "seal": _tick("orders.tasks.seal", BACKGROUND, seconds=3),  # what was recorded since goes into the signed tree
    "look": _tick("platforms.tasks.look", BACKGROUND, seconds=2),  # is removed content gone? simulated pages alone
    "document": _tick("orders.tasks.document", BACKGROUND, seconds=3),  # Annex I, II, III as signed PDF
    "export": _tick("orders.tasks.export", BACKGROUND, seconds=2),  # what was asked for, part by part
    "tidy": _tick("orders.tasks.tidy", BACKGROUND, seconds=3600),  # expired tokens, sessions, exported files
    "forget": _tick("platforms.tasks.tidy", BACKGROUND, seconds=3600),  # requests kept for the sandbox's inspector
}
SIMULATOR_SCHEDULE = {
    "act": _tick("platforms.simulator.tasks.act", BACKGROUND, seconds=1),  # simulated platforms do what they meant to
    "rehearse": _tick("platforms.tasks.rehearse", BACKGROUND, seconds=1),  # scripts of the sandbox's test orders
    "play": _tick("perci.console.tasks.play", BACKGROUND, seconds=2),  # exercises that somebody asked for
    "conform": _tick("platforms.tasks.conform", BACKGROUND, seconds=1),  # runs of the conformance kit, a step each
}

app = Celery("perci")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue(name) for name in QUEUES]
app.conf.task_default_queue = BACKGROUND
app.conf.task_create_missing_queues = False  # a queue that no worker reads would swallow its tasks
app.conf.task_routes = {
    tick["task"]: {"queue": tick["options"]["queue"]} for tick in (SCHEDULE | SIMULATOR_SCHEDULE).values()
}
app.conf.worker_prefetch_multiplier = 1
app.autodiscover_tasks()
app.autodiscover_tasks(["perci.console"])  # a room of ours, no app of Django's


@app.on_after_finalize.connect
def _schedule(sender: Celery, **_: Any) -> None:
    simulated = "platforms.simulator" in settings.INSTALLED_APPS
    sender.conf.beat_schedule = SCHEDULE | SIMULATOR_SCHEDULE if simulated else SCHEDULE
