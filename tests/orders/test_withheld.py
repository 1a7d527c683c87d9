"""A bundle without addresses, texts and persons: nothing of them is left in it, and the rest verifies as before."""

import io
import json
import random
import re
import zipfile

import pytest
from django.core.management import call_command
from django.urls import reverse

from orders import commitments
from orders.acts.refusals import Invalid
from orders.evidence import verify
from orders.evidence.verifier import one_file, withheld
from orders.evidence.verifier.bag import Bag, CannotTell
from orders.evidence.verifier.verify import Examination
from orders.models import CompetentAuthority, ContentItem, HostingServiceProvider, LedgerEntry, OutboxMessage, User
from orders.portal.wording import SENTENCES
from orders.regulation.annexes import LEGAL_BASIS
from tests.factories import HOUR, received
from tests.orders import jobs
from tests.orders.bundles import files, packed, recomputed, rich, verified
from tests.orders.exported import taken
from tests.orders.test_evidence_tampered import flipped
from tests.orders.test_portal_acts import signed_in
from tests.orders.withheld_stories import every_act

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"https?:|[\w.+-]+@[\w-]+\.[\w.]+|\+\d\d \d\d")
CODE = re.compile(r"[\w.:()/=-]+|strict-1( [\w=.-]+)*")
EVENTS, MESSAGES, DOSSIERS = "data/events.jsonl", "data/messages.jsonl", "data/dossiers.jsonl"


def said():
    """Everything that entries and messages say, with its salts."""
    yield from ((entry.facts, entry.salts) for entry in LedgerEntry.objects.all())
    yield from ((message.data, message.salts) for message in OutboxMessage.objects.all())


def texts(value):
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from texts(member)


def at(value, pointer):
    for name in pointer.split("/")[1:]:
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def private():
    """Every address, name and text in the database that says more than a code does."""
    found = {text for value, salts in said() for pointer in salts for text in texts(at(value, pointer))}
    for model, columns in {
        ContentItem: ("url", "canonical_url"), User: ("first_name", "last_name", "email", "username"),
        CompetentAuthority: ("email", "phone", "address"), HostingServiceProvider: ("name", "contact_point"),
    }.items():  # fmt: skip
        found |= {text for row in model.objects.values_list(*columns) for text in row}
    found -= set(CompetentAuthority.objects.values_list("name", flat=True))  # published, with their keys
    return {text for text in found if len(text) > 3 and not re.fullmatch("[a-z0-9_()]+", text)}


def findings(tmp_path, contents):
    (tmp_path / "spoiled.zip").write_bytes(packed(contents))
    try:
        return [str(found) for found in Examination(Bag(tmp_path / "spoiled.zip"), None, None).findings]
    except CannotTell as error:
        return [str(error)]


def test_nothing_that_is_withheld_is_left_in_any_file_of_the_bundle(tmp_path):
    every_act()
    assert set(LedgerEntry.objects.values_list("act", flat=True)) >= set(SENTENCES)
    _, content = taken(withhold=True)
    wanted, whole = private(), files(content)
    assert {"Muster", "Jane Example", "Synthetic reasons.", "https://hosting-nl.example/v/1", "Seen up."} <= wanted
    assert whole.pop("verify.py").decode() == one_file.text()
    for name, stored in whole.items():
        text = stored.decode()
        assert [one for one in wanted if one in text or json.dumps(one)[1:-1] in text] == [], name
        assert ADDRESS.findall(text) == [], name
    code, printed = verified(tmp_path, content)
    assert (code, "all that is not withheld" in printed or "VALID if" in printed) == (0, True)
    assert verified(tmp_path, taken()[1])[0] == 0  # and what is whole still holds


def test_what_is_in_the_open_is_codes_instants_and_digests_in_every_act():
    every_act()
    open_ = {text for value, salts in said() for text in texts(commitments.withheld(value, salts)) if text}
    assert {text for text in open_ if not CODE.fullmatch(text)} == {LEGAL_BASIS}
    assert all(set(commitments.covered(value)) == set(salts) for value, salts in said())


