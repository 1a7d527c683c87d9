"""How clocks end: each by an act that ends this kind of clock, at the instant that the entry of the act says."""

from collections.abc import Iterator
from datetime import datetime

from orders import canonical
from orders.evidence.checks._entries import effects, measure_in
from orders.evidence.checks._subject import Finding, Subject
from orders.models import Deadline, LedgerEntry
from orders.regulation.limits import LIMITS, Kind, Stop
from orders.regulation.regions import Disclosure, Execution, Preservation

END_OF_ORDER = ("withdraw", "decide_scrutiny", "record_judgment")
# Which acts do what the clock is about.
DONE_BY = {
    "C1": ("issue",),
    "C2": ("report_removal",),
    "C3": ("report_removal",),
    "C4": ("report_impossibility",),
    "C5": ("seek_clarification",),
    "C6": ("declare_final", "record_judgment"),
    "C7": ("issue",),
    "C9": ("decide_scrutiny",),
    "C10a": ("request_scrutiny",),
    "C10b": ("decide_scrutiny",),
    "C11": ("report_reinstatement",),
    "C19": ("inform_content_provider",),
    "C26": ("record_appeal",),
}
# Which acts end the clock before.
ENDED_BY: dict[str, tuple[str, ...]] = {
    "C1": (*END_OF_ORDER, "cancel_before_dispatch", "revise"),
    "C2": (*END_OF_ORDER, "record_receipt"),  # of an annulment, where it counts from its communication
    "C9": END_OF_ORDER,
    "C10a": END_OF_ORDER,
    "C10b": END_OF_ORDER,
    "C15": ("extend_preservation", "report_reinstatement"),
    "C18": ("extend_withholding", "allow_disclosure"),
    "C19": ("withhold_disclosure",),
    "C26": END_OF_ORDER,
}
DISPLACED_BY: dict[str, tuple[str, ...]] = {"C2": ("report_impossibility", "seek_clarification")}
# Where something counts as done not when its entry says that it happened, but at an instant that the act was told.
TOLD_AT = {
    "C6": ("final_at", "received_at"),
    "C10a": ("received_at",),
    "C11": ("reinstated_at",),
    "C19": ("informed_at",),
    "C26": ("received_at",),
}
NOT_BEFORE_ITS_START = ("C11", "C19")
# While the row is in one of these states the clock is open, and only then.
OPEN_WHILE = {
    "C2": ("execution", (Execution.DUE, Execution.UNANSWERED)),
    "C11": ("execution", (Execution.REINSTATEMENT_DUE,)),
    "C15": ("preservation", (Preservation.PRESERVED, Preservation.PRESERVATION_EXTENDED)),
    "C18": ("disclosure", (Disclosure.WITHHELD, Disclosure.WITHHELD_EXTENDED)),
}


def closing(subject: Subject) -> Iterator[Finding]:
    """Findings where a clock was closed by something else, at another time, or not although it should be."""
    for clock in subject.clocks:
        yield from _closed(subject, clock)
        yield from _measured(subject, clock)
        yield from _stopped(subject, clock)
    for code, (region, states) in OPEN_WHILE.items():
        yield from _open_while(subject, code, region, states)


def _closed(subject: Subject, clock: Deadline) -> Iterator[Finding]:
    """A clock is closed by the entry that it names, and at the instant of that entry."""
    entry = subject.entry(clock.close_entry)
    if entry is not None and entry.act not in _closing_acts(clock) and not _ran_out(clock, entry):
        yield subject.finding(entry.number, f"the clock {clock.clock_id} is not closed by {entry.act}")
    else:
        should = _done_at(clock, entry) if entry else _instant(clock.due_at if _is_over(clock) else None)
        what = f"closed_at of the clock {clock.clock_id}"
        yield from subject.differs(clock.close_entry, what, is_=_instant(clock.closed_at), should=should)


def _closing_acts(clock: Deadline) -> tuple[str, ...]:
    if clock.taken_at is not None:
        return DONE_BY.get(clock.code, ())
    by = {Stop.DISPLACED.value: DISPLACED_BY, Stop.ENDED.value: ENDED_BY}.get(clock.stop, {})
    return by.get(clock.code, ())


def _is_over(clock: Deadline) -> bool:
    """Whether it has run out and cannot be answered any more: only a duty can."""
    return clock.noticed_at is not None and LIMITS[clock.code].kind is not Kind.DUTY


def _ran_out(clock: Deadline, entry: LedgerEntry) -> bool:
    named = entry.facts.get("clock") == clock.clock_id and "limit_passed" in entry.facts
    return named and _is_over(clock) and not clock.stop and clock.taken_at is None


def _done_at(clock: Deadline, entry: LedgerEntry) -> str:
    """Instants as text: all of them in UTC with six places, so that text compares as they do."""
    names = TOLD_AT.get(clock.code, ()) if clock.taken_at is not None else ()
    told = next((entry.facts[name] for name in names if name in entry.facts), None)
    at = str(told or canonical.instant(entry.occurred_at))
    started = canonical.instant(clock.starts_at)
    if clock.stop == Stop.ENDED and not told:
        return min(max(at, started), canonical.instant(entry.recorded_at))
    return max(at, started) if told and clock.code in NOT_BEFORE_ITS_START else at


def _measured(subject: Subject, clock: Deadline) -> Iterator[Finding]:
    """A clock that was answered says what the act in its closing entry says; for the hour the measure is told apart."""
    entry = subject.entry(clock.close_entry)
    if clock.taken_at is None:
        return
    if entry is None:
        yield subject.finding(clock.close_entry, f"the clock {clock.clock_id} is closed by no entry")
        return
    reported = _done_at(clock, entry)
    taken = measure_in(entry, clock.item.number).get("taken_at") if clock.code == "C2" and clock.item else reported
    said = {"taken_at": (clock.taken_at, taken), "reported_at": (clock.reported_at, reported)}
    for name, (is_, should) in said.items():
        what = f"{name} of the clock {clock.clock_id}"
        yield from subject.differs(entry.number, what, is_=_instant(is_), should=should)


def _stopped(subject: Subject, clock: Deadline) -> Iterator[Finding]:
    """A clock stops with its closing entry; displaced by a late notice that counts, from when the ground arose."""
    entry = subject.entry(clock.close_entry)
    if entry is None or not clock.stop or clock.taken_at is not None:
        return
    arose = (entry.facts.get("annex_iii") or {}).get("grounds_since")
    counts = subject.order is not None and subject.order.rules.late_notice == "counts"
    if not (counts and arose and _instant(clock.stopped_at) == arose):
        what, should = f"stopped_at of the clock {clock.clock_id}", _done_at(clock, entry)
        yield from subject.differs(entry.number, what, is_=_instant(clock.stopped_at), should=should)


def _open_while(subject: Subject, code: str, region: str, states: tuple[str, ...]) -> Iterator[Finding]:
    """A clock may still be answered exactly while its row is in one of `states`, by the effects in the ledger."""
    owed: dict[str, int] = {}
    for entry in subject.entries:
        for name, moved, _, after in effects(entry):
            if moved == region:
                owed.pop(name, None)
                owed |= {name: entry.number} if after in states else {}
    still = [clock for clock in subject.clocks if clock.code == code and clock.closed_at is None]
    open_now = {f"item:{clock.item.number}" if clock.item else "order" for clock in still}
    for name in sorted(owed.keys() ^ open_now):
        number = owed.get(name)
        what = f"an open clock of {name} ({code})"
        yield from subject.differs(number, what, is_=name in open_now, should=number is not None)


def _instant(at: datetime | None) -> str | None:
    return canonical.instant(at) if at else None
