"""What follows from a row itself or from how rows belong together, beside what entries say."""

from collections.abc import Iterator
from typing import Any

from orders import canonical
from orders.evidence.checks._entries import is_when, moved_items
from orders.evidence.checks._subject import Finding, Subject
from orders.models import ContentItem, Deadline, Dossier, RemovalOrder
from orders.regulation.limits import LIMITS, ClockGround
from orders.regulation.regions import Actor, Execution, Force, Measure

DOES = {
    Execution.REMOVED: Measure.REMOVED,
    Execution.DISABLED: Measure.DISABLED_IN_ALL_MEMBER_STATES,
    Execution.ALREADY_GONE: Measure.ALREADY_UNAVAILABLE,
}


def rows(subject: Subject) -> Iterator[Finding]:
    """Findings where a row is missing, belongs to another dossier, or says what nothing supports."""
    order = subject.order
    if order is None:
        if subject.dossier.kind == Dossier.Kind.REMOVAL_ORDER:
            yield subject.finding(None, "the order of this dossier has no row")
        return
    yield from _order(subject, order)
    for item in order.items.all():
        yield from _address(subject, item)
        yield from _measure(subject, item)
    for clock in subject.clocks:
        yield from _clock(subject, clock, order)


def _order(subject: Subject, order: RemovalOrder) -> Iterator[Finding]:
    first = subject.entry(1)
    if first is not None and first.act == "draft":
        yield from subject.differs(
            1, "created_at", is_=canonical.instant(order.created_at), should=canonical.instant(first.occurred_at)
        )
        rules = first.facts.get("rule_version", order.rule_version)  # older entries do not say
        yield from subject.differs(1, "rule_version", is_=order.rule_version, should=rules)
    if order.force == Force.NOT_IN_FORCE:
        signed: tuple[Any, ...] = (order.annex_i_id, order.annex_i_jws or None, order.signing_key_id, order.appeal_days)
        yield from subject.differs(None, "what is frozen at issue", is_=any(map(bool, signed)), should=False)


def _address(subject: Subject, item: ContentItem) -> Iterator[Finding]:
    """The canonical address and its hash are those of the address, in the form that the row names."""
    yield from subject.differs(None, f"url_form of item {item.number}", is_=item.url_form, should=canonical.URL_FORM)
    form = canonical.url(item.url)
    said = {
        "canonical_url": (item.canonical_url, form),
        "url_sha256": (item.url_sha256, canonical.sha256(form.encode())),
    }
    for name, (is_, should) in said.items():
        yield from subject.differs(None, f"{name} of item {item.number}", is_=is_, should=should)


def _measure(subject: Subject, item: ContentItem) -> Iterator[Finding]:
    """The measure is what the entry that moved the item says that was done."""
    by = [(entry, does) for entry in subject.entries for does in DOES if _did(entry, item, does)]
    number, should = (by[-1][0].number, DOES[by[-1][1]].value) if by else (None, "")
    yield from subject.differs(number, f"measure of item {item.number}", is_=item.measure, should=should)


def _did(entry: Any, item: ContentItem, does: Execution) -> bool:
    return f"item:{item.number}" in moved_items(entry, "execution", {does})


def _clock(subject: Subject, clock: Deadline, order: RemovalOrder) -> Iterator[Finding]:
    """Whom it binds, whose item it is about, when its end was noticed, and that the sweep still looks at it."""
    told = clock.ground == ClockGround.INFORMED
    role = Actor.CONTENT_PROVIDER if told else LIMITS[clock.code].debtor
    what = f"of the clock {clock.clock_id}"
    yield from subject.differs(clock.start_entry, f"debtor_role {what}", is_=clock.debtor_role, should=role.value)
    if clock.item is not None and clock.item.order_id != order.pk:
        yield subject.finding(clock.start_entry, f"the item {what} is of another order")
    for entry in subject.entries:
        passed = entry.facts.get("clock") == clock.clock_id and "limit_passed" in entry.facts
        before = subject.entry(entry.number - 1)
        if passed and clock.noticed_at is not None and not is_when(entry, before, clock.noticed_at):
            yield subject.finding(entry.number, f"noticed_at {what} is not when the entry was written")
    pairs = {"reported_at": (clock.reported_at, clock.taken_at), "stop": (clock.stop, clock.stopped_at)}
    for name, (is_, beside) in pairs.items():
        empty = f"whether {name} {what} is empty"
        yield from subject.differs(clock.close_entry, empty, is_=not is_, should=not beside)
    if clock.set_aside_at is not None or clock.set_aside_reason:
        yield subject.finding(clock.start_entry, f"the end {what} is not written down: it was set aside")
