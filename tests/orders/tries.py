"""Who tries the acts on an order, who of them need not, and what becomes of a try, of which nothing remains."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from orders.acts import capacity
from orders.acts._advance import advance
from orders.acts.capacity import Capacity
from orders.acts.declarations import Declaration, declarations, of_act
from orders.acts.opening import may, open_acts
from orders.acts.preparing import TooEarly
from orders.acts.refusals import Invalid, Refusal
from orders.models import Application, RemovalOrder
from orders.regulation.regions import Actor, OfficerRole
from tests.factories import authority, officer, provider
from tests.people import approver, drafter, europol, objector, scrutineer, somebody, third, with_an_interest
from tests.performing import PERFORM, SAME_ACT, Perform, time_passes
from tests.recipes import afterwards
from tests.snapshot import everything
from tests.states import row_of

ACTS = list(dict.fromkeys(declared.act for declared in declarations()))
MODELS = {declared.model for declared in declarations()}
BY_ITSELF = (Actor.TIME, Actor.CHANNEL)  # to whom nothing is offered
BYSTANDERS = [actor for actor in Actor if not any(actor in declared.by for declared in declarations())]
PROVIDER = "the provider"
PARTIES: dict[str, Callable[[RemovalOrder], Capacity]] = {
    "whoever drafted it": drafter,
    "a second officer": approver,
    "the home authority": lambda order: scrutineer(),
    "an authority that may have been asked": lambda order: objector(),
    "Europol": lambda order: europol(),
    PROVIDER: lambda order: somebody(Actor.PROVIDER, order),
    "the channel": lambda order: somebody(Actor.CHANNEL, order),
    "time": lambda order: somebody(Actor.TIME, order),
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


def people(order: RemovalOrder, *, turn: int, others: bool) -> dict[str, Capacity]:
    """Everybody who may have a part in `order`, a bystander (they take turns), and with `others` all near them."""
    nobody = BYSTANDERS[turn % len(BYSTANDERS)]
    found = {who: find(order) for who, find in {**PARTIES, **(OTHERS if others else {})}.items()}
    return {**found, str(nobody): somebody(nobody, order)}


@dataclass
class Situation:
    """An order as it stands, those who try what they can do with it, and what is offered to each.

    `here` are the regions that it is asked about; `turn` says whose turn it is where one tries for all;
    the `silent` try only what they are barred from.
    """

    order: RemovalOrder
    people: dict[str, Capacity]
    here: Collection[str]
    turn: int
    silent: Collection[str] = ()
    at: datetime = field(init=False)
    before: dict[str, Any] = field(init=False)
    rows: dict[type[Model], Any] = field(init=False)
    offered: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.order = RemovalOrder.objects.select_related("dossier", "issuing_authority", "provider").get(
            pk=self.order.pk
        )
        self.at, self.before, self.rows = afterwards(self.order), everything(), rows_of(self.order)
        items = list(self.order.items.all())
        self.offered = {who: {one.act for one in open_acts(self.order, items, by)} for who, by in self.people.items()}

    def triers(self, act: str) -> list[str]:
        """Who tries `act`: everybody where it is open to anybody.

        Else the state refuses it to all whom nothing bars, and one of each actor tries for them; whoever is barred
        besides takes turns. Actors whom the act does not name try in the states of the region that it declares first.
        """
        first = of_act(act)[0]
        own = first.region in self.here
        may_try = {who for who, by in self.people.items() if may(self.order, by, first)}
        free = [who for who in self.people if who in may_try and who not in self.silent]
        barred = [who for who, by in self.people.items() if who not in may_try and (own or named(act, by))]
        if any(act in acts for acts in self.offered.values()):
            return [*free, *barred]
        one_each = {self.people[who].actor: who for who in free}
        return [*one_each.values(), *([barred[self.turn % len(barred)]] if own and barred else [])]


@dataclass(frozen=True)
class Tried:
    """What became of a try: done, without effect, typed (or too early), or the code of a refusal; and the states then.

    The states are None of what was refused, and empty where none was asked about.
    """

    outcome: str
    regions: dict[str, Any] | None = None

    @property
    def refused(self) -> bool:
        return self.regions is None


@contextmanager
def undone() -> Iterator[None]:
    """Of what is done meanwhile nothing remains."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ways(act: str, by: Capacity) -> dict[str, Perform]:
    """The ways to perform `act` that name this actor, by their method; for a stranger to it one, without a name."""
    if not named(act, by):
        return {"": _as_a_stranger(of_act(act)[0])}
    if by.actor is Actor.TIME:
        return {"time": time_passes}
    return {way(declared): PERFORM[way(declared)] for declared in of_act(act) if by.actor in declared.by}


def way(declared: Declaration) -> str:
    return SAME_ACT.get(declared.method, declared.method)


def named(act: str, by: Capacity) -> bool:
    return any(by.actor in declared.by for declared in of_act(act))


def _as_a_stranger(declared: Declaration) -> Perform:
    """Through the act itself, or where it names no actor (the channel, time) through the kernel."""
    if way(declared) in PERFORM and Actor.CHANNEL not in declared.by:
        return PERFORM[way(declared)]

    def advanced(order: RemovalOrder, by: Capacity, at: datetime) -> None:
        with advance(order, declared.act, by=by, at=at):
            pass

    return advanced


def tried(now: Situation, act: str, by: Capacity) -> dict[str, Tried]:
    """What becomes of each way to perform `act`; whoever is refused has left no trace."""
    return {name: _tried(now, act, perform, by) for name, perform in ways(act, by).items()}


def _tried(now: Situation, act: str, perform: Perform, by: Capacity) -> Tried:
    with undone():
        try:
            answer = perform(copy(now.order), by, now.at)
        except Refusal as refusal:
            assert everything() == now.before, f"{act} was refused to the {by.actor}, but not without a trace"
            return Tried("typed" if isinstance(refusal, Invalid | TooEarly) else refusal.code)
        asked = any(declared.region in now.here for declared in of_act(act))
        outcome = "without effect" if getattr(answer, "effect", "") == "none" else "done"
        return Tried(outcome, regions(rows_of(now.order)) if asked else {})


def rows_of(order: RemovalOrder) -> dict[type[Model], Any]:
    return {model: row_of(order, model) for model in MODELS}


def regions(rows: dict[type[Model], Any]) -> dict[str, Any]:
    return {declared.region: getattr(rows[declared.model], declared.region, None) for declared in declarations()}
