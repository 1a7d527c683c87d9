"""Evidence about all that the law lets happen to an order: as an export tells it."""

from dataclasses import replace

import pytest

from orders.acts import answering, lapsing, transmitting
from orders.models import Scrutiny
from tests.factories import HOUR, T0, again, by_provider, impossible, issued, received, unclear
from tests.orders.exported import chosen, export, lines
from tests.orders.findings import found
from tests.orders.law_stories import DAY, MINUTE, annulled_by_scrutiny, first_order, long_secret, removed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables_alone")]


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
