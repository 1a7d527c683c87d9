"""Orders to which much of what the law knows has happened, for what is said of them in evidence."""

from datetime import timedelta

from orders.acts import (
    answering,
    appealing,
    capacity,
    disclosing,
    following_up,
    issuing,
    lapsing,
    preparing,
    preserving,
    scrutinising,
)
from orders.regulation.regions import Actor, Information, OfficerRole, ReasonClass, Stage
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
    officer,
    received,
)
from tests.kept import kept

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def home():
    return authority("nl-home", "NL", scrutinises=True, oversees=True)


def by_home(order):
    return capacity.officer(
        officer("sofie", home(), OfficerRole.SCRUTINEER).person,
        home(), channel="portal", acting_as=Actor.SCRUTINISING_AUTHORITY,
    )  # fmt: skip


def by_issuer(order):
    return officer("bert", order.issuing_authority)


def removed(order, *, after=10 * MINUTE):
    answering.report_removal(
        order=order, annex=annex_ii(taken_at=T0 + after), by=by_provider(order), at=T0 + after + MINUTE
    )
    return again(order)


@kept
def annulled_by_scrutiny():
    """A cross-border order, removed, found to infringe at the provider's request, reinstated."""
    home()
    order = removed(received())
    sofie = by_home(order)
    scrutinising.open_scrutiny(order=order, by=sofie, at=T0 + HOUR)
    scrutinising.request_scrutiny(order=order, reasons="Satire.", by=by_provider(order), at=T0 + 2 * HOUR)
    scrutinising.announce_intent(order=order, reasons="Manifest.", by=sofie, at=T0 + 3 * HOUR)
    scrutinising.decide_scrutiny(
        order=order, outcome=Stage.INFRINGEMENT, reasons="Manifest.", by=sofie, at=T0 + 4 * HOUR
    )
    deliver(order, "order.annulled", at=T0 + 5 * HOUR)
    following_up.report_reinstatement(
        order=order, items=(1,), reinstated_at=T0 + 6 * HOUR, by=by_provider(order), at=T0 + 7 * HOUR
    )
    return again(order)


@kept
def long_secret():
    """Withheld twice, told at last; then a late request, dismissed, and one decided; preserved longer."""
    home()
    order = removed(received(must_not_inform=True, withholding_reason="An operation."))
    bert, sofie = by_issuer(order), by_home(order)
    disclosing.extend_withholding(order=order, reason="Still.", by=bert, at=T0 + 40 * DAY)
    disclosing.allow_disclosure(order=order, by=bert, at=T0 + 80 * DAY)
    following_up.inform_content_provider(
        order=order, information=Information.COPY_GIVEN, informed_at=T0 + 81 * DAY, by=by_provider(order),
        at=T0 + 82 * DAY,
    )  # fmt: skip
    scrutinising.request_scrutiny(order=order, reasons="Mine.", received_at=T0 + 84 * DAY, by=sofie, at=T0 + 85 * DAY)
    scrutinising.decide_scrutiny(
        order=order, outcome=Stage.WINDOW_CLOSED, reasons="Too late.", by=sofie, at=T0 + 86 * DAY
    )
    scrutinising.request_scrutiny(order=order, reasons="Again.", by=sofie, at=T0 + 87 * DAY)
    scrutinising.decide_scrutiny(
        order=order, outcome=Stage.NO_INFRINGEMENT, reasons="In order.", by=sofie, at=T0 + 88 * DAY
    )
    preserving.extend_preservation(order=order, until=T0 + 300 * DAY, reason="Proceedings.", by=bert, at=T0 + 100 * DAY)
    return again(order)


@kept
def through_the_courts():
    """Withheld after the issue, appealed, confirmed, annulled after that all the same."""
    order = removed(received())
    bert = by_issuer(order)
    disclosing.withhold_disclosure(order=order, reason=" Ongoing. ", decided_at=T0 + HOUR, by=bert, at=T0 + 2 * HOUR)
    appealing.record_appeal(order=order, appellant=Actor.PROVIDER, received_at=T0 + 3 * DAY, by=bert, at=T0 + 4 * DAY)
    appealing.record_judgment(order=order, outcome="confirmed", received_at=T0 + 9 * DAY, by=bert, at=T0 + 10 * DAY)
    appealing.record_judgment(order=order, outcome="annulled", received_at=T0 + 19 * DAY, by=bert, at=T0 + 20 * DAY)
    deliver(order, "order.annulled", at=T0 + 21 * DAY)
    return again(order)


@kept
def first_order():
    """Held and released, announced 12 hours before, impossible at first, then silence until it is final by time."""
    order = drafted(emergency=False, emergency_reason="")
    anna, bert = officer("anna", order.issuing_authority), by_issuer(order)
    issuing.submit(order=order, by=anna, at=T0)
    issuing.approve(order=order, by=bert, at=T0)
    preparing.put_on_hold(order=order, reason=ReasonClass.OTHER, by=bert, at=T0)
    preparing.release_hold(order=order, reason="Agreed.", by=bert, at=T0)
    issuing.approve(order=order, by=bert, at=T0)
    preparing.inform_beforehand(order=order, by=bert, at=T0)
    issuing.issue(order=order, by=bert, at=T0 + 12 * HOUR)
    deliver(order, "order.issued", at=T0 + 12 * HOUR)
    answering.report_impossibility(
        order=order, annex=impossible(since=T0 + 12 * HOUR), by=by_provider(order), at=T0 + 13 * HOUR
    )
    answering.report_grounds_ceased(
        order=order, items=(), ceased_at=T0 + 14 * HOUR, by=by_provider(order), at=T0 + 15 * HOUR
    )
    return again(order)


@kept
def cancelled_while_waiting():
    """The provider was informed beforehand; then the order is cancelled."""
    order = drafted(emergency=False, emergency_reason="")
    anna, bert = officer("anna", order.issuing_authority), by_issuer(order)
    issuing.submit(order=order, by=anna, at=T0)
    issuing.approve(order=order, by=bert, at=T0)
    preparing.inform_beforehand(order=order, by=bert, at=T0)
    issuing.cancel_before_dispatch(order=order, reason="Gone.", by=bert, at=T0 + HOUR)
    return again(order)


@kept
def appealed_in_time_but_entered_late():
    """The appeal arrived within its period; the authority enters it when the order is final already."""
    order = received()
    while lapsing.lapse(at=T0 + 40 * DAY):
        pass
    appealing.record_appeal(
        order=order, appellant=Actor.PROVIDER, received_at=T0 + 3 * DAY, by=by_issuer(order), at=T0 + 41 * DAY
    )
    return again(order)


STORIES = [
    annulled_by_scrutiny,
    long_secret,
    through_the_courts,
    first_order,
    cancelled_while_waiting,
    appealed_in_time_but_entered_late,
]
