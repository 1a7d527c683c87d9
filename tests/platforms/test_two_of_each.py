"""Two pumps and two workers of the scripts at once, on a database that locks rows: nothing twice, nothing lost."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from orders import clock
from orders.evidence import verify
from orders.models import Attempt, LedgerEntry, Receipt
from platforms.delivery.pump import Pump
from platforms.models import ScriptStep
from platforms.sandbox import ordering, scripts, tenants
from tests.at_once import at_once
from tests.factories import provider
from tests.platforms.receiver import receiving

pytestmark = pytest.mark.django_db(transaction=True)
TENANTS, ORDERS = 3, 6  # each tenant gets so many


def pump() -> None:
    """A delivery worker until nothing is due, and then for as long as others write what is."""
    mine = Pump()
    while mine.run(lasting=timedelta(seconds=2)):
        pass
    mine.finish()


def play() -> None:
    """A worker of the scripts until no step is to come."""
    while scripts.pending().exists():
        scripts.play(at=clock.now())


def test_two_pumps_and_two_script_workers_do_everything_once():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks no rows: there one writer waits for the other")
    sent_at = clock.now() - timedelta(minutes=11)  # so that the withdrawals, ten minutes later, are due
    with receiving(200) as receiver:
        for _ in range(TENANTS):
            tenant = tenants.start(provider(), at=sent_at)
            tenants.register(tenant.connection, endpoint=receiver.url, at=sent_at)
            for _ in range(ORDERS):
                ordering.send_test_order(connection=tenant.connection, kind="withdrawn", limit_scale="1", at=sent_at)
        at_once(pump, pump)
        assert len(receiver.ids) == TENANTS * ORDERS
        at_once(play, play, pump, pump)
        at_once(pump, pump)  # what was withdrawn after a pump had found nothing more
    assert set(Counter(receiver.ids).values()) == {1}
    assert len(receiver.ids) == Attempt.objects.filter(channel="webhook").count() == 2 * TENANTS * ORDERS
    assert Receipt.objects.count() == 2 * TENANTS * ORDERS
    assert LedgerEntry.objects.filter(act="withdraw").count() == TENANTS * ORDERS
    assert ScriptStep.objects.filter(done_at=None).count() == 0
    assert list(verify.findings()) == []
