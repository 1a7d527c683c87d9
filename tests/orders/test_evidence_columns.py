"""Exports: the columns of the contract, and the figures of known journeys in them."""

import hashlib
from datetime import timedelta

import pytest

from orders import canonical, commitments
from orders.acts import answering, clarifying, issuing
from orders.evidence.tables import TABLES
from orders.models import Dossier, User
from tests import factories
from tests.factories import HOUR, T0, by_provider, deliver, impossible, issued, officer, received, unclear
from tests.orders.exported import attempt, chosen, export, hour, lines, reported, sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables_alone")]
MINUTE = timedelta(minutes=1)

CONTRACT = {
    "orders": """reference, issuing_ms, issuing_authority, provider, home_ms, cross_border, no_home_ms, legal_basis,
        language, categories, item_count, first_order, prior_information_at, emergency, emergency_reason, drafted_by,
        approved_by, issued_at, sent_at, delivered_at, received_at, receipt_channel, receipt_rule, acknowledged_at,
        copy_sent_at, copy_received_at, preparation, transmission, force, force_at, disclosure, withheld_until, summary,
        annex_ii_count, annex_iii_count, clarification_loops, scrutiny_outcome, final_at, sent_for_penalty_at,
        generation, simulated, limit_scale, rule_version""",
    "items": """reference, item, url_sha256, url, kind, execution, measure, taken_at, reported_at,
        provider_received_at, receipt_drift_s, receipt_basis, observed_gone_at, observed_status, basis, discrepancy,
        discrepancy_opened_at, discrepancy_closed_at, hour_started_at, start_ground, due_at, seconds_to_measure,
        verdict, late_by_s, already_gone, preserved_until, content_provider_informed_at, reinstatement_due_at,
        reinstated_at, kpi_42""",
    "clocks": """clock_id, code, article, reference, item, debtor_role, debtor, ground, started_at, start_entry, limit,
        period_rule, due_at, closed_at, close_entry, superseded_by, standing, verdict, verdict_other_rule,
        verdict_other_proof, verdict_other_notice, late_by_s, noticed_at, notice_lag_ms, warnings_sent""",
    "events": """reference, number, act, article, actor_role, actor_party, actor_person, channel, occurred_at,
        recorded_at, facts, salts, previous_digest, digest, leaf_index""",
    "deliveries": """message_id, reference, event_type, channel, attempt, started_at, ended_at, http_status, outcome,
        latency_ms, body_sha256, answer_sha256, is_receipt, next_attempt_at""",
    "access": "at, person, role, party, reference, item, object, purpose, entry_number, channel",
}


def test_every_table_has_exactly_the_columns_of_the_contract():
    assert {table.name: list(table.columns) for table in TABLES} == {
        name: [column.strip() for column in columns.split(",")] for name, columns in CONTRACT.items()
    }


def test_the_header_is_there_when_nothing_is():
    issued()
    manifest, archive = export()
    (deliveries,) = [table for table in TABLES if table.name == "deliveries"]
    assert archive.read("data/deliveries.csv").decode() == ",".join(deliveries.columns) + "\r\n"
    assert (manifest["rows"]["deliveries.csv"], manifest["rows"]["deliveries.jsonl"]) == (0, 0)


def test_a_measure_within_the_hour_has_its_exact_figures_in_both_forms():
    order = received()
    reported(order, taken=timedelta(seconds=754, microseconds=567891), at=13 * MINUTE)
    _, archive = export()
    expected = {
        "reference": "DE-2026-000001", "item": 1, "execution": "removed", "measure": "removed", "basis": "claimed",
        "hour_started_at": "2026-11-21T01:30:00.000000Z", "start_ground": "receipt",
        "due_at": "2026-11-21T02:30:00.000000Z", "seconds_to_measure": 754.567891, "verdict": "within_hour",
        "late_by_s": None, "already_gone": False, "kpi_42": "counted", "observed_gone_at": None,
    }  # fmt: skip
    assert chosen(lines(archive, "items")[0], *expected) == expected
    cells = {"seconds_to_measure": "754.567891", "late_by_s": "", "already_gone": "false", "observed_gone_at": ""}
    assert chosen(sheet(archive, "items")[0], *cells) == cells


@pytest.mark.parametrize(
    ("taken", "verdict", "other"),
    [(59 * MINUTE, "within_hour_reported_late", "within_hour"), (64 * MINUTE, "after_hour", "within_hour")],
)
def test_a_clock_shows_the_verdict_under_the_other_rule_for_periods_beside_its_own(taken, verdict, other):
    order = received()  # at 01:30: under Regulation 1182/71 its hour is that from 02:00 to 03:00
    reported(order, taken=taken, at=65 * MINUTE)
    clock = hour(export()[1])
    assert chosen(clock, "verdict", "verdict_other_rule", "limit", "period_rule") == {
        "verdict": verdict, "verdict_other_rule": other, "limit": 3600, "period_rule": "plain",
    }  # fmt: skip


def test_a_late_measure_says_by_how_much():
    order = received()
    reported(order, taken=HOUR + timedelta(microseconds=1), at=65 * MINUTE)
    _, archive = export()
    expected = {
        "verdict": "after_hour",
        "late_by_s": 0.000001,
        "standing": "closed",
        "noticed_at": "2026-11-21T02:35:00.000000Z",
    }
    assert chosen(hour(archive), *expected) == expected
    assert chosen(sheet(archive, "clocks")[0], "late_by_s", "notice_lag_ms") == {
        "late_by_s": "0.000001", "notice_lag_ms": "300000",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("as_of", "verdict", "standing", "summary", "kpi"),
    [
        (T0 + HOUR, None, "running", "open", None),
        (T0 + HOUR + MINUTE, "unanswered", "unanswered", "not_executed", "counted"),
    ],
)
def test_a_clock_nobody_answered_is_judged_at_the_moment_of_the_export_whether_a_sweep_ran_or_not(
    as_of, verdict, standing, summary, kpi
):
    received()
    _, archive = export(at=as_of)
    clock, item, order = hour(archive), *(lines(archive, name)[0] for name in ("items", "orders"))
    assert (clock["verdict"], clock["standing"], order["summary"], item["kpi_42"]) == (verdict, standing, summary, kpi)


