"""A tick travels through a real broker to the worker of its queue, and an old one is dropped."""

from collections.abc import Iterator

import pytest
from celery.contrib.testing.worker import start_worker
from celery.signals import task_revoked
from django.conf import settings
from kombu import Connection

from orders.models import Heartbeat
from perci import broker
from perci.celery import CLOCK, SCHEDULE, app
from perci.supervisor import Supervisor
from tests.system.test_supervisor import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def broker_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Redis that is configured, or the embedded one."""
    with Supervisor(tmp_path_factory.mktemp("broker")) as supervisor:
        yield settings.REDIS_URL or broker.start(supervisor)


@pytest.fixture
def clock_worker(broker_url: str) -> Iterator[Connection]:
    """A worker of the queue `clock`, in a thread; yields a connection to its broker."""
    configured = app.conf.broker_url
    app.conf.broker_url = broker_url
    try:
        with Connection(broker_url) as connection:
            connection.SimpleQueue(CLOCK).clear()
            with start_worker(app, queues=[CLOCK], perform_ping_check=False, shutdown_timeout=20):
                yield connection
    finally:
        app.conf.broker_url = configured


def test_a_tick_of_the_schedule_is_taken_by_the_worker_of_its_queue(clock_worker: Connection) -> None:
    tick = SCHEDULE["sweep"]
    app.send_task(tick["task"], connection=clock_worker, **tick["options"])
    assert until(lambda: Heartbeat.objects.filter(job="sweep").exists())


def test_a_tick_that_nobody_took_in_time_is_dropped(clock_worker: Connection) -> None:
    dropped: list[bool] = []

    def drop(expired: bool, **_: object) -> None:
        dropped.append(expired)

    task_revoked.connect(drop)
    try:
        app.send_task(SCHEDULE["sweep"]["task"], connection=clock_worker, queue=CLOCK, expires=-1)
        assert until(lambda: dropped == [True])
    finally:
        task_revoked.disconnect(drop)
    assert not Heartbeat.objects.exists()
