"""Whatever is changed in a bundle is found and located: single bits, rows, whole files, and with manifests that fit."""

import random

import pytest

from orders.evidence.sealing import rounds
from orders.evidence.verifier.bag import Bag, CannotTell
from orders.evidence.verifier.verify import Examination
from orders.models import LedgerKey
from tests.factories import HOUR, T0, received
from tests.orders.bundles import files, packed, recomputed, rich, small, verified
from tests.orders.exported import LATER

pytestmark = pytest.mark.django_db
EVENTS = "data/events.jsonl"


def findings(tmp_path, contents):
    (tmp_path / "spoiled.zip").write_bytes(packed(contents))
    try:
        return [str(found) for found in Examination(Bag(tmp_path / "spoiled.zip"), None, None).findings]
    except CannotTell as error:
        return [str(error)]


def flipped(content, offset, bit):
    return content[:offset] + bytes([content[offset] ^ (1 << bit)]) + content[offset + 1 :]


def test_a_bit_that_is_changed_in_any_file_is_found_and_the_file_named(tmp_path):
    chance = random.Random(2021784)
    whole = files(rich()[1])
    for name in [name for name, content in whole.items() if content]:
        offset, bit = chance.randrange(len(whole[name])), chance.randrange(8)
        said = findings(tmp_path, {**whole, name: flipped(whole[name], offset, bit)})
        assert any(name in one for one in said), (name, offset, bit, said)


@pytest.mark.parametrize("cover_tracks", [False, True])
def test_a_bit_that_is_changed_in_a_row_is_found_and_the_row_named(cover_tracks, tmp_path):
    chance = random.Random(1182)
    whole = files(rich()[1])
    tables = [name for name, content in whole.items() if name.endswith((".jsonl", ".csv")) and content.count(b"\n") > 1]
    assert {"data/events.jsonl", "data/ledger/proofs.jsonl", "data/clocks.csv", "data/deliveries.jsonl"} <= set(tables)
    for name in tables:
        rows = whole[name].splitlines(keepends=True)
        row = chance.randrange(1, len(rows))
        offset, bit = chance.randrange(len(rows[row]) - 2), chance.choice((0, 1, 2))
        rows[row] = flipped(rows[row], offset, bit)
        spoiled = {**whole, name: b"".join(rows)}
        said = findings(tmp_path, recomputed(spoiled) if cover_tracks else spoiled)
        place = f"row {row + 1}" if name.endswith(".jsonl") else f"row {row}"
        stem = name.removesuffix(".csv").removesuffix(".jsonl")
        assert any(one.startswith(stem) and place in one for one in said), (name, row, offset, bit, said)


def without(rows, number):
    return rows[: number - 1] + rows[number:]


SPOILED = {
    "taken away": (lambda rows: without(rows, 3), f"{EVENTS}, row 3: entry 4 stands where 3 should"),
    "the last one taken away": (lambda rows: without(rows, len(rows)), "data/dossiers.jsonl, row 3: "),
    "said twice": (lambda rows: [*rows[:3], rows[2], *rows[3:]], f"{EVENTS}, row 4: entry 3 stands where 4 should"),
    "moved": (lambda rows: [rows[1], rows[0], *rows[2:]], f"{EVENTS}, row 1: entry 2 stands where 1 should"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_an_entry_that_is_taken_away_added_or_moved_is_found_though_the_manifests_fit(how, tmp_path):
    spoil, expected = SPOILED[how]
    whole = files(rich()[1])
    rows = spoil(whole[EVENTS].splitlines(keepends=True))
    said = findings(tmp_path, recomputed({**whole, EVENTS: b"".join(rows)}))
    assert any(one.startswith(expected) for one in said), said
    assert f"{EVENTS}: it is not the file that was signed" in said


def test_a_delivery_that_is_taken_away_with_its_csv_is_found_by_the_signed_list_of_files(tmp_path):
    whole = files(rich()[1])
    for form in ("csv", "jsonl"):
        rows = whole[f"data/deliveries.{form}"].splitlines(keepends=True)
        whole[f"data/deliveries.{form}"] = b"".join(rows[:-1])
    said = findings(tmp_path, recomputed(whole))
    assert "data/deliveries.jsonl: it is not the file that was signed" in said


def test_a_file_that_is_added_or_taken_away_is_found_though_the_manifests_fit(tmp_path):
    whole = files(rich()[1])
    exhibit = next(name for name in whole if name.startswith("data/exhibits/"))
    added = {**whole, f"data/exhibits/{'0' * 64}": b"x"}
    assert any("it was added" in one for one in findings(tmp_path, added))
    assert any("no row names it" in one for one in findings(tmp_path, recomputed(added)))
    gone = {name: content for name, content in whole.items() if name != exhibit}
    assert any("it is missing" in one for one in findings(tmp_path, gone))
    assert any("are missing in data/exhibits/" in one for one in findings(tmp_path, recomputed(gone)))


def test_the_checkpoint_of_another_installation_does_not_fit(tmp_path):
    whole = files(small()[1])
    LedgerKey.objects.update(retired_at=T0)
    received()
    rounds.seal(at=LATER + HOUR)  # signed with a new key
    whole["data/ledger/checkpoint.txt"] = rounds.latest().note.encode()
    code, said = verified(tmp_path, packed(recomputed(whole)))
    assert (code, "data/ledger/checkpoint.txt: the key " in said) == (1, True)
