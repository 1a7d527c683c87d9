"""What somebody made of a bundle to mislead whoever checks it: traps in the zip, and words that steer a terminal."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.orders.bundles import files, packed, recomputed, said_of, small, verified

pytestmark = pytest.mark.django_db
MEGABYTE = bytes(2**20)


@pytest.fixture
def whole():
    return files(small()[1])


def with_more(contents, more):
    """A zip of both, compressed."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**contents, **more}.items():
            archive.writestr(name, content)
    return into.getvalue()


@pytest.mark.parametrize(
    "grown",
    [{"data/zeros": MEGABYTE * 65}, {f"data/exhibits/{number}": MEGABYTE for number in range(65)}],
    ids=["one file", "all together"],
)
def test_what_grows_out_of_proportion_is_not_unpacked(grown, tmp_path):
    code, said = verified(tmp_path, with_more({}, grown))
    assert (code, "this looks like a trap. Nothing was read." in said) == (2, True)


def test_an_answer_that_repeats_one_letter_makes_no_trap_of_a_bundle(whole, tmp_path):
    code, said = verified(tmp_path, with_more(whole, {"data/zeros": MEGABYTE * 2}))
    assert (code, "data/zeros: it was added" in said) == (1, True)


@pytest.mark.parametrize(("name", "content"), [("data/events.jsonl/", b""), ("data/more/", b"x")])
def test_a_directory_that_hides_a_file_cannot_be_told(whole, name, content, tmp_path):
    code, _ = verified(tmp_path, packed({**whole, name: content}))
    assert code == 2


def test_directories_as_other_programs_write_them_are_no_harm(whole, tmp_path):
    assert verified(tmp_path, packed({"data/": b"", "data/ledger/": b"", **whole}))[0] == 0


def test_a_payload_that_is_a_link_to_another_place_cannot_be_told(whole, tmp_path):
    zipfile.ZipFile(io.BytesIO(packed(whole))).extractall(tmp_path / "bag")
    (tmp_path / "bag/data").rename(tmp_path / "elsewhere")
    (tmp_path / "bag/data").symlink_to(tmp_path / "elsewhere")
    code, said = said_of(tmp_path / "bag")
    assert (code, "is a link" in said) == (2, True)


@pytest.mark.parametrize("name", ["data/events.jsonl", "data/events.csv", "data/ledger/proofs.jsonl", "bag-info.txt"])
def test_a_file_that_the_zip_cannot_open_is_named(whole, name, tmp_path):
    content = packed(whole)
    at = content.index(name.encode())  # in the header before the file: the directory at the end has its name, too
    code, said = verified(tmp_path, content[:at] + b"X" + content[at + 1 :])
    assert (code, f"  {name}: it cannot be read (" in said) == (1, True)


MANIFEST, KEYS = "data/manifest.json", "data/keys.json"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (MANIFEST, {"scope": ["order"]}),
        (MANIFEST, {"scope": "order"}),
        (MANIFEST, {"as_of": 1, "since": []}),
        (KEYS, {"keys": 5}),
        (KEYS, {"keys": [{"kid": ["de-1"]}, 7]}),
    ],
)
def test_what_has_another_shape_is_found_and_nothing_breaks(whole, name, content, tmp_path):
    code, said = verified(tmp_path, packed(recomputed({**whole, name: json.dumps(content).encode()})))
    assert (code, f"{name}: it is not the file that was signed" in said) == (1, True)


def test_no_word_of_a_bundle_steers_the_terminal_or_adds_a_line(whole, tmp_path):
    manifest = json.loads(whole[MANIFEST])
    manifest["software_version"] = "1\x1b[2J\nVALID: all of it holds under the key that you gave.\u202e\ud800"
    content = packed(recomputed({**whole, MANIFEST: json.dumps(manifest).encode()}))
    code, said = verified(tmp_path, content)
    assert (code, said.splitlines()[0]) == (
        1,
        "Evidence bundle of all orders, made by perci "
        r"1\x1b[2J\nVALID: all of it holds under the key that you gave.\u202e\ud800.",
    )


def test_a_terminal_that_lacks_a_letter_is_shown_its_number(whole, tmp_path):
    for name, content in whole.items():
        path = Path(tmp_path, "bag", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "bag/data/Ω.txt").write_bytes(b"")
    command = [sys.executable, "verify.py", "."]
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    run = subprocess.run(command, cwd=tmp_path / "bag", env=environment, capture_output=True, text=True)
    assert (run.returncode, r"data/\u03a9.txt: it was added" in run.stdout, run.stderr) == (1, True, "")
