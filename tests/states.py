"""One order in every state of every region, reached by the acts that lead there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.test import override_settings

from orders.acts import (
    answering,
    appealing,
    clarifying,
    disclosing,
    following_up,
    issuing,
    lapsing,
    preparing,
    preserving,
    scrutinising,
    transmitting,
)
from orders.acts.capacity import Capacity
from orders.models import ContentItem, LedgerEntry, RemovalOrder
from orders.regulation.annexes import AnnexIII
from orders.regulation.regions import (
    Actor,
    Disclosure,
    Execution,
    Force,
    Measure,
    Preparation,
    Preservation,
    ReasonClass,
    Stage,
    Transmission,
)
from perci.settings import RULES
from tests.factories import (
    HOUR,
    T0,
    again,
    annex_ii,
    authority,
    by_provider,
    deliver,
    drafted,
    impossible,
    issued,
    officer,
    received,
    unclear,
)
from tests.people import approver, drafter, europol, home, interested, objector, scrutineer

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
WINDOW = 72 * HOUR
LONG_AFTER = T0 + 1000 * DAY


def afterwards(order: RemovalOrder) -> datetime:
    """A second after the last entry about `order`."""
    last = LedgerEntry.objects.filter(dossier=order.dossier).latest("number")
    return max(last.recorded_at, last.occurred_at) + SECOND


# --- short forms of the acts ---
def put(order: RemovalOrder, act: Callable[..., Any], by: Capacity, **arguments: Any) -> RemovalOrder:
    """Perform `act` a second after the last; returns the order as it is now."""
    act(order=again(order), by=by, at=afterwards(order), **arguments)
    return again(order)


def cleared(**fields: Any) -> RemovalOrder:
    order = put(drafted(**fields), issuing.submit, officer("anna", authority()))
    return put(order, issuing.approve, approver(order))


def asked_about() -> RemovalOrder:
    """A submitted order about which two other authorities and Europol were asked to coordinate."""
    interested()
    return put(drafted(), issuing.submit, officer("anna", authority()))


def held() -> RemovalOrder:
    interested()
    return put(cleared(), preparing.put_on_hold, objector(), reason=ReasonClass.LEAVE_ONLINE)


def crossing(**fields: Any) -> RemovalOrder:
    """A received order from DE to a provider at home in NL, whose authority has the copy."""
    home()
    return received(**fields)


def undeliverable() -> RemovalOrder:
    order = issued()
    transmitting.report_undeliverable(order=order, reason="No way.", channel="webhook", at=afterwards(order))
    return again(order)


def removed(order: RemovalOrder, measure: Measure = Measure.REMOVED) -> RemovalOrder:
    taken_at = afterwards(order)
    return put(order, answering.report_removal, by_provider(order), annex=annex_ii(taken_at=taken_at, measure=measure))


def asked(order: RemovalOrder) -> RemovalOrder:
    return displaced(order, answering.seek_clarification, unclear())


def failed(order: RemovalOrder) -> RemovalOrder:
    return displaced(order, answering.report_impossibility, impossible(since=afterwards(order)))


def displaced(order: RemovalOrder, act: Callable[..., Any], annex: AnnexIII) -> RemovalOrder:
    return put(order, act, by_provider(order), annex=annex)


def clarified(order: RemovalOrder) -> RemovalOrder:
    answers = {question.number: "The second." for question in clarifying.open_questions(order)}
    return put(order, clarifying.clarify, drafter(order), answers=answers)


def passed(order: RemovalOrder, at: datetime) -> RemovalOrder:
    """`order` when nobody acts until `at`."""
    while lapsing.lapse(at=at):
        pass
    return again(order)


def withdrawn(order: RemovalOrder) -> RemovalOrder:
    return put(order, issuing.withdraw, approver(order), reason="Wrong.")


def appealed(order: RemovalOrder, appellant: Actor = Actor.PROVIDER) -> RemovalOrder:
    at = afterwards(order)
    return put(order, appealing.record_appeal, approver(order), appellant=appellant, received_at=at)


def appealed_twice(order: RemovalOrder) -> RemovalOrder:
    return appealed(appealed(order), Actor.CONTENT_PROVIDER)


def judged(order: RemovalOrder, outcome: str, **more: Any) -> RemovalOrder:
    at = afterwards(order)
    return put(order, appealing.record_judgment, approver(order), outcome=outcome, received_at=at, **more)


def requested(order: RemovalOrder) -> RemovalOrder:
    return put(order, scrutinising.request_scrutiny, by_provider(order), reasons="It is a newspaper.")


def announced(order: RemovalOrder) -> RemovalOrder:
    return put(order, scrutinising.announce_intent, scrutineer(), reasons="It is a newspaper.")


def decided(order: RemovalOrder, outcome: Stage) -> RemovalOrder:
    return put(order, scrutinising.decide_scrutiny, scrutineer(), outcome=outcome, reasons="Considered.")


def on_own_initiative(order: RemovalOrder) -> RemovalOrder:
    return put(order, scrutinising.open_scrutiny, scrutineer())


def annulled(order: RemovalOrder) -> RemovalOrder:
    return decided(announced(requested(order)), Stage.INFRINGEMENT)


def annulment_received(order: RemovalOrder) -> RemovalOrder:
    deliver(order, "order.annulled", at=afterwards(order))
    return again(order)


def reinstated(order: RemovalOrder, kept_down_under: str = "") -> RemovalOrder:
    more = {"items": (1,), "reinstated_at": afterwards(order), "kept_down_under": kept_down_under}
    return put(order, following_up.report_reinstatement, by_provider(order), **more)


def withheld(order: RemovalOrder) -> RemovalOrder:
    decision = {"reason": "Arrests are due.", "decided_at": afterwards(order)}
    return put(order, disclosing.withhold_disclosure, approver(order), **decision)


def withheld_longer(order: RemovalOrder) -> RemovalOrder:
    return put(order, disclosing.extend_withholding, approver(order), reason="Arrests are still due.")


def preserved_longer(order: RemovalOrder) -> RemovalOrder:
    extension = {"until": T0 + 300 * DAY, "reason": "A review is pending."}
    return put(order, preserving.extend_preservation, approver(order), **extension)


def all_parties_count(appeal_over: datetime = T0 + 31 * DAY) -> RemovalOrder:
    """In force although the provider's appeal period is over: the content provider was not informed (case 24)."""
    with override_settings(RULES={**RULES, "finality": "all_parties"}):
        order = crossing()
    return passed(order, appeal_over)