def test_a_bundle_that_withholds_has_the_checkpoint_and_the_digests_of_the_whole_one():
    manifest, _ = rich()
    how = {"as_of": manifest["tree_size"]}
    (full, full_zip), (less, less_zip) = taken(**how), taken(**how, withhold=True)
    assert [full["withheld"], less["withheld"]] == [False, True]
    for name in ("tree_size", "root", "first_leaf", "last_leaf", "as_of"):
        assert full[name] == less[name]
    (one, other) = (files(content) for content in (full_zip, less_zip))
    for name in ("data/ledger/checkpoint.txt", "data/ledger/proofs.jsonl", "data/deliveries.jsonl", "data/keys.json"):
        assert one[name] == other[name]
    chains = [[json.loads(line)["digest"] for line in each[EVENTS].splitlines()] for each in (one, other)]
    assert chains[0] == chains[1]
    exhibits = sorted(name.removeprefix("data/exhibits/") for name in one if name.startswith("data/exhibits/"))
    listed = [json.loads(line)["sha256"] for line in other[withheld.LIST].splitlines()]
    assert listed == exhibits
    assert not [name for name in other if name.startswith("data/exhibits/")]


def test_whoever_gets_salt_and_value_later_can_hold_them_against_the_commitment():
    manifest, content = rich()
    whole = json.loads(files(content)[EVENTS].splitlines()[0])
    less = json.loads(files(taken(as_of=manifest["tree_size"], withhold=True)[1])[EVENTS].splitlines()[0])
    salt, value = whole["salts"]["/items/0/url"], whole["facts"]["items"][0]["url"]
    assert (less["salts"], less["facts"]["items"][0]["url"]) == ({}, withheld.commitment(salt, value))
    assert withheld.commitment(salt, value) == commitments.commitment(salt, value)


def test_the_same_scope_and_checkpoint_give_the_same_bytes_and_each_taking_is_recorded():
    manifest, _ = rich()
    how = {"as_of": manifest["tree_size"], "withhold": True}
    assert taken(**how)[1] == taken(**how)[1]
    entries = LedgerEntry.objects.filter(act="take_export").order_by("pk")
    assert [entry.facts.get("withheld", False) for entry in entries] == [False, True, True]


def test_at_the_command_line_it_is_an_option(tmp_path):
    received()
    call_command("export", "--withhold", "--out", str(tmp_path / "less.zip"))
    with zipfile.ZipFile(tmp_path / "less.zip") as archive:
        assert json.loads(archive.read("data/manifest.json"))["withheld"] is True


