"""A step of a script in words, for answers and pages."""

from datetime import timedelta
from typing import Any

from orders.regulation.limits import scaled
from platforms.models import ScriptStep

WORDS = {
    "issue": "The authority issues the order.",
    "withdraw": "The authority withdraws the order.",
    "clarify": "The authority answers your question.",
    "dispute_ground": "The authority disputes your ground.",
    "allow_disclosure": "The authority allows you to inform the content provider.",
    "extend_preservation": "The authority asks you to preserve the content for longer.",
    "record_appeal": "The authority records that you appealed.",
    "record_judgment": "The court confirms the order, which becomes final.",
    "open_scrutiny": "Your home authority opens a scrutiny.",
    "announce_intent": "Your home authority announces to the issuing one that it will find an infringement.",
    "decide_scrutiny": "Your home authority finds an infringement: the order is annulled.",
}
ANSWERS = {
    "seek_clarification": "your question (Annex III)",
    "report_removal": "your Annex II",
    "report_impossibility": "your Annex III on an impossibility",
}


def says(step: ScriptStep) -> str:
    """What happens."""
    return WORDS[step.act]


def waits_for(step: ScriptStep) -> str:
    """What it waits for; empty when it waits for its time alone."""
    if not step.waits_for:
        return ""
    return f"{'the second time, ' if step.nth == 2 else ''}{ANSWERS[step.waits_for]}"


def after(step: ScriptStep) -> timedelta:
    """How long it takes after that on the wall."""
    return scaled(timedelta(seconds=step.delay), step.order.limit_scale)


def told(step: ScriptStep) -> dict[str, Any]:
    """The step as an answer of the API tells it."""
    return {
        "reference": step.order.reference,
        "act": step.act,
        "says": says(step),
        "waits_for": waits_for(step),
        "after_seconds": after(step).total_seconds(),
        "due_at": step.due_at,
        "done_at": step.done_at,
        "dropped_because": step.dropped_because,
    }
