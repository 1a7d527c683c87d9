"""Appeals and judgments in plain words, from the recorded facts of their entries alone."""

from typing import Any

from orders.portal.tags import utc
from orders.regulation.regions import Actor

Facts = dict[str, Any]


def judged(facts: Facts) -> str:
    """A judgment: what it means for the order, and which appeals it decides."""
    said = f"A court {facts['outcome']} the order{_so(facts)}; received {utc(facts['received_at'])}."
    reasons = f" {facts['reasons']}" if facts.get("reasons") else ""
    return said + _of_appeals(facts) + reasons


def _so(facts: Facts) -> str:
    if facts.get("after_the_end"):
        return ", which had ended before; nothing moves by itself"
    return ", which is final" if facts["outcome"] == "confirmed" and not facts.get("pending") else ""


def _of_appeals(facts: Facts) -> str:
    """Which appeals were decided, and what is still pending; nothing of a judgment without an appeal on record."""
    decided, still = facts.get("appeals"), facts.get("pending")
    said = f" Decided: the appeal of {_appellants(decided)}." if decided else ""
    if not still:
        return said
    stays = " The order stays under appeal." if _stays(facts) else ""
    return f"{said} Pending: the appeal of {_appellants(still)}.{stays}"


def _stays(facts: Facts) -> bool:
    return facts["outcome"] == "confirmed" and not facts.get("after_the_end")


def _appellants(appeals: list[Facts]) -> str:
    return " and ".join(f"the {Actor(one['appellant']).gloss}" for one in appeals)


def appealed(facts: Facts) -> str:
    """An appeal, and whether it came after its period."""
    late = " It came after its period; the court decides." if facts.get("late") else ""
    return f"An appeal of the {Actor(facts['appellant']).gloss} was received {utc(facts['received_at'])}.{late}"
