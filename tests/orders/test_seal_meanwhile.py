"""Rounds of sealing while others write, seal or are killed: each entry once, in the order of its dossier."""

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
from django.db import connection, connections, transaction

from orders.acts import answering
from orders.evidence import verify
from orders.evidence.sealing import horizon, proofs, rounds
from orders.models import LedgerEntry, TreeLeaf
from tests.factories import T0, annex_ii, by_provider, received
from tests.orders import evidence_stories
from tests.orders.seal_stories import act, sealed

SECOND = timedelta(seconds=1)
needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only there do transactions write beside each other"
)


def hashes():
    return [bytes.fromhex(text) for text in TreeLeaf.objects.order_by("index").values_list("hash", flat=True)]


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
