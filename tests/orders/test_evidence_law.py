"""Evidence about all that the law lets happen to an order: exported, replayed exactly (L13), missed when changed."""

from dataclasses import replace
from datetime import timedelta

import pytest

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
    transmitting,
)
from orders.models import ContentItem, Deadline, RemovalOrder, Scrutiny, ScrutinyRequest
from orders.regulation.regions import Actor, Execution, Force, Information, OfficerRole, ReasonClass, Stage
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
from tests.orders.exported import chosen, export, lines
from tests.orders.test_evidence_verify import found

pytestmark = pytest.mark.django_db
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


def cancelled_while_waiting():
    """The provider was informed beforehand; then the order is cancelled."""
    order = drafted(emergency=False, emergency_reason="")
    anna, bert = officer("anna", order.issuing_authority), by_issuer(order)
    issuing.submit(order=order, by=anna, at=T0)
    issuing.approve(order=order, by=bert, at=T0)
    preparing.inform_beforehand(order=order, by=bert, at=T0)
    issuing.cancel_before_dispatch(order=order, reason="Gone.", by=bert, at=T0 + HOUR)
    return again(order)


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


@pytest.mark.parametrize("story", STORIES)
def test_the_ledger_rebuilds_every_region_and_column_as_they_are_and_as_they_are_years_later(story):
    order = story()
    assert found() == []
    while lapsing.lapse(at=T0 + 1000 * DAY):
        assert found() == []
    assert not Deadline.objects.filter(dossier=order.dossier, due_at__lt=T0 + 1000 * DAY, verdict="").exists()


@pytest.mark.parametrize(
    ("story", "table", "change"),
    [
        (annulled_by_scrutiny, Scrutiny, {"stage": Stage.NO_INFRINGEMENT}),
        (annulled_by_scrutiny, Scrutiny, {"decided_at": T0}),
        (annulled_by_scrutiny, Scrutiny, {"copy_received_at": T0 + MINUTE}),
        (annulled_by_scrutiny, Scrutiny, {"reasons": "Others."}),
        (annulled_by_scrutiny, ScrutinyRequest, {"late": True}),
        (annulled_by_scrutiny, ScrutinyRequest, {"decided_by": None}),
        (annulled_by_scrutiny, ContentItem, {"reinstated_at": T0}),
        (annulled_by_scrutiny, RemovalOrder, {"force_at": T0}),
        (annulled_by_scrutiny, RemovalOrder, {"home_authority": None}),
        (long_secret, RemovalOrder, {"withheld_until": T0}),
        (long_secret, RemovalOrder, {"withholding_decided_at": None}),
        (long_secret, ContentItem, {"preserved_until": T0 + 1000 * DAY}),
        (long_secret, ContentItem, {"content_provider_informed_at": None}),
        (through_the_courts, RemovalOrder, {"force": Force.FINAL}),
        (through_the_courts, RemovalOrder, {"withholding_reason": "Another."}),
        (through_the_courts, RemovalOrder, {"appeal_days": 31}),
        (through_the_courts, ContentItem, {"execution": Execution.REINSTATED}),
        (first_order, RemovalOrder, {"prior_information_at": T0 - DAY}),
        (first_order, RemovalOrder, {"first_order": False}),
        (first_order, RemovalOrder, {"emergency": True}),
    ],
)
def test_whatever_is_changed_behind_the_ledger_is_found_and_named(story, table, change):
    story()
    assert found() == []
    table.objects.update(**change)
    (name,) = change
    assert any(f"{name} of" in finding or f" {name} is" in finding for finding in found())


