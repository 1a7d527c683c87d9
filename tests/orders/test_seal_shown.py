"""The seal as it is shown: on a page for auditors, as text for anybody, in the figures, and at the command line."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from orders import clock
from orders.acts import answering
from orders.acts.capacity import OPERATOR
from orders.evidence import bundle
from orders.evidence.scope import Scope
from orders.evidence.sealing import proofs, rounds
from orders.models import Heartbeat, LedgerKey, Membership, User
from orders.regulation.regions import OfficerRole
from orders.tasks import run_seal
from tests import factories
from tests.api import L
from tests.described import check
from tests.factories import T0, authority, officer, received
from tests.orders.seal_stories import act

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def get(path):
    answer = Client().get(f"{L}/{path}")
    check(answer)
    return answer


def auditor():
    user = User.objects.create(username="otto", first_name="Otto", last_name="Muster")
    Membership.objects.create(user=user, role=OfficerRole.AUDITOR)
    return user


def page(user):
    client = Client()
    client.force_login(user)
    return client.get("/ledger").content.decode()


def test_the_latest_checkpoint_is_served_to_anybody_and_verifies_with_the_key_beside_it():
    for _ in range(2):
        act()
        rounds.seal(at=T0)
    note, keys = get("checkpoint"), get("keys")
    said = proofs.opened(note.content.decode(), keys.content.decode().splitlines()[0])
    assert (said.size, said.root.hex()) == (2, rounds.latest().root)
    assert (note["Content-Type"], note["Cache-Control"]) == ("text/plain; charset=utf-8", "no-cache")


def test_before_the_first_round_there_is_neither_checkpoint_nor_key():
    for path in ("checkpoint", "keys"):
        answer = get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert "Nothing has been sealed yet" in answer.json()["detail"]


def test_keys_that_were_retired_are_served_after_the_live_one():
    act()
    rounds.seal(at=T0)
    LedgerKey.objects.update(retired_at=T0)
    act()
    rounds.seal(at=T0 + SECOND)
    live, retired = get("keys").content.decode().splitlines()
    assert proofs.opened(rounds.latest().note, live).size == 2
    with pytest.raises(ValueError, match="did not sign"):
        proofs.opened(rounds.latest().note, retired)


def test_an_auditor_reads_what_is_sealed_what_waits_and_where_to_take_the_note():
    user = auditor()
    assert "Nothing has been sealed yet. Nothing is on record." in page(user)
    act()
    rounds.seal(at=T0)
    assert "<dd>none</dd>" in page(user)
    act(at=T0 + 61 * SECOND)
    shown = page(user)
    assert "<dt>Rows sealed</dt><dd>1</dd>" in shown
    assert "1, the oldest since 21 Nov 2026, 01:31" in shown
    assert rounds.latest().note.splitlines()[2] in shown
    assert 'href="/api/ledger/v1/checkpoint" download="checkpoint-1.txt"' in shown
    assert 'href="/ledger" aria-current="page"' in shown


def test_an_officer_may_read_the_page_but_is_not_led_there():
    assert 'href="/ledger"' not in page(officer("anna", authority()).person)


def test_the_task_seals_all_and_says_how_long_the_oldest_had_waited(monkeypatch):
    monkeypatch.setattr(rounds, "ROUND", 2)
    for number in range(3):
        act(at=T0 + number * SECOND)
    assert run_seal(at=T0 + 5 * SECOND) == 3
    beat = Heartbeat.objects.get(job="seal")
    assert (beat.beat_at, beat.lag_ms, beat.handled) == (T0 + 5 * SECOND, 5000, 3)
    assert run_seal(at=T0 + 8 * SECOND) == 0
    assert Heartbeat.objects.get(job="seal").lag_ms == 0


def test_the_figures_say_how_many_entries_wait_and_for_how_long():
    assert {"perci_ledger_unsealed 0", "perci_ledger_unsealed_seconds 0"} <= figures()
    act(at=clock.now() - timedelta(minutes=1))
    assert "perci_ledger_unsealed 1" in figures()
    (seconds,) = [float(line.split()[1]) for line in figures() if line.startswith("perci_ledger_unsealed_seconds")]
    assert 60 <= seconds < 90
    run_seal(at=clock.now())
    assert "perci_ledger_unsealed 0" in figures()


def figures():
    return set(Client().get("/metrics").content.decode().splitlines())


def test_verify_at_the_command_line_says_how_much_is_sealed(capsys):
    act()
    run_seal(at=T0)
    act()
    call_command("verify")
    assert capsys.readouterr().out == (
        "2 dossiers and 0 exhibits checked, 1 rows sealed, 1 waiting: everything is as the record says.\n"
    )


def test_an_export_says_where_its_entries_are_in_the_tree():
    act()
    order = received()
    rounds.seal(at=T0)
    last = factories.by_provider(order)
    answering.report_removal(order=order, annex=factories.annex_ii(taken_at=T0), by=last, at=T0 + SECOND)
    file = io.BytesIO()
    manifest = bundle.export(Scope(), by=OPERATOR, at=T0 + SECOND, to=file)
    rows = zipfile.ZipFile(file).read("data/events.jsonl").decode().splitlines()
    leaves = [json.loads(row)["leaf_index"] for row in rows]
    assert leaves == list(range(1, 1 + len(leaves)))  # what waited was sealed, and the export itself after it
    said = [manifest[name] for name in ("tree_size", "root", "first_leaf", "last_leaf")]
    assert said == [len(leaves) + 2, rounds.latest().root, 1, len(leaves)]
