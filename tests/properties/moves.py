"""Every act on an order as a move that chance can make: the act, who may make it, and arguments drawn from `pick`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orders.acts import (
    answering,
    appealing,
    clarifying,
    disclosing,
    drafting,
    following_up,
    issuing,
    preparing,
    preserving,
    scrutinising,
    transmitting,
    uploads,
)
from orders.acts.capacity import Capacity
from orders.models import RemovalOrder
from orders.regulation.annexes import AnnexII, MeasureTaken
from orders.regulation.regions import Actor, Force, Information, Measure, Purpose, ReasonClass
from tests import factories
from tests.factories import impossible, unclear

DAY = timedelta(days=1)


@dataclass
class Move:
    """One try: on `order`, by whom, when it arrives (`at`), how far back it speaks, and what chance picked."""

    order: RemovalOrder
    by: Capacity
    at: datetime
    back: timedelta
    pick: int

    @property
    def then(self) -> datetime:
        return self.at - self.back

    @property
    def items(self) -> tuple[int, ...]:
        """One item, the other, or all."""
        return ((1,), (2,), (1, 2))[self.pick % 3]

    @property
    def common(self) -> dict:
        return {"order": self.order, "by": self.by, "at": self.at}

    def one_of(self, choices):
        return list(choices)[self.pick % len(list(choices))]


# --- before the order leaves ---
def submit(move: Move):
    issuing.submit(**move.common)


def approve(move: Move):
    issuing.approve(**move.common)


def return_to_draft(move: Move):
    issuing.return_to_draft(**move.common, reason="Again.")


def revise(move: Move):
    content = factories.content(to=move.order.provider, items=2, emergency=move.pick % 2 == 0)
    drafting.revise(**move.common, content=content)


def put_on_hold(move: Move):
    preparing.put_on_hold(**move.common, reason=move.one_of(ReasonClass))


def release_hold(move: Move):
    preparing.release_hold(**move.common, reason="Spoken about.")


def inform_beforehand(move: Move):
    preparing.inform_beforehand(**move.common)


def issue(move: Move):
    issuing.issue(**move.common)


def cancel_before_dispatch(move: Move):
    issuing.cancel_before_dispatch(**move.common, reason="Not needed.")


# --- the provider ---
def acknowledge(move: Move):
    answering.acknowledge(**move.common)


def report_removal(move: Move):
    measure = move.one_of(Measure)
    answering.report_removal(
        **move.common, annex=AnnexII(tuple(MeasureTaken(item, measure, move.then) for item in move.items))
    )


def report_removal_from_before(move: Move):
    """A measure taken before the order got the legal force that it has now, such as before its annulment.

    Where it is final, before it came into force: what a provider did does not depend on whether a sweep ran meanwhile.
    """
    began = move.order.issued_at if move.order.force == Force.FINAL else move.order.force_at
    taken_at = (began or move.at) - move.back
    annex = AnnexII(tuple(MeasureTaken(item, Measure.REMOVED, taken_at) for item in move.items))
    answering.report_removal(**move.common, annex=annex)


def report_impossibility(move: Move):
    answering.report_impossibility(**move.common, annex=impossible(since=move.then, items=move.items))


def seek_clarification(move: Move):
    answering.seek_clarification(**move.common, annex=unclear(items=move.items))


def report_grounds_ceased(move: Move):
    answering.report_grounds_ceased(**move.common, items=move.items, ceased_at=move.then)


def report_reinstatement(move: Move):
    own_terms = "Terms, section 3" if move.pick % 2 else ""
    following_up.report_reinstatement(
        **move.common, items=move.items, reinstated_at=move.then, kept_down_under=own_terms
    )


def inform_content_provider(move: Move):
    following_up.inform_content_provider(**move.common, information=move.one_of(Information), informed_at=move.then)


def report_preservation(move: Move):
    what = move.one_of(["kept", "accessed", "ended"])
    following_up.report_preservation(
        **move.common, items=move.items, what=what, happened_at=move.then, purpose=Purpose.PROCEEDINGS
    )


# --- the issuing authority ---
def clarify(move: Move):
    answers = {question.number: "The second." for question in clarifying.open_questions(move.order)}
    clarifying.clarify(**move.common, answers=answers)


def dispute_ground(move: Move):
    clarifying.dispute_ground(**move.common, reason="Their pages were up.")


def record_grounds_ceased(move: Move):
    clarifying.record_grounds_ceased(**move.common, ceased_at=move.then, evidence="Seen up.", items=move.items)


def withdraw(move: Move):
    issuing.withdraw(**move.common, reason="Wrong.")


def withhold_disclosure(move: Move):
    until = [None, move.at + DAY, move.at + 43 * DAY][move.pick % 3]
    disclosing.withhold_disclosure(**move.common, reason="Security.", decided_at=move.then, until=until)


def extend_withholding(move: Move):
    until = [None, move.at + DAY, move.at + 30 * DAY, move.at + 80 * DAY][move.pick % 4]
    disclosing.extend_withholding(**move.common, reason="Security.", until=until)


def allow_disclosure(move: Move):
    disclosing.allow_disclosure(**move.common)


def extend_preservation(move: Move):
    until = move.at + (30 + 300 * (move.pick % 2)) * DAY
    preserving.extend_preservation(**move.common, items=move.items, until=until, reason="Proceedings.")


def record_appeal(move: Move):
    appellant = move.one_of([Actor.PROVIDER, Actor.CONTENT_PROVIDER])
    appealing.record_appeal(**move.common, appellant=appellant, received_at=move.then)


def record_judgment(move: Move):
    outcome = [appealing.ANNULLED, appealing.CONFIRMED][move.pick % 2]
    reinstate = None if move.pick % 4 < 2 else (1,)
    appeals = [None, (Actor.PROVIDER,), (Actor.CONTENT_PROVIDER,)][move.pick // 2 % 3]
    said = {"outcome": outcome, "received_at": move.then, "appeals": appeals, "reinstate": reinstate}
    appealing.record_judgment(**move.common, **said)


def declare_final(move: Move):
    appealing.declare_final(**move.common)


# --- the authority of the provider's home ---
def open_scrutiny(move: Move):
    scrutinising.open_scrutiny(**move.common)


def request_scrutiny(move: Move):
    received_at = None if move.by.actor is Actor.PROVIDER else move.then
    scrutinising.request_scrutiny(**move.common, reasons="It is journalism.", received_at=received_at)


def announce_intent(move: Move):
    scrutinising.announce_intent(**move.common, reasons="Art. 11 of the Charter.")


def decide_scrutiny(move: Move):
    scrutinising.decide_scrutiny(**move.common, outcome=move.one_of(scrutinising.OUTCOMES), reasons="Considered.")


# --- the channel ---
def record_submission(move: Move):
    page = [None, uploads.text("Thank you.")][move.pick % 2]
    address = "https://provider.example/form"
    transmitting.record_submission(**move.common, submitted_at=move.then, address=address, confirmation=page)


def report_undeliverable(move: Move):
    transmitting.report_undeliverable(order=move.order, reason="Refused.", channel="webhook", at=move.at)


PREPARING = [submit, approve, return_to_draft, revise, inform_beforehand, issue, cancel_before_dispatch]
ANSWERS = [
    acknowledge, report_removal, report_removal_from_before, report_impossibility, seek_clarification,
    report_grounds_ceased, report_reinstatement, inform_content_provider, report_preservation, request_scrutiny,
]  # fmt: skip
ISSUERS = [
    clarify, dispute_ground, record_grounds_ceased, withdraw, withhold_disclosure, extend_withholding, allow_disclosure,
    extend_preservation, record_appeal, record_judgment, declare_final, record_submission,
]  # fmt: skip
SCRUTINY = [open_scrutiny, request_scrutiny, announce_intent, decide_scrutiny]
COORDINATION = [put_on_hold, release_hold]
