"""What the authority of the provider's home does about an order from another Member State (Art. 4)."""

from datetime import datetime

from django.db import transaction

from orders.acts import _ending, _finality, _kept_back, _times, transmitting
from orders.acts._advance import Step, advance, not_open
from orders.acts.answering import Answer, filed
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid, Refusal
from orders.models import RemovalOrder, Scrutiny, ScrutinyRequest
from orders.regulation.limits import ClockGround
from orders.regulation.regions import DONE, Actor, Disclosure, Execution, Force, Stage

OUTCOMES = (Stage.INFRINGEMENT, Stage.NO_INFRINGEMENT, Stage.WINDOW_CLOSED)


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
    its 48 hours is recorded and flagged; a person decides what follows (Art. 4(4)). One from before the order was
    issued, or of the provider from before it was received, is refused: the time is wrong.
    """
    with advance(order, "request_scrutiny", by=by, at=at, generation=generation) as step:
        _request(step, reasons, received_at or at)
    return step.order


@transaction.atomic
def ask_for_scrutiny(*, order: RemovalOrder, reasons: str, by: Capacity, at: datetime, exhibit: str = "") -> Answer:
    """`request_scrutiny` by the provider itself, as one of its answers: `at` is when the request arrived."""
    transmitting.prove_receipt(order=order, rule="answer", channel=by.channel, at=at, measured=())
    with advance(order, "request_scrutiny", by=by, at=at) as step:
        step.facts["exhibit"] = exhibit
        if _request(step, reasons, at):
            step.flags.add("requested_late")
    return filed(step, [])


def _request(step: Step, reasons: str, received: datetime) -> bool:
    """File the request; whether it came after the 48 hours."""
    file = _file(step)
    step.move(file, _way_in(step.order, file))
    requester = Actor.PROVIDER if step.by.actor is Actor.PROVIDER else Actor.CONTENT_PROVIDER
    _check_possible(step, requester, received)
    late = step.case.use_window("C10a", requester, at=received)
    step.facts.update(requester=requester, reasons=_reasoned(reasons), received_at=received, late=late)
    _file_request(step, file, requester, received, late)
    return late


def _way_in(order: RemovalOrder, file: Scrutiny) -> str:
    if not order.open:
        return "request_after_the_end"
    return "join" if file.stage in (Stage.REQUESTED, Stage.INTENT_ANNOUNCED) else "request"


def _check_possible(step: Step, requester: Actor, received: datetime) -> None:
    """Nobody asks for the scrutiny of an order that does not exist, nor the provider of one it has not received."""
    _times.check_not_future(received, step.at, "/received_at")
    of_provider = requester is Actor.PROVIDER and step.order.received_at is not None
    since = step.order.received_at if of_provider else step.order.issued_at
    assert since is not None
    happened = "the provider received the order" if of_provider else "the order was issued"
    _times.check_not_before(received, since, "/received_at", happened)


def _file_request(step: Step, file: Scrutiny, requester: Actor, received: datetime, late: bool) -> None:
    over = not step.order.open
    ScrutinyRequest.objects.create(
        scrutiny=file,
        requester=requester,
        received_at=received,
        entry=step.case.next_number,
        reasons=step.facts["reasons"],
        late=late,
        decided_by=_ending.entry_of_end(step.order).number if over else None,
    )
    if over:
        step.no_effect = f"the order is {Force(step.order.force).gloss}: nothing is left to decide"
        _ending.tell_closed(step, {requester}, "")
        return
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

    Dismissing a request takes nothing else back: the scrutiny is where it was before, and its own 72 hours go on.

    Every reasoned decision goes to the issuing authority, the provider and Europol, and to the content provider who
    asked, as soon as disclosure is not withheld (Art. 4(6), 11(3)). An infringement ends the order (4(7)).
    """
    if outcome not in OUTCOMES:
        raise Invalid(f"Decide {', '.join(OUTCOMES)}.", pointer="/outcome", got=outcome, code="outcome")
    with advance(order, "decide_scrutiny", by=by, at=at, generation=generation) as step:
        file, given = _file(step), _reasoned(reasons)
        if outcome is Stage.INFRINGEMENT:
            _check_announced(step, file)
        step.move(file, _way_out(step, file, outcome), at=at, reasons=given)
        step.facts.update(outcome=outcome, reasons=given)
        _settle(step, file, outcome)
        _communicate(step, file, outcome=outcome, reasons=given)
        if outcome is Stage.INFRINGEMENT:
            annul(step, "scrutiny", since=at, reasons=given)
    return step.order


