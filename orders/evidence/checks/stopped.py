"""Clocks that were stopped first and answered later: the stop is as the entry says that displaced or ended the item."""

from collections.abc import Iterator

from orders import canonical
from orders.evidence.checks._entries import effects
from orders.evidence.checks._subject import Finding, Subject
from orders.models import Deadline, LedgerEntry
from orders.regulation.limits import Stop
from orders.regulation.regions import Execution

STOPS = {Execution.DISPLACED.value: Stop.DISPLACED.value, Execution.NO_LONGER_REQUIRED.value: Stop.ENDED.value}


def stopped(subject: Subject) -> Iterator[Finding]:
    """Findings where what answered clocks keep of an earlier stop is not what the entries say; others were checked."""
    for clock in subject.clocks:
        if clock.taken_at is None:
            continue
        entry, stop = _stop(subject, clock)
        what = f"of the clock {clock.clock_id}"
        number = entry.number if entry else clock.close_entry
        yield from subject.differs(number, f"stop {what}", is_=clock.stop, should=stop)
        if entry is not None and clock.stopped_at is not None:
            is_ = canonical.instant(clock.stopped_at)
            yield from subject.differs(
                entry.number, f"stopped_at {what}", is_=is_, should=_since(subject, clock, entry)
            )


def _stop(subject: Subject, clock: Deadline) -> tuple[LedgerEntry | None, str]:
    """The first entry after the start of an hour, and before its answer, that displaced or released the item."""
    if clock.code == "C2" and clock.item is not None and clock.close_entry is not None:
        for entry in subject.entries[clock.start_entry : clock.close_entry - 1]:
            for name, region, _, after in effects(entry):
                if (name, region) == (f"item:{clock.item.number}", "execution") and after in STOPS:
                    return entry, STOPS[after]
    return None, ""


def _since(subject: Subject, clock: Deadline, entry: LedgerEntry) -> str:
    """When it stopped: with the entry; by a late notice that counts, from when the ground arose."""
    at = canonical.instant(entry.occurred_at)
    arose = (entry.facts.get("annex_iii") or {}).get("grounds_since")
    late = clock.due_at is not None and canonical.instant(clock.due_at) < at
    counts = subject.order is not None and subject.order.rules.late_notice == "counts"
    return str(arose) if arose and late and counts else at
