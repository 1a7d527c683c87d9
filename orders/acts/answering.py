"""What the hosting service provider answers (Art. 3(6)-(8)). A statement of fact is always recorded."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from orders import deadlines
from orders.acts import transmitting
from orders.acts._advance import Step, advance
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid
from orders.models import ContentItem, Ground, LedgerEntry, RemovalOrder
from orders.regulation.annexes import AnnexII, AnnexIII, MeasureTaken
from orders.regulation.limits import Stop
from orders.regulation.regions import OPEN, Execution, Force, GroundKind, Measure

METHODS = {
    Measure.REMOVED: "report_removed",
    Measure.DISABLED_IN_ALL_MEMBER_STATES: "report_disabled",
    Measure.ALREADY_UNAVAILABLE: "report_already_gone",
}


@dataclass
class Answer:
    """What became of an answer: its entry, whether it had an effect, why not, and what was noticed about it."""

    order: RemovalOrder
    entry: LedgerEntry
    items: list[int]
    flags: list[str]
    reason: str = ""

    @property
    def effect(self) -> str:
        return "none" if self.reason else "recorded"


def tolerance() -> timedelta:
    """By how much a provider's clock may differ from ours (case 22)."""
    return timedelta(seconds=settings.MEASURE_TOLERANCE_SECONDS)


@transaction.atomic
def acknowledge(
    *, order: RemovalOrder, provider_reference: str = "", by: Capacity, at: datetime, exhibit: str = ""
) -> Answer:
    """Seen. Changes no clock: the TCO text gives an acknowledgement no legal effect."""
    transmitting.prove_receipt(order=order, rule="answer", at=at, measured=())
    with advance(order, "acknowledge", by=by, at=at) as step:
        step.facts.update(provider_reference=provider_reference, exhibit=exhibit)
        step.move(step.order, "acknowledge", at=at, provider_reference=provider_reference)
    return _filed(step, [])


@transaction.atomic
def report_removal(*, order: RemovalOrder, annex: AnnexII, by: Capacity, at: datetime, exhibit: str = "") -> Answer:
    """Annex II: per item, the measure and the time it was taken, which decides; `at` is when the report arrived."""
    measured = [measure.item for measure in annex.measures]
    check_known(order, measured, "/measures/{}/item")
    for index, measure in enumerate(annex.measures):
        check_not_future(measure.taken_at, at, f"/measures/{index}/taken_at")
    transmitting.prove_receipt(order=order, rule="answer", at=at, measured=measured)
    with advance(order, "report_removal", by=by, at=at) as step:
        step.facts.update(annex_ii=annex, exhibit=exhibit)
        effects = [_measure(step, measure, annex.received_at) for measure in annex.measures]
        _conclude(step, any(effects), annex.received_at)
    return _filed(step, measured)


def _measure(step: Step, taken: MeasureTaken, received_at: datetime | None) -> bool:
    item = _item(step, taken.item)
    _flag_skew(step, taken.taken_at)
    if item.execution not in OPEN:
        step.no_effect = f"item {item.number} is {Execution(item.execution).gloss}: nothing more is required"
        return False
    method = METHODS[_measure_of(step, taken)]
    clock = step.case.clock_of(item)
    step.move(item, method, taken_at=taken.taken_at, reported_at=step.at, received_at=received_at)
    for answered in [*deadlines.missed(item), *([clock] if clock else [])]:
        deadlines.answer(answered, taken_at=taken.taken_at, reported_at=step.at, entry=step.case.next_number)
        step.case.touch(answered)
    for ground in Ground.objects.filter(item=item, closed_at=None):
        transmitting.close_ground(step, ground, ceased_at=step.at)
    return True


def _flag_skew(step: Step, stated: datetime) -> None:
    if stated > step.at:
        step.flags.add("clock_skew")


def _measure_of(step: Step, taken: MeasureTaken) -> Measure:
    """A measure before receipt, beyond the tolerance, means that the content was already gone (case 18)."""
    received_at = step.order.received_at
    if received_at is not None and taken.taken_at < received_at - tolerance():
        return Measure.ALREADY_UNAVAILABLE
    return taken.measure


@transaction.atomic
def report_impossibility(
    *, order: RemovalOrder, annex: AnnexIII, by: Capacity, at: datetime, exhibit: str = ""
) -> Answer:
    """Annex III, first box: while the grounds last the hour does not run (Art. 3(7))."""
    if annex.grounds_since is None:
        raise Invalid(
            "Say since when: grounds_since is required for this reason.", pointer="/grounds_since", code="required"
        )
    check_not_future(annex.grounds_since, at, "/grounds_since")
    return _displace(order, annex, "report_impossibility", "displace_as_impossible", by, at, exhibit)


@transaction.atomic
def seek_clarification(
    *, order: RemovalOrder, annex: AnnexIII, by: Capacity, at: datetime, exhibit: str = ""
) -> Answer:
    """Annex III, second and third box: a question to the issuing authority; the hour does not run (Art. 3(8))."""
    if annex.reason is GroundKind.INSUFFICIENT_INFORMATION and not annex.needed:
        raise Invalid("Say what you need: at least one question in needed.", pointer="/needed", code="question-missing")
    return _displace(order, annex, "seek_clarification", "displace_as_unclear", by, at, exhibit)


