"""Attempts, receipts, looks and warnings in a bundle: each is the leaf that was sealed, and the same at each taking."""

import json

import pytest
from django.db import connection
from django.db.models import QuerySet

from orders.acts import lapsing
from orders.evidence.sealing import rounds
from orders.evidence.verifier import withheld
from orders.evidence.verifier.bag import Bag, CannotTell
from orders.evidence.verifier.verify import Examination
from orders.models import Attempt, Observation, Receipt, append_only
from tests.factories import HOUR, T0, received
from tests.orders import evidence_stories
from tests.orders.bundles import files, packed, recomputed, rich, verified
from tests.orders.exported import LATER, taken
from tests.properties.cast import cast

pytestmark = pytest.mark.django_db
EVIDENCE, DELIVERIES = "data/ledger/evidence.jsonl", "data/deliveries.jsonl"


def rows(content, name):
    return [json.loads(line) for line in files(content)[name].splitlines()]


def findings(tmp_path, contents):
    (tmp_path / "spoiled.zip").write_bytes(packed(recomputed(contents)))
    try:
        return [str(found) for found in Examination(Bag(tmp_path / "spoiled.zip"), None, None).findings]
    except CannotTell as error:
        return [str(error)]


@pytest.mark.parametrize(
    ("model", "change", "where"),
    [
        (Observation, {"gone": True}, "data/ledger/evidence.jsonl, row "),
        (Attempt, {"outcome": "timeout", "http_status": None}, "data/ledger/evidence.jsonl, row "),
        (Receipt, {"rule": "order_read"}, "data/ledger/evidence.jsonl, row "),
    ],
)
def test_a_bundle_taken_after_a_row_was_turned_round_does_not_hold(model, change, where, tmp_path):
    order = evidence_stories.sending(cast())
    taken()
    append_only.drop_triggers(connection)
    of = {"message__dossier": order.dossier} if model is not Observation else {"item__order": order}
    sealed = QuerySet(model).filter(leaf__isnull=False, **of).order_by("pk").first()
    QuerySet(model).filter(pk=sealed.pk).update(**change)
    code, said = verified(tmp_path, taken(at=LATER + HOUR)[1])
    assert (code, where in said, "it is not in the sealed tree" in said) == (1, True, True)


def test_what_is_committed_after_a_taking_is_not_in_a_later_one_as_of_the_same_checkpoint():
    """Though it ended before: a look, an attempt and a warning whose transactions were slow."""
    order, idle = evidence_stories.Story(cast()).issued().order, received()
    size = taken()[0]["tree_size"]
    _, one = taken(as_of=size)
    evidence_stories.looked(idle, at=T0, gone=True)
    evidence_stories.attempted(order, "order.issued", at=T0 + 4 * evidence_stories.MINUTE, status=503)
    assert lapsing.warn(at=T0 + HOUR * 9 / 10) > 0
    rounds.seal(at=LATER + HOUR)
    _, again = taken(at=LATER + 2 * HOUR, as_of=size)
    assert one == again
    newer = taken(at=LATER + 3 * HOUR)[1]
    kinds = [row["content"]["kind"] for row in rows(newer, EVIDENCE)]
    assert sorted(kinds) == ["attempt", "message", "message", "observation"]
    assert [len(rows(newer, name)) for name in (DELIVERIES, "data/observations.jsonl")] == [1, 1]


def test_what_was_sent_and_answered_is_in_the_bundle_byte_for_byte(tmp_path):
    content = rich()[1]
    attempts = [row["content"] for row in rows(content, EVIDENCE) if row["content"]["kind"] == "attempt"]
    assert {one["address"] for one in attempts} == {"https://hosting.example/hook"}
    assert {json.dumps(one["headers"]) for one in attempts} == {'{"webhook-signature": "v1,simulated"}'}
    (answer,) = {one["answer"] for one in attempts}
    within = files(content)
    assert within[f"data/exhibits/{answer}"] == b"ok"
    spoiled = findings(tmp_path, {**within, f"data/exhibits/{answer}": b"no"})
    assert f"data/exhibits/{answer}: its bytes do not give the digest that is its name" in spoiled
    del within[f"data/exhibits/{answer}"]
    assert any(f"{answer}, are missing in data/exhibits/" in one for one in findings(tmp_path, within))


def test_where_a_bundle_withholds_addresses_headers_and_answers_are_commitments_and_digests():
    manifest, content = rich()
    less = taken(as_of=manifest["tree_size"], withhold=True)[1]
    for whole, covered in zip(rows(content, EVIDENCE), rows(less, EVIDENCE), strict=True):
        for name in ("address", "headers", "answer_excerpt"):
            if name in whole["content"]:
                made = withheld.commitment(whole["salts"][f"/{name}"], whole["content"].pop(name))
                assert covered["content"].pop(name) == made
        assert covered == {**whole, "salts": {}}
    assert b"hosting.example" not in files(less)[EVIDENCE]


def _changed(name, number, change):
    def spoil(whole):
        lines = whole[name].splitlines(keepends=True)
        row = json.loads(lines[number])
        change(row)
        lines[number] = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        return {**whole, name: b"".join(lines)}

    return spoil


def _without(name, number):
    def spoil(whole):
        lines = whole[name].splitlines(keepends=True)
        return {**whole, name: b"".join(lines[:number] + lines[number + 1 :])}

    return spoil


SPOILED = {
    "an outcome": (_changed(DELIVERIES, 0, lambda row: row.update(outcome="x")), "its outcome is not what was sealed"),
    "its status": (_changed(DELIVERIES, 0, lambda row: row.update(http_status=1)), "its http_status is not what was"),
    "a look": (
        _changed("data/observations.jsonl", 0, lambda row: row.update(gone=None)), "its gone is not what was sealed",
    ),
    "a warning": (
        _changed("data/messages.jsonl", 3, lambda row: row.update(recipient="x")), "its recipient is not what was",
    ),
    "what a leaf is over": (
        _changed(EVIDENCE, 0, lambda row: row["content"].update(number=7)), "it is not in the sealed tree",
    ),
    "a path": (_changed(EVIDENCE, 0, lambda row: row["path"].pop()), "it is not in the sealed tree"),
    "a place": (_changed(EVIDENCE, 1, lambda row: row.update(index=0)), "its leaf does not stand after the one before"),
    "a row and not its leaf": (_without(DELIVERIES, 2), "the row of this attempt is missing in its table"),
    "a leaf and not its row": (_without(EVIDENCE, 0), "no leaf is over it"),
}  # fmt: skip


@pytest.mark.parametrize("how", SPOILED)
def test_evidence_that_is_not_what_was_sealed_is_found_though_the_manifests_fit(how, tmp_path):
    spoil, says = SPOILED[how]
    said = findings(tmp_path, spoil(files(rich()[1])))
    assert any(says in one for one in said), said
