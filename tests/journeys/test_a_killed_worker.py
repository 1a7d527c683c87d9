"""A worker process is killed in the middle of a batch: another one finishes it, nothing is lost, none counts twice."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter

import pytest
from django.db import connection

from orders import clock
from orders.evidence import verify
from orders.models import Attempt, Deadline, LedgerEntry, OutboxMessage, Receipt
from tests.factories import issued, provider
from tests.platforms.reached import connect
from tests.platforms.receiver import receiving, status

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS, ANSWERED = 24, 9

# A delivery worker as Celery runs it: slices of the pump. `AHEAD` seconds pass between the death of one and the next.
WORKER = """
import os, django
from datetime import timedelta
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["WORKER_DATABASE"]
django.setup()
from orders import clock
from platforms import tasks
real = clock.now
clock.now = lambda: real() + timedelta(seconds=float(os.environ["AHEAD"]))
while tasks.deliver():
    pass
tasks.finish()
"""


def worker(*, ahead):
    environment = {**os.environ, "WORKER_DATABASE": str(connection.settings_dict["NAME"]), "AHEAD": str(ahead)}
    environment["DJANGO_SETTINGS_MODULE"] = "perci.settings"
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment)


def test_every_message_arrives_and_is_received_once():
    enough, lock, answers = threading.Event(), threading.Lock(), Counter()

    def some_then_none(handler):
        """The first few are answered; the others hang until the worker is dead."""
        with lock:
            answers["asked"] += 1
            turn = answers["asked"]
        if turn > ANSWERED:
            enough.set()
            receiver.over.wait()
        status(200)(handler)

    for number in range(ORDERS):
        issued(at=clock.now(), to=provider(f"provider-{number % 3}"))
    with receiving(some_then_none) as receiver, receiving() as recovered:
        for number in range(3):
            connect(provider(f"provider-{number}"), receiver.url)
        with worker(ahead=0) as first:
            assert enough.wait(60)
            os.kill(first.pid, signal.SIGKILL)
        assert first.returncode == -signal.SIGKILL
        done = Receipt.objects.count()
        assert done < ORDERS  # in the middle
        for made in provider("provider-0"), provider("provider-1"), provider("provider-2"):
            made.connection.endpoint = recovered.url
            made.connection.save()
        with worker(ahead=26) as second:  # the lease of 25 s has run out
            pass
        assert second.returncode == 0
        seen = Counter(receiver.ids + recovered.ids)
    sent = set(OutboxMessage.objects.filter(type="order.issued").values_list("message_id", flat=True))
    assert set(seen) == sent  # deduplicated by webhook-id: each once, none lost
    assert len(recovered.ids) == len(set(recovered.ids)) == ORDERS - done
    tried = Counter(Attempt.objects.filter(channel="webhook").values_list("message__message_id", flat=True))
    assert all(tried[one] >= seen[one] for one in seen)  # each request that reached somebody is a row
    receipts = Receipt.objects.filter(message__type="order.issued")
    assert (len(sent), receipts.count()) == (ORDERS, ORDERS)
    assert Deadline.objects.filter(code="C2").count() == ORDERS
    assert LedgerEntry.objects.filter(act="record_receipt").count() == ORDERS
    assert list(verify.findings()) == []
