"""What the forms say and how they look: sections, boxes, every script of the Union, and the structure of PDF/A-3."""

import io
import json
import re
from datetime import UTC, datetime

import pytest
import typst
from pyhanko.pdf_utils.reader import PdfFileReader

from orders import canonical
from orders.evidence.documents import annex_i, annexes_of_provider, rendering
from orders.evidence.documents.annexes_of_provider import Received
from orders.evidence.documents.form import when
from orders.evidence.documents.glyphs import SHOWN, shown
from orders.regulation.regions import GroundKind, Measure

AT = datetime(2026, 11, 21, 1, 30, 1, tzinfo=UTC)
HOW = Received(7, "ab" * 32, "api", AT, "cd" * 32, AT)
SCRIPTS = "Größe, žluťoučký kůň, Għawdex, țară, łąka. Το περιεχόμενο προτρέπει. Съдържанието подбужда."
LONG = "https://hosting.example/" + "a" * 1800
ORDER = {
    "issuing_member_state": "DE", "reference": "DE-2026-000123", "issued_at": "2026-11-21T01:30:01.500000Z",
    "language": "en", "reasons": SCRIPTS, "categories": ["2(7)(a)", "2(7)(d)"],
    "legal_basis": "Regulation (EU) 2021/784",
    "addressee": {"name": "Example Hosting B.V.", "legal_representative": None,
                  "contact_point": "tco@hosting.example", "member_state": "NL"},
    "items": [{"item": number, "url": LONG, "identification": "00:40", "kind": "video"} for number in (1, 2, 3)],
    "content_provider": {"must_not_inform": True, "decided_at": "2026-11-21T01:20:00Z",
                         "until": "2027-01-02T01:20:00Z"},
    "home_authority": {"other_member_state": True, "copy_sent": False},
    "issuing_authority": {"type": "judicial", "name": "Example Court", "representative": "A. Muster", "post": "Judge",
                          "file_number": "F-77", "address": "Street 1", "phone": "+49 0", "email": "c@ca.example",
                          "date": "2026-11-21"},
    "follow_up": {"issuing": "c@ca.example", "home": None},
    "redress": {"body": "Administrative Court", "deadline": {"days": 30, "from": "receipt"}, "link": ""},
}  # fmt: skip
ANNEX_II = {
    "provider_reference": "TS-1", "received_at": None, "signatory": {"authorised_person": "B. Jansen"},
    "measures": [
        {"item": 1, "measure": Measure.REMOVED.value, "taken_at": "2026-11-21T02:29:58.000000Z"},
        {"item": 2, "measure": Measure.ALREADY_UNAVAILABLE.value, "taken_at": "2026-11-21T01:00:00.000000Z"},
        {"item": 3, "measure": Measure.REMOVED.value, "taken_at": "2026-11-21T02:29:58.000000Z"},
    ],
}  # fmt: skip
ANNEX_III = {
    "provider_reference": "", "received_at": None, "signatory": {}, "items": [2], "grounds_since": None,
    "reason": GroundKind.INSUFFICIENT_INFORMATION.value, "explanation": "It opens a channel.",
    "needed": [{"question": 1, "text": "Which video?"}],
}  # fmt: skip


def form_of(name):
    if name == "annex-i":
        return annex_i.form(ORDER, source=canonical.json_bytes(ORDER), key="de-1", made=AT, seals="Simulated.")
    make, said = {
        "annex-ii": (annexes_of_provider.annex_ii, ANNEX_II),
        "annex-iii": (annexes_of_provider.annex_iii, ANNEX_III),
    }[name]
    return make(ORDER, said, HOW, source=canonical.json_bytes(said), seals="Simulated.")


def blocks(form, letter, kind):
    """What the blocks of one kind say, one list for each section with that letter."""
    sections = [section for section in json.loads(form.data())["sections"] if section["letter"] == letter]
    return [[value for found, value in section["blocks"] if found == kind] for section in sections]


def ticked(form, letter):
    return [[label for on, label in boxes if on] for [boxes] in blocks(form, letter, "ticks")]


@pytest.mark.parametrize(
    ("signed", "shown_as"),
    [
        ({"signed_at": "2026-11-21T02:44:10+01:00"}, "2026-11-21 01:44:10 UTC"),
        ({"signed_at": "2026-11-21T01:44:10Z", "date": "2026-11-21"}, "2026-11-21 01:44:10 UTC"),
        ({"date": "2026-11-21"}, "2026-11-21"),
        ({"signed_at": "2026-11-21T01:44:10"}, "2026-11-21T01:44:10"),  # in whose zone nobody knows
        ({"date": "Saturday at noon"}, "Saturday at noon"),
        ({}, ""),
    ],
)
def test_the_date_of_a_signature_is_written_as_the_other_times_where_it_is_an_instant(signed, shown_as):
    for make, said in ((annexes_of_provider.annex_ii, ANNEX_II), (annexes_of_provider.annex_iii, ANNEX_III)):
        form = make(ORDER, {**said, "signatory": signed}, HOW, source=b"{}", seals="Simulated.")
        ((fields,),) = blocks(form, "C", "fields")
        assert fields[-1] == ["Date, as stated", shown_as]


def test_annex_i_has_the_sections_of_the_form_and_ticks_what_the_order_says():
    form = form_of("annex-i")
    assert "".join(section.letter for section in form.sections) == "ABCDEFG"
    assert [re.findall(r"2\(7\)\(.\)", label) for label in ticked(form, "B")[0]] == [["2(7)(a)"], ["2(7)(d)"]]
    assert len(ticked(form, "C")[0]) == 1
    assert [label[:22] for label in ticked(form, "D")[0]] == ["The main establishment"]
    assert ticked(form, "E") == [["Judge, court or investigating judge"]]
    assert dict(blocks(form, "A", "fields")[0][0])["Time and date of issue"] == "2026-11-21 01:30:01.5 UTC"


