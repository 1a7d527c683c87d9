"""Whatever happens to an order, whether a sweep ran in between changes no verdict (S2), and the record replays (S7)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.acts import answering, clarifying, issuing, lapsing
from orders.acts.refusals import Refusal
from orders.models import Deadline, LedgerEntry, OutboxMessage, RemovalOrder
from tests.factories import HOUR, T0, again, annex_ii, by_provider, deliver, impossible, issued, officer, unclear

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def remove(order, at, back):
    answering.report_removal(order=order, annex=annex_ii(taken_at=at - back), by=by_provider(order), at=at)


def fail(order, at, back):
    answering.report_impossibility(order=order, annex=impossible(since=at - back), by=by_provider(order), at=at)


def cease(order, at, back):
    answering.report_grounds_ceased(order=order, items=(), ceased_at=at - back, by=by_provider(order), at=at)


def ask(order, at, back):
    answering.seek_clarification(order=order, annex=unclear(), by=by_provider(order), at=at)


def acknowledge(order, at, back):
    answering.acknowledge(order=order, by=by_provider(order), at=at)


def clarify(order, at, back):
    answers = {question.number: "The second." for question in clarifying.open_questions(order)}
    clarifying.clarify(order=order, answers=answers, by=officer("anna", order.issuing_authority), at=at)


def receive(order, at, back):
    for message in OutboxMessage.objects.filter(dossier=order.dossier, receipt=None, type__in=["order.clarified"]):
        deliver(order, message.type, at=at)


def withdraw(order, at, back):
    issuing.withdraw(order=order, reason="Wrong.", by=officer("bert", order.issuing_authority), at=at)


ACTS = [remove, fail, cease, ask, acknowledge, clarify, receive, withdraw]
steps = st.tuples(
    st.sampled_from(ACTS),
    st.integers(1, 70).map(lambda minutes: minutes * MINUTE),  # how long after the step before it arrives
    st.integers(0, 40).map(lambda minutes: minutes * MINUTE),  # how far back it speaks of
)


def play(order, story, *, sweeping):
    """Play `story` on `order`; returns which steps were refused and with what code."""
    deliver(order, "order.issued", at=T0)
    at, refused = T0, []
    for act, later, back in story:
        at += later
        if sweeping:
            lapsing.lapse(at=at)
            lapsing.warn(at=at)
        try:
            act(again(order), at, back)
        except Refusal as refusal:
            refused.append((act.__name__, refusal.code))
    lapsing.lapse(at=at + 2 * HOUR)
    return refused


def outcome(order):
    clocks = Deadline.objects.filter(dossier=order.dossier).order_by("pk")
    columns = ("ground", "starts_at", "due_at", "verdict", "closed_at", "stop", "taken_at", "reported_at")
    item = order.items.get()
    lapses = LedgerEntry.objects.filter(dossier=order.dossier, act="lapse").order_by("number")
    return {
        "clocks": list(clocks.values_list(*columns)),
        "item": (item.execution, item.measure, item.taken_at),
        "passed": [(entry.occurred_at, entry.facts["effects"]) for entry in lapses],
    }


def replayed(order):
    """The states of `order` rebuilt from the effects in its ledger alone."""
    states = {}
    for entry in LedgerEntry.objects.filter(dossier=order.dossier).order_by("number"):
        for row, region, before, after in entry.facts.get("effects", []):
            assert states.get((row, region), before) == before
            states[(row, region)] = after
    return states


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=st.lists(steps, min_size=1, max_size=8))
def test_a_sweep_in_between_changes_no_verdict_and_the_ledger_rebuilds_the_state(story):
    swept, unswept = issued(), issued()
    assert play(swept, story, sweeping=True) == play(unswept, story, sweeping=False)
    assert outcome(swept) == outcome(unswept)
    for order in (swept, unswept):
        check(again(order))


def check(order: RemovalOrder) -> None:
    clocks = list(Deadline.objects.filter(dossier=order.dossier, due_at__lt=T0 + 24 * HOUR))
    assert all(clock.verdict for clock in clocks)  # every opened clock has got its one verdict
    item = order.items.get()
    rebuilt = replayed(order)
    assert rebuilt[("item:1", "execution")] == item.execution
    assert rebuilt[("order", "force")] == order.force
    numbers = list(order.dossier.entries.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, order.dossier.generation + 1))
