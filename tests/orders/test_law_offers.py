"""Open acts are what is accepted: over all acts, states and people, nobody is offered what is then refused to them.

An offer may still be refused for what is typed (a reason is missing) and for the hour (12 hours of prior information
are not over): for who somebody is and for the state of the order it is not. What is not offered is refused.
"""

from collections.abc import Callable

import pytest
from django.db import transaction

from orders.acts import capacity, transmitting
from orders.acts.capacity import Capacity
from orders.acts.declarations import Declaration, declarations
from orders.acts.opening import open_acts
from orders.acts.preparing import TooEarly
from orders.acts.refusals import Invalid, Refusal
from orders.models import Application, RemovalOrder
from orders.regulation.regions import Actor, OfficerRole
from tests.factories import again, authority, officer, provider
from tests.people import approver, drafter, europol, objector, scrutineer, somebody, third, with_an_interest
from tests.performing import PERFORM, SAME_ACT
from tests.recipes import afterwards
from tests.states import RECIPES

pytestmark = pytest.mark.django_db
CELLS = list(
    {recipe: (region, name) for region, recipes in RECIPES.items() for name, recipe in recipes.items()}.values()
)
PARTIES: dict[str, Callable[[RemovalOrder], Capacity]] = {
    "whoever drafted it": drafter,
    "a second officer": approver,
    "the home authority": lambda order: scrutineer(),
    "an authority that may have been asked": lambda order: objector(),
    "Europol": lambda order: europol(),
    "the provider": lambda order: somebody(Actor.PROVIDER, order),
}
OTHERS: dict[str, Callable[[RemovalOrder], Capacity]] = {
    "an officer who only drafts": lambda order: officer("dick", order.issuing_authority, OfficerRole.DRAFTER),
    "an auditor of the issuer": lambda order: officer("ada", order.issuing_authority, OfficerRole.AUDITOR),
    "the issuer's machine": lambda order: capacity.authority_machine(Application(authority=order.issuing_authority)),
    "another that may have been asked": lambda order: third(),
    "an authority that was never asked": lambda order: with_an_interest("it-else", "IT", "ugo"),
    "an officer of another authority as issuer": lambda order: officer("zoe", authority("es-else", "ES")),
    "Europol's machine": lambda order: capacity.europol(None, channel="api_machine"),
    "another provider": lambda order: capacity.provider(provider("other", "BE"), channel="api"),
}


class Undone(Exception):
    """Ends a savepoint."""


@pytest.mark.parametrize(("region", "name"), CELLS, ids=lambda part: part.replace(" ", "-"))
def test_nobody_is_offered_what_is_refused_to_them_and_what_is_not_offered_is_refused(region, name):
    order = RECIPES[region][name]()
    people = {**(OTHERS if region == "preparation" else {}), **PARTIES}  # the provider last: it receives the order
    found = {who: _wrong(again(order), find(order)) for who, find in people.items()}
    assert found == {who: [] for who in people}


def _wrong(order: RemovalOrder, by: Capacity) -> list[str]:
    if by.actor is Actor.PROVIDER:  # whatever it says about its order proves that it received it
        transmitting.prove_receipt(order=order, rule="answer", at=afterwards(order))
        order = again(order)
    offered = {declared.act for declared in open_acts(order, list(order.items.all()), by)}
    found = []
    for act, methods in _ways(by).items():
        outcomes = [_tried(method, again(order), by) for method in methods]
        if act in offered and not any(outcome in ("done", "typed") for outcome in outcomes):
            found.append(f"{act} is offered, and then {outcomes}")
        if act not in offered and "done" in outcomes:
            found.append(f"{act} is not offered, and is done all the same")
    return found


def _ways(by: Capacity) -> dict[str, list[str]]:
    """The acts that name this actor, each with the ways to perform it."""
    ways: dict[str, list[str]] = {}
    for declared in declarations():
        if by.actor in declared.by and _method(declared) in PERFORM:
            ways.setdefault(declared.act, []).append(_method(declared))
    return {act: list(dict.fromkeys(methods)) for act, methods in ways.items()}


def _method(declared: Declaration) -> str:
    return SAME_ACT.get(declared.method, declared.method)


def _tried(method: str, order: RemovalOrder, by: Capacity) -> str:
    """What became of it: done, refused for what was typed or for the hour, or refused with a code."""
    outcome = ""
    try:
        with transaction.atomic():
            answer = PERFORM[method](order, by, afterwards(order))
            outcome = "without effect" if getattr(answer, "effect", "recorded") == "none" else "done"
            raise Undone
    except Undone:
        return outcome
    except (Invalid, TooEarly):
        return "typed"
    except Refusal as refusal:
        return refusal.code
