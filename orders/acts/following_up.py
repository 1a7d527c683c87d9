"""What the provider reports after the removal: reinstatement, information of the content provider, preservation."""

from datetime import datetime

from django.db import transaction

from orders.acts import _finality, _times, preserving, transmitting
from orders.acts._advance import Step, advance
from orders.acts._known import check_known
from orders.acts.answering import Answer, filed
from orders.acts.capacity import Capacity
from orders.acts.refusals import Invalid
from orders.deadlines import Debtor, appeal_period
from orders.models import RemovalOrder, Scrutiny
from orders.regulation.limits import ClockGround, Stop
from orders.regulation.regions import Actor, Disclosure, Execution, Information, Measure, Preservation, Purpose, Stage

KEPT = (Preservation.PRESERVED, Preservation.PRESERVATION_EXTENDED)


@transaction.atomic
def report_reinstatement(
    *,
    order: RemovalOrder,
    items: tuple[int, ...],
    reinstated_at: datetime,
    kept_down_under: str = "",
    by: Capacity,
    at: datetime,
    exhibit: str = "",
) -> Answer:
    """The content is back (Art. 4(7)), or kept down under the provider's own terms, named by `kept_down_under`.

    Raises Invalid for a time in the future, before the order was issued, or before an item of `items` was taken down.
    """
    check_known(order, items, "/items/{}")
    _times.check_not_future(reinstated_at, at, "/reinstated_at")
    _check_after(order, items, reinstated_at, "/reinstated_at")
    transmitting.prove_receipt(order=order, rule="answer", channel=by.channel, at=at, measured=(), annulled=True)
    with advance(order, "report_reinstatement", by=by, at=at) as step:
        step.facts.update(items=items, reinstated_at=reinstated_at, kept_down_under=kept_down_under, exhibit=exhibit)
        for number in items:
            _reinstate(step, number, reinstated_at, kept_down_under)
        if step.effects:  # of several items one is enough: the answer as a whole had an effect
            step.no_effect = ""
        step.facts.update(effect="none" if step.no_effect else "recorded")
        step.tell("order.reinstatement_reported", step.issuer, items=items, kept_down_under=kept_down_under)
    return filed(step, list(items))


def _check_after(order: RemovalOrder, items: tuple[int, ...], stated: datetime, pointer: str) -> None:
    """Refuse a time before the order was issued, or before one of `items` was taken down."""
    if order.issued_at is not None:
        _times.check_not_before(stated, order.issued_at, pointer, "the order was issued")
    down = order.items.filter(number__in=items).exclude(taken_at=None).exclude(measure=Measure.ALREADY_UNAVAILABLE)
    for item in down:
        assert item.taken_at is not None
        _times.check_not_before(stated, item.taken_at, pointer, f"item {item.number} was taken down")


def _reinstate(step: Step, number: int, reinstated_at: datetime, kept_down_under: str) -> None:
    item = step.case.item(number)
    if item.execution != Execution.REINSTATEMENT_DUE:
        step.no_effect = f"item {number} is {Execution(item.execution).gloss}: no reinstatement is due"
        return
    if kept_down_under:
        step.move(item, "keep_down")
    else:
        step.move(item, "reinstate", at=reinstated_at)
        if item.preservation in KEPT:
            step.move(item, "stop_preserving")
            step.case.stop(step.case.running("C15", item=item), because=Stop.ENDED, at=step.at)
    for clock in step.case.running("C11", item=item):
        step.case.use(clock, at=max(reinstated_at, clock.starts_at))


@transaction.atomic
def inform_content_provider(
    *,
    order: RemovalOrder,
    information: Information,
    informed_at: datetime,
    by: Capacity,
    at: datetime,
    exhibit: str = "",
) -> Answer:
    """The content provider was told (Art. 11(1)-(2)); what was given on request starts their 48 hours and appeal.

    While disclosure is withheld the statement is recorded all the same, and flagged: it has happened (case 11). Nobody
    was told of an order before it was issued: their time would be over before it began.
    """
    _times.check_not_future(informed_at, at, "/informed_at")
    if order.issued_at is not None:
        _times.check_not_before(informed_at, order.issued_at, "/informed_at", "the order was issued")
    transmitting.prove_receipt(order=order, rule="answer", channel=by.channel, at=at, measured=())
    with advance(order, "inform_content_provider", by=by, at=at) as step:
        step.require(step.order, "content_provider_informed")
        step.facts.update(information=information, informed_at=informed_at, exhibit=exhibit)
        if step.order.disclosure != Disclosure.ALLOWED:
            step.flags.add("disclosure-withheld")
        for item in step.case.items:
            item.content_provider_informed_at = item.content_provider_informed_at or informed_at
            step.case.touch(item)
        for clock in step.case.running("C19"):
            step.case.use(clock, at=max(informed_at, clock.starts_at))
        if information is not Information.AVAILABLE:
            _start_remedies(step, informed_at)
        step.facts["flags"] = sorted(step.flags)
    return filed(step, [item.number for item in step.case.items])


