"""Sends the orders of a run: test orders of the sandbox, with what their authorities do afterwards."""

from datetime import datetime

from orders import signing
from orders.models import OutboxMessage, RemovalOrder
from platforms import faults
from platforms.conformance.scenarios import CLARIFY, Scenario
from platforms.models import ConformanceRun, ConformanceStory
from platforms.sandbox import authorities, scripts
from platforms.sandbox import ordering as test_orders
from platforms.sandbox.catalogue import BY_CODE


def begin(run: ConformanceRun, scenario: Scenario, *, at: datetime) -> None:
    """Send the order of `scenario`, and the second one where its kind has a pair."""
    if scenario.fault:
        faults.set_fault(run.connection, scenario.fault, times=1, at=at)
    if scenario.rotated:
        signing.new_key(authorities.domestic(run.connection.provider, at=at), at=at)
    orders = test_orders.send_test_order(
        connection=run.connection, kind=scenario.kind, limit_scale=run.limit_scale, at=at
    )
    for order in orders:
        _plan(order, scenario, at=at)
        ConformanceStory.objects.create(run=run, name=scenario.name, order=order, began_at=at)


def _plan(order: RemovalOrder, scenario: Scenario, *, at: datetime) -> None:
    """Its own script, and an answer to every question that its kind leaves without one."""
    by_kind = sum(step.act == "clarify" for step in BY_CODE[scenario.kind].script)
    scripts.plan(order, (*scenario.script, *CLARIFY[by_kind:]), at=at)


def message_of(story: ConformanceStory) -> OutboxMessage:
    """The first message about its order to the provider."""
    sent = OutboxMessage.objects.filter(dossier=story.order.dossier, recipient=story.order.provider.code)
    return sent.select_related("dossier").earliest("sequence")
