"""Rounds of sealing: what waits comes into the tree once, is signed, and is proved from what is kept."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from orders.evidence import verify
from orders.evidence.sealing import proofs, rounds, tree
from orders.evidence.sealing.proving import NotInTree, consistency_proof, inclusion_proof, inclusion_proofs
from orders.models import Attempt, Checkpoint, LedgerKey, TreeLeaf, TreeNode
from orders.models.append_only import drop_triggers, install_triggers
from orders.models.seal import OF
from tests.factories import T0, received
from tests.orders import evidence_stories
from tests.orders.seal_stories import act, sealed
from tests.properties.cast import cast

SECOND = timedelta(seconds=1)


def opened(checkpoint):
    return proofs.opened(checkpoint.note, proofs.verifier_key(checkpoint.key.name, checkpoint.key.public))


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
