"""The facts of a clock as the rules that do not apply would have them: one setting changed, and nothing else."""

from dataclasses import replace
from datetime import datetime

from orders.evidence.checks._entries import measure_in
from orders.models import Deadline, Ground, LedgerEntry
from orders.regulation import limits
from orders.regulation.limits import ONE_HOUR, ClockFacts, Stop, Verdict
from orders.regulation.rules import Rules


def under_other_proof(clock: Deadline) -> ClockFacts:
    """The facts of `clock` held against the limit as the other HOUR_PROOF does: by the report, or by the measure."""
    return replace(clock.facts(), proof=Rules(proof=clock.proof).other("proof"))


def under_other_notice(clock: Deadline) -> ClockFacts:
    """The facts of `clock` as the other LATE_NOTICE has them: displaced from the notice, or from when the ground arose.

    Of most clocks they are the same. A measure that was reported since decides the hour where that rule leaves it open.
    """
    ground = _late_ground(clock)
    if ground is None:
        return clock.facts()
    other = clock.dossier.removal_order.rules.other("late_notice")
    stopped_at = ground.since if other == "counts" else ground.notified_at
    facts = replace(clock.facts(), stopped_at=stopped_at, taken_at=None, reported_at=None)
    unanswered = limits.verdict(facts, now=ground.notified_at) is Verdict.UNANSWERED
    reports = LedgerEntry.objects.filter(dossier=clock.dossier_id, act="report_removal", number__gt=ground.opened_by)
    for report in reports.order_by("number"):
        measure = measure_in(report, ground.item.number)
        if measure:
            taken_at = datetime.fromisoformat(measure["taken_at"])
            if unanswered or stopped_at >= taken_at:
                return replace(facts, taken_at=taken_at, reported_at=report.occurred_at)
    return facts


def _late_ground(clock: Deadline) -> Ground | None:
    """The ground that displaced the hour of `clock` after it had run out."""
    if clock.code != ONE_HOUR.code or clock.stop != Stop.DISPLACED:
        return None
    notified = Ground.objects.filter(item=clock.item_id, opened_by__gt=clock.start_entry).select_related("item")
    first = notified.order_by("opened_by").first()
    return first if first is not None and first.after_limit else None
