"""How an order stands, in words and colours: its summary, whose move it is, and the filters of the board."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from orders.acts import clarifying
from orders.models import ContentItem, Ground, RemovalOrder
from orders.regulation.limits import Standing, Verdict
from orders.regulation.regions import OPEN, Execution, Force, GroundKind, Preparation, Transmission
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


_PREPARING = {
    Preparation.DRAFT: Move("The drafter", "finish the draft and submit it"),
    Preparation.IN_REVIEW: Move("A second officer", "read and approve, or return it"),
    Preparation.CLEARED: Move("Your authority", "issue it"),
}
_ENDED = (Force.WITHDRAWN, Force.ANNULLED_BY_SCRUTINY, Force.ANNULLED_BY_COURT)


def whose_move(order: RemovalOrder, standings: list[ItemStanding]) -> Move:
    """Who is to act next on `order`, and how."""
    if order.force == Force.NOT_IN_FORCE:
        return _PREPARING.get(Preparation(order.preparation), Move("", "nothing more to do"))
    if order.force in _ENDED:
        return Move("", "nothing more to do")
    if order.transmission != Transmission.RECEIVED:
        return Move("The channel", "deliver the order")
    states = {standing.item.execution for standing in standings}
    if not states & OPEN:
        return Move("", "nothing more to do")
    if Execution.DISPLACED in states and clarifying.questioned(order):
        return Move("Your authority", "answer the provider's questions")
    if states & OPEN == {Execution.DISPLACED}:
        return _displaced(order)
    return Move("The provider", "remove the content or disable access")


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
    Filter("closed", "Withdrawn, cancelled", Q(force__in=_ENDED) | Q(preparation=Preparation.CANCELLED)),
)
