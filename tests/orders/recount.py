"""The figures of a report counted once more, from the facts of ledger entries alone: no clock, no state, no verdict."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orders.models import LedgerEntry

HOUR = timedelta(hours=1)
MEASURES = {"removed", "disabled", "already_gone"}
ENDINGS = {"withdrawn", "annulled_by_scrutiny", "annulled_by_court"}


@dataclass
class Hour:
    """When an hour began, and when a notice of grounds stopped it."""

    began: datetime
    stopped: datetime | None = None

    @property
    def due(self) -> datetime:
        return self.began + HOUR

    @property
    def displaced(self) -> bool:
        return self.stopped is not None and self.stopped <= self.due


@dataclass
class Told:
    """What the entries of one order say of one item: its hours, what was reported of it, and what that came to."""

    hours: list[Hour] = field(default_factory=list)
    reports: list[tuple[datetime, datetime]] = field(default_factory=list)  # taken, reported
    measure: str = ""

    def became(self, hour: Hour, as_of: datetime, proof: str) -> str:
        """What became of one hour (4.4 of the reference): the first report that speaks of it decides."""
        for taken, reported in self.reports:
            if hour.displaced and (reported if proof == "report" else taken) > hour.stopped:
                continue
            if (reported if proof == "report" else min(taken, reported)) > hour.due:
                return "after_hour"
            return "within_hour" if reported <= hour.due else "within_hour_reported_late"
        if hour.displaced:
            return "displaced"
        return "unanswered" if as_of > hour.due else "running"

    def outcome(self, ended: bool, as_of: datetime, proof: str) -> str:
        """The one class of the item."""
        if self.measure == "already_gone":
            return "already_gone"
        if ended:
            return "ended_after_measure" if self.measure else "no_longer_required"
        if not self.hours:
            return "not_received"
        first = self.became(self.hours[0], as_of, proof)
        if first != "displaced":
            return first
        missed = (hour for hour in self.hours if hour.stopped and not hour.displaced)
        last = self.became(next(missed, self.hours[-1]), as_of, proof)
        late = {"after_hour": "displaced_late", "unanswered": "displaced_unanswered"}
        return late.get(last, "displaced_in_time" if self.measure else "displaced_open")


@dataclass
class Retold:
    """One order, told by its entries."""

    issued_at: datetime | None = None
    received_at: datetime | None = None
    ended: bool = False
    lapses: int = 0
    items: dict[int, Told] = field(default_factory=dict)

    def outcomes(self, as_of: datetime, proof: str) -> list[str]:
        return [item.outcome(self.ended, as_of, proof) for item in self.items.values()]


def retell(reference: str, *, late_counts: bool = False) -> Retold:
    """Read the chain of one order from its beginning."""
    told = Retold()
    for entry in LedgerEntry.objects.filter(dossier__reference=reference).order_by("number"):
        _read(told, entry, late_counts)
    return told


def _read(told: Retold, entry: LedgerEntry, late_counts: bool) -> None:
    if entry.act in ("draft", "revise"):
        told.items = {number: Told() for number in range(1, len(entry.facts["items"]) + 1)}
    if entry.act == "issue":
        told.issued_at = entry.occurred_at
    told.lapses += (entry.act, entry.facts.get("code")) == ("lapse", "C2")
    if entry.act == "report_removal":
        for stated in entry.facts["annex_ii"]["measures"]:
            taken = datetime.fromisoformat(stated["taken_at"])
            if not told.items[stated["item"]].measure:  # the first that is known stands
                told.items[stated["item"]].reports.append((taken, entry.recorded_at))
    for name, region, before, after in entry.facts.get("effects", []):
        if (region, after) == ("transmission", "received"):
            told.received_at = entry.occurred_at
        told.ended = told.ended or (region == "force" and after in ENDINGS)
        if region == "execution":
            _move(told.items[int(name.removeprefix("item:"))], entry, before, after, late_counts)


def _move(item: Told, entry: LedgerEntry, before: str, after: str, late_counts: bool) -> None:
    facts = entry.facts
    if after == "due":
        began = facts["ceased_at"] if "ceased_at" in facts else facts["received_at"]
        item.hours.append(Hour(datetime.fromisoformat(began)))
    elif after == "displaced":
        hour, since = item.hours[-1], facts["annex_iii"]["grounds_since"]
        claimed_late = hour.due < entry.recorded_at
        hour.stopped = datetime.fromisoformat(since) if claimed_late and late_counts and since else entry.recorded_at
    elif after in MEASURES:
        item.measure = item.measure or after