@pytest.mark.parametrize(
    ("story", "code", "change"),
    [
        (first_order, "C1", {"close_entry": 9}),
        (cancelled_while_waiting, "C1", {"stopped_at": T0 + MINUTE}),
        (appealed_in_time_but_entered_late, "C26", {"taken_at": T0}),
        (annulled_by_scrutiny, "C9", {"taken_at": T0}),
        (annulled_by_scrutiny, "C10a", {"closed_at": T0}),
        (annulled_by_scrutiny, "C10b", {"reported_at": T0}),
        (annulled_by_scrutiny, "C11", {"closed_at": None, "close_entry": None, "taken_at": None, "verdict": ""}),
        (annulled_by_scrutiny, "C15", {"stop": "displaced"}),
        (annulled_by_scrutiny, "C3", {"taken_at": T0 + HOUR}),
        (annulled_by_scrutiny, "C7", {"starts_at": T0 - HOUR}),
        (long_secret, "C18", {"closed_at": None, "close_entry": None, "stop": "", "stopped_at": None, "verdict": ""}),
        (long_secret, "C19", {"starts_at": T0}),
        (through_the_courts, "C26", {"verdict": "used_late"}),
        (through_the_courts, "C6", {"debtor": "nobody"}),
        (long_secret, "C10a", {"article": "4(3)"}),
        (first_order, "C2", {"period_rule": "reg1182"}),
    ],
)
def test_a_clock_of_any_kind_that_says_something_else_is_found(story, code, change):
    order = story()
    clock = Deadline.objects.filter(dossier=order.dossier, code=code).earliest("pk")
    Deadline.objects.filter(pk=clock.pk).update(**change)
    assert any(clock.clock_id in finding or f"({code})" in finding for finding in found())


def test_a_request_taken_away_is_missed_by_its_entry():
    order = annulled_by_scrutiny()
    ScrutinyRequest.objects.all().delete()
    number = order.dossier.entries.get(act="request_scrutiny").number
    assert f"{order.reference}, entry {number}: the request that it filed has no row" in found()


def exported(table, *columns):
    row = lines(export(at=T0 + 400 * DAY)[1], table)[0]
    return {column: row[column] for column in columns}


def test_an_export_tells_the_scrutiny_and_the_reinstatement():
    annulled_by_scrutiny()
    assert exported("orders", "scrutiny_outcome", "force", "force_at", "final_at", "copy_received_at") == {
        "scrutiny_outcome": "infringement", "force": "annulled_by_scrutiny", "final_at": None,
        "force_at": "2026-11-21T05:30:00.000000Z", "copy_received_at": "2026-11-21T01:30:00.000000Z",
    }  # fmt: skip
    assert exported("items", "reinstatement_due_at", "reinstated_at", "preserved_until", "kpi_42") == {
        "reinstatement_due_at": "2026-11-21T06:30:00.000000Z", "reinstated_at": "2026-11-21T07:30:00.000000Z",
        "preserved_until": "2027-05-21T22:00:00.000000Z", "kpi_42": "excluded_annulled",
    }  # fmt: skip


def test_an_export_tells_the_secrecy_and_the_last_decision():
    long_secret()
    assert exported("orders", "disclosure", "withheld_until", "scrutiny_outcome") == {
        "disclosure": "allowed", "withheld_until": "2027-02-13T01:30:00.000000Z", "scrutiny_outcome": "no_infringement",
    }  # fmt: skip
    assert exported("items", "content_provider_informed_at")["content_provider_informed_at"].startswith("2027-02-10")


def test_an_export_tells_the_prior_information_and_when_the_order_became_final():
    order = first_order()
    while lapsing.lapse(at=T0 + 300 * DAY):
        pass
    assert exported("orders", "first_order", "prior_information_at", "emergency", "force", "final_at") == {
        "first_order": True, "prior_information_at": "2026-11-21T01:30:00.000000Z", "emergency": False,
        "force": "final", "final_at": "2026-12-21T13:30:00.000000Z",
    }  # fmt: skip
    assert again(order).force_at == T0 + 12 * HOUR + 30 * DAY


def test_every_kind_of_clock_is_exported_with_its_own_verdicts_and_none_where_the_law_gives_no_number():
    annulled_by_scrutiny()
    rows = {clock["code"]: clock for clock in lines(export()[1], "clocks")}
    assert set(rows) == {"C2", "C3", "C7", "C9", "C10a", "C10b", "C11", "C15", "C19", "C26"}
    verdicts = {code: row["verdict"] for code, row in rows.items()}
    assert (verdicts["C2"], verdicts["C10a"], verdicts["C10b"]) == ("within_hour", "used", "within_limit")
    assert (verdicts["C15"], verdicts["C26"]) == ("ended", "ended")
    assert {code for code, row in rows.items() if row["limit"] is None} == {"C3", "C7", "C11", "C19"}
    assert {code for code, verdict in verdicts.items() if verdict is None} == {"C3", "C7", "C11", "C19"}


