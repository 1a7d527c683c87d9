"""One order in every state of every region, reached by the acts that lead there."""

from collections.abc import Callable
from typing import Any

from orders.acts import appealing, issuing, preparing
from orders.models import ContentItem, RemovalOrder
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
from tests.factories import HOUR, T0, again, authority, drafted, issued, officer
from tests.people import europol, home, interested
from tests.recipes import (
    DAY,
    SECOND,
    WINDOW,
    all_parties_count,
    announced,
    annulled,
    annulled_but_not_told,
    annulment_received,
    appealed,
    appealed_twice,
    asked,
    asked_about,
    clarified,
    cleared,
    crossing,
    decided,
    failed,
    held,
    judged,
    on_own_initiative,
    passed,
    preserved_longer,
    put,
    reinstated,
    removed,
    requested,
    undeliverable,
    withdrawn,
    withheld,
    withheld_longer,
)


# --- states of several regions, each reached by one recipe: it is the same state, and tried once ---
def sent_abroad() -> RemovalOrder:
    home()
    return issued()


def executed() -> RemovalOrder:
    return removed(crossing())


def gone_before() -> RemovalOrder:
    return removed(crossing(), Measure.ALREADY_UNAVAILABLE)


def taken_back() -> RemovalOrder:
    return withdrawn(crossing())


def found_to_infringe() -> RemovalOrder:
    return annulled(crossing())


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
        "in_force: not received": sent_abroad,
        "in_force: the content provider may still appeal": all_parties_count,
        Force.UNDER_APPEAL: lambda: appealed(crossing()),
        "under_appeal: twice": lambda: appealed_twice(crossing()),
        "under_appeal: one of two was decided": lambda: judged(
            appealed_twice(crossing()), appealing.CONFIRMED, appeals=(Actor.PROVIDER,)
        ),
        Force.FINAL: lambda: judged(appealed(crossing()), appealing.CONFIRMED),
        Force.WITHDRAWN: taken_back,
        Force.ANNULLED_BY_SCRUTINY: found_to_infringe,
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
        Execution.AWAITING_RECEIPT: sent_abroad,
        Execution.DUE: crossing,
        "due: annulled, but not told": annulled_but_not_told,
        "displaced: it cannot": lambda: failed(crossing()),
        "displaced: it asked": lambda: asked(crossing()),
        "displaced: it was answered": lambda: clarified(asked(crossing())),
        Execution.UNANSWERED: lambda: passed(crossing(), T0 + 2 * HOUR),
        Execution.REMOVED: executed,
        Execution.DISABLED: lambda: removed(crossing(), Measure.DISABLED_IN_ALL_MEMBER_STATES),
        Execution.ALREADY_GONE: gone_before,
        Execution.REINSTATEMENT_DUE: lambda: annulment_received(annulled(removed(crossing()))),
        Execution.REINSTATED: lambda: reinstated(annulment_received(annulled(removed(crossing())))),
        Execution.KEPT_DOWN: lambda: reinstated(annulment_received(annulled(removed(crossing()))), "Terms 4.2"),
        Execution.NO_LONGER_REQUIRED: taken_back,
        "no_longer_required: annulled": found_to_infringe,
    },
    "preservation": {
        Preservation.NONE: crossing,
        "none: already gone": gone_before,
        Preservation.PRESERVED: executed,
        Preservation.PRESERVATION_EXTENDED: lambda: preserved_longer(removed(crossing())),
        Preservation.PRESERVATION_ENDED: lambda: passed(removed(crossing()), T0 + 190 * DAY),
    },
    "stage": {
        Stage.WINDOW_OPEN: crossing,
        Stage.OWN_INITIATIVE: lambda: on_own_initiative(crossing()),
        Stage.REQUESTED: lambda: requested(crossing()),
        Stage.INTENT_ANNOUNCED: lambda: announced(requested(crossing())),
        "intent_announced: on own initiative": lambda: announced(on_own_initiative(crossing())),
        Stage.INFRINGEMENT: found_to_infringe,
        Stage.NO_INFRINGEMENT: lambda: decided(requested(crossing()), Stage.NO_INFRINGEMENT),
        Stage.WINDOW_CLOSED: lambda: passed(crossing(), T0 + WINDOW + SECOND),
        "window_closed: withdrawn": taken_back,
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
