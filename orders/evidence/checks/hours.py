"""The clocks and the receipts that start them: what the rows say follows from what the ledger says."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from orders import canonical
from orders.acts.transmitting import PROVEN_BY_ACT
from orders.evidence.checks._subject import Finding, Subject
from orders.models import Deadline, LedgerEntry
from orders.regulation import limits
from orders.regulation.limits import LIMITS, ONE_HOUR, Stop
from orders.regulation.regions import Execution

# The acts that close an hour: by a measure, by a ground, by the end of the order.
CLOSED_BY: dict[Stop | None, tuple[str, ...]] = {
    None: ("report_removal",),
    Stop.DISPLACED: ("report_impossibility", "seek_clarification"),
    Stop.ENDED: ("withdraw", "decide_scrutiny", "record_judgment"),
}


def clocks(subject: Subject) -> Iterator[Finding]:
    """Each clock: as its ledger entry started it, closed and measured as reported, its verdict what its facts give."""
    for clock in subject.clocks:
        yield from _started(subject, clock)
        yield from _closed(subject, clock)
        yield from _answered(subject, clock)
        yield from _judged(subject, clock)
    yield from _none_missing(subject)
    yield from _open_while_owed(subject)


def _started(subject: Subject, clock: Deadline) -> Iterator[Finding]:
    entry = subject.entry(clock.start_entry)
    started = entry.facts.get("clocks_started", []) if entry else []
    fact = next((start for start in started if start.get("clock") == clock.clock_id), None)
    if fact is None:
        yield subject.finding(clock.start_entry, f"the clock {clock.clock_id} is not started by this entry")
        return
    said = {"starts_at": clock.starts_at, "due_at": clock.due_at, "ground": clock.ground}
    for name, value in canonical.plain(said).items():
        yield from subject.differs(
            clock.start_entry, f"{name} of the clock {clock.clock_id}", is_=value, should=fact.get(name)
        )
    limit = LIMITS[clock.code]
    if limit.period is not None and limit.period.unit == "hours":  # others may be set by a decision or a calendar
        due = limits.due_at(limit, clock.starts_at, scale=clock.scale, rule=clock.period_rule)
        yield from subject.differs(clock.start_entry, "due_at", is_=_instant(clock.due_at), should=_instant(due))


def _closed(subject: Subject, clock: Deadline) -> Iterator[Finding]:
    """A clock is closed by the entry that it names, and at the instant of that entry."""
    if clock.code != ONE_HOUR.code:
        return
    entry = subject.entry(clock.close_entry)
    closing = CLOSED_BY[Stop(clock.stop) if clock.stop and not clock.taken_at else None]
    if entry is not None and entry.act not in closing:
        yield subject.finding(entry.number, f"the clock {clock.clock_id} is not closed by {entry.act}")
    elif clock.closed_at is not None or entry is not None:
        should = _instant(entry.occurred_at) if entry else None
        what = f"closed_at of the clock {clock.clock_id}"
        yield from subject.differs(clock.close_entry, what, is_=_instant(clock.closed_at), should=should)


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


def _open_while_owed(subject: Subject) -> Iterator[Finding]:
    """A clock may still be answered exactly while its item is due or unanswered, by the effects in the ledger."""
    owed: dict[str, int] = {}
    for entry in subject.entries:
        for name, region, _, after in entry.facts.get("effects", []):
            if region == "execution":
                owed.pop(name, None)
                owed |= {name: entry.number} if after in (Execution.DUE, Execution.UNANSWERED) else {}
    still_open = {f"item:{clock.item.number}" for clock in _hours(subject) if clock.item and clock.closed_at is None}
    for name in sorted(owed.keys() ^ still_open):
        number = owed.get(name)
        yield from subject.differs(
            number, f"an open clock of {name}", is_=name in still_open, should=number is not None
        )


def _hours(subject: Subject) -> list[Deadline]:
    return [clock for clock in subject.clocks if clock.code == ONE_HOUR.code]


def _answered(subject: Subject, clock: Deadline) -> Iterator[Finding]:
    """A clock closed by a measure says what the report in its closing entry says."""
    entry = subject.entry(clock.close_entry)
    if clock.taken_at is None or clock.item is None or clock.code != ONE_HOUR.code:
        return
    if entry is None:
        yield subject.finding(clock.close_entry, f"the clock {clock.clock_id} is closed by no entry")
        return
    stated = measure_in(entry, clock.item.number).get("taken_at")
    what = f"taken_at of the clock {clock.clock_id}"
    yield from subject.differs(entry.number, what, is_=_instant(clock.taken_at), should=stated)
    yield from subject.differs(
        entry.number,
        f"reported_at of the clock {clock.clock_id}",
        is_=_instant(clock.reported_at),
        should=_instant(entry.occurred_at),
    )


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
            yield from subject.differs(
                entry.number,
                f"received_at of {message.message_id}",
                is_=_instant(receipt.received_at),
                should=entry.facts.get("received_at"),
            )
    for unknown, entry in recorded.items():
        yield subject.finding(entry.number, f"there is no message {unknown}")


def measure_in(entry: LedgerEntry, item: int) -> dict[str, Any]:
    """What the Annex II in `entry` says of `item`; empty when it says nothing."""
    measures = (entry.facts.get("annex_ii") or {}).get("measures", [])
    return next((measure for measure in measures if measure.get("item") == item), {})


def _instant(at: datetime | None) -> str | None:
    return canonical.instant(at) if at else None
