"""What the hosting service provider answers (Art. 3(6)-(8)). A statement of fact is always recorded."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from orders import deadlines
from orders.acts import _grounds, _measuring, _times, transmitting
from orders.acts._advance import Step, advance
from orders.acts._known import check_known
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid
from orders.models import ContentItem, LedgerEntry, RemovalOrder
from orders.regulation.annexes import AnnexII, AnnexIII
from orders.regulation.limits import ClockGround, Stop
from orders.regulation.regions import ENDED, OPEN, Execution, Force, GroundKind


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


@transaction.atomic
def acknowledge(
    *, order: RemovalOrder, provider_reference: str = "", by: Capacity, at: datetime, exhibit: str = ""
) -> Answer:
    """Seen. Changes no clock: the TCO text gives an acknowledgement no legal effect."""
    transmitting.prove_receipt(order=order, rule="answer", channel=by.channel, at=at, measured=())
    with advance(order, "acknowledge", by=by, at=at) as step:
        step.facts.update(provider_reference=provider_reference, exhibit=exhibit)
        step.move(step.order, "acknowledge", at=at, provider_reference=provider_reference)
    return filed(step, [])


@transaction.atomic
def report_removal(*, order: RemovalOrder, annex: AnnexII, by: Capacity, at: datetime, exhibit: str = "") -> Answer:
    """Annex II: per item, the measure and the time it was taken, which decides; `at` is when the report arrived.

    Flags, with which the answer is recorded all the same: `before_proven_receipt`, `unavailable_after_receipt`,
    `clock_skew` (case 22), `receipt_drift`, `reinstatement_due`. Raises Invalid for an unknown item or a future time.
    """
    measured = [measure.item for measure in annex.measures]
    check_known(order, measured, "/measures/{}/item")
    for index, measure in enumerate(annex.measures):
        _times.check_not_future(measure.taken_at, at, f"/measures/{index}/taken_at")
    transmitting.prove_receipt(order=order, rule="answer", channel=by.channel, at=at, measured=measured)
    with advance(order, "report_removal", by=by, at=at) as step:
        step.facts.update(annex_ii=annex, exhibit=exhibit)
        for measure in annex.measures:
            _flag_skew(step, measure.taken_at)
        effective = _measuring.record(step, annex.measures, annex.received_at)
        _conclude(step, effective, annex.received_at)
    return filed(step, measured)


def _flag_skew(step: Step, stated: datetime) -> None:
    if stated > step.at:
        step.flags.add("clock_skew")


@transaction.atomic
def report_impossibility(
    *, order: RemovalOrder, annex: AnnexIII, by: Capacity, at: datetime, exhibit: str = ""
) -> Answer:
    """Annex III, first box: while the grounds last the hour does not run (Art. 3(7))."""
    if annex.grounds_since is None:
        raise Invalid(
            "Say since when: grounds_since is required for this reason.", pointer="/grounds_since", code="required"
        )
    _times.check_not_future(annex.grounds_since, at, "/grounds_since")
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
    transmitting.prove_receipt(order=order, rule="answer", channel=by.channel, at=at, measured=())
    with advance(order, act, by=by, at=at) as step:
        step.facts.update(annex_iii=annex, exhibit=exhibit)
        _flag_skew(step, annex.grounds_since or at)
        named = [item for item in step.case.items if not annex.items or item.number in annex.items]
        numbers = [item.number for item in named]
        repeated = _count_loops(step, named) if annex.reason in _grounds.UNCLEAR else {}
        effects = [_open_ground(step, item, annex, method) for item in named]
        _conclude(step, any(effects), annex.received_at)
        if any(effects):
            ground = {"reason": annex.reason, "explanation": annex.explanation, "items": numbers}
            step.tell("order.ground_notified", step.issuer, **ground)
        for loop, items in repeated.items():
            step.tell("order.clarification_repeated", step.issuer, loop=loop, items=items)
    return filed(step, numbers)


def _count_loops(step: Step, named: list[ContentItem]) -> dict[int, list[int]]:
    """Write down the highest loop of clarification that this question opens or joins (case 6).

    Returns the items of which the issuing authority is alerted, by their loop: those that were clarified before and
    are asked about again, the first time in this loop.
    """
    asked = [(item, _grounds.loop_of(item)) for item in named if item.execution in OPEN]
    if asked:
        step.facts["loop"] = max(loop for _, loop in asked)
    repeated: dict[int, list[int]] = {}
    for item, loop in asked:
        if loop > 1 and not _grounds.is_asked(item):
            repeated.setdefault(loop, []).append(item.number)
    return repeated


def _open_ground(step: Step, item: ContentItem, annex: AnnexIII, method: str) -> bool:
    if item.execution not in OPEN:
        step.no_effect = f"item {item.number} is {Execution(item.execution).gloss}: nothing is left to displace"
        return False
    clock = step.case.clock_of(item)
    late = clock is not None and clock.due_at is not None and clock.due_at < step.at
    impossible = annex.reason is GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY
    since = annex.grounds_since if impossible and annex.grounds_since else step.at
    step.move(item, method)
    if clock is not None:
        counts = late and step.order.rules.late_notice == "counts"
        number = step.case.next_number
        deadlines.stop(clock, because=Stop.DISPLACED, at=step.at, since=since if counts else None, entry=number)
        step.case.touch(clock)
    if late:
        step.flags.add("ground_claimed_late")
    _grounds.open_one(step, item, annex, since=since, late=late)
    code, ground, arose = _impossible_since(step, since) if impossible else _unclear_since(step, item)
    step.case.elapsed(code, starts_at=arose, ground=ground, done_at=step.at, item=item)
    return True


def _impossible_since(step: Step, since: datetime) -> tuple[str, ClockGround, datetime]:
    """The notice is due without undue delay from when the ground arose, and never before the order was received."""
    received_at = step.order.received_at or step.at
    return ("C4", ClockGround.GROUND_AROSE, since) if since > received_at else ("C4", ClockGround.RECEIPT, received_at)


def _unclear_since(step: Step, item: ContentItem) -> tuple[str, ClockGround, datetime]:
    """The question is due without undue delay from receipt of what is unclear: the order, or the last clarification."""
    clarified_at = _grounds.loop_began(item)
    if clarified_at is not None:
        return "C5", ClockGround.CLARIFICATION, clarified_at
    return "C5", ClockGround.RECEIPT, step.order.received_at or step.at


@transaction.atomic
def report_grounds_ceased(
    *,
    order: RemovalOrder,
    items: tuple[int, ...],
    ceased_at: datetime,
    grounds: tuple[int, ...] = (),
    by: Capacity,
    at: datetime,
    exhibit: str = "",
) -> Answer:
    """The grounds of Art. 3(7) ceased at `ceased_at`: a fresh full hour from that time, not the remainder.

    Where several are nested `grounds` may name those that ceased, by the entries of their notices.

    Without effect, and never refused, where they are closed already: with the order or the item, or because the issuing
    authority recorded their end before. Raises Invalid for items of which no such ground was ever notified.
    """
    check_known(order, items, "/items/{}")
    transmitting.prove_receipt(order=order, rule="answer", channel=by.channel, at=at, measured=())
    with advance(order, "report_grounds_ceased", by=by, at=at) as step:
        _flag_skew(step, ceased_at)
        step.facts["exhibit"] = exhibit
        effective = _grounds.cease(step, items, ceased_at, "resume_when_ceased", named=grounds)
        if effective:
            step.tell("order.grounds_ceased", step.issuer, ceased_at=ceased_at, items=step.facts["items"])
        else:
            step.no_effect = _grounds.why_over(step)
        _conclude(step, effective, None)
    return filed(step, step.facts["items"])


def _conclude(step: Step, effective: bool, stated_receipt: datetime | None) -> None:
    received_at = step.order.received_at
    if stated_receipt and received_at and abs(stated_receipt - received_at) > _times.tolerance():
        step.flags.add("receipt_drift")
    if effective:
        step.no_effect = ""
    elif step.order.force in ENDED:
        step.no_effect = f"the order is {Force(step.order.force).gloss}: nothing more is required"
    step.facts.update(flags=sorted(step.flags), effect="none" if step.no_effect else "recorded")


def filed(step: Step, items: list[int]) -> Answer:
    """The answer as the provider gets it, after its step was written."""
    assert step.entry is not None  # set when the step was written
    return Answer(step.order, step.entry, items, sorted(step.flags), step.no_effect)
