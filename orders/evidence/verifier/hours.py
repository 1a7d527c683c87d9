"""The hour of Art. 3(3), judged once more from the entries alone: when it began, and what was done when."""

from collections.abc import Iterator
from typing import NamedTuple

from orders.evidence.verifier.chain import Dossier
from orders.evidence.verifier.rows import Row

HOUR = "C2"
DEFAULT_RULES = "strict-1"
OPEN = ("due", "unanswered")
MEASURES = ("removed", "disabled", "already_gone")
NOT_JUDGED = "stopped, or under other rules: not judged here"


class Judged(NamedTuple):
    """One hour, by the entry that started it."""

    row: Row
    clock: str
    verdict: str


def hours(dossier: Dossier, at: str) -> Iterator[Judged]:
    """Each hour of the dossier with its verdict at the instant `at`; instants compare as their text does."""
    drafts = [
        row["facts"]["rule_version"] for row in dossier.of_act("draft", "revise") if "rule_version" in row["facts"]
    ]
    plain = set(drafts) == {DEFAULT_RULES}
    running: dict[str, tuple[Row, dict[str, str]]] = {}
    for row in dossier.events:
        for name, region, _, after in row["facts"].get("effects", []):
            if region == "execution" and after not in OPEN and name in running:
                started, clock = running.pop(name)
                verdict = (
                    _measured(row, int(name.removeprefix("item:")), clock["due_at"]) if after in MEASURES else None
                )
                yield Judged(started, clock["clock"], verdict if verdict and plain else NOT_JUDGED)
        for clock in row["facts"].get("clocks_started", []):
            if clock["code"] == HOUR:
                running[f"item:{clock['item']}"] = (row, clock)
    for started, clock in running.values():
        open_still = "unanswered" if at > clock["due_at"] else "running"
        yield Judged(started, clock["clock"], open_still if plain else NOT_JUDGED)


def _measured(row: Row, item: int, due: str) -> str | None:
    """The time of the measure decides; it cannot be later than the arrival of its report."""
    measures = [one for one in (row["facts"].get("annex_ii") or {}).get("measures", []) if one["item"] == item]
    if not measures:
        return None
    reported = row["occurred_at"]
    if min(measures[0]["taken_at"], reported) > due:
        return "after_hour"
    return "within_hour" if reported <= due else "within_hour_reported_late"
