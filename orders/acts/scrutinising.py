"""What the authority of the provider's home does about an order from another Member State (Art. 4)."""

from datetime import datetime

from django.db import transaction

from orders.acts import _ending, _times, transmitting
from orders.acts._advance import Step, advance
from orders.acts.answering import Answer, filed
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid, Refusal
from orders.models import RemovalOrder, Scrutiny, ScrutinyRequest
from orders.outbox import Recipient
from orders.regulation.limits import ClockGround
from orders.regulation.regions import DONE, Actor, Disclosure, Execution, Stage

OUTCOMES = {Stage.INFRINGEMENT: "find_infringement", Stage.NO_INFRINGEMENT: "find_none", Stage.WINDOW_CLOSED: "dismiss"}


class NotCrossBorder(Refusal):
    """A domestic order, or a provider without a home in the Union: nobody scrutinises it."""

    code = "not-cross-border"


def open_scrutiny(*, order: RemovalOrder, by: Capacity, at: datetime, generation: int | None = None) -> RemovalOrder:
    """Begin to scrutinise on own initiative, within 72 hours of receipt of the copy (Art. 4(3))."""
    with advance(order, "open_scrutiny", by=by, at=at, generation=generation) as step:
        step.move(_file(step), "open_on_own_initiative")
        step.tell("order.scrutiny_opened", step.issuer, on="own_initiative")
        step.tell("order.scrutiny_opened", step.provider, on="own_initiative")
    return step.order


def request_scrutiny(
    *,
    order: RemovalOrder,
    reasons: str,
    received_at: datetime | None = None,
    by: Capacity,
    at: datetime,
    generation: int | None = None,
) -> RemovalOrder:
    """A reasoned request: of the provider itself, or of a content provider as entered by the authority that got it.

    The 72 hours for a decision run from `received_at` (now, unless the authority says when it got it). A request after
    its 48 hours is recorded and flagged; a person decides what follows (Art. 4(4)).
    """
    with advance(order, "request_scrutiny", by=by, at=at, generation=generation) as step:
        _times.check_not_future(received_at or at, at, "/received_at")
        _request(step, reasons, received_at or at)
    return step.order


@transaction.atomic
def ask_for_scrutiny(*, order: RemovalOrder, reasons: str, by: Capacity, at: datetime, exhibit: str = "") -> Answer:
    """`request_scrutiny` by the provider itself, as one of its answers: `at` is when the request arrived."""
    transmitting.prove_receipt(order=order, rule="answer", at=at, measured=())
    with advance(order, "request_scrutiny", by=by, at=at) as step:
        step.facts["exhibit"] = exhibit
        if _request(step, reasons, at):
            step.flags.add("requested_late")
    return filed(step, [])


def _request(step: Step, reasons: str, received: datetime) -> bool:
    """File the request; whether it came after the 48 hours."""
    file = _file(step)
    step.move(file, "request" if file.stage in REQUESTABLE else "join")
    requester = Actor.PROVIDER if step.by.actor is Actor.PROVIDER else Actor.CONTENT_PROVIDER
    late = step.case.use_window("C10a", requester, at=received)
    step.facts.update(requester=requester, reasons=_reasoned(reasons), received_at=received, late=late)
    _file_request(step, file, requester, received, late)
    return late


REQUESTABLE = (Stage.WINDOW_OPEN, Stage.OWN_INITIATIVE, Stage.WINDOW_CLOSED, Stage.NO_INFRINGEMENT)


def _file_request(step: Step, file: Scrutiny, requester: Actor, received: datetime, late: bool) -> None:
    ScrutinyRequest.objects.create(
        scrutiny=file,
        requester=requester,
        received_at=received,
        entry=step.case.next_number,
        reasons=step.facts["reasons"],
        late=late,
    )
    if step.order.open:  # of one that ended, nothing is left to decide; the request stays on record
        step.case.start("C10b", starts_at=received, ground=ClockGround.REQUEST_RECEIVED)
    for to in [*step.home, step.issuer, step.provider]:
        step.tell("order.scrutiny_opened", to, on="request", requester=requester, received_at=received, late=late)


