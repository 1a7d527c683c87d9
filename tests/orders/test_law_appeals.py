"""Several appeals against one order: which one a judgment decides, and that the last makes it final (Art. 3(9), 9)."""

import pytest

from orders.acts import appealing
from orders.acts.refusals import Invalid
from orders.models import LedgerEntry
from orders.portal.tags import utc
from orders.portal.wording import sentence
from orders.regulation.regions import Actor, Execution, Force
from tests.factories import T0, again
from tests.orders.findings import found
from tests.orders.test_law_force import told
from tests.people import approver
from tests.recipes import (
    DAY,
    annulment_received,
    appealed,
    appealed_twice,
    crossing,
    judged,
    passed,
    removed,
    withdrawn,
)
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
PROVIDER, CONTENT_PROVIDER = Actor.PROVIDER, Actor.CONTENT_PROVIDER


def last(order):
    return LedgerEntry.objects.filter(dossier=order.dossier).latest("number")


def entries(order, act="record_appeal"):
    return list(order.dossier.entries.filter(act=act).order_by("number").values_list("number", flat=True))


def whose(order):
    return [appeal.appellant for appeal in appealing.pending_appeals(order)]


def recorded(order, act, *, received, entered, **more):
    act(order=order, received_at=T0 + received * DAY, by=approver(order), at=T0 + entered * DAY, **more)
    return again(order)


def test_a_confirmation_on_one_of_two_appeals_leaves_the_order_under_appeal_and_tells_nobody_of_finality():
    order = appealed_twice(removed(crossing()))
    since, (first, second) = order.force_at, entries(order)
    order = judged(order, appealing.CONFIRMED, appeals=(PROVIDER,))
    assert (order.force, order.force_at, told(order, "order.final")) == (Force.UNDER_APPEAL, since, [])
    facts = last(order).facts
    assert facts["appeals"] == [{"entry": first, "appellant": "provider"}]
    assert facts["pending"] == [{"entry": second, "appellant": "content_provider"}]
    assert (facts["effects"], "final_at" in facts, whose(order)) == ([], False, [CONTENT_PROVIDER])
    assert passed(order, T0 + 90 * DAY).force == Force.UNDER_APPEAL
    assert found() == []


def test_the_order_is_final_when_the_last_appeal_is_decided():
    order = judged(appealed_twice(crossing()), appealing.CONFIRMED, appeals=(CONTENT_PROVIDER,))
    order = judged(order, appealing.CONFIRMED, appeals=(PROVIDER,))
    assert (order.force, order.force_at, whose(order)) == (Force.FINAL, last(order).occurred_at, [])
    assert told(order, "order.final") == ["oversight_authority", "provider"]
    assert found() == []


def test_under_all_parties_finality_follows_the_last_appeal_too(settings):
    settings.RULES = {**settings.RULES, "finality": "all_parties"}
    order = judged(appealed_twice(crossing()), appealing.CONFIRMED, appeals=(PROVIDER,))
    assert (order.force, told(order, "order.final")) == (Force.UNDER_APPEAL, [])
    order = judged(order, appealing.CONFIRMED)
    assert (order.force, told(order, "order.final")) == (Force.FINAL, ["oversight_authority", "provider"])
    assert found() == []


def test_a_judgment_that_names_no_appeal_decides_all_that_are_pending_as_in_joined_cases():
    order = appealed_twice(crossing())
    order = judged(order, appealing.CONFIRMED)
    assert (order.force, [one["entry"] for one in last(order).facts["appeals"]]) == (Force.FINAL, entries(order)[:2])
    assert found() == []


def test_an_appeal_is_named_by_its_entry_where_one_appellant_has_several():
    order = appealed(appealed(crossing()))
    first, second = entries(order)
    order = judged(order, appealing.CONFIRMED, appeals=(second,))
    assert (order.force, [appeal.entry for appeal in appealing.pending_appeals(order)]) == (Force.UNDER_APPEAL, [first])
    assert judged(order, appealing.CONFIRMED, appeals=(first,)).force == Force.FINAL
    assert found() == []


def test_an_annulment_on_one_appeal_ends_the_order_whatever_else_is_pending():
    order = appealed_twice(removed(crossing()))
    order = annulment_received(judged(order, appealing.ANNULLED, appeals=(PROVIDER,)))
    assert (order.force, order.items.get().execution) == (Force.ANNULLED_BY_COURT, Execution.REINSTATEMENT_DUE)
    assert whose(order) == [CONTENT_PROVIDER]
    order = judged(order, appealing.CONFIRMED)
    assert (order.force, last(order).facts["after_the_end"], whose(order)) == (Force.ANNULLED_BY_COURT, True, [])
    assert found() == []


