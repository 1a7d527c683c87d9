"""A bundle: checked by its own verify.py without us, the same bytes again, refused in a sentence when it is none."""

import ast
import json
import subprocess
import sys
import zipfile

import pytest
from django.core.management import CommandError, call_command

from orders.acts.refusals import Invalid
from orders.evidence.checks.letters import NO_ACT
from orders.evidence.sealing import rounds
from orders.evidence.verifier import one_file
from orders.evidence.verifier.papers import UNTOLD
from orders.models import Checkpoint, Dossier, LedgerKey
from tests.factories import HOUR, T0, received
from tests.orders.bundles import files, packed, recomputed, rich, said_of, small, verified
from tests.orders.exported import LATER, reported, taken

pytestmark = pytest.mark.django_db


def test_the_verify_that_is_in_a_bundle_runs_alone_and_finds_it_valid(tmp_path):
    _, content = rich()
    (tmp_path / "bundle.zip").write_bytes(content)
    zipfile.ZipFile(tmp_path / "bundle.zip").extractall(tmp_path / "bag")
    key = (tmp_path / "bag/data/ledger/key.txt").read_text().strip()
    for bundle, arguments in [("../bundle.zip", []), (".", ["--key", key])]:
        command = [sys.executable, "-I", "verify.py", bundle, *arguments]
        run = subprocess.run(command, cwd=tmp_path / "bag", capture_output=True, text=True)
        assert (run.returncode, run.stderr) == (0, "")
        assert ("VALID if this key is theirs" in run.stdout) is (not arguments)
        assert "3 dossiers" in run.stdout
        assert "5 signatures of authorities" in run.stdout


def test_verify_is_one_file_of_the_library_and_cryptography_in_which_no_name_stands_twice():
    tree = ast.parse(one_file.text())
    imported = {name.split(".")[0] for node in tree.body for name in _imported(node)}
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}
    named = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assigned = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    named += [target.id for target in assigned if isinstance(target, ast.Name)]
    assert sorted(named) == sorted(set(named))


def _imported(node):
    if isinstance(node, ast.ImportFrom):
        return [node.module]
    return [name.name for name in node.names] if isinstance(node, ast.Import) else []


def test_what_goes_by_itself_is_the_same_to_verify_as_to_the_check_of_the_database():
    assert set(UNTOLD) == set(NO_ACT)


def test_scope_and_checkpoint_give_the_same_bytes_whatever_happens_since_and_whoever_asks():
    order = received(items=2)
    first, _ = taken()
    reported(order, taken=HOUR / 2, at=HOUR / 2)
    size = taken(at=LATER + HOUR)[0]["tree_size"]
    _, one = taken(at=LATER + 2 * HOUR, as_of=size, since=first["tree_size"])
    reported(received(), taken=HOUR, at=HOUR)
    rounds.seal(at=LATER + 3 * HOUR)
    _, again = taken(at=LATER + 4 * HOUR, as_of=size, since=first["tree_size"])
    assert one == again
    assert "data/clocks.csv" not in files(one)  # how clocks stood is a reading, not a record


def test_a_bundle_continues_the_one_that_was_taken_before_of_the_same_scope(tmp_path):
    first, before = small()
    received()
    second, after = taken(at=LATER + HOUR)
    assert second["since"]["tree_size"] == first["tree_size"]
    (tmp_path / "before.zip").write_bytes(before)
    code, said = verified(tmp_path, after, "--previous", tmp_path / "before.zip")
    assert code == 0
    assert f"It continues the checkpoint over {first['tree_size']} leaves." in said
    code, said = verified(tmp_path, before, "--previous", tmp_path / "before.zip")
    assert (code, "take it again with --since" in said) == (2, True)


