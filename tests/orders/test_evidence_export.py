"""Exports: safe cells, the same bytes twice, scopes, recorded acts, the command."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command, execute_from_command_line
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.acts import capacity
from orders.acts.refusals import ActNotYours, Invalid
from orders.evidence import writing
from orders.evidence.scope import Scope
from orders.evidence.verifier.rows import neutral_cell
from orders.models import Dossier, LedgerEntry, Membership, User
from orders.regulation.regions import OfficerRole
from tests import factories
from tests.factories import HOUR, T0, by_provider, issued, officer, received
from tests.orders.exported import export, lines, reported, sheet

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


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


def test_the_manifest_hashes_every_file_but_the_exhibits_and_who_took_it_stands_in_the_ledger():
    order = received()
    manifest, archive = export(Scope(order=order.reference))
    entry = LedgerEntry.objects.get(dossier__reference=manifest["export_id"])
    within = json.loads(archive.read("data/manifest.json"))
    assert manifest == {
        **within,
        "export_id": "EXP-2026-000001",
        "requested_by": {"role": "operator", "party": "", "person": ""},
        "record": {"reference": "EXP-2026-000001", "number": 1, "digest": entry.digest},
    }
    named = [name for name in archive.namelist() if name.startswith("data/") and "/exhibits/" not in name]
    assert within["sha256"] == {
        name: hashlib.sha256(archive.read(name)).hexdigest() for name in named if name != "data/manifest.json"
    }
    assert manifest["scope"] == {"order": order.reference, "authority": None, "provider": None}
    assert (manifest["rows"]["orders.csv"], manifest["rows"]["events.jsonl"]) == (1, 5)


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
        (Scope(), "empty-scope"),
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
    issued()
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
    export()  # makes the documents, too
    with CaptureQueriesContext(connection) as one:
        export()
    for _ in range(4):
        received(items=2)
    export()
    with CaptureQueriesContext(connection) as five:
        export()
    assert len(five) <= len(one)


def test_the_command_writes_the_zip_where_asked_and_says_what_is_in_it(tmp_path, capsys):
    order = received()
    call_command("export", "--order", order.reference, "--out", str(tmp_path))
    taken = Dossier.objects.get(kind="export").reference
    said = capsys.readouterr().out
    rows = (
        "dossiers 1, events 5, messages 1, deliveries 0, observations 0, documents 1, orders 1, items 1, clocks 2, "
        "access 1"
    )
    assert said == (
        f"{taken} in {tmp_path / taken}.zip: {rows}.\nUp to --as-of 6. Check it with the verify.py inside.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == [f"{taken}.zip"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--order", "DE-2026-999999"], "There is no order 'DE-2026-999999' in this scope."),
        (["--from", "yesterday"], "'yesterday' is not a time: use 2026-11-21 or 2026-11-21T01:30:00Z."),
        (
            ["--from", "9999-12-31T23:00:00-02:00"],
            "'9999-12-31T23:00:00-02:00' is not a time: use 2026-11-21 or 2026-11-21T01:30:00Z.",
        ),
        (["--to", "2026-11-21T01:30:00"], "'2026-11-21T01:30:00' names no time zone: end it with Z or an offset."),
    ],
)
def test_a_wrong_request_gets_a_sentence_and_exit_code_2_and_leaves_no_file(arguments, sentence, tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("export", *arguments, "--out", str(tmp_path / "x.zip"))
    assert (str(refused.value), refused.value.returncode) == (sentence, 2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--as-of", "--since"])
def test_at_the_command_line_a_checkpoint_that_is_none_gets_a_sentence_and_no_traceback(option, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["manage.py", "export", option, "-1", "--out", str(tmp_path / "x.zip")])
    said = "CommandError: '-1' is neither a number of entries nor a file with a checkpoint.\n"
    assert (ended.value.code, capsys.readouterr().err) == (2, said)


@pytest.mark.parametrize(("value", "text"), [(100.0, "100"), (0.0, "0"), (16.25, "16.25"), (-0.5, "-0.5")])
def test_a_cell_of_a_whole_number_has_no_point_at_its_end(value, text):
    assert [writing.cell(value), neutral_cell(value)] == [text, text]
