"""Whatever the parties do to an order, whether a sweep ran in between changes no verdict and no state (S2)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.acts import lapsing
from orders.models import Deadline, LedgerEntry, Scrutiny
from tests.factories import T0, again
from tests.properties import beginnings
from tests.properties.cast import cast
from tests.properties.stories import play, steps

pytestmark = pytest.mark.django_db
LONG_AFTER = T0 + timedelta(days=40_000)


def outcome(order):
    """All that could differ, without what a warning or the moment of noticing leaves behind."""
    order = again(order)
    columns = ("code", "item__number", "ground", "starts_at", "due_at", "verdict", "closed_at", "stop", "taken_at")
    clocks = Deadline.objects.filter(dossier=order.dossier)
    by_time = LedgerEntry.objects.filter(dossier=order.dossier, actor_role="time")
    return {
        "clocks": sorted(map(str, clocks.values_list(*columns, "reported_at", "stopped_at"))),
        "items": list(order.items.values_list("number", "execution", "preservation", "measure", "taken_at")),
        "order": (order.transmission, order.force, order.force_at, order.disclosure, order.received_at),
        "scrutiny": list(Scrutiny.objects.filter(order=order).values_list("stage", "decided_at")),
        "passed": sorted((entry.occurred_at, entry.act, str(entry.facts["effects"])) for entry in by_time),
    }


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=st.lists(steps, min_size=1, max_size=8), rules=st.sampled_from(beginnings.RULES))
def test_a_sweep_in_between_changes_nothing(story, rules):
    actors, told = cast(), []
    for sweeping in (False, True):  # one after the other: a sweep takes all that it finds
        order = beginnings.beginning(actors, **{**beginnings.RECEIVED, "rules": rules})
        refused = play(actors, order, story, sweeping=sweeping)
        while lapsing.lapse(at=LONG_AFTER):
            pass
        told.append((refused, outcome(order)))
    assert told[0] == told[1]
