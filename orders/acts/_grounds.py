"""Annex III grounds under lock: opened, closed, and the fresh hour when none is left (Art. 3(7)-(8))."""

from datetime import datetime

from django.db.models import Max

from orders import canonical
from orders.acts import _times
from orders.acts._advance import Step
from orders.acts.refusals import Invalid
from orders.models import ContentItem, Ground, RemovalOrder
from orders.regulation import limits
from orders.regulation.annexes import AnnexIII
from orders.regulation.limits import ONE_HOUR, ClockGround
from orders.regulation.regions import OPEN, Execution, GroundKind

IMPOSSIBLE = GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY
UNCLEAR = (GroundKind.MANIFEST_ERRORS, GroundKind.INSUFFICIENT_INFORMATION)


def start_hour(step: Step, item: ContentItem, *, starts_at: datetime, ground: ClockGround) -> None:
    """Open an hour for `item`."""
    step.case.start(ONE_HOUR.code, starts_at=starts_at, ground=ground, item=item)


def open_one(step: Step, item: ContentItem, annex: AnnexIII, *, since: datetime, late: bool) -> None:
    """Open what `annex` notifies for `item`; of an impossibility both sides are reminded while it lasts (case 7)."""
    ground = Ground(
        item=item,
        kind=annex.reason,
        since=since,
        notified_at=step.at,
        opened_by=step.case.next_number,
        explanation=annex.explanation,
        needed=[{"question": question.question, "text": question.text} for question in annex.needed],
        after_limit=late,
    )
    if annex.reason is IMPOSSIBLE:
        scale = step.order.limit_scale
        ground.next_reminder_at = limits.next_reminder(step.at, after=step.at, scale=scale)
    ground.save()


def loop_of(item: ContentItem) -> int:
    """In which loop of clarification a question about `item` is, from 1: what is asked after an answer is the next."""
    answered = Ground.objects.filter(item=item, kind__in=UNCLEAR).exclude(clarified_by=None)
    return answered.order_by().values("clarified_by").distinct().count() + 1


def loop_began(item: ContentItem) -> datetime | None:
    """When the provider received the last clarification about `item`, which its next question is about, if any."""
    received = Ground.objects.filter(item=item, kind__in=UNCLEAR).exclude(clarified_by=None)
    return received.aggregate(last=Max("closed_at"))["last"]


def is_asked(item: ContentItem) -> bool:
    """Whether a question about `item` waits for the answer of the issuing authority."""
    return Ground.objects.filter(item=item, kind__in=UNCLEAR, clarified_by=None, closed_at=None).exists()


def close(step: Step, ground: Ground, *, ceased_at: datetime) -> None:
    """Close one ground at the time it ceased."""
    ground.closed_at, ground.closed_by, ground.next_reminder_at = ceased_at, step.case.next_number, None
    ground.save()


def close_all(step: Step, item: ContentItem, *, at: datetime) -> None:
    """Close whatever is open for an item that is done or no longer required."""
    for ground in Ground.objects.filter(item=item, closed_at=None):
        close(step, ground, ceased_at=max(at, ground.notified_at))


def resume_if_free(step: Step, item: ContentItem, method: str) -> None:
    """A fresh full hour when no ground is open any more; it starts when the last one ceased.

    Never before the hour that was displaced, and so never before receipt: a ground that was over by then took nothing.
    """
    grounds = list(Ground.objects.filter(item=item))
    if item.execution != Execution.DISPLACED or any(ground.closed_at is None for ground in grounds):
        return
    last = max(grounds, key=lambda ground: (ground.closed_at, ground.pk))
    reason = ClockGround.GROUNDS_CEASED if last.kind == IMPOSSIBLE else ClockGround.CLARIFICATION
    assert last.closed_at is not None
    before = item.deadlines.filter(code=ONE_HOUR.code).values_list("starts_at", flat=True)
    step.move(item, method)
    start_hour(step, item, starts_at=max(last.closed_at, *before), ground=reason)


def impossibilities(order: RemovalOrder) -> list[Ground]:
    """The grounds of Art. 3(7) that were ever notified about `order`, oldest first, each named by its notice."""
    notified = Ground.objects.filter(item__order=order, kind=IMPOSSIBLE)
    return list(notified.select_related("item").order_by("pk"))


def cease(step: Step, items: tuple[int, ...], ceased_at: datetime, method: str, *, named: tuple[int, ...] = ()) -> bool:
    """The impossibilities of `items` (or of all) ceased at `ceased_at`; whether one of them was still open.

    Those `named` by the entries of their notices are meant, else what had arisen by then: of nested ones, which arose
    later stays open, and the hour displaced. Refuses impossible times, and items of which none was ever notified.
    """
    _times.check_not_future(ceased_at, step.at, "/ceased_at")
    known = [one for one in impossibilities(step.order) if not items or one.item.number in items]
    known = _named(known, named)
    arisen = [ground for ground in known if ground.since <= ceased_at]
    _check(known, arisen, ceased_at, all_of_them=bool(named))
    still = [ground for ground in arisen if ground.closed_at is None]
    step.facts.update(items=sorted({ground.item.number for ground in still or arisen}), ceased_at=ceased_at)
    if named:
        step.facts["grounds"] = sorted(named)
    for ground in still:
        close(step, ground, ceased_at=ceased_at)
    for item in step.case.items:
        resume_if_free(step, item, method)
    return bool(still)


def _named(known: list[Ground], named: tuple[int, ...]) -> list[Ground]:
    """Those of `known` that are named by the entries of their notices, all where none is."""
    for index, entry in enumerate(named):
        if entry not in [ground.opened_by for ground in known]:
            there = ", ".join(sorted({str(ground.opened_by) for ground in known})) or "none"
            raise Invalid(
                f"No such impossibility was notified in entry {entry}. Those that were, by their entries: {there}.",
                pointer=f"/grounds/{index}",
                got=entry,
                code="no-such-ground",
            )
    return [ground for ground in known if not named or ground.opened_by in named]


def why_over(step: Step) -> str:
    """Why nothing ceases any more of the items that the act names: each is done, or an earlier end is on record."""
    item = step.case.item(step.facts["items"][0])
    if item.execution not in OPEN:
        return f"item {item.number} is {Execution(item.execution).gloss}: nothing more is required"
    ended = Ground.objects.filter(item=item, kind=IMPOSSIBLE).exclude(closed_at=None).latest("closed_at").closed_at
    assert ended is not None
    return f"that the grounds of item {item.number} ceased is on record already, as of {canonical.instant(ended)}"


def _check(known: list[Ground], arisen: list[Ground], ceased_at: datetime, *, all_of_them: bool) -> None:
    if not known:
        raise Invalid(
            "No force majeure or impossibility was ever notified for these items: nothing can cease.",
            pointer="/items",
            code="no-such-ground",
        )
    if not arisen or (all_of_them and arisen != known):
        raise Invalid(
            "The grounds cannot cease before they arose.", pointer="/ceased_at", got=ceased_at, code="before-grounds"
        )
