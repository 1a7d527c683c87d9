"""From every beginning each act of each party, tried at the instants that matter: what chance would seldom play."""

import os
from datetime import timedelta

import pytest
from django.db import transaction

from orders.acts import lapsing
from orders.acts.refusals import Refusal
from orders.evidence import verify
from orders.models import Deadline, Ground
from orders.outbox import PROVEN_BY_ACT
from tests.factories import T0, again, deliver
from tests.properties import beginnings, invariants, moves
from tests.properties.cast import Cast, cast
from tests.properties.moves import Move

pytestmark = pytest.mark.django_db
NOW, MINUTE, HOUR = timedelta(0), timedelta(minutes=1), timedelta(hours=1)
PICKS = range(12 if "FUZZ_EXAMPLES" in os.environ else 1)
LONG_AFTER = T0 + timedelta(days=40_000)
BY = [
    *(("bert", act) for act in moves.ISSUERS),
    *(("provider", act) for act in moves.ANSWERS),
    *(("scrutineer", act) for act in moves.SCRUTINY),
]
# When the act arrives, how far back it speaks of, and by which rules.
WHEN = {
    "at once": (lambda began, due: began + MINUTE, NOW, {}),
    "as the hour ends": (lambda began, due: max(began, due), NOW, {}),
    "of the end of the hour, later": (lambda began, due: max(began, due) + HOUR, HOUR, {"late_notice": "counts"}),
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("stage", sorted({*beginnings.BEGINNINGS} - {"draft", "issued"}))
def test_whatever_comes_first_the_law_holds(stage, when):
    arrives, back, rules = WHEN[when]
    actors = cast()
    order = beginnings.beginning(actors, stage=stage, rules=rules, withheld=False, emergency=True)
    began = order.dossier.entries.latest("number").recorded_at
    hour = Deadline.objects.filter(code="C2").earliest("pk")
    for by, act in BY:
        for pick in PICKS:
            with transaction.atomic():
                _play(actors, Move(again(order), getattr(actors, by), arrives(began, hour.due_at), back, pick), act)
                transaction.set_rollback(True)


def _try(move: Move, act) -> bool:
    try:
        with transaction.atomic():
            act(move)
    except Refusal:
        return False
    return True


def _play(actors: Cast, move: Move, act) -> None:
    if not _try(move, act):
        return
    memory = invariants.Memory()
    invariants.check(invariants.picture(move.order.pk), memory)
    _time_passes(actors, move, memory)
    assert [str(finding) for finding in verify.findings()] == []


def _time_passes(actors: Cast, move: Move, memory: invariants.Memory) -> None:
    """Warnings go, grounds end, what was sent is received, perhaps once more, and in the end every limit has passed."""
    lapsing.warn(at=move.at + 20 * MINUTE)
    ends = [("bert", moves.clarify), ("provider", moves.report_grounds_ceased)]
    for by, act in ends if Ground.objects.filter(item__order=move.order).exists() else ():
        _try(Move(again(move.order), getattr(actors, by), move.at + 20 * MINUTE, NOW, 2), act)
    for message in move.order.dossier.messages.filter(recipient=move.order.provider.code, type__in=PROVEN_BY_ACT):
        deliver(move.order, message.type, at=move.at + 21 * MINUTE)
    invariants.check(invariants.picture(move.order.pk), memory)
    while lapsing.lapse(at=LONG_AFTER):
        pass
    invariants.check(invariants.picture(move.order.pk), memory)