def test_annex_ii_has_section_b_again_for_each_time_of_a_measure():
    form = form_of("annex-ii")
    assert "".join(section.letter for section in form.sections) == "ABBC"
    assert [[item for item, *_ in items] for [items] in blocks(form, "B", "items")] == [[2], [1, 3]]
    assert [label[:18] for [label] in ticked(form, "B")] == ["The content was al", "The terrorist cont"]
    assert "did not sign" in form.notice[1]


def test_annex_iii_ticks_its_reason_and_lists_what_is_needed():
    form = form_of("annex-iii")
    assert "".join(section.letter for section in form.sections) == "ABC"
    assert ticked(form, "B") == [["The order does not contain enough information to be executed (Article 3(8))"]]
    assert blocks(form, "B", "fields") == [[[["Question 1", "Which video?"]]]]
    assert [[item for item, *_ in items] for [items] in blocks(form, "B", "items")] == [[2]]


# Fields of the signatory (regulation, section 3), in their order; of Annex II the form asks for no signature.
SIGNED_BY = {
    ("annex-i", "E"): ["Name", "Representative", "Post or grade", "File number", "Address", "Telephone", "Fax",
                       "E-mail", "Date", "Stamp, if any", "Signature"],
    ("annex-ii", "C"): ["Provider or legal representative", "Member State", "Authorised person",
                        "E-mail of the contact point", "Date, as stated"],
    ("annex-iii", "C"): ["Provider or legal representative", "Member State", "Authorised person",
                         "E-mail of the contact point", "Signature", "Date, as stated"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "letter"), SIGNED_BY)
def test_whoever_signs_has_the_fields_of_the_form(name, letter):
    [[rows]] = blocks(form_of(name), letter, "fields")
    assert [label for label, _ in rows] == SIGNED_BY[name, letter]


@pytest.mark.parametrize("name", ["annex-i", "annex-ii", "annex-iii"])
def test_each_form_is_marked_as_simulated_on_every_page_and_in_its_metadata(name):
    form = form_of(name)
    assert json.loads(form.data())["mark"] == "SIMULATED – no legal effect"
    assert form.notice[0].startswith("SIMULATED – no legal effect")
    root = PdfFileReader(io.BytesIO(rendering.rendered(form))).root
    assert "SIMULATED – no legal effect" in root["/Metadata"].data.decode()


@pytest.mark.parametrize("name", ["annex-i", "annex-ii", "annex-iii"])
def test_the_file_is_pdf_a_3_with_its_source_attached_and_fonts_embedded(name):
    form = form_of(name)
    reader = PdfFileReader(io.BytesIO(rendering.rendered(form)))
    metadata = reader.root["/Metadata"].data.decode()
    assert re.findall(r"<pdfaid:(part|conformance)>(\w+)<", metadata) == [("part", "3"), ("conformance", "B")]
    assert reader.root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    (attached,) = (reader.root["/AF"][index] for index in range(len(reader.root["/AF"])))
    assert (attached["/AFRelationship"], attached["/UF"]) == ("/Source", f"{name}.json")
    assert attached["/EF"]["/F"].data == form.source
    assert attached["/EF"]["/F"]["/Subtype"] == "/application/json"
    assert {bool(names & {"/FontFile2", "/FontFile3"}) for names in descriptors(reader)} == {True}


def descriptors(reader):
    """The names in every description of a font in the file."""
    objects = (reader.get_object(found) for found in reader.xrefs.explicit_refs_in_revision(0))
    return [set(one) for one in objects if isinstance(one, dict) and one.get("/Type") == "/FontDescriptor"]


def test_the_same_form_gives_the_same_bytes():
    assert rendering.rendered(form_of("annex-i")) == rendering.rendered(form_of("annex-i"))


def test_every_character_that_counts_as_shown_has_a_glyph():
    every = "".join(chr(code) for code in range(0x20, 0x10000) if SHOWN.match(chr(code)))
    assert len(every) > 2000
    assert set(SCRIPTS) <= set(every)
    source = (
        f"#set document(date: datetime(year: 2026, month: 1, day: 1))\n#set page(width: auto)\n#{json.dumps(every)}"
    )
    assert typst.compile(source.encode(), ignore_system_fonts=True, format="pdf", pdf_standards=["a-3b"])


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u00ad", "\u2066", "\ufeff", "\x07", "漢", "\U0001f600"])
def test_what_is_hidden_or_has_no_glyph_is_named(hidden):
    assert shown([f"a{hidden}b", {"c": 1}]) == [f"a[U+{ord(hidden):04X}]b", {"c": 1}]


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2026-11-21T01:30:00.000000Z", "2026-11-21 01:30:00 UTC"),
        ("2026-11-21T03:30:00.004500+02:00", "2026-11-21 01:30:00.0045 UTC"),
        (AT, "2026-11-21 01:30:01 UTC"),
        (None, ""),
    ],
)
def test_an_instant_is_written_in_utc_with_as_many_decimals_as_it_has(instant, text):
    assert when(instant) == text


def test_an_address_of_any_length_is_broken_into_lines():
    short = {**ORDER, "items": [{**one, "url": "https://hosting.example/1"} for one in ORDER["items"]]}
    assert pages(ORDER) > pages(short)  # 60 lines more; one that were not broken would take one line and leave the page


def pages(order):
    form = annex_i.form(order, source=b"{}", key="de-1", made=AT, seals="Simulated.")
    return PdfFileReader(io.BytesIO(rendering.rendered(form))).root["/Pages"]["/Count"]
