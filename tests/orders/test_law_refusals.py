"""A refusal names what is open instead as time has left it, swept or not."""

from datetime import timedelta

import pytest

from orders.acts import preserving, scrutinising
from orders.acts.refusals import ActNotOpen
from orders.regulation.regions import Stage
from tests.factories import T0
from tests.people import approver, scrutineer
from tests.recipes import DAY, WINDOW, announced, crossing, on_own_initiative, passed, removed

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def decide_too_late(order):
    decision = {"outcome": Stage.INFRINGEMENT, "reasons": "Considered.", "at": T0 + WINDOW + TICK}
    scrutinising.decide_scrutiny(order=order, by=scrutineer(), **decision)


def extend_too_late(order):
    longer = {"until": T0 + 500 * DAY, "reason": "A review is pending.", "at": T0 + 400 * DAY}
    preserving.extend_preservation(order=order, by=approver(order), **longer)


LATE = {
    "a scrutiny": (lambda: announced(on_own_initiative(crossing())), decide_too_late, WINDOW + TICK),
    "a preservation": (lambda: removed(crossing()), extend_too_late, 400 * DAY),
}


@pytest.mark.parametrize(("reach", "act", "after"), LATE.values(), ids=LATE)
def test_what_comes_too_late_is_not_named_as_open_though_no_sweep_ran(reach, act, after):
    order, refused = reach(), []
    for swept in (False, True):
        with pytest.raises(ActNotOpen) as refusal:
            act(passed(order, T0 + after) if swept else order)
        refused.append((refusal.value.act, refusal.value.state, refusal.value.open_acts))
    assert refused[0] == refused[1]
    assert refused[0][0] not in refused[0][2]
