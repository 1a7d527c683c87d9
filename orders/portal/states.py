"""How an order stands, in words and colours: its summary, whose move it is, and the filters of the board."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from orders.acts import clarifying
from orders.models import ContentItem, Ground, RemovalOrder
from orders.regulation.limits import Standing, Verdict
from orders.regulation.regions import (
    OPEN,
    Disclosure,
    Execution,
    Force,
    GroundKind,
    Preparation,
    Stage,
    Transmission,
)
from orders.standings import ItemStanding


class Badge(NamedTuple):
    """A word, and the tone that only repeats it in colour: quiet, ask, run, good or bad."""

    word: str
    tone: str


class Move(NamedTuple):
    """Whose move it is (nobody's when empty), and what they are to do."""

    whose: str
    what: str


SUMMARIES = {
    "draft": Badge("Draft", "quiet"),
    "in_review": Badge("Waits for approval", "ask"),
    "on_hold": Badge("On hold", "ask"),
    "waiting_12h": Badge("Provider informed beforehand", "quiet"),
    "cleared": Badge("Approved, not issued", "ask"),
    "cancelled": Badge("Cancelled", "quiet"),
    "withdrawn": Badge("Withdrawn", "quiet"),
    "annulled_by_scrutiny": Badge("No legal effect", "quiet"),
    "annulled_by_court": Badge("Annulled", "quiet"),
    "open": Badge("Hour running", "run"),
    "partial": Badge("Partly executed", "run"),
    "displaced": Badge("Hour displaced", "ask"),
    "executed": Badge("Executed", "good"),
    "executed_late": Badge("Executed late", "bad"),
    "not_executed": Badge("Limit passed", "bad"),
}
VERDICTS = {
    Verdict.OBSERVED: Badge("Lasted to its end", "quiet"),
    Verdict.CUT_SHORT: Badge("Cut short", "ask"),
    Verdict.USED: Badge("Used in time", "quiet"),
    Verdict.USED_LATE: Badge("Used late", "ask"),
    Verdict.LAPSED: Badge("Not used in time", "quiet"),
    Verdict.WITHIN_LIMIT: Badge("Within the limit", "good"),
    Verdict.AFTER_LIMIT: Badge("After the limit", "bad"),
    Verdict.WITHIN_HOUR: Badge("Within the hour", "good"),
    Verdict.WITHIN_HOUR_REPORTED_LATE: Badge("Within the hour, reported late", "ask"),
    Verdict.AFTER_HOUR: Badge("After the hour", "bad"),
    Verdict.UNANSWERED: Badge("Limit passed", "bad"),
    Verdict.DISPLACED: Badge("Displaced", "ask"),
    Verdict.ENDED: Badge("Ended, nothing missed", "quiet"),
}
EXECUTIONS = {
    Execution.AWAITING_RECEIPT: Badge("Not received yet", "quiet"),
    Execution.DUE: Badge("Hour running", "run"),
    Execution.DISPLACED: Badge("Hour displaced", "ask"),
    Execution.UNANSWERED: Badge("Limit passed", "bad"),
    Execution.REMOVED: Badge("Removed", "good"),
    Execution.DISABLED: Badge("Disabled in all Member States", "good"),
    Execution.ALREADY_GONE: Badge("Already gone on receipt", "good"),
    Execution.REINSTATEMENT_DUE: Badge("To be reinstated", "ask"),
    Execution.REINSTATED: Badge("Reinstated", "quiet"),
    Execution.KEPT_DOWN: Badge("Kept down under own terms", "quiet"),
    Execution.NO_LONGER_REQUIRED: Badge("No longer required", "quiet"),
}


def badge(order: RemovalOrder, summary: str) -> Badge:
    """The summary of `order`, a little more exact while it is on its way."""
    if summary == "open" and order.transmission == Transmission.SENT:
        return Badge("Sent, not yet received", "quiet")
    return SUMMARIES[summary]


def item_badge(standing: ItemStanding) -> Badge:
    """How one item stands; a limit that passed counts from its due time, whether a sweep noticed it or not."""
    if standing.standing is Standing.UNANSWERED:
        return EXECUTIONS[Execution.UNANSWERED]
    return EXECUTIONS[Execution(standing.item.execution)]


ISSUER = "Your authority"  # for everybody else: the issuing authority
STAGES = {
    Stage.WINDOW_OPEN: Badge("May be scrutinised", "quiet"),
    Stage.OWN_INITIATIVE: Badge("Scrutinised on own initiative", "run"),
    Stage.REQUESTED: Badge("Requested: a decision is due", "ask"),
    Stage.INTENT_ANNOUNCED: Badge("Infringement announced", "ask"),
    Stage.INFRINGEMENT: Badge("Infringement", "bad"),
    Stage.NO_INFRINGEMENT: Badge("No infringement", "good"),
    Stage.WINDOW_CLOSED: Badge("Not scrutinised", "quiet"),
}


def marks(order: RemovalOrder) -> list[Badge]:
    """What else holds of `order` beside its summary: appeal, finality, secrecy, emergency."""
    found = {
        Badge("Under appeal", "ask"): order.force == Force.UNDER_APPEAL,
        Badge("Final", "quiet"): order.force == Force.FINAL,
        Badge("Disclosure withheld", "ask"): order.disclosure != Disclosure.ALLOWED,
        Badge("Emergency", "ask"): order.emergency,
    }
    return [mark for mark, holds in found.items() if holds]


_PREPARING = {
    Preparation.DRAFT: Move("The drafter", "finish the draft and submit it"),
    Preparation.IN_REVIEW: Move("A second officer", "read and approve, or return it"),
    Preparation.ON_HOLD: Move(ISSUER, "coordinate, and release the hold"),
    Preparation.WAITING_12H: Move(ISSUER, "issue it, once the 12 hours are over"),
    Preparation.CLEARED: Move(ISSUER, "issue it"),
}
_BY_HAND = Move(ISSUER, "submit it by hand at the provider’s web form, then record it")
_ENDED = (Force.WITHDRAWN, Force.ANNULLED_BY_SCRUTINY, Force.ANNULLED_BY_COURT)


def whose_move(order: RemovalOrder, standings: list[ItemStanding], *, own: bool = True) -> Move:
    """Who is to act next on `order`, and how; `own` is whether the reader belongs to its issuing authority."""
    move = _next_move(order, standings)
    return move if own or move.whose != ISSUER else move._replace(whose="The issuing authority")


def _next_move(order: RemovalOrder, standings: list[ItemStanding]) -> Move:
    if order.force == Force.NOT_IN_FORCE:
        return _PREPARING.get(Preparation(order.preparation), Move("", "nothing more to do"))
    if order.provider.webform and order.submittable().exists():
        return _BY_HAND
    if order.force in _ENDED:
        return _reinstating(standings)
    if order.transmission != Transmission.RECEIVED:
        return Move("The channel", "deliver the order")
    states = {standing.item.execution for standing in standings}
    if not states & OPEN:
        return Move("", "nothing more to do")
    if Execution.DISPLACED in states and clarifying.questioned(order):
        return Move(ISSUER, "answer the provider's questions")
    if states & OPEN == {Execution.DISPLACED}:
        return _displaced(order)
    return Move("The provider", "remove the content or disable access")


def _reinstating(standings: list[ItemStanding]) -> Move:
    if any(standing.item.execution == Execution.REINSTATEMENT_DUE for standing in standings):
        return Move("The provider", "reinstate the content")
    return Move("", "nothing more to do")


def _displaced(order: RemovalOrder) -> Move:
    if Ground.objects.filter(item__order=order, closed_at=None).exclude(clarified_by=None).exists():
        return Move("The channel", "deliver the clarification")
    return Move("The provider", "report when the grounds cease")


class Filter(NamedTuple):
    """One view of the board."""

    name: str
    label: str
    condition: Q


def _has_item(*executions: Execution) -> Q:
    return Q(Exists(ContentItem.objects.filter(order=OuterRef("pk"), execution__in=executions)))


_QUESTION = Ground.objects.filter(
    item__order=OuterRef("pk"),
    closed_at=None,
    clarified_by=None,
    kind__in=[GroundKind.MANIFEST_ERRORS, GroundKind.INSUFFICIENT_INFORMATION],
)
_IN_FORCE = Q(force__in=[Force.IN_FORCE, Force.UNDER_APPEAL, Force.FINAL])
_BEFORE = Q(force=Force.NOT_IN_FORCE)
FILTERS = (
    Filter("all", "All", Q()),
    Filter("preparing", "In preparation", _BEFORE & ~Q(preparation=Preparation.CANCELLED)),
    Filter("approval", "For approval", _BEFORE & Q(preparation=Preparation.IN_REVIEW)),
    Filter("running", "Hour running", _IN_FORCE & _has_item(Execution.DUE)),
    Filter("questions", "Questions open", _IN_FORCE & Q(Exists(_QUESTION))),
    Filter("passed", "Limit passed", _IN_FORCE & _has_item(Execution.UNANSWERED)),
    Filter("executed", "Executed", _IN_FORCE & ~_has_item(*OPEN)),
    Filter("appeal", "Under appeal", Q(force=Force.UNDER_APPEAL)),
    Filter("closed", "Ended, cancelled", Q(force__in=_ENDED) | Q(preparation=Preparation.CANCELLED)),
)