def test_the_other_rule_ends_a_period_in_days_at_midnight_of_the_debtors_member_state():
    received()  # on 21 November; the 30 days end on Monday 21 December, under the other rule at midnight in Amsterdam
    judged = []
    for hours_later in (1, 21, 22):
        (appeal,) = [
            clock
            for clock in lines(export(at=T0 + 30 * DAY + hours_later * HOUR)[1], "clocks")
            if clock["code"] == "C26"
        ]
        judged.append((appeal["verdict"], appeal["verdict_other_rule"]))
    assert judged == [("lapsed", None), ("lapsed", None), ("lapsed", "lapsed")]


def test_a_clock_that_was_stopped_names_the_one_that_followed_and_others_name_none():
    long_secret()
    first, second = (clock for clock in lines(export(at=T0 + 400 * DAY)[1], "clocks") if clock["code"] == "C18")
    assert (first["superseded_by"], second["superseded_by"]) == (second["clock_id"], None)
    answered = [clock for clock in lines(export()[1], "clocks") if clock["code"] == "C10b"]
    assert [clock["superseded_by"] for clock in answered] == [None, None]


@pytest.mark.parametrize(
    ("claimed", "looks", "basis", "gone", "status", "discrepancy"),
    [
        (False, [], None, None, None, None),
        (False, [(5, 404, True)], "observed", 5, 404, False),
        (True, [], "claimed", None, None, None),
        (True, [(15, None, None)], "claimed", None, None, False),
        (True, [(5, 200, False), (15, 404, True)], "both", 15, 404, False),
        (True, [(15, 200, False)], "conflicting", None, 200, True),
        (True, [(15, 200, False), (20, 410, True)], "conflicting", 20, 410, True),
    ],
)
def test_what_was_seen_stands_beside_the_claim_and_moves_nothing(claimed, looks, basis, gone, status, discrepancy):
    order = removed(received()) if claimed else received()
    item = order.items.get()
    for minutes, code, is_gone in looks:
        at = T0 + minutes * MINUTE
        transmitting.record_observation(item=item, observed_at=at, status=code, gone=is_gone, source="monitor", at=at)
    assert exported("items", "basis", "observed_gone_at", "observed_status", "discrepancy", "execution") == {
        "basis": basis, "observed_status": status, "discrepancy": discrepancy, "execution": item.execution,
        "observed_gone_at": f"2026-11-21T01:{30 + gone}:00.000000Z" if gone else None,
    }  # fmt: skip
    assert found() == []


def test_content_seen_again_after_its_reinstatement_contradicts_nothing():
    item = annulled_by_scrutiny().items.get()
    at = T0 + 8 * HOUR
    transmitting.record_observation(item=item, observed_at=at, status=200, gone=False, source="monitor", at=at)
    assert exported("items", "basis", "discrepancy") == {"basis": "claimed", "discrepancy": False}


def test_a_question_that_says_since_when_is_still_a_question_of_article_3_8():
    order = received()
    annex = replace(unclear(), grounds_since=T0 + MINUTE)
    answering.seek_clarification(order=order, annex=annex, by=by_provider(order), at=T0 + 5 * MINUTE)
    (notice,) = [clock for clock in lines(export()[1], "clocks") if clock["code"] in ("C4", "C5")]
    assert chosen(notice, "code", "article", "ground") == {"code": "C5", "article": "3(8)", "ground": "receipt"}
    assert found() == []


def test_a_late_notice_that_counts_stops_the_hour_when_the_ground_arose(settings):
    settings.RULES = {"late_notice": "counts"}
    order = received()
    notice = impossible(since=T0 + 30 * MINUTE)
    answering.report_impossibility(order=order, annex=notice, by=by_provider(order), at=T0 + 2 * HOUR)
    (hour,) = [clock for clock in lines(export()[1], "clocks") if clock["code"] == "C2"]
    assert chosen(hour, "verdict", "closed_at") == {"verdict": "displaced", "closed_at": "2026-11-21T03:30:00.000000Z"}
    assert found() == []


def test_an_order_of_no_home_has_no_scrutiny_to_rebuild():
    order = issued()
    assert not Scrutiny.objects.filter(order=order).exists()
    assert found() == []
