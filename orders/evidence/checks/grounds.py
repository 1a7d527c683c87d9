"""Annex III grounds: opened, clarified, disputed and closed by the entries alone, and compared with their rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from orders import canonical
from orders.evidence.checks._entries import moved_items
from orders.evidence.checks._subject import Finding, Subject
from orders.models import Ground, LedgerEntry
from orders.regulation.regions import DONE, Execution, GroundKind

IMPOSSIBLE = GroundKind.FORCE_MAJEURE_OR_IMPOSSIBILITY.value


@dataclass
class Said:
    """A ground as the entries say it is, instants as text; named as its columns are."""

    item: int
    opened_by: int
    kind: str
    since: str
    notified_at: str
    explanation: str
    needed: list[dict[str, Any]]
    after_limit: bool
    clarified_by: int | None = None
    disputed_by: int | None = None
    closed_at: str | None = None
    closed_by: int | None = None

    @property
    def waits(self) -> bool:
        """Whether it is a question that nobody has answered."""
        return self.kind != IMPOSSIBLE and self.clarified_by is None

    def close(self, entry: LedgerEntry, at: str | None = None) -> None:
        self.closed_at, self.closed_by = at or canonical.instant(entry.occurred_at), entry.number


COLUMNS = [field.name for field in fields(Said) if field.name not in ("item", "opened_by")]


def grounds(subject: Subject) -> Iterator[Finding]:
    """Findings where a ground was changed, added or taken away behind the ledger."""
    rows = {(ground.opened_by, ground.item.number): ground for ground in subject.grounds()}
    for said in _of_entries(subject):
        row = rows.pop((said.opened_by, said.item), None)
        if row is None:
            yield subject.finding(said.opened_by, f"the ground of item {said.item} that it opened has no row")
        else:
            yield from _compared(subject, said, row)
    for number, item in sorted(rows):
        yield subject.finding(number, f"a ground of item {item} names this entry, which opened none")


def _compared(subject: Subject, said: Said, row: Ground) -> Iterator[Finding]:
    for name in COLUMNS:
        what = f"{name} of the ground of item {said.item}"
        is_ = canonical.plain(getattr(row, name))
        yield from subject.differs(said.opened_by, what, is_=is_, should=getattr(said, name))


def _of_entries(subject: Subject) -> list[Said]:
    known: list[Said] = []
    for entry in subject.entries:
        still = [ground for ground in known if ground.closed_by is None]
        ACTS.get(entry.act, _nothing)(subject, entry, still)
        _over(entry, still)
        known += _opened(subject, entry)
    return known


# --- what each entry does to the grounds that are open before it ---
def _nothing(subject: Subject, entry: LedgerEntry, still: list[Said]) -> None:
    """Most acts leave grounds alone."""


def _clarify(subject: Subject, entry: LedgerEntry, still: list[Said]) -> None:  # noqa: ARG001
    for ground in still:
        if ground.waits:
            ground.clarified_by = entry.number


def _dispute(subject: Subject, entry: LedgerEntry, still: list[Said]) -> None:  # noqa: ARG001
    for ground in still:
        ground.disputed_by = entry.number


def _cease(subject: Subject, entry: LedgerEntry, still: list[Said]) -> None:  # noqa: ARG001
    """Of the items and the notices that it names, what had arisen by then; instants of the record sort as text."""
    named = entry.facts.get("grounds")
    for ground in still:
        if (
            ground.kind == IMPOSSIBLE
            and (named is None or ground.opened_by in named)
            and ground.item in entry.facts["items"]
            and ground.since <= entry.facts["ceased_at"]
        ):
            ground.close(entry, entry.facts["ceased_at"])


def _receive(subject: Subject, entry: LedgerEntry, still: list[Said]) -> None:
    """The receipt of a clarification closes what it answers."""
    message = next((one for one in subject.messages if one.message_id == entry.facts.get("message")), None)
    answered = message.data.get("entry") if message and message.type == "order.clarified" else None
    for ground in still:
        if answered is not None and ground.clarified_by == answered:
            ground.close(entry)


ACTS: dict[str, Callable[[Subject, LedgerEntry, list[Said]], None]] = {
    "clarify": _clarify,
    "dispute_ground": _dispute,
    "report_grounds_ceased": _cease,
    "record_grounds_ceased": _cease,
    "record_receipt": _receive,
}


def _over(entry: LedgerEntry, still: list[Said]) -> None:
    """With an item that is done or no longer required, whatever is open for it ends, never before it was notified.

    A judgment counts from its receipt, which may lie before a notice that was recorded until it was entered.
    """
    over = moved_items(entry, "execution", DONE | {Execution.NO_LONGER_REQUIRED})
    for ground in still:
        if f"item:{ground.item}" in over:
            ground.close(entry, max(canonical.instant(entry.occurred_at), ground.notified_at))


def _opened(subject: Subject, entry: LedgerEntry) -> Iterator[Said]:
    """A notice opened a ground for each item of which it started the clock of Art. 3(7) or 3(8)."""
    notice = entry.facts.get("annex_iii")
    for start in entry.facts.get("clocks_started", []) if notice else []:
        if start["code"] in ("C4", "C5"):
            notified = canonical.instant(entry.occurred_at)
            arose = notice["grounds_since"] if notice["reason"] == IMPOSSIBLE else None
            yield Said(
                item=start["item"],
                opened_by=entry.number,
                kind=notice["reason"],
                since=arose or notified,
                notified_at=notified,
                explanation=notice["explanation"],
                needed=notice["needed"],
                after_limit=_after_limit(subject, entry, start["item"]),
            )


def _after_limit(subject: Subject, entry: LedgerEntry, item: int) -> bool:
    """Whether the hour that the notice displaced had run out."""
    if f"item:{item}" not in moved_items(entry, "execution", {Execution.DISPLACED}):
        return False
    starts = [start for before in subject.entries[: entry.number] for start in before.facts.get("clocks_started", [])]
    hours = [start["due_at"] for start in starts if (start["code"], start["item"]) == ("C2", item)]
    return bool(hours) and hours[-1] < canonical.instant(entry.occurred_at)