def _check_announced(step: Step, file: Scrutiny) -> None:
    """The issuing authority is told with reasons before an infringement is found (Art. 4(5))."""
    if file.stage in (Stage.OWN_INITIATIVE, Stage.REQUESTED) and step.order.open:
        hint = "Announce the intention to find an infringement first, with reasons (announce_intent, Art. 4(5))."
        raise not_open(step, f"{file.stage} (stage)", "4(5)", hint)


def _way_out(step: Step, file: Scrutiny, outcome: Stage) -> str:
    if outcome is not Stage.WINDOW_CLOSED:
        method = "find_infringement" if outcome is Stage.INFRINGEMENT else "find_none"
        return method if file.requests.filter(decided_by=None).exists() else f"{method}_on_own_initiative"
    before = step.order.dossier.entries
    if not step.case.running("C9"):
        decided = before.filter(act="decide_scrutiny", facts__outcome=Stage.NO_INFRINGEMENT)
        return "dismiss_after_decision" if decided.exists() else "dismiss"
    if not before.filter(act="open_scrutiny").exists():
        return "dismiss_while_open"
    return "dismiss_beside_intent" if file.stage == Stage.INTENT_ANNOUNCED else "dismiss_beside_own_initiative"


def _settle(step: Step, file: Scrutiny, outcome: Stage) -> None:
    """The decision answers every open request; one on the order itself is what own initiative was for, too."""
    for code in ("C10b",) if outcome is Stage.WINDOW_CLOSED else ("C10b", "C9"):
        for clock in step.case.running(code):
            step.case.use(clock, at=step.at)
    for request in file.requests.filter(decided_by=None):
        request.decided_by = step.case.next_number
        step.case.touch(request)


def _communicate(step: Step, file: Scrutiny, *, outcome: Stage, reasons: str) -> None:
    told = [step.issuer, step.provider, step.europol]
    asked = file.requests.filter(requester=Actor.CONTENT_PROVIDER).exists()
    if asked and step.order.disclosure == Disclosure.ALLOWED:
        told.append(_kept_back.CONTENT_PROVIDER)
    for to in told:
        step.tell("order.scrutiny_decided", to, outcome=outcome, reasons=reasons)


def annul(step: Step, by_whom: str, *, since: datetime, reasons: str, reinstate: tuple[int, ...] | None = None) -> None:
    """End the legal effect of an order as of `since`, by scrutiny or by a court.

    What was not done is no longer required, what was done is to be reinstated. That duty begins when the provider
    receives the decision; under ANNULLED_FROM=communication a received order binds the provider until then.
    `reinstate` names the items when a court does so; without it every item that was removed or disabled (not one
    already gone) is meant (L5).
    """
    taken_down = [item for item in step.case.items if item.execution in DONE - {Execution.ALREADY_GONE}]
    due = [item.number for item in taken_down if reinstate is None or item.number in reinstate]
    step.move(step.order, f"annul_by_{by_whom}", at=since)
    at_once = step.order.rules.annulled_from == "adoption" or step.order.received_at is None
    released = _ending.release(step, f"release_by_{by_whom}", since=since, why=reasons, items_too=at_once)
    step.facts.update(released=released, reinstatement_due=due, reinstate=reinstate)
    home = step.home if by_whom == "court" else []
    for to in [step.provider, step.issuer, *home, *_finality.told(step.case)]:
        step.tell("order.annulled", to, by=by_whom, reasons=reasons, items=due, released=released, duty="reinstate")


def _file(step: Step) -> Scrutiny:
    if step.case.scrutiny is None:
        raise NotCrossBorder(f"{step.order.reference} is not scrutinised by another Member State (Art. 4).")
    return step.case.scrutiny


def _reasoned(text: str) -> str:
    if not text.strip():
        raise Invalid("Give the reasons.", pointer="/reasons", code="reasons-missing")
    return text.strip()
