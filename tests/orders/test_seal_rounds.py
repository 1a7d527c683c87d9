"""Rounds of sealing: each entry once, in the order of its dossier, whoever writes, seals or is killed meanwhile."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, connections, transaction

from orders.acts import answering
from orders.acts.capacity import OPERATOR
from orders.acts.exporting import take_export
from orders.evidence import verify
from orders.evidence.scope import Scope
from orders.evidence.sealing import horizon, proofs, rounds, tree
from orders.evidence.sealing.proving import NotInTree, consistency_proof, inclusion_proof, inclusion_proofs
from orders.models import Attempt, Checkpoint, LedgerEntry, LedgerKey, TreeLeaf, TreeNode
from orders.models.append_only import drop_triggers, install_triggers
from orders.models.seal import OF
from tests.factories import T0, annex_ii, by_provider, received
from tests.orders import evidence_stories
from tests.properties.cast import cast

SECOND = timedelta(seconds=1)
needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only there do transactions write beside each other"
)


def act():
    """One act, and the entry that it wrote."""
    return take_export(scope=Scope().facts(), by=OPERATOR, at=T0)


def sealed():
    """The entries in the tree, by their leaves."""
    return [leaf.entry for leaf in TreeLeaf.objects.select_related("entry").order_by("index")]


def opened(checkpoint):
    return proofs.opened(checkpoint.note, proofs.verifier_key(checkpoint.key.name, checkpoint.key.public))


def hashes():
    return [bytes.fromhex(text) for text in TreeLeaf.objects.order_by("index").values_list("hash", flat=True)]


@pytest.mark.django_db
def test_a_round_seals_what_waits_and_signs_the_tree(settings):
    settings.LEDGER_ORIGIN = "perci.example/of-this-test"
    entries = [act(), act(), act()]
    assert list(rounds.waiting()) == entries
    assert rounds.seal(at=T0) == 3
    checkpoint = rounds.latest()
    assert sealed() == entries
    assert (checkpoint.number, checkpoint.tree_size, checkpoint.watermarks["entry"]) == (1, 3, entries[-1].pk)
    root = proofs.root_of(proofs.leaf_hash(bytes.fromhex(entry.digest)) for entry in entries)
    assert opened(checkpoint) == ("perci.example/of-this-test", 3, root)
    assert (checkpoint.root, checkpoint.issued_at) == (root.hex(), T0)
    assert list(rounds.waiting()) == []


@pytest.mark.django_db
def test_where_nothing_waits_nothing_is_signed():
    assert rounds.seal(at=T0) == 0
    act()
    assert [rounds.seal(at=T0), rounds.seal(at=T0 + SECOND)] == [1, 0]
    assert Checkpoint.objects.count() == LedgerKey.objects.count() == 1


@pytest.mark.django_db
def test_a_long_backlog_is_sealed_in_rounds(monkeypatch):
    monkeypatch.setattr(rounds, "ROUND", 2)
    entries = [act() for _ in range(5)]
    assert [rounds.seal(at=T0) for _ in range(4)] == [2, 2, 1, 0]
    assert sealed() == entries
    assert list(Checkpoint.objects.values_list("tree_size", "watermarks__entry")) == [
        (2, entries[1].pk), (4, entries[3].pk), (5, entries[4].pk),
    ]  # fmt: skip
    assert list(verify.findings()) == []


@pytest.mark.django_db
def test_later_entries_of_a_dossier_stand_further_right():
    orders = [received(), received()]
    rounds.seal(at=T0)
    for order in orders:
        leaves = order.dossier.entries.order_by("number").values_list("leaf__index", flat=True)
        assert list(leaves) == sorted(leaves)


@pytest.mark.django_db
def test_every_entry_and_every_older_checkpoint_is_proved_from_what_is_kept():
    entries = []
    for size in (1, 2, 1, 4, 7, 1):
        entries += [act() for _ in range(size)]
        rounds.seal(at=T0)
    *older, latest = Checkpoint.objects.order_by("number")
    said = opened(latest)
    for proof in inclusion_proofs(entries, latest):
        leaf = proofs.leaf_hash(bytes.fromhex(proof.digest))
        proofs.check_inclusion(index=proof.index, leaf=leaf, path=proof.path, size=proof.size, root=said.root)
    for old in older:
        was, path = opened(old), consistency_proof(old, latest)
        proofs.check_consistency(old=was.size, old_root=was.root, new=said.size, new_root=said.root, path=path)
    assert [node.hex() for node in tree.roots([(0, said.size)])] == [latest.root]


@pytest.mark.django_db
def test_an_entry_is_not_proved_under_a_checkpoint_that_is_older_than_its_leaf():
    first = act()
    rounds.seal(at=T0)
    checkpoint, second = rounds.latest(), act()
    with pytest.raises(NotInTree, match="prove it under a later checkpoint"):
        inclusion_proof(second, checkpoint)
    rounds.seal(at=T0)
    with pytest.raises(NotInTree):
        inclusion_proof(second, checkpoint)
    assert inclusion_proof(first, checkpoint).index == 0
    with pytest.raises(ValueError, match="name the older one first"):
        consistency_proof(rounds.latest(), checkpoint)


@pytest.mark.django_db
def test_a_proof_reads_a_few_rows_however_large_the_tree(django_assert_max_num_queries):
    entries = [act() for _ in range(40)]
    rounds.seal(at=T0)
    checkpoint = rounds.latest()
    with django_assert_max_num_queries(3):
        assert len(list(inclusion_proofs(entries, checkpoint))) == 40


@pytest.mark.django_db
def test_nothing_is_sealed_on_top_of_a_tree_that_is_not_the_signed_one():
    for _ in range(3):
        act()
    rounds.seal(at=T0)
    act()
    drop_triggers(connection)
    for spoil in (
        lambda: TreeNode.objects.all()._raw_delete(using="default"),
        lambda: connection.cursor().execute("UPDATE orders_treeleaf SET hash = 'spoiled' WHERE \"index\" = 2"),
    ):
        with transaction.atomic():
            spoil()
            with pytest.raises(rounds.BrokenSeal, match="Run manage"):
                rounds._signed_edge(rounds.latest())
            transaction.set_rollback(True)
    install_triggers(connection)
    assert rounds.seal(at=T0) == 1


@pytest.mark.django_db
def test_the_database_refuses_a_second_leaf_of_one_entry_and_a_second_tree_of_one_size():
    act()
    rounds.seal(at=T0)
    leaf, checkpoint = TreeLeaf.objects.get(), rounds.latest()
    for copy in (
        TreeLeaf(index=1, entry=leaf.entry, digest="0" * 64, hash=leaf.hash),
        TreeLeaf(index=0, entry=act(), digest="0" * 64, hash=leaf.hash),
        Checkpoint(number=2, tree_size=1, root=checkpoint.root, note="", key=checkpoint.key, issued_at=T0,
                   watermarks={}, reached={}, transaction=0),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save()


@pytest.mark.django_db
def test_what_is_in_no_entry_is_sealed_in_the_same_round_after_what_it_rests_on():
    order = evidence_stories.sending(cast())
    count = rounds.seal(at=T0)
    leaves = TreeLeaf.objects.order_by("index")
    made = [next(name for name in OF if getattr(leaf, f"{name}_id")) for leaf in leaves]
    assert (count, made) == (11, ["entry"] * 6 + ["receipt"] + ["attempt"] * 3 + ["observation"])
    attempts = Attempt.objects.filter(message__dossier=order.dossier).order_by("pk")
    assert [leaf.attempt for leaf in leaves if leaf.attempt_id] == list(attempts)
    assert rounds.backlog() == rounds.Backlog(0, None)


@pytest.mark.django_db
def test_where_a_round_is_full_what_rests_on_what_is_left_over_waits_with_it(monkeypatch):
    monkeypatch.setattr(rounds, "ROUND", 3)
    evidence_stories.sending(cast())
    assert [rounds.seal(at=T0) for _ in range(6)] == [3, 3, 4, 1, 0, 0]
    marks = Checkpoint.objects.order_by("number").values_list("watermarks", flat=True)
    assert [mark["attempt"] > 0 for mark in marks] == [False, False, True, True]
    assert [mark["observation"] > 0 for mark in marks] == [False, False, False, True]
    assert list(verify.findings()) == []


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_look_that_is_committed_late_holds_back_the_watermark_of_looks_alone_and_is_sealed_later():
    order = received()
    rounds.seal(at=T0)
    own = str(connection.settings_dict["NAME"])
    with writing(own, "LOCK TABLE orders_observation IN ROW EXCLUSIVE MODE"):
        entry = act()
        assert rounds.seal(at=T0) == 1
        assert rounds.latest().watermarks["entry"] == entry.pk
        evidence_stories.looked(order, at=T0, gone=True)
        assert rounds.seal(at=T0) == 1
        assert rounds.latest().watermarks["observation"] == 0
    evidence_stories.looked(order, at=T0, gone=True)
    assert rounds.seal(at=T0) == 1
    assert rounds.latest().watermarks["observation"] > 0


def beside(*works):
    """Each of `works` in a thread and a connection of its own; waits for all."""
    failures = []

    def run(work):
        try:
            work()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.django_db(transaction=True)
def test_sealers_and_writers_side_by_side_seal_each_entry_once():
    over = threading.Event()

    def write():
        for _ in range(15):
            act()

    def seal():
        while not over.is_set():
            rounds.seal(at=T0)

    def write_then_end():
        beside(write, write)
        over.set()

    beside(seal, seal, write_then_end)
    rounds.seal(at=T0)
    assert sorted(entry.pk for entry in sealed()) == sorted(LedgerEntry.objects.values_list("pk", flat=True))
    assert proofs.root_of(hashes()).hex() == rounds.latest().root
    assert len(sealed()) == 30
    assert list(verify.findings()) == []


def removed(order):
    """An act in the dossier of `order`, which locks nothing else."""
    answering.report_removal(order=order, annex=annex_ii(taken_at=T0), by=by_provider(order), at=T0 + SECOND)
    return order.dossier.entries.latest("number")


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_after_a_later_key_is_sealed_in_the_next_round_and_the_watermark_waits_for_it():
    slow_order, quick_order = received(), received()
    before = rounds.seal(at=T0)
    highest, has_key, may_commit = rounds.latest().reached["entry"], threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            removed(slow_order)
            has_key.set()
            assert may_commit.wait(30)

    def quick():
        assert has_key.wait(30)
        try:
            entry = removed(quick_order)
            assert rounds.seal(at=T0) == 1
            assert sealed()[before:] == [entry]
            assert (rounds.latest().reached["entry"], rounds.latest().watermarks["entry"]) == (entry.pk, highest)
            assert [rounds.seal(at=T0), rounds.latest().number] == [0, 2]
        finally:
            may_commit.set()

    beside(slow, quick)
    assert rounds.seal(at=T0) == 1
    early, late = sealed()[before:]
    assert late.pk < early.pk
    assert rounds.latest().watermarks["entry"] == early.pk
    assert list(verify.findings()) == []


@contextlib.contextmanager
def writing(database, statement):
    """A transaction of another connection, in that database of the server, which writes and does not end."""
    other = psycopg.connect(**{**connection.get_connection_params(), "dbname": database, "cursor_factory": None})
    try:
        other.execute("SELECT pg_current_xact_id()")
        other.execute(statement)
        yield
    finally:
        other.rollback()
        other.close()


@needs_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_long_transaction_in_another_database_or_another_table_holds_nothing_back(elsewhere):
    own = str(connection.settings_dict["NAME"])
    busy = ("postgres", "SELECT 1") if elsewhere else (own, "UPDATE orders_heartbeat SET handled = 0")
    with writing(*busy):
        first = act()
        assert rounds.seal(at=T0) == 1
        assert rounds.latest().watermarks["entry"] == first.pk


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_writer_that_has_no_number_yet_holds_the_watermark_back():
    with writing(str(connection.settings_dict["NAME"]), "LOCK TABLE orders_ledgerentry IN ROW EXCLUSIVE MODE"):
        first = act()
        assert rounds.seal(at=T0) == 1
        assert rounds.latest().watermarks["entry"] == 0
    second = act()
    assert rounds.seal(at=T0) == 1
    assert [rounds.latest().watermarks["entry"], first.pk < second.pk] == [second.pk, True]


@pytest.mark.parametrize(("number", "whole"), [(5, 2**32 + 5), (2**32 - 1, 2**32 - 1), (8, 2**32 + 8)])
def test_a_number_of_a_transaction_is_counted_on_after_four_thousand_million(number, whole):
    assert horizon.counted_on(number, near=2**32 + 5) == whole


# A worker that has put entries into the tree and is killed before it could sign and commit.
WORKER = """
import os, sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["WORKER_DATABASE"]
django.setup()
from orders import clock
from orders.evidence.sealing import rounds
def signed(said, key):
    print(said.size, flush=True)
    sys.stdin.read()
rounds.signed = signed
rounds.seal(at=clock.now())
"""


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_had_in_hand_the_next_round_seals_once():
    entries = [act() for _ in range(4)]
    environment = {**os.environ, "WORKER_DATABASE": str(connection.settings_dict["NAME"])}
    environment["DJANGO_SETTINGS_MODULE"] = "perci.settings"
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with worker:
        assert worker.stdout.readline() == "4\n"
        if connection.vendor == "postgresql":  # elsewhere we would wait for it
            assert rounds.seal(at=T0) == 0
        os.kill(worker.pid, signal.SIGKILL)
    assert worker.returncode == -signal.SIGKILL
    ended = time.monotonic() + 30
    while not rounds.seal(at=T0):  # the server notices the death of its client
        assert time.monotonic() < ended
    assert sealed() == entries
    assert TreeLeaf.objects.count() == 4
    assert list(verify.findings()) == []