CONTENT_PROVIDER = Actor.CONTENT_PROVIDER


def _start_remedies(step: Step, informed_at: datetime) -> None:
    """The content provider's own 48 hours and appeal period, once, from the information of Art. 11(2).

    What was used before, by who knew already, begins no more: nothing could lapse.
    """
    if not step.order.open:  # nothing is left to be scrutinised or appealed
        return
    debtor = Debtor(CONTENT_PROVIDER, "content-provider", step.order.issuing_authority.member_state)
    known = step.order.dossier.deadlines.filter(debtor_role=CONTENT_PROVIDER).values_list("code", flat=True)
    if step.case.scrutiny is not None and "C10a" not in known and not _has_asked(step.case.scrutiny):
        step.case.start("C10a", starts_at=informed_at, ground=ClockGround.INFORMED, owed_by=debtor)
    if "C26" not in known and not _finality.has_appealed(step.order, CONTENT_PROVIDER):
        period = appeal_period(step.order)
        step.case.start("C26", starts_at=informed_at, ground=ClockGround.INFORMED, owed_by=debtor, period=period)


def _has_asked(file: Scrutiny) -> bool:
    """Whether the content provider knew already and asked; one that was dismissed leaves the 48 hours as they are."""
    asked = file.requests.filter(requester=CONTENT_PROVIDER).values_list("decided_by", flat=True)
    dismissed = file.order.dossier.entries.filter(act="decide_scrutiny", facts__outcome=Stage.WINDOW_CLOSED)
    return bool(set(asked) - set(dismissed.values_list("number", flat=True)))


@transaction.atomic
def report_preservation(
    *,
    order: RemovalOrder,
    items: tuple[int, ...],
    what: str,
    happened_at: datetime,
    purpose: Purpose | None = None,
    by: Capacity,
    at: datetime,
    exhibit: str = "",
) -> Answer:
    """Preserved content was kept, accessed (for a stated purpose) or deleted: recorded, with its purpose (Art. 6).

    What is flagged has happened, too early or while the content provider was never informed (case 10). Without effect
    where nothing was preserved. A copy may be kept before the content is taken down. Raises Invalid for other times
    that cannot be.
    """
    check_known(order, items, "/items/{}")
    _times.check_not_future(happened_at, at, "/happened_at")
    _check_after(order, () if what == "kept" else items, happened_at, "/happened_at")
    if what == "accessed" and purpose is None:
        raise Invalid("Say for which purpose of Art. 6(1) it was accessed.", pointer="/purpose", code="required")
    transmitting.prove_receipt(order=order, rule="answer", channel=by.channel, at=at, measured=())
    with advance(order, "report_preservation", by=by, at=at) as step:
        if any(step.case.item(number).preservation != Preservation.NONE for number in items):
            step.require(step.order, "preservation_reported")
        else:
            step.no_effect = f"nothing of item {items[0]} was preserved: there is nothing to report on"
        step.facts.update(items=items, what=what, happened_at=happened_at, purpose=purpose, exhibit=exhibit)
        if what == "ended" and any(step.case.item(number).preservation in KEPT for number in items):
            step.flags.add("preservation_still_due")
        if what == "ended" and _was_kept(step, items) and preserving.never_informed(step.order):
            step.flags.add("content_provider_never_informed")
        step.facts.update(flags=sorted(step.flags), effect="none" if step.no_effect else "recorded")
    return filed(step, list(items))


def _was_kept(step: Step, items: tuple[int, ...]) -> bool:
    """Whether one of `items` was preserved at all and is not back online."""
    named = [step.case.item(number) for number in items]
    return any(item.preservation != Preservation.NONE and item.reinstated_at is None for item in named)