def announce_intent(
    *, order: RemovalOrder, reasons: str, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Tell the issuing authority, with reasons, that an infringement is about to be found (Art. 4(5))."""
    with advance(order, "announce_intent", by=by, at=at, generation=generation) as step:
        step.move(_file(step), "announce_intent", at=at)
        step.facts["reasons"] = _reasoned(reasons)
        step.tell("order.scrutiny_intent_announced", step.issuer, reasons=step.facts["reasons"])
    return step.order


def decide_scrutiny(
    *, order: RemovalOrder, outcome: Stage, reasons: str, by: Capacity, at: datetime, generation: int | None = None
) -> RemovalOrder:
    """Decide with reasons: infringement, no infringement, or (window_closed) an inadmissible request.

    Every reasoned decision goes to the issuing authority, the provider and Europol, and to the content provider who
    asked, unless disclosure is withheld (Art. 4(6), 11(3)). An infringement ends the legal effect of the order (4(7)).
    """
    if outcome not in OUTCOMES:
        raise Invalid(f"Decide {', '.join(OUTCOMES)}.", pointer="/outcome", got=outcome, code="outcome")
    with advance(order, "decide_scrutiny", by=by, at=at, generation=generation) as step:
        file, given = _file(step), _reasoned(reasons)
        step.move(file, OUTCOMES[outcome], at=at, reasons=given)
        step.facts.update(outcome=outcome, reasons=given)
        _settle(step, file)
        _communicate(step, file, outcome=outcome, reasons=given)
        if outcome is Stage.INFRINGEMENT:
            annul(step, "annul_by_scrutiny", "release_by_scrutiny", by_whom="scrutiny", reasons=given)
    return step.order


def _settle(step: Step, file: Scrutiny) -> None:
    """The decision answers every open request, and ends the window of own initiative."""
    for code in ("C10b", "C9"):
        for clock in step.case.running(code):
            step.case.use(clock, at=step.at)
    for request in file.requests.filter(decided_by=None):
        request.decided_by = step.case.next_number
        step.case.touch(request)


def _communicate(step: Step, file: Scrutiny, *, outcome: Stage, reasons: str) -> None:
    told = [step.issuer, step.provider, step.europol]
    asked = file.requests.filter(requester=Actor.CONTENT_PROVIDER).exists()
    if asked and step.order.disclosure == Disclosure.ALLOWED:
        told.append(Recipient(Actor.CONTENT_PROVIDER, "content-provider"))
    for to in told:
        step.tell("order.scrutiny_decided", to, outcome=outcome, reasons=reasons)


def annul(
    step: Step, method: str, release: str, *, by_whom: str, reasons: str, reinstate: tuple[int, ...] | None = None
) -> None:
    """End the legal effect of an order: what was not done is no longer required, what was done is to be reinstated.

    The duty to reinstate begins when the provider receives the decision; under ANNULLED_FROM=communication a received
    order binds the provider until then. `reinstate` names the items when a court does so; without it every item that
    was removed or disabled (not one already gone) is meant (L5).
    """
    taken_down = [item for item in step.case.items if item.execution in DONE - {Execution.ALREADY_GONE}]
    due = [item.number for item in taken_down if reinstate is None or item.number in reinstate]
    step.move(step.order, method, at=step.at)
    at_once = step.order.rules.annulled_from == "adoption" or step.order.received_at is None
    released = _ending.release(step, release, items_too=at_once)
    step.facts.update(released=released, reinstatement_due=due)
    for to in [step.provider, step.issuer]:
        step.tell("order.annulled", to, by=by_whom, reasons=reasons, items=due, released=released, duty="reinstate")


def _file(step: Step) -> Scrutiny:
    if step.case.scrutiny is None:
        raise NotCrossBorder(f"{step.order.reference} is not scrutinised by another Member State (Art. 4).")
    return step.case.scrutiny


def _reasoned(text: str) -> str:
    if not text.strip():
        raise Invalid("Give the reasons.", pointer="/reasons", code="reasons-missing")
    return text.strip()
