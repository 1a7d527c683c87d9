"""What was seen at an item's address stands on the order's page, and a discrepancy until a later look agrees."""

from datetime import timedelta

import pytest

from orders import standings
from orders.acts import answering, transmitting
from orders.models import RemovalOrder, User
from orders.portal import seeing
from tests.factories import T0, again, annex_ii, by_provider, received

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SINCE = "<strong>Discrepancy</strong> since 21 Nov 2026, 01:41:00 UTC"


@pytest.fixture
def order():
    order = received()
    annex = annex_ii(taken_at=T0 + 10 * MINUTE)
    answering.report_removal(order=order, annex=annex, by=by_provider(order), at=T0 + 10 * MINUTE)
    return again(order)


@pytest.fixture
def show(client, order, time_machine):
    time_machine.move_to(T0 + timedelta(hours=2), tick=False)
    client.force_login(User.objects.get(username="anna"))
    return lambda: client.get(f"/orders/{order.reference}").content.decode()


def see(order: RemovalOrder, minutes: int, status: int | None, gone: bool | None) -> None:
    at = T0 + minutes * MINUTE
    item = order.items.get()
    transmitting.record_observation(item=item, observed_at=at, status=status, gone=gone, source="probe", at=at)


@pytest.mark.parametrize(
    ("looks", "sentence"),
    [
        ([], ""),
        ([(11, 200, False)], "Seen online at 21 Nov 2026, 01:41:00 UTC."),
        ([(11, 410, True)], "Seen gone at 21 Nov 2026, 01:41:00 UTC."),
        (
            [(11, 410, True), (12, 410, True)],
            "Seen gone at 21 Nov 2026, 01:41:00 UTC, latest look at 21 Nov 2026, 01:42:00 UTC.",
        ),
        (
            [(11, 410, True), (12, 503, None)],
            "Seen gone at 21 Nov 2026, 01:41:00 UTC. "
            "At the latest look, 21 Nov 2026, 01:42:00 UTC, one could not tell.",
        ),
        ([(11, None, None)], "At the latest look, 21 Nov 2026, 01:41:00 UTC, one could not tell."),
    ],
)
def test_what_was_seen_in_a_sentence(order, looks, sentence):
    for look in looks:
        see(order, *look)
    (standing,) = standings.of_items(order, at=T0 + timedelta(hours=2))
    assert seeing.view(standing).sentence == sentence


def test_content_seen_after_its_claimed_removal_is_shown_as_a_discrepancy_until_it_is_seen_gone(order, show):
    assert "Discrepancy" not in show()
    see(order, 11, 200, False)
    shown = show()
    assert SINCE in shown
    assert "a discrepancy." in shown  # the notice to the authority
    assert "when it was seen gone" not in shown
    see(order, 15, 410, True)
    assert "; closed 21 Nov 2026, 01:45:00 UTC, when it was seen gone" in show()


def test_the_page_refreshes_itself_when_something_was_seen(client, order, show):
    tag = client.get(f"/orders/{order.reference}/live").headers["ETag"]
    assert client.get(f"/orders/{order.reference}/live", headers={"If-None-Match": tag}).status_code == 304
    see(order, 11, 410, True)
    assert client.get(f"/orders/{order.reference}/live", headers={"If-None-Match": tag}).status_code == 200
