"""Appeals and judgments are facts: whoever got them enters them, and no software refuses them (Art. 9)."""

import pytest

from orders.acts import appealing
from orders.acts.refusals import ActNotOpen
from orders.models import Ground, LedgerEntry
from orders.portal.wording import SENTENCES
from orders.regulation.limits import Verdict
from orders.regulation.regions import Actor, Execution, Force
from tests.factories import T0, again
from tests.orders.findings import found
from tests.people import approver
from tests.recipes import (
    DAY,
    afterwards,
    annulled,
    appealed,
    cleared,
    crossing,
    failed,
    inform,
    judged,
    passed,
    put,
    removed,
    withdrawn,
)
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
ENDS = {
    "withdrawn": withdrawn,
    "annulled by scrutiny": annulled,
    "annulled by a court": lambda order: judged(order, appealing.ANNULLED),
}


def windows(order):
    return {clock.debtor_role: clock.verdict for clock in order.dossier.deadlines.filter(code="C26")}


def last(order):
    return LedgerEntry.objects.filter(dossier=order.dossier).latest("number")


def test_two_parties_may_appeal_and_the_second_appeal_uses_its_own_period_and_moves_nothing():
    order = appealed(removed(crossing()))
    since = order.force_at
    inform(order, afterwards(order))
    order = appealed(order, Actor.CONTENT_PROVIDER)
    assert (order.force, order.force_at) == (Force.UNDER_APPEAL, since)
    assert last(order).facts["appellant"] == Actor.CONTENT_PROVIDER
    assert windows(passed(order, T0 + 60 * DAY)) == {"provider": Verdict.USED, "content_provider": Verdict.USED}
    assert found() == []


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_an_appeal_after_the_end_is_on_record_and_moves_nothing(end):
    order = end(crossing())
    before = (order.force, order.force_at)
    order = appealed(order)
    assert ((order.force, order.force_at), last(order).act) == (before, "record_appeal")
    assert found() == []


@pytest.mark.parametrize("outcome", [appealing.CONFIRMED, appealing.ANNULLED])
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_judgment_that_comes_after_the_end_is_on_record_and_moves_nothing(end, outcome):
    order = appealed(removed(crossing()))
    received_at = afterwards(order)
    order = end(order)
    before, states = (order.force, order.force_at), list(order.items.values_list("execution", "preservation"))
    judgment = {"outcome": outcome, "received_at": received_at, "reinstate": (1,), "reasons": "Considered."}
    order = put(order, appealing.record_judgment, approver(order), **judgment)
    assert (order.force, order.force_at) == before
    assert list(order.items.values_list("execution", "preservation")) == states == [(Execution.REMOVED, "preserved")]
    facts = last(order).facts
    assert (facts["outcome"], facts["reinstate"], facts["effects"], facts["told"]) == (outcome, [1], [], [])
    assert f"{outcome} the order, which had ended before" in SENTENCES["record_judgment"](facts)
    assert found() == []


def test_a_ground_notified_between_the_receipt_of_a_judgment_and_its_entry_ends_when_it_was_notified():
    order = failed(crossing())
    notified_at = Ground.objects.get(item__order=order).notified_at
    judgment = {"outcome": appealing.ANNULLED, "received_at": T0, "by": approver(order), "at": T0 + DAY}
    appealing.record_judgment(order=order, **judgment)
    assert Ground.objects.get(item__order=order).closed_at == notified_at
    assert found() == []


@pytest.mark.parametrize("act", [appealed, lambda order: judged(order, appealing.CONFIRMED)])
def test_of_an_order_that_was_never_issued_there_is_no_appeal_and_no_judgment(act):
    order = cleared()
    before = everything()
    with pytest.raises(ActNotOpen):
        act(order)
    assert (again(order).force, everything()) == (Force.NOT_IN_FORCE, before)