def test_a_proof_of_continuation_that_does_not_hold_is_found(tmp_path):
    small()
    received()
    _, content = taken(at=LATER + HOUR)
    within = files(content)
    proof = json.loads(within["data/ledger/consistency.jsonl"])
    proof["path"][0] = "00" * 32
    within["data/ledger/consistency.jsonl"] = json.dumps(proof).encode() + b"\n"
    code, said = verified(tmp_path, packed(recomputed(within)))
    assert (code, "data/ledger/consistency.jsonl, row 1: it is no proof" in said) == (1, True)


@pytest.mark.parametrize(
    ("how", "code"), [({"as_of": 7}, "unknown-checkpoint"), ({"as_of": 6, "since": 9}, "unknown-checkpoint")]
)
def test_a_size_that_no_checkpoint_is_over_is_refused_and_nothing_is_recorded(how, code):
    small()  # over 6 entries: five and the export
    with pytest.raises(Invalid) as refused:
        taken(**how)
    assert (refused.value.code, Dossier.objects.filter(kind="export").count()) == (code, 1)
    assert "there is one over 6" in refused.value.detail


def test_at_the_command_line_a_checkpoint_can_be_named_by_the_file_that_it_is_in(tmp_path, capsys):
    small()
    note = tmp_path / "checkpoint.txt"
    note.write_text(Checkpoint.objects.get().note)
    call_command("export", "--as-of", str(note), "--out", str(tmp_path / "one.zip"))
    call_command("export", "--as-of", "6", "--out", str(tmp_path / "two.zip"))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    call_command("export", "--from", "2026-11-21", "--since", "6", "--out", str(tmp_path / "three.zip"))
    assert capsys.readouterr().out.endswith("Up to --as-of 9 --since 6. Check it with the verify.py inside.\n")
    with pytest.raises(CommandError, match="No order was begun in this scope"):
        call_command("export", "--from", "2030-01-01", "--out", str(tmp_path / "three.zip"))
    note.write_text("something else")
    for wrong in (str(note), "yesterday", "-1", "9" * 30):
        with pytest.raises(CommandError) as refused:
            call_command("export", "--as-of", wrong, "--out", str(tmp_path / "four.zip"))
        assert refused.value.returncode == 2


def test_a_bundle_of_another_installation_cannot_be_told(tmp_path):
    _, content = small()
    LedgerKey.objects.update(retired_at=T0)
    received()
    theirs = files(taken(at=LATER + HOUR)[1])["data/ledger/key.txt"]  # signed with a new key
    (tmp_path / "key.txt").write_bytes(theirs)
    code, said = verified(tmp_path, content, "--key", tmp_path / "key.txt")
    assert (code, "This bundle is of another installation" in said) == (2, True)


TRICKS = [
    "../outside.txt",
    "/etc/outside.txt",
    "data/../../outside.txt",
    "data\\outside.txt",
    "C:/outside.txt",
    "data//x",
]


@pytest.mark.parametrize("name", TRICKS)
def test_a_zip_with_a_path_that_leads_elsewhere_cannot_be_told(name, tmp_path):
    code, said = verified(tmp_path, packed({"bagit.txt": b"", name: b"x"}))
    assert (code, "leads out of its directory" in said) == (2, True)


def test_a_zip_that_holds_a_link_or_a_name_twice_cannot_be_told(tmp_path):
    link = zipfile.ZipInfo("data/link")
    link.external_attr = 0o120777 << 16
    assert verified(tmp_path, packed({link: b"/etc/passwd"}))[0] == 2
    assert "twice" in verified(tmp_path, packed({"data/x": b"1", "data/X": b"2"}))[1]


def test_what_is_no_bundle_or_cut_short_cannot_be_told(tmp_path):
    _, content = small()
    for part in (b"", b"no zip", content[:100], content[: len(content) // 2], content[:-1]):
        code, said = verified(tmp_path, part)
        assert (code, said.startswith("CANNOT TELL: "), "Traceback" in said) == (2, True, False)
    assert said_of(tmp_path / "nowhere.zip")[0] == 2
    assert said_of(tmp_path)[0] == 2
    assert verified(tmp_path, packed({"readme.txt": b"hello"}))[0] == 2
