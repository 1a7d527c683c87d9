"""What ends with an order: the clocks that ran for it, what was not done yet, what was not sent yet."""

from datetime import datetime

from orders import outbox
from orders.acts import _grounds
from orders.acts._advance import Step
from orders.models import ContentItem, LedgerEntry, RemovalOrder, Scrutiny
from orders.outbox import Recipient
from orders.regulation.limits import ONE_HOUR, Stop
from orders.regulation.regions import OPEN, Actor, Disclosure, Stage

# Preservation and secrecy outlast the order; the duty to inform does not depend on its force.
ENDS_WITH_THE_ORDER = ("C1", "C9", "C10a", "C10b", "C26")
CLOSES = {"release": "close_on_withdrawal", "release_by_court": "close_on_judgment"}  # a decision closes its own file
NOT_DECIDED = (Stage.WINDOW_OPEN, Stage.OWN_INITIATIVE, Stage.REQUESTED, Stage.INTENT_ANNOUNCED)


def release(step: Step, method: str, *, since: datetime, why: str, items_too: bool = True) -> list[int]:
    """End what depends on the order as of `since`: open items are no longer required; returns their numbers.

    A scrutiny that is not decided closes, and whoever waits for it is told `why`. Without `items_too` the items and
    their hours are left to the receipt of the decision (ANNULLED_FROM=communication).
    """
    released = [item for item in step.case.items if item.execution in OPEN]
    if items_too:
        for item in released:
            release_item(step, item, method, at=since)
    for code in ENDS_WITH_THE_ORDER:
        step.case.stop(step.case.running(code), because=Stop.ENDED, at=step.at, since=since)
    if method in CLOSES and step.case.scrutiny is not None:
        _close_scrutiny(step, step.case.scrutiny, CLOSES[method], why)
    outbox.stop_sending(step.order.dossier, outbox.STARTS_AN_HOUR)
    return [item.number for item in released]


def release_item(step: Step, item: ContentItem, method: str, *, at: datetime) -> None:
    """Require `item` no longer as of `at`.

    A limit that passed before stays on record, since a clock that stops after its end keeps its verdict.
    """
    step.move(item, method)
    _grounds.close_all(step, item, at=at)
    hours = step.case.running(ONE_HOUR.code, item=item)
    step.case.stop(hours, because=Stop.ENDED, at=step.at, since=at)


def _close_scrutiny(step: Step, file: Scrutiny, method: str, why: str) -> None:
    """Nothing is left to decide; the requests that waited name the entry that ended the order."""
    if file.stage not in NOT_DECIDED:
        return
    was, waiting = file.stage, list(file.requests.filter(decided_by=None))
    step.move(file, method)
    for request in waiting:
        request.decided_by = step.case.next_number
        step.case.touch(request)
    if was != Stage.WINDOW_OPEN:
        tell_closed(step, {request.requester for request in waiting}, why)


def tell_closed(step: Step, requesters: set[str], why: str) -> None:
    """Tell the home authority and those who asked that the order ended; the content provider unless it is withheld."""
    told = list(step.home)
    if Actor.PROVIDER in requesters:
        told.append(step.provider)
    if Actor.CONTENT_PROVIDER in requesters and step.order.disclosure == Disclosure.ALLOWED:
        told.append(Recipient(Actor.CONTENT_PROVIDER, "content-provider"))
    for to in told:
        step.tell("order.scrutiny_closed", to, because=step.order.force, reasons=why)


def entry_of_end(order: RemovalOrder) -> LedgerEntry:
    """The entry that ended `order`: the last that moved its legal force."""
    entries = order.dossier.entries.order_by("-number")
    return next(entry for entry in entries if any(effect[1] == "force" for effect in entry.facts.get("effects", [])))