def test_of_two_judgments_entered_in_the_other_order_the_later_one_made_the_order_final():
    order = recorded(crossing(), appealing.record_appeal, received=1, entered=1, appellant=PROVIDER)
    order = recorded(order, appealing.record_appeal, received=2, entered=2, appellant=CONTENT_PROVIDER)
    confirmed = {"outcome": appealing.CONFIRMED, "entered": 20}
    order = recorded(order, appealing.record_judgment, received=10, appeals=(CONTENT_PROVIDER,), **confirmed)
    order = recorded(order, appealing.record_judgment, received=9, appeals=(PROVIDER,), **confirmed)
    assert (order.force, order.force_at) == (Force.FINAL, T0 + 10 * DAY)
    assert order.dossier.deadlines.get(code="C6").closed_at == T0 + 10 * DAY
    assert found() == []


def test_a_judgment_decides_no_appeal_that_came_after_it():
    order = recorded(crossing(), appealing.record_appeal, received=1, entered=1, appellant=PROVIDER)
    order = recorded(order, appealing.record_appeal, received=12, entered=12, appellant=CONTENT_PROVIDER)
    confirmed = {"outcome": appealing.CONFIRMED, "received": 10, "entered": 20}
    before = everything()
    with pytest.raises(Invalid) as refused:
        recorded(order, appealing.record_judgment, appeals=(CONTENT_PROVIDER,), **confirmed)
    assert (refused.value.code, refused.value.pointer, everything()) == ("time-too-early", "/received_at", before)
    order = recorded(order, appealing.record_judgment, **confirmed)
    assert (order.force, whose(order)) == (Force.UNDER_APPEAL, [CONTENT_PROVIDER])
    assert found() == []


@pytest.mark.parametrize(
    ("named", "code", "pointer"),
    [
        ((), "required", "/appeals"),
        ((999,), "no-such-appeal", "/appeals/0"),
        ((PROVIDER, CONTENT_PROVIDER), "no-such-appeal", "/appeals/1"),
    ],
)
def test_a_judgment_on_an_appeal_that_is_not_pending_is_refused_and_says_which_are(named, code, pointer):
    order = appealed(crossing())
    before = everything()
    with pytest.raises(Invalid) as refused:
        judged(order, appealing.CONFIRMED, appeals=named)
    assert (refused.value.code, refused.value.pointer, everything()) == (code, pointer, before)
    if named:
        assert f"{entries(order)[0]} of the hosting service provider" in refused.value.detail


def test_a_decided_appeal_is_not_decided_twice():
    order = judged(appealed_twice(crossing()), appealing.CONFIRMED, appeals=(PROVIDER,))
    with pytest.raises(Invalid) as refused:
        judged(order, appealing.ANNULLED, appeals=(PROVIDER,))
    assert refused.value.code == "no-such-appeal"


def test_a_withdrawn_order_keeps_its_pending_appeals_on_record():
    order = withdrawn(appealed_twice(crossing()))
    assert whose(order) == [PROVIDER, CONTENT_PROVIDER]
    order = judged(order, appealing.CONFIRMED, appeals=(PROVIDER,))
    assert (order.force, whose(order), found()) == (Force.WITHDRAWN, [CONTENT_PROVIDER], [])


def test_the_record_says_in_words_which_appeal_was_decided_and_which_is_pending():
    order = judged(appealed_twice(crossing()), appealing.CONFIRMED, appeals=(PROVIDER,))
    assert sentence(last(order)) == (
        f"A court confirmed the order; received {utc(last(order).occurred_at)}. Decided: the appeal of the hosting "
        "service provider. Pending: the appeal of the content provider, the user who uploaded. The order stays under "
        "appeal."
    )
    order = judged(order, appealing.CONFIRMED)
    assert sentence(last(order)) == (
        f"A court confirmed the order, which is final; received {utc(last(order).occurred_at)}. Decided: the appeal of "
        "the content provider, the user who uploaded."
    )


def test_verify_finds_a_judgment_on_what_was_not_pending_and_an_order_that_is_final_beside_an_appeal():
    order = judged(appealed_twice(crossing()), appealing.CONFIRMED, appeals=(PROVIDER,))
    type(order).objects.filter(pk=order.pk).update(force=Force.FINAL)
    assert f"{order.reference}: under appeal is False, but should be True" in found()