def _displace(
    order: RemovalOrder, annex: AnnexIII, act: str, method: str, by: Capacity, at: datetime, exhibit: str
) -> Answer:
    check_known(order, annex.items, "/items/{}")
    transmitting.prove_receipt(order=order, rule="answer", at=at, measured=())
    with advance(order, act, by=by, at=at) as step:
        step.facts.update(annex_iii=annex, exhibit=exhibit)
        _flag_skew(step, annex.grounds_since or at)
        named = [item for item in step.case.items if not annex.items or item.number in annex.items]
        numbers = [item.number for item in named]
        effects = [_open_ground(step, item, annex, method) for item in named]
        _conclude(step, any(effects), annex.received_at)
        if any(effects):
            ground = {"reason": annex.reason, "explanation": annex.explanation, "items": numbers}
            step.tell("order.ground_notified", step.issuer, **ground)
    return _filed(step, numbers)


def _open_ground(step: Step, item: ContentItem, annex: AnnexIII, method: str) -> bool:
    if item.execution not in OPEN:
        step.no_effect = f"item {item.number} is {Execution(item.execution).gloss}: nothing is left to displace"
        return False
    clock = step.case.clock_of(item)
    late = clock is not None and clock.due_at < step.at
    step.move(item, method)
    if clock is not None:
        deadlines.stop(clock, because=Stop.DISPLACED, at=step.at, entry=step.case.next_number)
        step.case.touch(clock)
    if late:
        step.flags.add("ground_claimed_late")
    Ground.objects.create(
        item=item,
        kind=annex.reason,
        since=annex.grounds_since or step.at,
        notified_at=step.at,
        opened_by=step.case.next_number,
        explanation=annex.explanation,
        needed=[{"question": question.question, "text": question.text} for question in annex.needed],
        after_limit=late,
    )
    return True


@transaction.atomic
def report_grounds_ceased(
    *, order: RemovalOrder, items: tuple[int, ...], ceased_at: datetime, by: Capacity, at: datetime, exhibit: str = ""
) -> Answer:
    """The grounds of Art. 3(7) ceased at `ceased_at`: a fresh full hour from that time, not the remainder."""
    check_known(order, items, "/items/{}")
    check_not_future(ceased_at, at, "/ceased_at")
    transmitting.prove_receipt(order=order, rule="answer", at=at, measured=())
    with advance(order, "report_grounds_ceased", by=by, at=at) as step:
        grounds = _open_impossibilities(step, items)
        _check_ceased(grounds, ceased_at)
        _flag_skew(step, ceased_at)
        step.facts.update(
            items=sorted({ground.item.number for ground in grounds}),
            ceased_at=ceased_at,
            exhibit=exhibit,
            flags=sorted(step.flags),
        )
        for ground in grounds:
            transmitting.close_ground(step, ground, ceased_at=ceased_at)
        for item in step.case.items:
            transmitting.resume_if_free(step, item, "resume_when_ceased")
        step.tell("order.grounds_ceased", step.issuer, ceased_at=ceased_at, items=step.facts["items"])
    return _filed(step, step.facts["items"])


def _open_impossibilities(step: Step, items: tuple[int, ...]) -> list[Ground]:
    grounds = Ground.objects.filter(
        item__order=step.order, closed_at=None, kind=GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY
    ).select_related("item")
    return [ground for ground in grounds.order_by("pk") if not items or ground.item.number in items]


def _check_ceased(grounds: list[Ground], ceased_at: datetime) -> None:
    if not grounds:
        raise Invalid(
            "No ground of force majeure or impossibility is open for these items: nothing can cease.",
            pointer="/items",
            code="no-such-ground",
        )
    latest = max(ground.since for ground in grounds)
    if ceased_at < latest:
        raise Invalid(
            "The grounds cannot cease before they arose.", pointer="/ceased_at", got=ceased_at, code="before-grounds"
        )


def check_known(order: RemovalOrder, items: list[int] | tuple[int, ...], pointer: str) -> None:
    """Refuse item numbers that `order` does not have, and the same one twice."""
    known = set(order.items.values_list("number", flat=True))
    for index, item in enumerate(items):
        if item not in known:
            names = ", ".join(str(number) for number in sorted(known))
            raise Invalid(
                f"{order.reference} has no item {item}: it has {names}.",
                pointer=pointer.format(index),
                got=item,
                code="unknown-item",
            )
        if item in items[:index]:
            raise Invalid(
                f"Item {item} is named twice: say one thing of it.",
                pointer=pointer.format(index),
                got=item,
                code="validation",
            )


def check_not_future(stated: datetime, at: datetime, pointer: str) -> None:
    """Refuse an instant that lies in the future by more than a clock may be off."""
    if stated > at + tolerance():
        minutes = (stated - at) / timedelta(minutes=1)
        raise Invalid(
            f"The time is {minutes:.0f} min after our clock. Nothing was recorded; send the time at which it happened.",
            pointer=pointer,
            got=stated,
            code="time-in-future",
        )


def _item(step: Step, number: int) -> ContentItem:
    return next(item for item in step.case.items if item.number == number)


def _conclude(step: Step, effective: bool, stated_receipt: datetime | None) -> None:
    received_at = step.order.received_at
    if stated_receipt and received_at and abs(stated_receipt - received_at) > tolerance():
        step.flags.add("receipt_drift")
    if effective:
        step.no_effect = ""
    elif step.order.force in (Force.WITHDRAWN, Force.ANNULLED_BY_SCRUTINY, Force.ANNULLED_BY_COURT):
        step.no_effect = f"the order is {Force(step.order.force).gloss}: nothing more is required"
    step.facts.update(flags=sorted(step.flags), effect="none" if step.no_effect else "recorded")


def _filed(step: Step, items: list[int]) -> Answer:
    assert step.entry is not None  # set when the step was written
    return Answer(step.order, step.entry, items, sorted(step.flags), step.no_effect)
