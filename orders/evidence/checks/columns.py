"""What the rows of an order carry beside their states: rebuilt from the ledger alone, and compared (L13)."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from orders import canonical
from orders.evidence.checks._entries import effects, measure_in, moved_items
from orders.evidence.checks._subject import Finding, Subject
from orders.models import LedgerEntry
from orders.regulation.regions import DONE, Execution, ReceiptBasis

EVERY_ITEM = "item:*"


class Said(NamedTuple):
    """What an entry says of one column of a row ("order", "item:1", "scrutiny"); `first` lets an earlier one stand."""

    row: str
    column: str
    value: Any
    first: bool = False


def facts_of_rows(subject: Subject) -> Iterator[Finding]:
    """The instants, persons and reasons that order, items and scrutiny carry are those that the entries last said."""
    if subject.order is None:
        return
    rows = subject.rows()
    items = [row for row in rows if row.startswith("item:")]
    said: dict[tuple[str, str], tuple[int, Any]] = {}
    for entry in subject.entries:
        for row, column, value, first in SAID.get(entry.act, _nothing)(entry):
            for name in items if row == EVERY_ITEM else [row]:
                if not (first and (name, column) in said):
                    said[name, column] = entry.number, value
    known = {(row, column) for row in rows for column in COLUMNS[row.partition(":")[0]]}
    for row, column in sorted(known | said.keys()):
        number, should = said.get((row, column), (None, EMPTY.get(column)))
        is_ = canonical.plain(_read(rows.get(row), column))
        yield from subject.differs(number, f"{column} of {row}", is_=is_, should=canonical.plain(should))


COLUMNS = {
    "order": (
        "prior_information_at", "approved_by", "issued_at", "sent_at", "force_at", "first_order", "home_authority",
        "received_at", "acknowledged_at", "provider_reference", "withholding_decided_at", "withheld_until",
    ),
    "item": (
        "taken_at", "reported_at", "provider_received_at", "receipt_basis", "content_provider_informed_at",
        "preserved_until", "reinstated_at",
    ),
    "scrutiny": ("authority", "copy_received_at", "intent_announced_at", "decided_at", "reasons"),
}  # fmt: skip
EMPTY = {"first_order": False, "provider_reference": "", "reasons": "", "receipt_basis": ""}
NAMED_BY = {"approved_by": "pseudonym", "home_authority": "code", "authority": "code"}


def _read(row: Any, column: str) -> Any:
    value = getattr(row, column, None)
    return getattr(value, NAMED_BY[column], None) if column in NAMED_BY else value


def _started(entry: LedgerEntry, code: str) -> Iterator[dict[str, Any]]:
    return (start for start in entry.facts.get("clocks_started", []) if start.get("code") == code)


# --- what each act says ---
def _nothing(entry: LedgerEntry) -> Iterator[Said]:  # noqa: ARG001
    return iter(())


def _draft(entry: LedgerEntry) -> Iterator[Said]:
    """Of the decision of Art. 11(3), which may be older than the order."""
    yield Said("order", "withholding_decided_at", entry.facts.get("withholding_decided_at"))


def _revise(entry: LedgerEntry) -> Iterator[Said]:
    yield from _draft(entry)
    if "prior_information" in entry.facts:  # it was for another provider, and is void
        yield Said("order", "prior_information_at", None)


def _approve(entry: LedgerEntry) -> Iterator[Said]:
    yield Said("order", "approved_by", entry.actor_person)


def _approval_is_void(entry: LedgerEntry) -> Iterator[Said]:  # noqa: ARG001
    yield Said("order", "approved_by", None)


def _inform_beforehand(entry: LedgerEntry) -> Iterator[Said]:
    yield Said("order", "prior_information_at", entry.occurred_at)


def _issue(entry: LedgerEntry) -> Iterator[Said]:
    for column in ("issued_at", "sent_at", "force_at"):
        yield Said("order", column, entry.occurred_at)
    home = entry.facts.get("home_authority")
    yield Said("order", "first_order", entry.facts.get("first_order"))
    yield Said("order", "home_authority", home)
    for secrecy in _started(entry, "C18"):
        yield Said("order", "withholding_decided_at", secrecy["starts_at"])
        yield Said("order", "withheld_until", secrecy["due_at"])
    if home is not None:
        yield Said("scrutiny", "authority", home)
        yield Said("scrutiny", "copy_received_at", entry.occurred_at)


def _record_receipt(entry: LedgerEntry) -> Iterator[Said]:
    if entry.facts.get("type") == "order.issued":
        yield Said("order", "received_at", entry.occurred_at)


def _acknowledge(entry: LedgerEntry) -> Iterator[Said]:
    yield Said("order", "acknowledged_at", entry.occurred_at, first=True)
    if entry.facts.get("provider_reference"):
        yield Said("order", "provider_reference", entry.facts["provider_reference"])


def _in_force(entry: LedgerEntry) -> Iterator[Said]:
    """Since when the present legal force lasts, if the entry changed it; of a court, from when it was received.

    Final with the last appeal: of several judgments since the latest (`final_at`).
    """
    if any(row == "order" and region == "force" for row, region, *_ in effects(entry)):
        since = entry.facts.get("received_at") if entry.facts.get("outcome") != "annulled" else None
        yield Said("order", "force_at", entry.facts.get("final_at") or since or entry.occurred_at)


def _withhold(entry: LedgerEntry) -> Iterator[Said]:
    yield Said("order", "withholding_decided_at", entry.facts["since"])
    yield Said("order", "withheld_until", entry.facts["until"])


def _extend_withholding(entry: LedgerEntry) -> Iterator[Said]:
    yield Said("order", "withheld_until", entry.facts["until"])


def _report_removal(entry: LedgerEntry) -> Iterator[Said]:
    for row in moved_items(entry, "execution", DONE):
        stated = measure_in(entry, int(row.partition(":")[2]))
        yield Said(row, "taken_at", stated.get("taken_at"))
        yield Said(row, "reported_at", entry.occurred_at)
        yield Said(row, "provider_received_at", entry.facts["annex_ii"].get("received_at"))
        yield Said(row, "receipt_basis", _receipt_basis(entry, row))
    for start in _started(entry, "C15"):
        yield Said(f"item:{start['item']}", "preserved_until", start["due_at"])


def _receipt_basis(entry: LedgerEntry, row: str) -> str:
    """As the entry says; those written before it was told knew of no other than the proven receipt."""
    if "measured" not in entry.facts:
        return "" if row in moved_items(entry, "execution", {Execution.ALREADY_GONE}) else ReceiptBasis.PROVEN.value
    said = (one["receipt_basis"] for one in entry.facts["measured"] if f"item:{one['item']}" == row)
    return str(next(said, None) or "")


def _extend_preservation(entry: LedgerEntry) -> Iterator[Said]:
    for item in entry.facts["items"]:
        yield Said(f"item:{item}", "preserved_until", entry.facts["until"])


def _report_reinstatement(entry: LedgerEntry) -> Iterator[Said]:
    for row in moved_items(entry, "execution", {Execution.REINSTATED}):
        yield Said(row, "reinstated_at", entry.facts["reinstated_at"])


def _inform_content_provider(entry: LedgerEntry) -> Iterator[Said]:
    yield Said(EVERY_ITEM, "content_provider_informed_at", entry.facts["informed_at"], first=True)


def _announce_intent(entry: LedgerEntry) -> Iterator[Said]:
    yield Said("scrutiny", "intent_announced_at", entry.occurred_at)


def _decide_scrutiny(entry: LedgerEntry) -> Iterator[Said]:
    yield Said("scrutiny", "decided_at", entry.occurred_at)
    yield Said("scrutiny", "reasons", entry.facts["reasons"])
    yield from _in_force(entry)


SAID: dict[str, Callable[[LedgerEntry], Iterator[Said]]] = {
    "draft": _draft,
    "revise": _revise,
    "approve": _approve,
    "release_hold": _approval_is_void,
    "return_to_draft": _approval_is_void,
    "inform_beforehand": _inform_beforehand,
    "issue": _issue,
    "record_receipt": _record_receipt,
    "acknowledge": _acknowledge,
    "withdraw": _in_force,
    "record_appeal": _in_force,
    "record_judgment": _in_force,
    "declare_final": _in_force,
    "withhold_disclosure": _withhold,
    "extend_withholding": _extend_withholding,
    "report_removal": _report_removal,
    "extend_preservation": _extend_preservation,
    "report_reinstatement": _report_reinstatement,
    "inform_content_provider": _inform_content_provider,
    "announce_intent": _announce_intent,
    "decide_scrutiny": _decide_scrutiny,
}
