"""Over all acts, states and people: what is offered is accepted and leads where it is declared, all else is refused.

An offer may still be refused for what is typed (a reason is missing) and for the hour (12 hours of prior information
are not over): for who somebody is and for the state of the order it is not. What is not offered is refused, without a
trace, or where it is a statement of a provider recorded without effect.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import pytest
from django_fsm import can_proceed

from orders.acts import transmitting
from orders.acts.appealing import pending_appeals
from orders.acts.capacity import Capacity
from orders.acts.declarations import Declaration, declarations, of_act
from orders.acts.opening import may
from orders.models import Ground, RemovalOrder
from orders.outbox import PROVEN_BY_ACT
from orders.regulation.regions import Actor, Force, GroundKind, Stage
from tests.factories import again
from tests.orders.tries import ACTS, BY_ITSELF, PROVIDER, Situation, Tried, people, regions, tried, undone, way
from tests.recipes import announced, annulment_received, asked, decided, requested
from tests.states import RECIPES

pytestmark = pytest.mark.django_db


def names_of() -> dict[Callable[[], RemovalOrder], list[tuple[str, str]]]:
    """Each recipe once, with the regions and names of the states that it leads to."""
    names: dict[Callable[[], RemovalOrder], list[tuple[str, str]]] = {}
    for region, recipes in RECIPES.items():
        for name, recipe in recipes.items():
            names.setdefault(recipe, []).append((region, name))
    return names


STATES = list(names_of().values())


def _ask(order: RemovalOrder) -> None:
    if not Ground.objects.filter(item__order=order, closed_at=None).exists():
        asked(order)


def _announce(order: RemovalOrder) -> None:
    announced(requested(order))


def _annul(order: RemovalOrder) -> None:
    decided(announced(requested(order)), Stage.INFRINGEMENT)


def _annul_and_tell(order: RemovalOrder) -> None:
    _annul(order)
    annulment_received(again(order))


# What must have happened in another region before an act can be performed in this one.
BEFORE: dict[str, Callable[[RemovalOrder], None]] = {
    "clarify": _ask,
    "dispute_ground": _ask,
    "annul_by_scrutiny": _announce,
    "release_by_scrutiny": _announce,
    "owe_reinstatement": _annul,
    "stop_preserving": _annul_and_tell,
}


ENDED = (Force.WITHDRAWN, Force.ANNULLED_BY_SCRUTINY, Force.ANNULLED_BY_COURT)


def _may_be_scrutinised(order: RemovalOrder) -> bool:
    return order.dossier.deadlines.filter(code="C9", closed_at=None).exists()


def _begun(order: RemovalOrder) -> bool:
    return order.dossier.entries.filter(act="open_scrutiny").exists()


def _decided(order: RemovalOrder) -> bool:
    return order.dossier.entries.filter(act="decide_scrutiny").exists()


def _only_impossible(order: RemovalOrder) -> bool:
    kinds = set(Ground.objects.filter(item__order=order, closed_at=None).values_list("kind", flat=True))
    return kinds == {GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY}


# What an act looks at besides the state of its region: a fact in its own right, not a state.
ALSO: dict[str, Callable[[RemovalOrder], bool]] = {
    "resume_when_ceased": _only_impossible,
    "resume_when_recorded": _only_impossible,
    "resume_when_clarified": lambda order: Ground.objects.filter(item__order=order, clarified_by__gt=0).exists(),
    "release_by_court": lambda order: order.open,
    "owe_reinstatement": lambda order: order.force == Force.ANNULLED_BY_SCRUTINY,
    "release_on_receipt": lambda order: order.force == Force.ANNULLED_BY_SCRUTINY,
    "confirm_besides": lambda order: len(pending_appeals(order)) > 1,
    "withhold_with_order": lambda order: order.must_not_inform,
    "close_window": lambda order: _may_be_scrutinised(order),
    "dismiss": lambda order: not _may_be_scrutinised(order) and not _decided(order),
    "dismiss_while_open": lambda order: _may_be_scrutinised(order) and not _begun(order),
    "dismiss_beside_own_initiative": lambda order: _may_be_scrutinised(order) and _begun(order),
    "dismiss_beside_intent": lambda order: _may_be_scrutinised(order) and _begun(order),
    "dismiss_after_decision": lambda order: _decided(order),
    "become_final": lambda order: not order.dossier.deadlines.filter(code="C26", closed_at=None).exists(),
}
# What an answer of the provider proves that it received: the order; with a measure, what was clarified about its item.
PROVES: dict[str, dict[str, Any]] = {"report_removal": {"measured": [1]}, "report_reinstatement": {}}
# A provider states facts: outside the states of the declaration they are recorded and have no effect (case 9).
STATEMENTS = frozenset(
    {
        "report_removal", "report_impossibility", "seek_clarification", "report_grounds_ceased", "report_reinstatement",
        "report_preservation",
    }
)  # fmt: skip


@pytest.mark.exhaustive
@pytest.mark.parametrize("names", STATES, ids=lambda names: "-".join(names[0]).replace(" ", "-"))
def test_what_is_offered_is_accepted_and_leads_where_it_is_declared_and_all_else_is_refused_without_a_trace(names):
    region, name = names[0]
    order, turn = RECIPES[region][name](), STATES.index(names)
    here = {region: name.split(":")[0] for region, name in names}
    now = Situation(order, people(order, turn=turn, others="preparation" in here), here, turn, ("time", PROVIDER))
    assert {region: str(regions(now.rows)[region]) for region in here} == here
    assert {by.actor for by in now.people.values()} >= {actor for declared in declarations() for actor in declared.by}
    found = [*_when_time_passes(now), *_wrong(now, ACTS)]
    for then, acts in chain(_of_the_provider(now), _further(now, here)):
        found += _wrong(then, acts)
    assert "\n".join(found) == ""


def _wrong(now: Situation, acts: Iterable[str]) -> list[str]:
    """What contradicts what is declared of `acts` and offered to those who try them."""
    return [
        f"{who}: {finding}"
        for act in acts
        for who in now.triers(act)
        for finding in _about(now, act, who, tried(now, act, now.people[who]))
    ]


def _about(now: Situation, act: str, who: str, ways: dict[str, Tried]) -> list[str]:
    by, outcomes, first = now.people[who], {name: one.outcome for name, one in ways.items()}, of_act(act)[0]
    if not may(now.order, by, first):
        return [] if all(one.refused for one in ways.values()) else [f"{act} is not for them, and then {outcomes}"]
    if by.actor not in first.by:
        return [f"{act} names other actors, and may be done by this one"]
    found = [] if by.actor in BY_ITSELF else _as_offered(now, act, act in now.offered[who], outcomes)
    for declared in of_act(act):
        if declared.region in now.here and may(now.order, by, declared):
            found += _as_declared(now, declared, who, ways[way(declared)])
    return found


def _as_offered(now: Situation, act: str, offered: bool, outcomes: dict[str, str]) -> list[str]:
    """An act is offered where one of the ways to perform it is accepted, and has an effect; else none is."""
    if not offered:
        return [f"{act} is not offered, and then {outcomes}"] if "done" in outcomes.values() else []
    if not {"done", "typed"} & {*outcomes.values()}:
        return [f"{act} is offered, and then {outcomes}"]
    hold = [outcomes[way(declared)] for declared in of_act(act) if _also(declared, now.order)]
    return [] if "done" in hold or not hold else [f"{act} is offered, and cannot be performed: {outcomes}"]


def _as_declared(now: Situation, declared: Declaration, who: str, one: Tried) -> list[str]:
    """An open transition leads to its target; a closed one is refused, or is a statement without effect."""
    by, row, before = now.people[who], now.rows[declared.model], regions(now.rows)
    open_here = row is not None and can_proceed(getattr(row, declared.method)) and _also(declared, now.order, by)
    open_act = by.actor in BY_ITSELF or declared.act in now.offered[who]
    if open_here and open_act:
        reached = one.outcome if one.refused else str(one.regions[declared.region])
        target = declared.target or str(before[declared.region])
        return [] if reached == target else [f"{declared.method} led to {reached}"]
    if one.refused or open_act:
        return []
    if declared.act not in STATEMENTS:
        return [f"{declared.method} was performed"]
    without = one.outcome == "without effect" and one.regions == before
    return [] if without else [f"{declared.method} is no statement without effect"]


def _when_time_passes(now: Situation) -> list[str]:
    by_time = [declared for declared in declarations() if Actor.TIME in declared.by and declared.region in now.here]
    if not by_time:
        return []
    one = tried(now, by_time[0].act, now.people["time"])["time"]
    return [finding for declared in by_time for finding in _as_declared(now, declared, "time", one)]


def _of_the_provider(now: Situation) -> Iterator[tuple[Situation, Iterable[str]]]:
    """What the provider says proves that it received what was sent before; and it may have read all of it."""
    alone = {PROVIDER: now.people[PROVIDER]}
    if now.order.sent_at and not now.order.received_at:
        yield Situation(now.order, alone, (), now.turn), now.offered[PROVIDER]
    others = [act for act in ACTS if act not in PROVES]
    asked_about = [(others, {"measured": ()}, now.here), *(([act], proof, now.here) for act, proof in PROVES.items())]
    if not _unproven(now):
        asked_about = [(ACTS, {}, now.here)]
    seen: list[Any] = []
    for acts, proof, here in [*asked_about, (ACTS, {}, ())]:
        with undone():
            transmitting.prove_receipt(order=now.order, rule="answer", at=now.at, **proof)
            then = Situation(now.order, alone, here, now.turn)
            if here or then.before != seen[0]:  # else it was asked of all acts already
                yield then, acts
            seen.append(then.before)


def _unproven(now: Situation) -> bool:
    """Whether something that was sent to the provider waits for a proof of its receipt."""
    sent = now.order.dossier.messages.filter(recipient=now.order.provider.code, type__in=PROVEN_BY_ACT)
    return sent.filter(receipt=None).exists()


def _further(now: Situation, here: dict[str, str]) -> Iterator[tuple[Situation, Iterable[str]]]:
    """Where an act that is open needs more to have happened: after that, and the act."""
    for declared in declarations():
        if declared.method in BEFORE and here.get(declared.region) in declared.sources and now.order.force not in ENDED:
            with undone():
                BEFORE[declared.method](again(now.order))
                there = {one.region for one in of_act(declared.act)}
                yield Situation(now.order, now.people, there, now.turn, ("time",)), [declared.act]


def _also(declared: Declaration, order: RemovalOrder, by: Capacity | None = None) -> bool:
    if declared.method == "become_final" and by is not None and by.actor is Actor.TIME:
        return not ALSO["become_final"](order)  # it ends the appeal period itself
    return ALSO[declared.method](order) if declared.method in ALSO else True


def test_every_state_of_every_region_is_in_the_matrix():
    reached = {(region, name.split(":")[0]) for names in STATES for region, name in names}
    known = set()
    for declared in declarations():
        field = declared.model._meta.get_field(declared.region)
        known |= {(declared.region, str(value)) for value, _ in field.choices}
    assert reached == known
