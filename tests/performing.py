"""Every declared act performed with plain arguments, by the method that its declaration names."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from orders.acts import (
    answering,
    appealing,
    clarifying,
    disclosing,
    drafting,
    following_up,
    issuing,
    lapsing,
    preparing,
    preserving,
    scrutinising,
    transmitting,
)
from orders.acts.capacity import Capacity
from orders.acts.refusals import Refusal
from orders.models import OutboxMessage, RemovalOrder
from orders.regulation.regions import Actor, Information, Measure, ReasonClass, Stage
from tests.factories import HOUR, T0, annex_ii, content, impossible, unclear
from tests.recipes import DAY, LONG_AFTER

Perform = Callable[[RemovalOrder, Capacity, datetime], Any]


def measure(kind: Measure) -> Perform:
    def report(o: RemovalOrder, by: Capacity, at: datetime) -> Any:
        taken_at = (o.received_at or at) - HOUR if kind is Measure.ALREADY_UNAVAILABLE else at
        return answering.report_removal(order=o, annex=annex_ii(taken_at=taken_at, measure=kind), by=by, at=at)

    return report


def measure_before(kind: Measure) -> Perform:
    """Taken when the present legal force began, and reported now."""

    def report(o: RemovalOrder, by: Capacity, at: datetime) -> Any:
        annex = annex_ii(taken_at=o.force_at or at, measure=kind)
        return answering.report_removal(order=o, annex=annex, by=by, at=at)

    return report


def judgment(outcome: str) -> Perform:
    return lambda o, by, at: appealing.record_judgment(order=o, outcome=outcome, received_at=at, by=by, at=at)


def confirm_one(o: RemovalOrder, by: Capacity, at: datetime) -> Any:
    """On the first of several appeals; else on whatever is pending."""
    several = appealing.pending_appeals(o)[:1] if len(appealing.pending_appeals(o)) > 1 else []
    named = tuple(appeal.entry for appeal in several) or None
    return appealing.record_judgment(order=o, outcome=appealing.CONFIRMED, appeals=named, received_at=at, by=by, at=at)


def decision(outcome: Stage) -> Perform:
    return lambda o, by, at: scrutinising.decide_scrutiny(order=o, outcome=outcome, reasons="Considered.", by=by, at=at)


def back(under: str = "") -> Perform:
    return lambda o, by, at: following_up.report_reinstatement(
        order=o, items=(1,), reinstated_at=at, kept_down_under=under, by=by, at=at
    )


def receipt(kind: str) -> Perform:
    def record(o: RemovalOrder, by: Capacity, at: datetime) -> None:
        message = OutboxMessage.objects.filter(dossier=o.dossier, type=kind, recipient=o.provider.code, receipt=None)
        if not message.exists():
            raise Refusal("There is nothing to receive.")
        transmitting.record_receipt(message=message.latest("sequence"), channel="w", rule="r", received_at=at, at=at)

    return record


def time_passes(o: RemovalOrder, by: Capacity, at: datetime) -> None:
    while lapsing.lapse(at=LONG_AFTER):
        pass


REASON = {"reason": "A reason."}
PERFORM: dict[str, Perform] = {  # by the method that a declaration names
    "revise": lambda o, by, at: drafting.revise(order=o, content=content(to=o.provider), by=by, at=at),
    "submit": lambda o, by, at: issuing.submit(order=o, by=by, at=at),
    "return_to_draft": lambda o, by, at: issuing.return_to_draft(order=o, by=by, at=at, **REASON),
    "approve": lambda o, by, at: issuing.approve(order=o, by=by, at=at),
    "put_on_hold": lambda o, by, at: preparing.put_on_hold(order=o, reason=ReasonClass.OTHER, by=by, at=at),
    "release_hold": lambda o, by, at: preparing.release_hold(order=o, by=by, at=at, **REASON),
    "inform_beforehand": lambda o, by, at: preparing.inform_beforehand(order=o, by=by, at=at),
    "cancel_before_dispatch": lambda o, by, at: issuing.cancel_before_dispatch(order=o, by=by, at=at, **REASON),
    "issue": lambda o, by, at: issuing.issue(order=o, by=by, at=at),
    "receive": receipt("order.issued"),
    "report_undeliverable": lambda o, by, at: transmitting.report_undeliverable(
        order=o, reason="No way.", channel="webhook", at=at
    ),
    "record_submission": lambda o, by, at: transmitting.record_submission(
        order=o, submitted_at=at, address="https://provider.example/form", by=by, at=at
    ),
    "acknowledge": lambda o, by, at: answering.acknowledge(order=o, by=by, at=at),
    "content_provider_informed": lambda o, by, at: following_up.inform_content_provider(
        order=o, information=Information.COPY_GIVEN, informed_at=at, by=by, at=at
    ),
    "preservation_reported": lambda o, by, at: following_up.report_preservation(
        order=o, items=(1,), what="kept", happened_at=at, by=by, at=at
    ),
    "withdraw": lambda o, by, at: issuing.withdraw(order=o, by=by, at=at, **REASON),
    "clarify": lambda o, by, at: clarifying.clarify(order=o, answers={1: "The second."}, by=by, at=at),
    "dispute_ground": lambda o, by, at: clarifying.dispute_ground(order=o, by=by, at=at, **REASON),
    "appeal": lambda o, by, at: appealing.record_appeal(
        order=o, appellant=Actor.PROVIDER, received_at=at, by=by, at=at
    ),
    "confirm": judgment(appealing.CONFIRMED),
    "confirm_besides": confirm_one,
    "annul_by_court": judgment(appealing.ANNULLED),
    "become_final": lambda o, by, at: appealing.declare_final(order=o, by=by, at=at),
    "annul_by_scrutiny": decision(Stage.INFRINGEMENT),
    "withhold": lambda o, by, at: disclosing.withhold_disclosure(order=o, decided_at=at, by=by, at=at, **REASON),
    "extend_withholding": lambda o, by, at: disclosing.extend_withholding(order=o, by=by, at=at, **REASON),
    "allow": lambda o, by, at: disclosing.allow_disclosure(order=o, by=by, at=at),
    "report_removed": measure(Measure.REMOVED),
    "report_disabled": measure(Measure.DISABLED_IN_ALL_MEMBER_STATES),
    "report_already_gone": measure(Measure.ALREADY_UNAVAILABLE),
    "report_removed_before": measure_before(Measure.REMOVED),
    "report_disabled_before": measure_before(Measure.DISABLED_IN_ALL_MEMBER_STATES),
    "displace_as_impossible": lambda o, by, at: answering.report_impossibility(
        order=o, annex=impossible(since=at), by=by, at=at
    ),
    "displace_as_unclear": lambda o, by, at: answering.seek_clarification(order=o, annex=unclear(), by=by, at=at),
    "resume_when_ceased": lambda o, by, at: answering.report_grounds_ceased(
        order=o, items=(), ceased_at=at, by=by, at=at
    ),
    "resume_when_recorded": lambda o, by, at: clarifying.record_grounds_ceased(
        order=o, ceased_at=at, evidence="It answers again.", by=by, at=at
    ),
    "resume_when_clarified": receipt("order.clarified"),
    "owe_reinstatement": receipt("order.annulled"),
    "release_on_receipt": receipt("order.annulled"),
    "reinstate": back(),
    "keep_down": back("Terms 4.2"),
    "extend_preservation": lambda o, by, at: preserving.extend_preservation(
        order=o, until=T0 + 400 * DAY, by=by, at=at, **REASON
    ),
    "open_on_own_initiative": lambda o, by, at: scrutinising.open_scrutiny(order=o, by=by, at=at),
    "request": lambda o, by, at: scrutinising.request_scrutiny(order=o, reasons="A newspaper.", by=by, at=at),
    "announce_intent": lambda o, by, at: scrutinising.announce_intent(order=o, reasons="A newspaper.", by=by, at=at),
    "find_infringement": decision(Stage.INFRINGEMENT),
    "find_infringement_on_own_initiative": decision(Stage.INFRINGEMENT),
    "find_none": decision(Stage.NO_INFRINGEMENT),
    "find_none_on_own_initiative": decision(Stage.NO_INFRINGEMENT),
    "dismiss": decision(Stage.WINDOW_CLOSED),
}
SAME_ACT = {  # what happens to one region because an act moves another
    "dispatch": "issue", "withhold_with_order": "issue", "fall_due": "receive", "release": "withdraw",
    "release_by_court": "annul_by_court", "release_by_scrutiny": "find_infringement", "preserve": "report_removed",
    "report_removed_but_annulled": "report_removed_before",
    "stop_preserving": "reinstate", "join": "request", "request_after_the_end": "request",
    "close_on_withdrawal": "withdraw", "close_on_judgment": "annul_by_court", "confirm_again": "confirm",
    "appeal_besides": "appeal", "judge_after_the_end": "confirm",
    **dict.fromkeys(
        ["dismiss_while_open", "dismiss_beside_own_initiative", "dismiss_beside_intent", "dismiss_after_decision"],
        "dismiss",
    ),
}  # fmt: skip
