"""The matrix state x act x actor, derived from the declarations: open and performed, or refused without a trace."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django_fsm import can_proceed

from orders.acts import (
    answering,
    appealing,
    clarifying,
    disclosing,
    drafting,
    following_up,
    issuing,
    lapsing,
    preparing,
    preserving,
    scrutinising,
    transmitting,
)
from orders.acts._advance import advance
from orders.acts.capacity import Capacity
from orders.acts.declarations import Declaration, declarations, of_act
from orders.acts.opening import may, open_acts
from orders.acts.refusals import Refusal
from orders.models import Ground, OutboxMessage, RemovalOrder
from orders.regulation.regions import Actor, Force, GroundKind, Information, Measure, ReasonClass, Stage
from tests import states
from tests.factories import again, annex_ii, content, impossible, unclear
from tests.snapshot import everything
from tests.states import DAY, LONG_AFTER, RECIPES, T0, afterwards, row_of

pytestmark = pytest.mark.django_db
CELLS = [(region, name) for region, recipes in RECIPES.items() for name in recipes]
Perform = Callable[[RemovalOrder, Capacity, datetime], Any]


def measure(kind: Measure) -> Perform:
    return lambda o, by, at: answering.report_removal(order=o, annex=annex_ii(taken_at=at, measure=kind), by=by, at=at)


def judgment(outcome: str) -> Perform:
    return lambda o, by, at: appealing.record_judgment(order=o, outcome=outcome, received_at=at, by=by, at=at)


def decision(outcome: Stage) -> Perform:
    return lambda o, by, at: scrutinising.decide_scrutiny(order=o, outcome=outcome, reasons="Considered.", by=by, at=at)


def back(under: str = "") -> Perform:
    return lambda o, by, at: following_up.report_reinstatement(
        order=o, items=(1,), reinstated_at=at, kept_down_under=under, by=by, at=at
    )


def receipt(kind: str) -> Perform:
    def record(o: RemovalOrder, by: Capacity, at: datetime) -> None:
        message = OutboxMessage.objects.filter(dossier=o.dossier, type=kind, recipient=o.provider.code, receipt=None)
        if not message.exists():
            raise Refusal("There is nothing to receive.")
        transmitting.record_receipt(message=message.latest("sequence"), channel="w", rule="r", received_at=at, at=at)

    return record


def time_passes(o: RemovalOrder, by: Capacity, at: datetime) -> None:
    while lapsing.lapse(at=LONG_AFTER):
        pass


REASON = {"reason": "A reason."}
PERFORM: dict[str, Perform] = {  # by the method that a declaration names
    "revise": lambda o, by, at: drafting.revise(order=o, content=content(to=o.provider), by=by, at=at),
    "submit": lambda o, by, at: issuing.submit(order=o, by=by, at=at),
    "return_to_draft": lambda o, by, at: issuing.return_to_draft(order=o, by=by, at=at, **REASON),
    "approve": lambda o, by, at: issuing.approve(order=o, by=by, at=at),
    "put_on_hold": lambda o, by, at: preparing.put_on_hold(order=o, reason=ReasonClass.OTHER, by=by, at=at),
    "release_hold": lambda o, by, at: preparing.release_hold(order=o, by=by, at=at, **REASON),
    "inform_beforehand": lambda o, by, at: preparing.inform_beforehand(order=o, by=by, at=at),
    "cancel_before_dispatch": lambda o, by, at: issuing.cancel_before_dispatch(order=o, by=by, at=at, **REASON),
    "issue": lambda o, by, at: issuing.issue(order=o, by=by, at=at),
    "receive": receipt("order.issued"),
    "report_undeliverable": lambda o, by, at: transmitting.report_undeliverable(
        order=o, reason="No way.", channel="webhook", at=at
    ),
    "acknowledge": lambda o, by, at: answering.acknowledge(order=o, by=by, at=at),
    "content_provider_informed": lambda o, by, at: following_up.inform_content_provider(
        order=o, information=Information.COPY_GIVEN, informed_at=at, by=by, at=at
    ),
    "preservation_reported": lambda o, by, at: following_up.report_preservation(
        order=o, items=(1,), what="kept", happened_at=at, by=by, at=at
    ),
    "withdraw": lambda o, by, at: issuing.withdraw(order=o, by=by, at=at, **REASON),
    "clarify": lambda o, by, at: clarifying.clarify(order=o, answers={1: "The second."}, by=by, at=at),
    "dispute_ground": lambda o, by, at: clarifying.dispute_ground(order=o, by=by, at=at, **REASON),
    "appeal": lambda o, by, at: appealing.record_appeal(
        order=o, appellant=Actor.PROVIDER, received_at=at, by=by, at=at
    ),
    "confirm": judgment(appealing.CONFIRMED),
    "annul_by_court": judgment(appealing.ANNULLED),
    "become_final": lambda o, by, at: appealing.declare_final(order=o, by=by, at=at),
    "annul_by_scrutiny": decision(Stage.INFRINGEMENT),
    "withhold": lambda o, by, at: disclosing.withhold_disclosure(order=o, decided_at=at, by=by, at=at, **REASON),
    "extend_withholding": lambda o, by, at: disclosing.extend_withholding(order=o, by=by, at=at, **REASON),
    "allow": lambda o, by, at: disclosing.allow_disclosure(order=o, by=by, at=at),
    "report_removed": measure(Measure.REMOVED),
    "report_disabled": measure(Measure.DISABLED_IN_ALL_MEMBER_STATES),
    "report_already_gone": measure(Measure.ALREADY_UNAVAILABLE),
    "displace_as_impossible": lambda o, by, at: answering.report_impossibility(
        order=o, annex=impossible(since=at), by=by, at=at
    ),
    "displace_as_unclear": lambda o, by, at: answering.seek_clarification(order=o, annex=unclear(), by=by, at=at),
    "resume_when_ceased": lambda o, by, at: answering.report_grounds_ceased(
        order=o, items=(), ceased_at=at, by=by, at=at
    ),
    "resume_when_recorded": lambda o, by, at: clarifying.record_grounds_ceased(
        order=o, ceased_at=at, evidence="It answers again.", by=by, at=at
    ),
    "resume_when_clarified": receipt("order.clarified"),
    "owe_reinstatement": receipt("order.annulled"),
    "release_on_receipt": receipt("order.annulled"),
    "reinstate": back(),
    "keep_down": back("Terms 4.2"),
    "extend_preservation": lambda o, by, at: preserving.extend_preservation(
        order=o, until=T0 + 400 * DAY, by=by, at=at, **REASON
    ),
    "open_on_own_initiative": lambda o, by, at: scrutinising.open_scrutiny(order=o, by=by, at=at),
    "request": lambda o, by, at: scrutinising.request_scrutiny(order=o, reasons="A newspaper.", by=by, at=at),
    "announce_intent": lambda o, by, at: scrutinising.announce_intent(order=o, reasons="A newspaper.", by=by, at=at),
    "find_infringement": decision(Stage.INFRINGEMENT),
    "find_none": decision(Stage.NO_INFRINGEMENT),
    "dismiss": decision(Stage.WINDOW_CLOSED),
}
SAME_ACT = {  # what happens to one region because an act moves another
    "dispatch": "issue", "withhold_with_order": "issue", "fall_due": "receive", "release": "withdraw",
    "release_by_court": "annul_by_court", "release_by_scrutiny": "find_infringement", "preserve": "report_removed",
    "stop_preserving": "reinstate", "join": "request",
}  # fmt: skip


def _ask(order: RemovalOrder) -> None:
    if not Ground.objects.filter(item__order=order, closed_at=None).exists():
        states.asked(order)


def _announce(order: RemovalOrder) -> None:
    states.announced(states.requested(order))


def _annul(order: RemovalOrder) -> None:
    states.decided(states.announced(states.requested(order)), Stage.INFRINGEMENT)


def _annul_and_tell(order: RemovalOrder) -> None:
    _annul(order)
    states.annulment_received(again(order))


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


def _only_impossible(order: RemovalOrder) -> bool:
    kinds = set(Ground.objects.filter(item__order=order, closed_at=None).values_list("kind", flat=True))
    return kinds == {GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY}


# What an act looks at besides the state of its region: a fact in its own right, not a state.
ALSO: dict[str, Callable[[RemovalOrder], bool]] = {
    "resume_when_ceased": _only_impossible,
    "resume_when_recorded": _only_impossible,
    "resume_when_clarified": lambda order: Ground.objects.filter(item__order=order, clarified_by__gt=0).exists(),
    "release_on_receipt": lambda order: order.force == Force.ANNULLED_BY_SCRUTINY,
    "withhold_with_order": lambda order: order.must_not_inform,
    "close_window": lambda order: order.dossier.deadlines.filter(code="C9", closed_at=None).exists(),
    "become_final": lambda order: not order.dossier.deadlines.filter(code="C26", closed_at=None).exists(),
}
# A provider states facts: outside the states of the declaration they are recorded and have no effect (case 9).
MEASURED = {"report_removal": [1], "report_reinstatement": None}  # of clarifications and annulments, what it proves
STATEMENTS = frozenset({"report_removal", "report_impossibility", "seek_clarification", "report_reinstatement"})


class Undone(Exception):
    """Ends a savepoint: the next cell begins where this one began."""


@pytest.mark.parametrize(("region", "name"), CELLS, ids=lambda part: part.replace(" ", "-"))
def test_every_act_of_a_region_is_open_and_performed_or_refused_without_a_trace(region, name):
    order, state = RECIPES[region][name](), name.split(":")[0]
    people = {actor: states.somebody(actor, order) for actor in Actor}
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
    rows = {declared.region: row_of(order, declared.model) for declared in declarations()}
    return {region: getattr(row, region, None) for region, row in rows.items()}


def _also(declared: Declaration, order: RemovalOrder, by: Capacity | None = None) -> bool:
    if declared.method == "release_hold" and by is not None:
        return by.actor is not Actor.EUROPOL  # the hold of these states was asked for by the objecting authority
    if declared.method == "become_final" and by is not None and by.actor is Actor.TIME:
        return not ALSO["become_final"](order)  # it ends the appeal period itself
    return ALSO[declared.method](order) if declared.method in ALSO else True


def _acts(order: RemovalOrder, by: Capacity) -> set[str]:
    return {declared.act for declared in open_acts(order, list(order.items.all()), by)}


@pytest.mark.parametrize(("region", "name"), CELLS, ids=lambda part: part.replace(" ", "-"))
def test_whatever_is_shown_as_open_can_be_performed(region, name):
    order = RECIPES[region][name]()
    for actor in (Actor.ISSUING_AUTHORITY, Actor.SCRUTINISING_AUTHORITY, Actor.PROVIDER, Actor.OBJECTING_AUTHORITY):
        by = states.somebody(actor, order)
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