def annulled_but_not_told() -> RemovalOrder:
    """Under ANNULLED_FROM=communication the provider's duty ends when it receives the annulment."""
    with override_settings(RULES={**RULES, "annulled_from": "communication"}):
        order = crossing()
    return annulled(order)


# --- which: for each region, the states as (name of a recipe: recipe); a name is a state, perhaps with a remark ---
RECIPES: dict[str, dict[str, Callable[[], RemovalOrder]]] = {
    "preparation": {
        Preparation.DRAFT: drafted,
        Preparation.IN_REVIEW: lambda: put(drafted(), issuing.submit, officer("anna", authority())),
        "in_review: others have an interest": asked_about,
        Preparation.ON_HOLD: held,
        "on_hold: at the wish of Europol": lambda: put(
            asked_about(), preparing.put_on_hold, europol(), reason=ReasonClass.OTHER
        ),
        "on_hold: by the issuer itself": lambda: put(
            asked_about(), preparing.put_on_hold, officer("anna", authority()), reason=ReasonClass.OTHER
        ),
        Preparation.WAITING_12H: lambda: put(cleared(), preparing.inform_beforehand, officer("anna", authority())),
        "waiting_12h: others have an interest": lambda: (
            interested(),
            put(cleared(), preparing.inform_beforehand, officer("anna", authority())),
        )[1],
        Preparation.CLEARED: cleared,
        "cleared: others have an interest": lambda: (interested(), cleared())[1],
        "cleared: not the first order": lambda: (issued(), cleared())[1],
        "cleared: and issued": crossing,
        Preparation.CANCELLED: lambda: put(
            drafted(), issuing.cancel_before_dispatch, officer("anna", authority()), reason="Twice."
        ),
    },
    "transmission": {
        Transmission.NOT_SENT: cleared,
        Transmission.SENT: issued,
        Transmission.RECEIVED: crossing,
        Transmission.UNDELIVERABLE: undeliverable,
    },
    "force": {
        Force.NOT_IN_FORCE: cleared,
        Force.IN_FORCE: crossing,
        "in_force: not received": lambda: (home(), issued())[1],
        "in_force: the content provider may still appeal": all_parties_count,
        Force.UNDER_APPEAL: lambda: appealed(crossing()),
        "under_appeal: twice": lambda: appealed_twice(crossing()),
        "under_appeal: one of two was decided": lambda: judged(
            appealed_twice(crossing()), appealing.CONFIRMED, appeals=(Actor.PROVIDER,)
        ),
        Force.FINAL: lambda: judged(appealed(crossing()), appealing.CONFIRMED),
        Force.WITHDRAWN: lambda: withdrawn(crossing()),
        Force.ANNULLED_BY_SCRUTINY: lambda: annulled(crossing()),
        Force.ANNULLED_BY_COURT: lambda: judged(appealed(crossing()), appealing.ANNULLED),
    },
    "disclosure": {
        "allowed: but not in the draft": lambda: cleared(must_not_inform=True, withholding_reason="Arrests are due."),
        Disclosure.ALLOWED: crossing,
        "allowed: the time is over": lambda: passed(withheld(crossing()), T0 + 50 * DAY),
        Disclosure.WITHHELD: lambda: withheld(crossing()),
        Disclosure.WITHHELD_EXTENDED: lambda: withheld_longer(withheld(crossing())),
    },
    "execution": {
        Execution.AWAITING_RECEIPT: lambda: (home(), issued())[1],
        Execution.DUE: crossing,
        "due: annulled, but not told": annulled_but_not_told,
        "displaced: it cannot": lambda: failed(crossing()),
        "displaced: it asked": lambda: asked(crossing()),
        "displaced: it was answered": lambda: clarified(asked(crossing())),
        Execution.UNANSWERED: lambda: passed(crossing(), T0 + 2 * HOUR),
        Execution.REMOVED: lambda: removed(crossing()),
        Execution.DISABLED: lambda: removed(crossing(), Measure.DISABLED_IN_ALL_MEMBER_STATES),
        Execution.ALREADY_GONE: lambda: removed(crossing(), Measure.ALREADY_UNAVAILABLE),
        Execution.REINSTATEMENT_DUE: lambda: annulment_received(annulled(removed(crossing()))),
        Execution.REINSTATED: lambda: reinstated(annulment_received(annulled(removed(crossing())))),
        Execution.KEPT_DOWN: lambda: reinstated(annulment_received(annulled(removed(crossing()))), "Terms 4.2"),
        Execution.NO_LONGER_REQUIRED: lambda: withdrawn(crossing()),
        "no_longer_required: annulled": lambda: annulled(crossing()),
    },
    "preservation": {
        Preservation.NONE: crossing,
        "none: already gone": lambda: removed(crossing(), Measure.ALREADY_UNAVAILABLE),
        Preservation.PRESERVED: lambda: removed(crossing()),
        Preservation.PRESERVATION_EXTENDED: lambda: preserved_longer(removed(crossing())),
        Preservation.PRESERVATION_ENDED: lambda: passed(removed(crossing()), T0 + 190 * DAY),
    },
    "stage": {
        Stage.WINDOW_OPEN: crossing,
        Stage.OWN_INITIATIVE: lambda: on_own_initiative(crossing()),
        Stage.REQUESTED: lambda: requested(crossing()),
        Stage.INTENT_ANNOUNCED: lambda: announced(requested(crossing())),
        "intent_announced: on own initiative": lambda: announced(on_own_initiative(crossing())),
        Stage.INFRINGEMENT: lambda: annulled(crossing()),
        Stage.NO_INFRINGEMENT: lambda: decided(requested(crossing()), Stage.NO_INFRINGEMENT),
        Stage.WINDOW_CLOSED: lambda: passed(crossing(), T0 + WINDOW + SECOND),
        "window_closed: withdrawn": lambda: withdrawn(crossing()),
        "window_closed: withdrawn while a decision was due": lambda: withdrawn(requested(crossing())),
        "window_closed: annulled by a court": lambda: judged(on_own_initiative(crossing()), appealing.ANNULLED),
        "requested: beside own initiative": lambda: requested(on_own_initiative(crossing())),
        "requested: the 72 hours are over": lambda: requested(passed(crossing(), T0 + WINDOW + SECOND)),
        "requested: after a decision": lambda: requested(decided(requested(crossing()), Stage.NO_INFRINGEMENT)),
        "intent_announced: on own initiative, and requested": lambda: requested(
            announced(on_own_initiative(crossing()))
        ),
    },
}


def row_of(order: RemovalOrder, model: type) -> Any:
    """The row of `order` that has the region: the order, its first item or its scrutiny (None without one)."""
    if model is RemovalOrder:
        return again(order)
    if model is ContentItem:
        return ContentItem.objects.get(order=order, number=1)
    return model._default_manager.filter(order=order).first()  # type: ignore[attr-defined]
