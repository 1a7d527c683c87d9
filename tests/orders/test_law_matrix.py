"""The matrix state x act x actor, derived from the declarations: open and performed, or refused without a trace."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django_fsm import can_proceed

from orders.acts import transmitting
from orders.acts._advance import advance
from orders.acts.appealing import pending_appeals
from orders.acts.capacity import Capacity
from orders.acts.declarations import Declaration, declarations, of_act
from orders.acts.opening import may, open_acts
from orders.acts.refusals import Refusal
from orders.models import Ground, RemovalOrder
from orders.regulation.regions import Actor, Force, GroundKind, Stage
from tests.factories import again
from tests.people import somebody
from tests.performing import PERFORM, SAME_ACT, Perform, time_passes
from tests.recipes import afterwards, announced, annulment_received, asked, decided, requested
from tests.snapshot import everything
from tests.states import RECIPES, row_of

pytestmark = pytest.mark.django_db
PARTIES = [actor for actor in Actor if any(actor in declared.by for declared in declarations())]
BYSTANDERS = [actor for actor in Actor if actor not in PARTIES]
CELLS = [(region, name) for region, recipes in RECIPES.items() for name in recipes]


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
# A provider states facts: outside the states of the declaration they are recorded and have no effect (case 9).
MEASURED = {"report_removal": [1], "report_reinstatement": None}  # of clarifications and annulments, what it proves
STATEMENTS = frozenset(
    {
        "report_removal", "report_impossibility", "seek_clarification", "report_grounds_ceased", "report_reinstatement",
        "report_preservation",
    }
)  # fmt: skip


class Undone(Exception):
    """Ends a savepoint: the next cell begins where this one began."""


@pytest.mark.parametrize(("region", "name"), CELLS, ids=lambda part: part.replace(" ", "-"))
def test_every_act_of_a_region_is_open_and_performed_or_refused_without_a_trace(region, name):
    order, state = RECIPES[region][name](), name.split(":")[0]
    nobody = BYSTANDERS[CELLS.index((region, name)) % len(BYSTANDERS)]  # they take turns: one in each state
    people = {actor: somebody(actor, order) for actor in [*PARTIES, nobody]}
    for declared in (declared for declared in declarations() if declared.region == region):
        assert str(getattr(row_of(order, declared.model), region)) == state
        _undone(lambda declared=declared: _check(declared, again(order), state, people))


def _undone(do: Callable[[], None]) -> None:
    """Do something of which nothing remains."""
    try:
        with transaction.atomic():
            do()
            raise Undone
    except Undone:
        pass


def _check(declared: Declaration, order: RemovalOrder, state: str, people: dict[Actor, Capacity]) -> None:
    if state in declared.sources and declared.method in BEFORE and order.force not in ENDED:
        BEFORE[declared.method](order)
    order = again(order)
    allowed = [by for by in people.values() if may(order, by, declared)]
    assert {by.actor for by in allowed} <= set(declared.by)
    if declared is of_act(declared.act)[0] or declared.method in BEFORE:  # once an act, unless something came before
        _check_refused(declared, order, [by for by in people.values() if by not in allowed])
    for by in allowed:
        _undone(lambda by=by: _try(declared, order, by))


def _check_refused(declared: Declaration, order: RemovalOrder, others: list[Capacity]) -> None:
    before = everything()
    for by in others:
        with pytest.raises(Refusal):
            _refused_to(by, declared, order)
    assert everything() == before, f"{declared.act} was refused, but not without a trace"


def _refused_to(by: Capacity, declared: Declaration, order: RemovalOrder) -> None:
    """Try through the act itself, or where it names no actor (the channel, time) through the kernel."""
    method = SAME_ACT.get(declared.method, declared.method)
    if method in PERFORM and Actor.CHANNEL not in declared.by:
        PERFORM[method](order, by, afterwards(order))
        return
    with advance(order, declared.act, by=by, at=afterwards(order)):
        pass


def _try(declared: Declaration, order: RemovalOrder, by: Capacity) -> None:
    if by.actor is Actor.PROVIDER:  # whatever it says about an order proves that it received what was sent before
        transmitting.prove_receipt(
            order=order, rule="answer", at=afterwards(order), measured=MEASURED.get(declared.act, ())
        )
    order = again(order)
    row, perform = row_of(order, declared.model), PERFORM.get(SAME_ACT.get(declared.method, declared.method))
    state = str(getattr(row, declared.region)) if row else ""
    if by.actor is Actor.TIME:
        perform = time_passes
    assert perform is not None
    open_here = row is not None and can_proceed(getattr(row, declared.method)) and _also(declared, order, by)
    open_act = by.actor in (Actor.TIME, Actor.CHANNEL) or declared.act in _acts(order, by)
    if open_here and open_act:
        perform(order, by, afterwards(order))
        reached = str(getattr(row_of(order, declared.model), declared.region))
        assert reached == (declared.target or state), f"{declared.method} by {by.actor} led to {reached}"
    else:
        _closed(declared, order, by, perform, open_act=open_act)


def _closed(declared: Declaration, order: RemovalOrder, by: Capacity, perform: Perform, *, open_act: bool) -> None:
    """The act is refused without a trace; or it is a statement without effect; or it is open for something else."""
    before, regions = everything(), _regions(order)
    try:
        answer = perform(order, by, afterwards(order))
    except Refusal:
        assert everything() == before, f"{declared.act} was refused, but not without a trace"
        return
    if not open_act:
        assert declared.act in STATEMENTS, f"{declared.method} by {by.actor} was performed"
        assert (answer.effect, _regions(order)) == ("none", regions)


def _regions(order: RemovalOrder) -> dict[str, Any]:
    rows = {model: row_of(order, model) for model in {declared.model for declared in declarations()}}
    return {declared.region: getattr(rows[declared.model], declared.region, None) for declared in declarations()}


def _also(declared: Declaration, order: RemovalOrder, by: Capacity | None = None) -> bool:
    if declared.method == "become_final" and by is not None and by.actor is Actor.TIME:
        return not ALSO["become_final"](order)  # it ends the appeal period itself
    return ALSO[declared.method](order) if declared.method in ALSO else True


def _acts(order: RemovalOrder, by: Capacity) -> set[str]:
    return {declared.act for declared in open_acts(order, list(order.items.all()), by)}


@pytest.mark.parametrize(("region", "name"), CELLS, ids=lambda part: part.replace(" ", "-"))
def test_whatever_is_shown_as_open_can_be_performed(region, name):
    order = RECIPES[region][name]()
    for actor in (Actor.ISSUING_AUTHORITY, Actor.SCRUTINISING_AUTHORITY, Actor.PROVIDER, Actor.OBJECTING_AUTHORITY):
        by = somebody(actor, order)
        for act in _acts(order, by):
            _undone(lambda act=act, by=by: _performed(act, again(order), by))


def _performed(act: str, order: RemovalOrder, by: Capacity) -> None:
    """At least one of the ways to perform `act` is accepted, and has an effect."""
    methods = {SAME_ACT.get(d.method, d.method) for d in declarations() if d.act == act and _also(d, order)}
    done = []
    for method in methods:
        try:
            with transaction.atomic():
                answer = PERFORM[method](again(order), by, afterwards(order))
                done.append(getattr(answer, "effect", "recorded"))
        except Refusal:
            continue
    assert "recorded" in done or not methods, f"{act} is shown as open to the {by.actor} and cannot be performed"


def test_every_state_of_every_region_is_in_the_matrix():
    reached = {(region, name.split(":")[0]) for region, name in CELLS}
    known = set()
    for declared in declarations():
        field = declared.model._meta.get_field(declared.region)
        known |= {(declared.region, str(value)) for value, _ in field.choices}
    assert reached == known