def says_so(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return json.loads(archive.read("data/manifest.json"))["withheld"]


def test_in_the_portal_it_is_a_box_beside_the_button():
    order = received()
    anna = signed_in("anna", order)
    for page in (reverse("portal:order", args=[order.reference]), reverse("portal:exports"), reverse("portal:board")):
        assert '<input type="checkbox" name="withhold">' in anna.get(page).content.decode()
    for name, arguments in (("export-order", [order.reference]), ("export", [])):
        for said, withheld_ in (({"withhold": "on"}, True), ({}, False)):
            anna.post(reverse(f"portal:{name}", args=arguments), said)
            assert says_so(jobs.content(jobs.worked())) is withheld_


def test_a_worker_that_died_is_followed_by_one_that_withholds_the_same():
    received()
    job = jobs.asked(withhold=True)
    jobs.worked(at=jobs.died(job, "messages") + HOUR)
    whole = files(jobs.content(job))
    by_one = files(taken(withhold=True)[1])
    assert whole[EVENTS] == by_one[EVENTS]
    assert (says_so(jobs.content(job)), whole[withheld.LIST]) == (True, by_one[withheld.LIST])


def test_tables_alone_withhold_nothing_and_say_why():
    received()
    with pytest.raises(Invalid, match="Only a bundle can withhold"):
        jobs.asked(form="csv", withhold=True)


def test_a_bit_that_is_changed_in_any_file_of_it_is_found_and_the_file_named(tmp_path):
    chance = random.Random(9901)
    rich()
    whole = files(taken(withhold=True)[1])
    for name in [name for name, content in whole.items() if content]:
        for _ in range(3):
            offset, bit = chance.randrange(len(whole[name])), chance.randrange(8)
            found = findings(tmp_path, {**whole, name: flipped(whole[name], offset, bit)})
            assert any(name in one for one in found), (name, offset, bit, found)


@pytest.mark.parametrize("withhold", [False, True])
def test_a_bit_of_a_commitment_a_salt_or_a_value_is_found_in_its_row_though_manifests_fit(withhold, tmp_path):
    chance = random.Random(6901)
    rich()
    whole = files(taken(withhold=withhold)[1])
    pattern = rb'"\.\.\.":"([^"]+)"' if withhold else rb'"/[a-z_0-9/]+":"([^"]+)"|"(?:reasons|url)":"([^"]+)"'
    for name in (EVENTS, MESSAGES):
        rows = whole[name].splitlines(keepends=True)
        places = [(row, found) for row, line in enumerate(rows) for found in re.finditer(pattern, line)]
        for row, found in chance.sample(places, 25):
            group = found.lastindex
            offset, bit = chance.randrange(*found.span(group)), chance.choice((0, 1, 2))
            spoiled = [*rows[:row], flipped(rows[row], offset, bit), *rows[row + 1 :]]
            said = findings(tmp_path, recomputed({**whole, name: b"".join(spoiled)}))
            where = ("data/events", "data/messages")
            assert any(one.startswith(where) and f"row {row + 1}" in one for one in said), (name, row, offset, bit)


def changed(whole, name, change):
    """The same bundle with one row of a table made another, and its manifests too."""
    first, *rows = whole[name].splitlines(keepends=True)
    row = json.loads(first)
    change(row)
    made = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    return recomputed({**whole, name: b"".join([made, *rows])})


def aliased(row):
    row["salts"]["/items/00/url"] = row["salts"].pop("/items/0/url")


FULL = {
    "a salt at another way of writing its place": (EVENTS, aliased, "is no place in a list"),
    "a salt of nothing": (EVENTS, lambda row: row["salts"].update({"/more": "x"}), "there is nothing at 'more'"),
    "a salt within what has one": (EVENTS, lambda row: row["salts"].update({"/reasons/x": "x"}), "there is nothing"),
    "no place": (EVENTS, lambda row: row["salts"].update({"": "x"}), "is no place of a salt"),
    "a salt taken away": (EVENTS, lambda row: row["salts"].pop("/reasons"), "its content does not give its digest"),
    "a text withheld": (EVENTS, lambda row: row["facts"].update(reasons={"...": "x"}), "is withheld, though"),
    "a signature withheld": (DOSSIERS, lambda row: row.update(annex_i_jws="withheld"), "does not hold"),
}


@pytest.mark.parametrize("how", FULL)
def test_a_whole_bundle_whose_salts_are_others_is_found(how, tmp_path):
    name, change, says = FULL[how]
    said = findings(tmp_path, changed(files(rich()[1]), name, change))
    assert any(one.startswith((name, EVENTS)) and says in one for one in said), said


def test_a_bundle_that_withholds_and_says_it_does_not_or_shows_what_it_withholds_is_found(tmp_path):
    manifest, content = rich()
    whole, less = files(content), files(taken(as_of=manifest["tree_size"], withhold=True)[1])
    exhibit = next(name for name in whole if name.startswith("data/exhibits/"))
    digest = exhibit.removeprefix("data/exhibits/")
    row = f'{{"sha256":"{digest}"}}\n'.encode()
    lied = less["data/manifest.json"].replace(b'"withheld": true', b'"withheld": false')
    tried = {
        "it lists what is withheld": {**less, "data/manifest.json": lied},
        "it discloses salts": changed(less, EVENTS, lambda row: row.update(salts={"/reasons": "x"})),
        "this exhibit is not withheld": {**less, exhibit: whole[exhibit]},
        "there are exhibits in a bundle that withholds": {**less, exhibit: whole[exhibit]},
        "no row names": {**less, withheld.LIST: less[withheld.LIST] + row.replace(digest.encode(), b"0" * 64)},
        "stands here twice": {**less, withheld.LIST: less[withheld.LIST] + row},
        "are missing in data/exhibits/": {**less, withheld.LIST: less[withheld.LIST].replace(row, b"")},
    }
    for says, spoiled in tried.items():
        assert any(says in one for one in findings(tmp_path, recomputed(spoiled))), says


def refusal():
    try:
        taken(withhold=True)
    except Invalid as refused:
        return refused.code


def test_what_was_recorded_before_there_were_salts_is_not_withheld_but_refused(monkeypatch):
    monkeypatch.setattr(commitments, "IN_THE_OPEN", {**commitments.IN_THE_OPEN, "reasons": None})
    received()
    monkeypatch.undo()
    assert (refusal(), list(verify.findings())) == ("not-withholdable", [])
    assert json.loads(zipfile.ZipFile(io.BytesIO(taken()[1])).read("data/manifest.json"))["withheld"] is False
