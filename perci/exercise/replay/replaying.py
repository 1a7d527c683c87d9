"""The replay: every entry in the order in which it was recorded, and the differences afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from orders import signing
from orders.models import CompetentAuthority, LedgerEntry, RemovalOrder
from perci.exercise.replay import record
from perci.exercise.replay.performing import NotReplayed, perform

# What is made anew each time (ids, and digests of what holds them), or is a file that a record names and does not hold.
MADE_ANEW = {
    "message", "clock", "told", "clocks_started", "clarification", "clarification_sha256", "exhibit", "evidence",
    "evidence_sha256", "confirmation_sha256", "signature", "salts", "commitments", "annex_i_sha256",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """Where this build says something else: of which entry (0: of how the order stands), what, then and now."""

    reference: str
    number: int
    what: str
    then: str
    now: str


def replay(taken: Mapping[str, Any], *, progress: Callable[[int, int], object] = lambda *_: None) -> list[Difference]:
    """Do again what `taken` holds, in an empty database; every difference in the order of the record."""
    record.begin(taken)
    for code, created_at in taken["keys"]:
        signing.new_key(CompetentAuthority.objects.get(code=code), at=datetime.fromisoformat(created_at))
    entries = taken["entries"]
    messages: dict[str, str] = {}
    found: list[Difference] = []
    for done, entry in enumerate(entries):
        progress(done, len(entries))
        known = _number_of(entry)
        try:
            if known is None:
                with transaction.atomic():
                    perform(entry, messages)
        except NotReplayed as error:
            found.append(_of(entry, "not replayed", entry["act"], str(error)))
        except Exception as error:  # whatever this build refuses or breaks on is a difference
            found.append(_of(entry, "refused", entry["act"], f"{type(error).__name__}: {error}"))
        found += _compared(entry, messages)
    progress(len(entries), len(entries))
    return found + _standing(taken)


def _number_of(entry: Mapping[str, Any]) -> LedgerEntry | None:
    """The entry of that number as it was written now, if it was: one act may write what another one of then wrote."""
    of = LedgerEntry.objects.filter(dossier__reference=entry["reference"], number=entry["number"])
    return of.first()


def _compared(entry: Mapping[str, Any], messages: dict[str, str]) -> list[Difference]:
    now = _number_of(entry)
    if now is None:
        return [_of(entry, "entry", entry["act"], "none was written")]
    told = zip(entry["facts"].get("told", []), now.facts.get("told", []), strict=False)
    messages |= {then["message"]: written["message"] for then, written in told}
    both = {
        "act": (entry["act"], now.act),
        "article": (entry["article"], now.article),
        "role": (entry["role"], now.actor_role),
        "occurred at": (datetime.fromisoformat(entry["occurred_at"]), now.occurred_at),
        "facts": (_comparable(entry["facts"]), _comparable(now.facts)),
        "told": (_whom(entry["facts"]), _whom(now.facts)),
    }
    return [_of(entry, what, str(then), str(present)) for what, (then, present) in both.items() if then != present]


def _comparable(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in MADE_ANEW}


def _whom(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one.get("type", ""), one.get("to", "")) for one in facts.get("told", [])]


def _standing(taken: Mapping[str, Any]) -> list[Difference]:
    """How orders, items and clocks stand in the end."""
    references = list(taken["outcomes"])
    dossiers = RemovalOrder.objects.filter(dossier__reference__in=references).values_list("dossier", flat=True)
    present = record.outcomes(dossiers)
    found = []
    for reference, then in taken["outcomes"].items():
        now = present.get(reference, {})
        for what in ("order", "items", "clocks"):
            if then[what] != now.get(what):
                found.append(Difference(reference, 0, what, str(then[what]), str(now.get(what, "nothing"))))
    return found


def _of(entry: Mapping[str, Any], what: str, then: str, now: str) -> Difference:
    return Difference(entry["reference"], entry["number"], what, then, now)
