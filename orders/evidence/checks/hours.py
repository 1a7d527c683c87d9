"""The clocks and the receipts that start them: what the rows say follows from what the ledger says."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from orders import canonical
from orders.acts.transmitting import PROVEN_BY_ACT
from orders.evidence.checks._entries import is_when
from orders.evidence.checks._subject import Finding, Subject
from orders.models import Deadline
from orders.regulation import limits
from orders.regulation.limits import LIMITS
from orders.regulation.regions import Actor


def clocks(subject: Subject) -> Iterator[Finding]:
    """Each clock: as its ledger entry started it, its passing noticed by an entry, its verdict what its facts give."""
    for clock in subject.clocks:
        yield from _started(subject, clock)
        yield from _terms(subject, clock)
        yield from _judged(subject, clock)
    yield from _none_missing(subject)


def _started(subject: Subject, clock: Deadline) -> Iterator[Finding]:
    entry = subject.entry(clock.start_entry)
    started = entry.facts.get("clocks_started", []) if entry else []
    fact = next((start for start in started if start.get("clock") == clock.clock_id), None)
    if fact is None:
        yield subject.finding(clock.start_entry, f"the clock {clock.clock_id} is not started by this entry")
        return
    item = clock.item.number if clock.item else None
    said: dict[str, Any] = {"code": clock.code, "item": item, "ground": clock.ground}
    said |= {"starts_at": clock.starts_at, "due_at": clock.due_at}
    for name, value in canonical.plain(said).items():
        yield from subject.differs(
            clock.start_entry, f"{name} of the clock {clock.clock_id}", is_=value, should=fact.get(name)
        )
    limit = LIMITS[clock.code]
    if limit.period is not None and limit.period.unit == "hours":  # others may be set by a decision or a calendar
        due = limits.due_at(limit, clock.starts_at, scale=clock.scale, rule=clock.period_rule)
        yield from subject.differs(clock.start_entry, "due_at", is_=_instant(clock.due_at), should=_instant(due))


def _terms(subject: Subject, clock: Deadline) -> Iterator[Finding]:
    """Who owes, by which article and by which rules: as the order and its parties are."""
    order = subject.order
    if order is None:
        return
    debtors = {
        Actor.PROVIDER: order.provider.code,
        Actor.ISSUING_AUTHORITY: order.issuing_authority.code,
        Actor.SCRUTINISING_AUTHORITY: order.home_authority.code if order.home_authority else None,
        Actor.CONTENT_PROVIDER: Actor.CONTENT_PROVIDER.replace("_", "-"),
    }
    should = {
        "article": LIMITS[clock.code].article,
        "debtor": debtors.get(Actor(clock.debtor_role)),
        "period_rule": order.rules.period,
        "proof": order.rules.proof,
        "scale": order.limit_scale,
    }
    for name, value in should.items():
        what = f"{name} of the clock {clock.clock_id}"
        yield from subject.differs(clock.start_entry, what, is_=getattr(clock, name), should=value)


def _none_missing(subject: Subject) -> Iterator[Finding]:
    """Every clock that an entry started has its row, and its limit passed when an entry says so, and only then."""
    rows = {clock.clock_id: clock for clock in subject.clocks}
    passed = {entry.facts.get("clock"): entry.number for entry in subject.entries if "limit_passed" in entry.facts}
    for entry in subject.entries:
        for start in entry.facts.get("clocks_started", []):
            if start.get("clock") not in rows:
                yield subject.finding(entry.number, f"the clock {start.get('clock')} that it started has no row")
    for clock in subject.clocks:
        what = f"whether the limit of the clock {clock.clock_id} passed"
        number = passed.get(clock.clock_id)
        yield from subject.differs(number, what, is_=clock.noticed_at is not None, should=number is not None)


def _judged(subject: Subject, clock: Deadline) -> Iterator[Finding]:
    """Stored when the clock was closed or its passing noticed; what is stored must still follow from the facts."""
    looked_at = max((at for at in (clock.closed_at, clock.noticed_at) if at), default=None)
    should = (limits.verdict(clock.facts(), now=looked_at) if looked_at else None) or ""
    number = clock.close_entry or clock.start_entry
    yield from subject.differs(number, f"verdict of the clock {clock.clock_id}", is_=clock.verdict, should=str(should))


def receipts(subject: Subject) -> Iterator[Finding]:
    """Every receipt that starts an hour has its entry, and every such entry its receipt."""
    recorded = {entry.facts.get("message"): entry for entry in subject.of_act("record_receipt")}
    for message in subject.messages:
        receipt = getattr(message, "receipt", None)
        entry = recorded.pop(message.message_id, None)
        if receipt is None or message.type not in PROVEN_BY_ACT:
            if entry is not None:
                yield subject.finding(entry.number, f"the message {message.message_id} has no such receipt")
        elif entry is None:
            yield subject.finding(None, f"the receipt of {message.message_id} has no entry")
        else:
            said = {
                "received_at": (_instant(receipt.received_at), entry.facts.get("received_at")),
                "rule": (receipt.rule, entry.facts.get("rule")),
                "channel": (receipt.channel, entry.channel),
            }
            for name, (is_, should) in said.items():
                yield from subject.differs(entry.number, f"{name} of {message.message_id}", is_=is_, should=should)
            if not is_when(entry, subject.entry(entry.number - 1), receipt.recorded_at):
                yield subject.finding(entry.number, f"recorded_at of {message.message_id} is not that of the entry")
    for unknown, entry in recorded.items():
        yield subject.finding(entry.number, f"there is no message {unknown}")


def _instant(at: datetime | None) -> str | None:
    return canonical.instant(at) if at else None