def test_a_displaced_hour_names_the_fresh_one_that_followed_and_never_counts_as_the_first():
    order = received()
    answering.report_impossibility(
        order=order, annex=impossible(since=T0 + MINUTE), by=by_provider(order), at=T0 + 2 * MINUTE
    )
    displaced = lines(export(at=T0 + 3 * MINUTE)[1], "items")[0]
    assert (displaced["due_at"], displaced["verdict"], displaced["kpi_42"]) == (None, "displaced", "excluded_displaced")
    answering.report_grounds_ceased(
        order=order, items=(), ceased_at=T0 + 20 * MINUTE, by=by_provider(order), at=T0 + 21 * MINUTE
    )
    reported(order, taken=22 * MINUTE, at=23 * MINUTE)
    _, archive = export()
    first, second = (clock for clock in lines(archive, "clocks") if clock["code"] == "C2")
    assert (first["superseded_by"], second["ground"], second["superseded_by"]) == (
        second["clock_id"], "grounds_ceased", None,
    )  # fmt: skip
    assert chosen(lines(archive, "items")[0], "seconds_to_measure", "kpi_42") == {
        "seconds_to_measure": 120, "kpi_42": "excluded_displaced",
    }  # fmt: skip


def test_content_already_gone_and_orders_withdrawn_do_not_count():
    gone = received()
    reported(gone, taken=-HOUR, at=MINUTE)
    withdrawn = received()
    bert = officer("bert", withdrawn.issuing_authority)
    issuing.withdraw(order=withdrawn, reason="Wrong address.", by=bert, at=T0 + MINUTE)
    items = lines(export()[1], "items")
    assert [(item["already_gone"], item["seconds_to_measure"], item["kpi_42"]) for item in items] == [
        (True, -3600, "excluded_already_gone"),
        (None, None, "excluded_annulled"),
    ]


def test_an_order_row_counts_its_answers_and_names_persons_by_pseudonym():
    factories.authority("nl-atk", "NL", scrutinises=True)
    order = received(items=2, categories=("2(7)(d)", "2(7)(a)"))
    answering.seek_clarification(order=order, annex=unclear(), by=by_provider(order), at=T0 + MINUTE)
    bert = officer("bert", order.issuing_authority)
    clarifying.clarify(order=order, answers={1: "The first.", 2: "The second."}, by=bert, at=T0 + 2 * MINUTE)
    deliver(order, "order.clarified", at=T0 + 3 * MINUTE)
    reported(order, taken=4 * MINUTE, at=5 * MINUTE)
    follower = issued(at=T0 + HOUR)
    row, second = lines(export(at=T0 + HOUR)[1], "orders")
    persons = {user.username: user.pseudonym for user in User.objects.all()}
    expected = {
        "issuing_ms": "DE", "home_ms": "NL", "cross_border": True, "no_home_ms": False, "item_count": 2,
        "categories": ["2(7)(a)", "2(7)(d)"], "first_order": True, "drafted_by": persons["anna"],
        "approved_by": persons["bert"], "receipt_channel": "webhook", "receipt_rule": "webhook_2xx",
        "copy_sent_at": "2026-11-21T01:30:00.000000Z", "annex_ii_count": 1, "annex_iii_count": 1,
        "clarification_loops": 1, "summary": "partial", "emergency": True, "withheld_until": None,
        "generation": Dossier.objects.get(pk=order.dossier_id).generation, "limit_scale": "1", "simulated": True,
    }  # fmt: skip
    assert chosen(row, *expected) == expected
    assert (second["reference"], second["first_order"], second["received_at"]) == (follower.reference, False, None)


def test_lists_are_joined_in_a_cell():
    received(categories=("2(7)(d)", "2(7)(a)"))
    assert sheet(export()[1], "orders")[0]["categories"] == "2(7)(a);2(7)(d)"


def test_every_digest_of_the_events_can_be_computed_from_the_json_lines_alone():
    order = received()
    reported(order, taken=MINUTE, at=2 * MINUTE)
    previous = "0" * 64
    for event in lines(export()[1], "events"):
        texts = {name: event[name] or "" for name in ("article", "actor_party", "actor_person")}
        content = chosen(event, "reference", "number", "act", "channel", "occurred_at", "recorded_at")
        content["facts"] = commitments.committed(event["facts"], event["salts"])
        actor = {"role": event["actor_role"], "party": texts["actor_party"], "person": texts["actor_person"]}
        content |= {"kind": "removal_order", "article": texts["article"], "actor": actor, "previous_digest": previous}
        previous = canonical.sha256(canonical.json_bytes(content))
        assert event["digest"] == previous
    assert event["number"] == order.dossier.entries.count() == 6


def test_attempts_are_deliveries():
    order = issued()
    attempt(order.dossier.messages.get(type="order.issued"))
    row = lines(export()[1], "deliveries")[0]
    expected = {
        "reference": order.reference, "event_type": "order.issued", "attempt": 1, "http_status": 200,
        "latency_ms": 120, "body_sha256": hashlib.sha256(b"{}").hexdigest(), "answer_sha256": None, "is_receipt": True,
        "next_attempt_at": None,
    }  # fmt: skip
    assert chosen(row, *expected) == expected
