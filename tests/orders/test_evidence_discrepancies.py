"""verify names a notice of a discrepancy that no look bears out (case 25)."""

from datetime import timedelta

import pytest
from django.db import connection, models

from orders.acts import answering, transmitting
from orders.evidence import verify
from orders.models import Observation, OutboxMessage, append_only
from orders.regulation.regions import Actor
from tests.factories import T0, annex_ii, by_provider, received

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def notice():
    """That the content was seen after the stated time of its removal; the triggers lifted."""
    order, at = received(), T0 + 15 * MINUTE
    answering.report_removal(
        order=order, annex=annex_ii(taken_at=T0 + MINUTE), by=by_provider(order), at=T0 + 2 * MINUTE
    )
    item = order.items.get()
    transmitting.record_observation(item=item, observed_at=at, status=200, gone=False, source="monitor", at=at)
    append_only.drop_triggers(connection)
    yield OutboxMessage.objects.get(type="order.discrepancy_opened")
    append_only.install_triggers(connection)


def found():
    return [finding.differs for finding in verify.findings()]


def test_a_notice_that_rests_on_a_look_is_as_the_record_says(notice):
    assert found() == []


def test_a_look_taken_away_or_turned_round_is_found(notice):
    models.QuerySet(Observation).update(gone=True)
    assert found() == [f"no look at item 1 found what {notice.message_id} tells"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"data": {"item": 2}}, "{0} is about no item of this order"),
        ({"data": {"item": 1, "opened_at": "2026-11-21T01:00:00.000000Z"}}, "no look at item 1 found what {0} tells"),
    ],
)
def test_a_notice_that_was_changed_is_found(notice, columns, said):
    OutboxMessage.objects.filter(pk=notice.pk).update(**columns)
    assert found() == [said.format(notice.message_id)]


def test_a_notice_to_somebody_else_is_found(notice):
    OutboxMessage.objects.filter(pk=notice.pk).update(recipient_role=Actor.SCRUTINISING_AUTHORITY)
    assert [said for said in found() if said.startswith("the recipient of")] != []
