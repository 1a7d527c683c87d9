"""A judgment on one of several appeals, entered by API and in the portal (Art. 3(9), 9)."""

from datetime import timedelta

import pytest
import time_machine

from orders.acts import appealing
from orders.canonical import instant
from orders.regulation.regions import Actor, Force
from tests import factories
from tests.factories import T0, again, officer
from tests.orders.api_stories import NOW, act, by
from tests.orders.api_stories import officer as caller
from tests.orders.portal_stories import SURE, Case, client_of, now, page_of, perform, text_of
from tests.orders.test_law_appeals import whose

pytestmark = pytest.mark.django_db
CONFIRMED = {"outcome": "confirmed", "received_at": instant(NOW)}


def appealed_twice():
    order = factories.received()
    for appellant in (Actor.PROVIDER, Actor.CONTENT_PROVIDER):
        appealing.record_appeal(order=order, appellant=appellant, received_at=T0, by=by(), at=T0)
    return again(order)


def appealed_lately(*appellants):
    order = factories.received(at=now() - timedelta(minutes=30))
    anna = officer("anna", order.issuing_authority)
    for appellant in appellants:
        appealing.record_appeal(order=order, appellant=appellant, received_at=now(), by=anna, at=now())
    return again(order)


@pytest.mark.parametrize("named", [["provider"], [0]], ids=["by appellant", "by entry"])
def test_by_api_an_order_is_under_appeal_until_the_last_appeal_is_decided(named):
    with time_machine.travel(NOW, tick=False):
        order = appealed_twice()
        named = [appealing.pending_appeals(order)[0].entry] if named == [0] else named
        first = act(caller(), order, "record_judgment", {**CONFIRMED, "appeals": named})
        assert (first.status_code, first.json()["force"], whose(order)) == (200, "under_appeal", ["content_provider"])
        second = act(caller(), order, "record_judgment", {**CONFIRMED, "appeals": None})
        assert (second.status_code, second.json()["force"], whose(order)) == (200, "final", [])


def test_the_portal_asks_which_of_several_pending_appeals_is_decided_and_says_what_is_pending_after_it():
    order = appealed_lately(Actor.PROVIDER, Actor.CONTENT_PROVIDER)
    anna, first = client_of("anna"), appealing.pending_appeals(order)[0].entry
    assert "content provider, the user who uploaded; received" in text_of(page_of(anna, order))
    said = {"outcome": "confirmed", "received_at": now, "reasons": "Sound.", "reinstate": ["1"], **SURE}
    case = Case("record_judgment", lambda: order, "anna", said, "")
    unsaid = perform(anna, order, case)
    assert (unsaid.status_code, "Tick the appeals that this judgment decides" in text_of(unsaid)) == (422, True)
    assert perform(anna, order, case._replace(fields={**said, "appeals": [str(first)]})).status_code == 302
    assert again(order).force == Force.UNDER_APPEAL
    page = text_of(page_of(anna, order))
    assert "Pending: the appeal of the content provider, the user who uploaded. The order stays under appeal." in page
    assert "Appeals that it decides" not in page


def test_the_portal_asks_nothing_where_one_appeal_is_pending():
    order = appealed_lately(Actor.PROVIDER)
    anna = client_of("anna")
    assert "Appeals that it decides" not in text_of(page_of(anna, order))
    said = {"outcome": "confirmed", "received_at": now, "reasons": "Sound.", **SURE}
    assert perform(anna, order, Case("record_judgment", lambda: order, "anna", said, "")).status_code == 302
    assert again(order).force == Force.FINAL
