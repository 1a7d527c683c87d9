"""One measure of an Annex II: what it is in law by its own times, what it decides, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orders import deadlines
from orders.acts import _after_the_end, _grounds, _passing, _times, preserving
from orders.acts._advance import Step
from orders.models import Attempt, ContentItem, Deadline, Ground, RemovalOrder
from orders.regulation import receipts
from orders.regulation.annexes import MeasureTaken
from orders.regulation.limits import ClockGround
from orders.regulation.receipts import Reached
from orders.regulation.regions import OPEN, Disclosure, Execution, Measure, ReceiptBasis

METHODS = {
    Measure.REMOVED: "report_removed",
    Measure.DISABLED_IN_ALL_MEMBER_STATES: "report_disabled",
    Measure.ALREADY_UNAVAILABLE: "report_already_gone",
}


@dataclass(frozen=True)
class Known:
    """What is on record about an order before its measures are recorded, read once for all its items."""

    stated_receipt: datetime | None  # by the form
    tried_at: datetime | None
    stopped: list[Deadline]  # hours
    questioned: set[int]  # items with an open ground


def record(step: Step, measures: Sequence[MeasureTaken], stated_receipt: datetime | None) -> bool:
    """Record the measures of one form, with the receipt that it states; whether any of them moved anything."""
    grounds = Ground.objects.filter(item__order=step.order, closed_at=None)
    questioned = set(grounds.values_list("item_id", flat=True))
    known = Known(stated_receipt, _tried_at(step.order), list(deadlines.stopped(step.case.dossier)), questioned)
    effects = [_record(step, taken, known) for taken in measures]
    return any(effects)


def _record(step: Step, taken: MeasureTaken, known: Known) -> bool:
    item = step.case.item(taken.item)
    if not item.measure:  # the first report of a measure decides; a further one has no effect on any hour
        for stopped in known.stopped:
            if stopped.item_id == item.pk and deadlines.is_decided(stopped, taken_at=taken.taken_at):
                step.case.measure(stopped, taken_at=taken.taken_at, reported_at=step.at)
    measure, basis = _in_law(step, taken, known)
    methods = METHODS if item.execution in OPEN else _after_the_end.methods(step, item, taken_at=taken.taken_at)
    method = methods.get(measure)
    if method is None:
        step.no_effect = f"item {item.number} is {Execution(item.execution).gloss}: nothing more is required"
        return False
    clock = step.case.clock_of(item)
    report = {"taken_at": taken.taken_at, "reported_at": step.at, "received_at": known.stated_receipt}
    step.move(item, method, **report, receipt_basis=basis)
    step.facts.setdefault("measured", []).append({"item": item.number, "measure": measure, "receipt_basis": basis})
    if clock is not None:
        step.case.measure(clock, taken_at=taken.taken_at, reported_at=step.at)
    if item.pk in known.questioned:
        _grounds.close_all(step, item, at=step.at)
    _follow(step, item)
    _after_the_end.owe_reinstatement(step, item)
    return True


def _in_law(step: Step, taken: MeasureTaken, known: Known) -> tuple[Measure, ReceiptBasis | None]:
    """The measure by its time, and what shows that the order had come by then; flags what the form does not say."""
    order, tolerance = step.order, _times.tolerance()
    if order.received_at is None or order.issued_at is None:  # of what was sent, the answer itself proves receipt
        return taken.measure, None
    reached = Reached(order.received_at, order.issued_at, known.stated_receipt, known.tried_at)
    measure = receipts.measure(taken.measure, reached, taken_at=taken.taken_at, tolerance=tolerance)
    if measure is Measure.ALREADY_UNAVAILABLE:
        return measure, None
    basis = receipts.basis(reached, taken_at=taken.taken_at, tolerance=tolerance)
    if taken.measure is Measure.ALREADY_UNAVAILABLE:
        step.flags.add("unavailable_after_receipt")
    if basis is not ReceiptBasis.PROVEN:
        step.flags.add("before_proven_receipt")
    elif taken.taken_at < order.received_at:
        step.flags.add("clock_skew")
    return measure, basis


def _tried_at(order: RemovalOrder) -> datetime | None:
    """The first try to bring the order that the other side answered, or that an officer made by hand."""
    tries = Attempt.objects.filter(message__dossier=order.dossier_id, message__type="order.issued")
    tries = tries.filter(message__recipient=order.provider.code)
    answered = tries.filter(outcome="accepted") | tries.exclude(http_status=None)
    by_hand = order.dossier.entries.filter(act="record_submission", facts__type="order.issued")
    submitted = by_hand.values_list("facts__submitted_at", flat=True)
    known = [*answered.values_list("ended_at", flat=True), *map(datetime.fromisoformat, submitted)]
    return min(known, default=None)


def _follow(step: Step, item: ContentItem) -> None:
    """What a measure sets going: its report (C3), preservation (C15), information of the content provider (C19)."""
    assert item.taken_at is not None
    step.case.elapsed("C3", starts_at=item.taken_at, ground=ClockGround.MEASURE, done_at=step.at, item=item)
    preserving.begin(step, item)
    if step.order.disclosure == Disclosure.ALLOWED and item.execution != Execution.ALREADY_GONE:
        _passing.owe_information(step.case, since=item.taken_at, ground=ClockGround.MEASURE)
