"""Exports: the columns of the contract, figures of known journeys, safe cells, the same bytes twice, recorded acts."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders import canonical
from orders.acts import answering, capacity, clarifying, issuing
from orders.acts.capacity import OPERATOR
from orders.acts.exporting import take_export
from orders.acts.refusals import ActNotYours, Invalid
from orders.evidence import bundle
from orders.evidence.scope import Scope
from orders.evidence.tables import TABLES
from orders.models import Attempt, Dossier, LedgerEntry, Membership, User, keep
from orders.regulation.regions import Measure, OfficerRole
from tests import factories
from tests.factories import HOUR, T0, annex_ii, by_provider, deliver, impossible, issued, officer, received, unclear

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LATER = T0 + 10 * HOUR

CONTRACT = {
    "orders": """reference, issuing_ms, issuing_authority, provider, home_ms, cross_border, no_home_ms, legal_basis,
        language, categories, item_count, first_order, prior_information_at, emergency, emergency_reason, drafted_by,
        approved_by, issued_at, sent_at, delivered_at, received_at, receipt_channel, receipt_rule, acknowledged_at,
        copy_sent_at, copy_received_at, preparation, transmission, force, force_at, disclosure, withheld_until, summary,
        annex_ii_count, annex_iii_count, clarification_loops, scrutiny_outcome, final_at, sent_for_penalty_at,
        generation, simulated, limit_scale, rule_version""",
    "items": """reference, item, url_sha256, url, kind, execution, measure, taken_at, reported_at,
        provider_received_at, receipt_drift_s, observed_gone_at, observed_status, basis, discrepancy,
        discrepancy_opened_at, discrepancy_closed_at, hour_started_at, start_ground, due_at, seconds_to_measure,
        verdict, late_by_s, already_gone, preserved_until, content_provider_informed_at, reinstatement_due_at,
        reinstated_at, kpi_42""",
    "clocks": """clock_id, code, article, reference, item, debtor_role, debtor, ground, started_at, start_entry, limit,
        period_rule, due_at, closed_at, close_entry, superseded_by, standing, verdict, verdict_other_rule, late_by_s,
        noticed_at, notice_lag_ms, warnings_sent""",
    "events": """reference, number, act, article, actor_role, actor_party, actor_person, channel, occurred_at,
        recorded_at, facts, previous_digest, digest, leaf_index""",
    "deliveries": """message_id, reference, event_type, channel, attempt, started_at, ended_at, http_status, outcome,
        latency_ms, body_sha256, answer_sha256, is_receipt, next_attempt_at""",
}


def export(scope=None, *, at=LATER, by=OPERATOR):
    into = io.BytesIO()
    manifest = bundle.export(scope or Scope(), by=by, at=at, to=into)
    return manifest, zipfile.ZipFile(into)


def sheet(archive, table):
    return list(csv.DictReader(io.StringIO(archive.read(f"{table}.csv").decode(), newline="")))


def lines(archive, table):
    return [json.loads(line) for line in archive.read(f"{table}.jsonl").decode().splitlines()]


def hour(archive):
    """The one hour (C2) among the clocks."""
    (found,) = [clock for clock in lines(archive, "clocks") if clock["code"] == "C2"]
    return found


def chosen(row, *columns):
    return {column: row[column] for column in columns}


def reported(order, *, taken, at, measure=Measure.REMOVED):
    annex = annex_ii(taken_at=T0 + taken, measure=measure)
    answering.report_removal(order=order, annex=annex, by=by_provider(order), at=T0 + at)


def attempt(message, *, at=T0, status=200):
    return Attempt.objects.create(
        message=message, number=1, channel="webhook", address="https://hosting.example/tco", started_at=at,
        ended_at=at + timedelta(milliseconds=120), http_status=status, outcome="accepted", latency_ms=120,
        body=keep(b"{}", media_type="application/json", at=at), is_receipt=True,
    )  # fmt: skip


def test_every_table_has_exactly_the_columns_of_the_contract():
    assert {table.name: list(table.columns) for table in TABLES} == {
        name: [column.strip() for column in columns.split(",")] for name, columns in CONTRACT.items()
    }


def test_the_header_is_there_when_nothing_is():
    manifest, archive = export()
    headers = {name: archive.read(f"{name}.csv").decode() for name in CONTRACT}
    assert headers == {table.name: ",".join(table.columns) + "\r\n" for table in TABLES}
    assert set(manifest["rows"].values()) == {0}


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


def test_a_displaced_hour_names_the_fresh_one_that_followed_and_counts_only_then():
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
        "seconds_to_measure": 120, "kpi_42": "counted",
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
        content = chosen(event, "reference", "number", "act", "channel", "occurred_at", "recorded_at", "facts")
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


@pytest.mark.parametrize("kind", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_neutralised_and_counted(kind):
    of = factories.authority()
    content = factories.content(to=factories.provider())
    item = content.items[0].__class__(content.items[0].url, "video 1", kind)
    factories.drafting.draft(
        authority=of, content=content.__class__(**{**content.__dict__, "items": (item,)}), by=officer("anna", of), at=T0
    )
    manifest, archive = export()
    assert sheet(archive, "items")[0]["kind"] == f"'{kind}"
    assert lines(archive, "items")[0]["kind"] == kind
    assert manifest["csv_neutralised_cells"] == 1


def test_a_negative_number_is_no_formula():
    reported(received(), taken=-HOUR, at=MINUTE)
    manifest, archive = export()
    assert sheet(archive, "items")[0]["seconds_to_measure"] == "-3600"
    assert manifest["csv_neutralised_cells"] == 0


def test_the_manifest_names_the_record_of_the_export_and_hashes_every_file():
    order = received()
    manifest, archive = export(Scope(order=order.reference))
    entry = LedgerEntry.objects.get(dossier__reference=manifest["export_id"])
    assert json.loads(archive.read("manifest.json")) == manifest
    assert manifest["sha256"] == {
        name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if name != "manifest.json"
    }
    assert manifest["record"] == {"reference": "EXP-2026-000001", "number": 1, "digest": entry.digest}
    assert manifest["scope"] == {"order": order.reference, "authority": None, "provider": None}
    assert (manifest["rows"]["orders.csv"], manifest["rows"]["events.jsonl"]) == (1, 5)


def test_the_same_inputs_give_the_same_bytes():
    reported(received(items=2), taken=MINUTE, at=2 * MINUTE)
    taken = take_export(scope=Scope().facts(), by=OPERATOR, at=LATER)
    first, second = io.BytesIO(), io.BytesIO()
    bundle.write(Scope(), taken=taken, to=first)
    bundle.write(Scope(), taken=taken, to=second)
    assert first.getvalue() == second.getvalue()


def test_an_export_is_recorded_in_a_dossier_of_its_own_and_leaves_the_order_as_it_was():
    order = received()
    before = Dossier.objects.get(pk=order.dossier_id).generation
    manifest, _ = export(Scope(order=order.reference))
    entry = LedgerEntry.objects.get(act="take_export")
    assert (entry.dossier.kind, entry.dossier.generation, entry.dossier.reference) == (
        "export",
        1,
        manifest["export_id"],
    )
    assert entry.facts["scope"]["order"] == order.reference
    assert Dossier.objects.get(pk=order.dossier_id).generation == before


def test_a_scope_holds_the_orders_begun_in_it_and_nothing_of_others():
    issued(at=T0)
    other = factories.authority("fr-oclc", "FR")
    factories.drafting.draft(
        authority=other, content=factories.content(to=factories.provider("video-ie", "IE")), by=officer("zoe", other),
        at=T0 + HOUR,
    )  # fmt: skip
    scopes = {
        "authority": Scope(authority="fr-oclc"), "provider": Scope(provider="hosting-nl"),
        "from": Scope(since=T0 + HOUR), "to": Scope(until=T0 + HOUR),
    }  # fmt: skip
    found = {}
    for name, scope in scopes.items():
        _, archive = export(scope)
        found[name] = [{row["reference"] for row in lines(archive, table)} for table in ("orders", "events")]
    german, french = [{"DE-2026-000001"}] * 2, [{"FR-2026-000001"}] * 2
    assert found == {"authority": french, "provider": german, "from": french, "to": german}


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        (Scope(order="DE-2026-999999"), "unknown-order"),
        (Scope(authority="xx"), "unknown-authority"),
        (Scope(provider="xx"), "unknown-provider"),
        (Scope(since=T0, until=T0), "empty-period"),
    ],
)
def test_a_scope_that_names_nothing_is_refused_and_nothing_is_recorded(scope, code):
    with pytest.raises(Invalid) as refused:
        export(scope)
    assert refused.value.code == code
    assert not Dossier.objects.exists()


def test_an_officer_exports_their_own_authority_only():
    issued()
    anna = officer("anna", factories.authority())
    manifest, _ = export(Scope(authority="de-fpo"), by=anna)
    assert manifest["requested_by"] == {"role": "issuing_authority", "party": "de-fpo", "person": anna.pseudonym}
    with pytest.raises(ActNotYours):
        export(Scope(), by=anna)


def test_an_auditor_of_no_party_exports_everything_but_a_person_without_that_role_nothing():
    person = User.objects.create(username="ada")
    with pytest.raises(ActNotYours):
        export(by=capacity.auditor(person, channel="portal"))
    Membership.objects.create(user=person, role=OfficerRole.AUDITOR)
    manifest, _ = export(by=capacity.auditor(person, channel="portal"))
    assert manifest["requested_by"] == {"role": "auditor", "party": "", "person": person.pseudonym}


def test_a_provider_takes_no_export():
    order = issued()
    with pytest.raises(ActNotYours):
        export(Scope(provider=order.provider.code), by=by_provider(order))


def test_the_number_of_queries_does_not_grow_with_the_number_of_orders():
    received()
    with CaptureQueriesContext(
        connection,
    ) as one:
        export()
    for _ in range(4):
        received(items=2)
    with CaptureQueriesContext(connection) as five:
        export()
    # Two more for reading the counter of references the second time instead of making it.
    assert len(five) <= len(one) + 2


def test_the_command_writes_the_zip_where_asked_and_says_what_is_in_it(tmp_path, capsys):
    order = received()
    call_command("export", "--order", order.reference, "--out", str(tmp_path))
    taken = Dossier.objects.get(kind="export").reference
    said = capsys.readouterr().out
    assert said == f"{taken} in {tmp_path / taken}.zip: orders 1, items 1, clocks 2, events 5, deliveries 0.\n"
    assert [path.name for path in tmp_path.iterdir()] == [f"{taken}.zip"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--order", "DE-2026-999999"], "There is no order 'DE-2026-999999' in this scope."),
        (["--from", "yesterday"], "'yesterday' is not a time: use 2026-11-21 or 2026-11-21T01:30:00Z."),
        (["--to", "2026-11-21T01:30:00"], "'2026-11-21T01:30:00' names no time zone: end it with Z or an offset."),
    ],
)
def test_a_wrong_request_gets_a_sentence_and_exit_code_2_and_leaves_no_file(arguments, sentence, tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("export", *arguments, "--out", str(tmp_path / "x.zip"))
    assert (str(refused.value), refused.value.returncode) == (sentence, 2)
    assert list(tmp_path.iterdir()) == []
