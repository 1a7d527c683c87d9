"""Orders brought further by short forms of the acts, each a second after the last unless a time is named."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.test import override_settings

from orders.acts import (
    answering,
    appealing,
    clarifying,
    disclosing,
    following_up,
    issuing,
    lapsing,
    preparing,
    preserving,
    scrutinising,
    transmitting,
)
from orders.acts.answering import Answer
from orders.acts.capacity import Capacity
from orders.models import LedgerEntry, RemovalOrder
from orders.regulation.annexes import AnnexIII
from orders.regulation.regions import Actor, Information, Measure, ReasonClass, Stage
from perci.settings import RULES
from tests.factories import (
    HOUR,
    T0,
    again,
    annex_ii,
    authority,
    by_provider,
    deliver,
    drafted,
    impossible,
    issued,
    officer,
    received,
    unclear,
)
from tests.people import approver, drafter, home, interested, objector, scrutineer

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
WINDOW = 72 * HOUR
LONG_AFTER = T0 + 1000 * DAY


def afterwards(order: RemovalOrder) -> datetime:
    """A second after the last entry about `order`."""
    last = LedgerEntry.objects.filter(dossier=order.dossier).latest("number")
    return max(last.recorded_at, last.occurred_at) + SECOND


def put(order: RemovalOrder, act: Callable[..., Any], by: Capacity, **arguments: Any) -> RemovalOrder:
    """Perform `act` a second after the last; returns the order as it is now."""
    act(order=again(order), by=by, at=afterwards(order), **arguments)
    return again(order)


def cleared(**fields: Any) -> RemovalOrder:
    order = put(drafted(**fields), issuing.submit, officer("anna", authority()))
    return put(order, issuing.approve, approver(order))


def asked_about() -> RemovalOrder:
    """A submitted order about which two other authorities and Europol were asked to coordinate."""
    interested()
    return put(drafted(), issuing.submit, officer("anna", authority()))


def held() -> RemovalOrder:
    interested()
    return put(cleared(), preparing.put_on_hold, objector(), reason=ReasonClass.LEAVE_ONLINE)


def crossing(**fields: Any) -> RemovalOrder:
    """A received order from DE to a provider at home in NL, whose authority has the copy."""
    home()
    return received(**fields)


def undeliverable() -> RemovalOrder:
    order = issued()
    transmitting.report_undeliverable(order=order, reason="No way.", channel="webhook", at=afterwards(order))
    return again(order)


def removed(order: RemovalOrder, measure: Measure = Measure.REMOVED) -> RemovalOrder:
    taken_at = afterwards(order)
    return put(order, answering.report_removal, by_provider(order), annex=annex_ii(taken_at=taken_at, measure=measure))


def asked(order: RemovalOrder) -> RemovalOrder:
    return displaced(order, answering.seek_clarification, unclear())


def failed(order: RemovalOrder) -> RemovalOrder:
    return displaced(order, answering.report_impossibility, impossible(since=afterwards(order)))


def displaced(order: RemovalOrder, act: Callable[..., Any], annex: AnnexIII) -> RemovalOrder:
    return put(order, act, by_provider(order), annex=annex)


def clarified(order: RemovalOrder) -> RemovalOrder:
    answers = {question.number: "The second." for question in clarifying.open_questions(order)}
    return put(order, clarifying.clarify, drafter(order), answers=answers)


def passed(order: RemovalOrder, at: datetime) -> RemovalOrder:
    """`order` when nobody acts until `at`."""
    while lapsing.lapse(at=at):
        pass
    return again(order)


def withdrawn(order: RemovalOrder) -> RemovalOrder:
    return put(order, issuing.withdraw, approver(order), reason="Wrong.")


def appealed(order: RemovalOrder, appellant: Actor = Actor.PROVIDER) -> RemovalOrder:
    at = afterwards(order)
    return put(order, appealing.record_appeal, approver(order), appellant=appellant, received_at=at)


def appealed_twice(order: RemovalOrder) -> RemovalOrder:
    return appealed(appealed(order), Actor.CONTENT_PROVIDER)


def judged(order: RemovalOrder, outcome: str, **more: Any) -> RemovalOrder:
    at = afterwards(order)
    return put(order, appealing.record_judgment, approver(order), outcome=outcome, received_at=at, **more)


def requested(order: RemovalOrder) -> RemovalOrder:
    return put(order, scrutinising.request_scrutiny, by_provider(order), reasons="It is a newspaper.")


def announced(order: RemovalOrder) -> RemovalOrder:
    return put(order, scrutinising.announce_intent, scrutineer(), reasons="It is a newspaper.")


def decided(order: RemovalOrder, outcome: Stage) -> RemovalOrder:
    return put(order, scrutinising.decide_scrutiny, scrutineer(), outcome=outcome, reasons="Considered.")


def on_own_initiative(order: RemovalOrder) -> RemovalOrder:
    return put(order, scrutinising.open_scrutiny, scrutineer())


def annulled(order: RemovalOrder) -> RemovalOrder:
    return decided(announced(requested(order)), Stage.INFRINGEMENT)


def annulment_received(order: RemovalOrder) -> RemovalOrder:
    deliver(order, "order.annulled", at=afterwards(order))
    return again(order)


def inform(order: RemovalOrder, at: datetime, what: Information = Information.COPY_GIVEN) -> Answer:
    """The provider says at `at` that its content provider was informed then; what it is answered."""
    by = by_provider(order)
    return following_up.inform_content_provider(order=order, information=what, informed_at=at, by=by, at=at)


def reinstated(order: RemovalOrder, kept_down_under: str = "") -> RemovalOrder:
    more = {"items": (1,), "reinstated_at": afterwards(order), "kept_down_under": kept_down_under}
    return put(order, following_up.report_reinstatement, by_provider(order), **more)


def withheld(order: RemovalOrder) -> RemovalOrder:
    decision = {"reason": "Arrests are due.", "decided_at": afterwards(order)}
    return put(order, disclosing.withhold_disclosure, approver(order), **decision)


def withheld_longer(order: RemovalOrder) -> RemovalOrder:
    return put(order, disclosing.extend_withholding, approver(order), reason="Arrests are still due.")


def preserved_longer(order: RemovalOrder) -> RemovalOrder:
    extension = {"until": T0 + 300 * DAY, "reason": "A review is pending."}
    return put(order, preserving.extend_preservation, approver(order), **extension)


def all_parties_count(appeal_over: datetime = T0 + 31 * DAY) -> RemovalOrder:
    """In force although the provider's appeal period is over: the content provider was not informed (case 24)."""
    with override_settings(RULES={**RULES, "finality": "all_parties"}):
        order = crossing()
    return passed(order, appeal_over)


def annulled_but_not_told() -> RemovalOrder:
    """Under ANNULLED_FROM=communication the provider's duty ends when it receives the annulment."""
    with override_settings(RULES={**RULES, "annulled_from": "communication"}):
        order = crossing()
    return annulled(order)
