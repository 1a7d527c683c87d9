"""verify follows the seal: silent about a true one, and exact about the first row that somebody changed below it."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import QuerySet

from orders.acts.capacity import OPERATOR
from orders.acts.exporting import take_export
from orders.evidence import verify
from orders.evidence.checks import seal as check
from orders.evidence.scope import Scope
from orders.evidence.sealing import proofs, rounds, tree
from orders.models import Checkpoint, LedgerEntry, LedgerKey, TreeLeaf, TreeNode
from orders.models.append_only import drop_triggers
from tests.factories import T0
from tests.kept import kept
from tests.orders import evidence_stories
from tests.properties.cast import cast

pytestmark = pytest.mark.django_db
NONE, NOWHERE = "0" * 64, 10**9


@kept
def three_rounds():
    """Eleven entries under three checkpoints, over 3, 8 and 11."""
    made = []
    for count in (3, 5, 3):
        made += [take_export(scope=Scope().facts(), by=OPERATOR, at=T0) for _ in range(count)]
        rounds.seal(at=T0)
    assert list(verify.findings()) == []
    return made


@pytest.fixture
def entries():
    """What is sealed in three rounds; then the triggers are lifted."""
    made = three_rounds()
    drop_triggers(connection)
    return made


def found():
    return [str(finding) for finding in check.seal()]


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_entry_rewritten_with_its_digest_is_named(entries):
    run("UPDATE orders_ledgerentry SET channel = 'other' WHERE id = %s", entries[4].pk)
    entry = LedgerEntry.objects.get(pk=entries[4].pk)
    run("UPDATE orders_ledgerentry SET digest = %s WHERE id = %s", entry.computed_digest(), entry.pk)
    sealed = f"it was sealed as leaf 4 with the digest {entries[4].digest}, but carries {entry.computed_digest()}"
    assert [str(finding) for finding in verify.findings()] == [f"EXP-2026-000005, entry 1: {sealed}"]


def test_a_tree_rewritten_with_the_entry_is_not_the_one_that_was_signed(entries):
    run("UPDATE orders_ledgerentry SET channel = 'other' WHERE id = %s", entries[4].pk)
    digest = LedgerEntry.objects.get(pk=entries[4].pk).computed_digest()
    run("UPDATE orders_ledgerentry SET digest = %s WHERE id = %s", digest, entries[4].pk)
    run('UPDATE orders_treeleaf SET digest = %s WHERE "index" = 4', digest)
    rewritten = tree.grown(
        0, [], map(bytes.fromhex, TreeLeaf.objects.order_by("index").values_list("digest", flat=True))
    )
    run('UPDATE orders_treeleaf SET hash = %s WHERE "index" = 4', rewritten.leaves[4].hex())
    for place, node in rewritten.nodes:
        TreeNode.objects.filter(**place._asdict())._raw_delete(using="default")
        TreeNode(**place._asdict(), hash=node.hex()).save()
    (finding,) = verify.findings()
    assert str(finding).startswith("checkpoint 2: leaves 3 to 7 are not those that were signed")


LEAF, LAST_LEAF = TreeLeaf.objects.filter(index=2), TreeLeaf.objects.filter(index=10)
NODE = TreeNode.objects.filter(last_leaf=7, level=3)
SECOND, THIRD = Checkpoint.objects.filter(number=2), Checkpoint.objects.filter(number=3)
KEY = LedgerKey.objects.all()


@pytest.mark.parametrize(
    ("rows", "change", "sentence"),
    [
        (LEAF, {"hash": NONE}, "EXP-2026-000003, entry 1: the hash of leaf 2 is not the one of its digest"),
        (LEAF, {"digest": NONE}, "EXP-2026-000003, entry 1: it was sealed as leaf 2 with the digest 0000"),
        (LEAF, {"digest": "spoiled"}, "EXP-2026-000003, entry 1: it was sealed as leaf 2 with the digest spoiled"),
        (LEAF, None, "leaf 2: it is missing"),
        (LAST_LEAF, None, "checkpoint 3: it is over 11 leaves, of 10 there are"),
        (NODE, {"hash": NONE}, "node at level 3 over leaf 7: its children give "),
        (NODE, None, "node at level 3 over leaf 7: it is missing"),
        (NODE, {"level": 5}, "node at level 3 over leaf 7: it is missing"),
        (NODE, {"last_leaf": 4}, "node at level 3 over leaf 7: it is missing"),
        (SECOND, None, "checkpoint 2: it is missing"),
        (THIRD, None, "leaf 10: no checkpoint is over it"),
        (THIRD, {"tree_size": 12}, "checkpoint 3: it is over 12 leaves, of 11 there are"),
        (SECOND, {"tree_size": 7}, "checkpoint 2: its note says 8 and "),
        (SECOND, {"tree_size": 1}, "checkpoint 2: its note says 8 and "),
        (SECOND, {"root": NONE}, "checkpoint 2: its note says 8 and "),
        (SECOND, {"root": "spoiled"}, "checkpoint 2: its note says 8 and "),
        (SECOND, {"note": ""}, "checkpoint 2: this is no signed note"),
        (KEY, {"name": "other"}, "checkpoint 1: the key other+"),
        (KEY, {"public_hex": NONE}, "checkpoint 1: the key perci.example/simulated-ledger+"),
    ],
)
def test_the_first_row_that_was_changed_is_named(entries, rows, change, sentence):
    below = QuerySet(rows.model, query=rows.query.chain())
    if change is None:
        below._raw_delete(using="default")
    else:
        below.update(**change)
    assert found()[0].startswith(sentence)


def test_a_node_over_nothing_is_named(entries):
    TreeNode(last_leaf=4, level=1, hash=NONE).save()
    TreeNode(last_leaf=11, level=1, hash=NONE).save()
    assert found() == [
        "node at level 1 over leaf 4: nothing completes it",
        "node at level 1 over leaf 11: there is no such leaf",
    ]


def test_an_entry_slipped_in_below_the_watermark_is_in_no_leaf(entries):
    entry = take_export(scope=Scope().facts(), by=OPERATOR, at=T0)
    assert found() == []  # it waits for the next round
    run("UPDATE orders_ledgerentry SET id = %s WHERE id = %s", entries[0].pk - 1, entry.pk)
    assert found() == ["EXP-2026-000012, entry 1: checkpoint 3 is over all up to it, but no leaf holds it"]


def test_a_checkpoint_signed_anew_over_fewer_entries_leaves_the_others_under_none(entries):
    key, root = LedgerKey.objects.get(), tree.roots([(0, 9)])
    said = proofs.Checkpoint(key.name, 9, next(root))
    run("UPDATE orders_checkpoint SET tree_size = 9, note = %s, root = %s WHERE number = 3",
        rounds.signed(said, key), said.root.hex())  # fmt: skip
    assert found() == ["leaf 10: no checkpoint is over it"]


def test_checkpoints_of_an_earlier_key_still_verify(entries):
    LedgerKey.objects.update(retired_at=T0)
    take_export(scope=Scope().facts(), by=OPERATOR, at=T0)
    rounds.seal(at=T0 + timedelta(days=1))
    assert LedgerKey.objects.count() == 2
    assert found() == []


def test_chunks_change_nothing(entries, monkeypatch):
    monkeypatch.setattr(check, "CHUNK", 3)
    seen = []
    assert list(check.seal(lambda what, count: seen.append((what, count)))) == []
    assert seen == [("leaves", 3), ("leaves", 6), ("leaves", 9), ("leaves", 11)]
    TreeNode.objects.filter(last_leaf=5, level=1)._raw_delete(using="default")
    assert found() == ["node at level 1 over leaf 5: it is missing"]
    assert Checkpoint.objects.count() == 3


# What is in no entry: the leaf of a row of evidence is over all that the row says.
@kept
def four_rounds():
    """An attempt that was refused, its receipt, a look and a warning, sealed after three rounds."""
    three_rounds()
    evidence_stories.sending(cast())
    evidence_stories.questions(cast())
    rounds.seal(at=T0)
    assert list(verify.findings()) == []


@pytest.fixture
def evidence():
    """What is sealed in four rounds; then the triggers are lifted."""
    four_rounds()
    drop_triggers(connection)


CHANGED = [
    ("observation", {"gone": True}, "look 1 at item 1"),
    ("observation", {"status": 404}, "look 1 at item 1"),
    ("attempt", {"http_status": 502}, "attempt 1 of "),
    ("attempt", {"outcome": "failed"}, "attempt 1 of "),
    ("attempt", {"address": "https://hosting.example/other"}, "attempt 1 of "),
    ("attempt", {"salts": {}}, "attempt 1 of "),
    ("receipt", {"recorded_at": T0}, "the receipt of "),
    ("message", {"generation": 99}, "order.limit_approaching "),
]


@pytest.mark.parametrize(("kind", "change", "row"), CHANGED)
def test_evidence_that_was_turned_round_is_named(evidence, kind, change, row):
    leaf = TreeLeaf.objects.exclude(**{kind: None}).order_by("index").first()
    sealed = getattr(leaf, kind)
    QuerySet(type(sealed)).filter(pk=sealed.pk).update(**change)
    (finding,) = found()
    reference, _, said = finding.partition(": ")
    assert reference == sealed.content()["reference"]
    assert said.startswith(row)
    assert f"it was sealed as {leaf} with the digest {leaf.digest}, but its row gives " in said
    assert finding in [str(one) for one in verify.findings(of=[reference])]


@pytest.mark.parametrize("kind", ["observation", "attempt", "receipt", "message"])
def test_evidence_taken_away_or_slipped_in_below_the_watermark_is_found(evidence, kind):
    leaf = TreeLeaf.objects.exclude(**{kind: None}).order_by("index").first()
    of, key = type(getattr(leaf, kind)), getattr(leaf, f"{kind}_id")
    with transaction.atomic():
        if kind != "message":  # on which others rest
            QuerySet(of).filter(pk=key)._raw_delete(using="default")
            assert found() == [f"leaf {leaf.index}: the {kind} that it sealed is missing"]
        transaction.set_rollback(True)
    with transaction.atomic():
        QuerySet(TreeLeaf).filter(pk=leaf.pk).update(**{kind: None}, entry=NOWHERE)
        assert [one for one in found() if one.endswith("is over all up to it, but no leaf holds it")] != []
        transaction.set_rollback(True)


# A seal that was taken away as a whole.
def without_seal():
    for model in (TreeLeaf, TreeNode, Checkpoint):
        QuerySet(model)._raw_delete(using="default")


def test_a_seal_that_is_gone_as_a_whole_is_missed_by_whoever_kept_a_checkpoint(entries, tmp_path, capsys):
    note = tmp_path / "checkpoint.txt"
    note.write_text(Checkpoint.objects.get(number=2).note)
    assert list(verify.findings(previous=note.read_text())) == []
    call_command("verify", "--previous", str(note))
    without_seal()
    assert list(verify.findings()) == []  # nothing in the database could miss it
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--previous", str(note))
    said = "FIRST WRONG: the checkpoint over 8 leaves that was kept: there are 0 leaves"
    assert (ended.value.code, capsys.readouterr().out.splitlines()[0]) == (1, said)


def test_a_tree_sealed_anew_over_other_rows_does_not_begin_with_the_checkpoint_that_was_kept(entries):
    note = Checkpoint.objects.get(number=2).note
    without_seal()
    run("UPDATE orders_ledgerentry SET channel = 'other' WHERE id = %s", entries[4].pk)
    run("UPDATE orders_ledgerentry SET digest = %s WHERE id = %s",
        LedgerEntry.objects.get(pk=entries[4].pk).computed_digest(), entries[4].pk)  # fmt: skip
    rounds.seal(at=T0)
    assert list(verify.findings()) == []
    (finding,) = verify.findings(previous=note)
    assert str(finding).startswith("the checkpoint over 8 leaves that was kept: it says ")
    (finding,) = verify.findings(previous=note.replace("perci.example", "other.example"))
    assert str(finding) == "the checkpoint that was kept: no key of this ledger signed it"


def test_an_export_as_of_a_checkpoint_that_is_gone_is_named(entries):
    take_export(scope=Scope().facts(), by=OPERATOR, at=T0, as_of=11, since=3)
    assert list(verify.findings()) == []
    without_seal()
    assert [str(finding) for finding in verify.findings()] == [
        "EXP-2026-000012, entry 1: it names a checkpoint over 11 leaves (as_of): there is none",
        "EXP-2026-000012, entry 1: it names a checkpoint over 3 leaves (since): there is none",
    ]


@pytest.mark.parametrize("name", ["nowhere.txt", "no.zip"])
def test_a_checkpoint_that_cannot_be_read_gets_a_sentence(name, tmp_path):
    (tmp_path / "no.zip").write_bytes(b"no zip")
    with pytest.raises(CommandError) as refused:
        call_command("verify", "--previous", str(tmp_path / name))
    assert refused.value.returncode == 2
