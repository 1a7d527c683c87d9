"""Random stories of one order: who does what, how long after the step before, speaking of which time."""

from datetime import timedelta

from hypothesis import strategies as st

from orders.acts import lapsing
from orders.acts.refusals import Refusal
from orders.models import OutboxMessage
from orders.outbox import PROVEN_BY_ACT
from tests.factories import T0, again, deliver
from tests.properties import moves
from tests.properties.moves import Move

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HEARD = [*PROVEN_BY_ACT, "order.withdrawn"]


def receive(move: Move) -> None:
    unproven = OutboxMessage.objects.filter(dossier=move.order.dossier, receipt=None, type__in=HEARD)
    for message in unproven.filter(recipient=move.order.provider.code):
        deliver(move.order, message.type, at=move.at)


BY = (
    [("provider", act) for act in moves.ANSWERS]
    + [("bert", act) for act in moves.ISSUERS]
    + [("scrutineer", act) for act in moves.SCRUTINY]
    + 3 * [("bert", receive)]
)
steps = st.tuples(
    st.sampled_from(BY),
    st.one_of(  # how long after the step before it arrives
        st.integers(1, 70).map(lambda minutes: minutes * MINUTE),
        st.integers(1, 50).map(lambda days: days * DAY),
    ),
    st.integers(0, 40).map(lambda minutes: minutes * MINUTE),  # how far back it speaks of
    st.integers(0, 11),
)


def play(actors, order, story, *, sweeping):
    """Play `story` on `order`; returns which steps were refused and with what code."""
    at, refused = T0, []
    for (party, act), later, back, pick in story:
        at += later
        if sweeping:
            lapsing.lapse(at=at)
            lapsing.warn(at=at)
        try:
            act(Move(again(order), getattr(actors, party), at, back, pick))
        except Refusal as refusal:
            refused.append((act.__name__, refusal.code))
    return refused
