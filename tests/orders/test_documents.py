"""Documents of the record: made once, by the right key, and found out when they are changed."""

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from orders import canonical, tasks
from orders.acts import answering
from orders.evidence import verify
from orders.evidence.documents import making, pades, rendering, trust
from orders.models import Document, DocumentKind, Exhibit, LedgerEntry, RemovalOrder, TrustService
from tests.factories import T0, annex_ii, by_provider, impossible, issued, received, unclear

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LATER = T0 + timedelta(hours=1)


def entry_of(order: RemovalOrder, act: str) -> LedgerEntry:
    return order.dossier.entries.get(act=act)


def answered() -> RemovalOrder:
    """Two items: one is asked about, the other removed and its impossibility notified before."""
    order = received(items=2)
    by, at = by_provider(order), T0 + 5 * MINUTE
    answering.seek_clarification(order=order, annex=unclear(items=(1,)), by=by, at=at)
    answering.report_impossibility(order=order, annex=impossible(since=at, items=(2,)), by=by, at=at + MINUTE)
    answering.report_removal(
        order=order, annex=annex_ii(taken_at=at + 2 * MINUTE, items=(2,)), by=by, at=at + 3 * MINUTE
    )
    return order


def made_of(entry: LedgerEntry) -> tuple[Document, pades.Seal]:
    document = making.document_of(entry, at=LATER)
    return document, pades.examined(bytes(document.exhibit.content), roots=trust.roots())


def test_annex_i_is_signed_by_the_authority_and_carries_the_json_that_it_signed():
    order = issued()
    document, seal = made_of(entry_of(order, "issue"))
    assert document.kind == DocumentKind.ANNEX_I
    assert order.issuing_authority.name in seal.subject
    assert order.signing_key.kid in seal.subject
    assert seal.attached == {"annex-i.json": bytes(order.annex_i.content)}
    assert (document.stamped_at, seal.stamped_at) == (LATER, LATER)


def test_answers_are_signed_by_the_recorder_and_carry_the_statement():
    order = answered()
    for act, form, name in [
        ("report_removal", "annex_ii", "annex-ii.json"),
        ("report_impossibility", "annex_iii", "annex-iii.json"),
        ("seek_clarification", "annex_iii", "annex-iii.json"),
    ]:
        entry = entry_of(order, act)
        _, seal = made_of(entry)
        assert "Recorder" in seal.subject
        assert seal.attached == {name: canonical.json_bytes(entry.facts[form])}


def test_the_task_makes_what_is_missing_once_and_verify_finds_nothing(monkeypatch):
    monkeypatch.setattr(tasks, "SHARE", timedelta(minutes=1))
    answered()
    assert (tasks.document(), tasks.document()) == (4, 0)
    assert sorted(Document.objects.values_list("kind", flat=True)) == ["annex-i", "annex-ii", "annex-iii", "annex-iii"]
    assert list(verify.findings()) == []


def test_the_same_record_gives_the_same_unsigned_bytes_and_the_kept_ones_are_not_made_again():
    order = received()
    entry = entry_of(order, "issue")
    first = rendering.rendered(making.form_of(entry, order))
    assert rendering.rendered(making.form_of(LedgerEntry.objects.get(pk=entry.pk), order)) == first
    document, _ = made_of(entry)
    assert bytes(document.exhibit.content).startswith(first)  # signed by an incremental update
    assert making.document_of(entry, at=LATER + MINUTE) == document


def test_one_changed_byte_anywhere_is_refused():
    document, _ = made_of(entry_of(issued(), "issue"))
    pdf, roots = bytes(document.exhibit.content), trust.roots()
    assert pades.examined(pdf, roots=roots)
    container = pdf.index(b"/Contents <") + len(b"/Contents <")
    spread = range(0, len(pdf), len(pdf) // 40)
    # The signature itself is covered by no digest: its first bytes, those around its parts, and its padding.
    inside = [*range(container - 1, container + 90, 4), *range(container + 90, len(pdf) - 600, 400)]
    kept = [at for at in sorted({*spread, *inside, len(pdf) - 1}) if is_accepted(changed(pdf, at), roots)]
    assert kept == []
    assert not is_accepted(pdf + b"\n", roots)
    assert not is_accepted(pdf[:-1], roots)


def changed(pdf: bytes, at: int) -> bytes:
    """`pdf` with another byte at `at`: a hexadecimal digit becomes another one."""
    digits = b"0123456789ABCDEF"
    other = digits[digits.index(pdf[at]) ^ 1] if pdf[at] in digits else pdf[at] ^ 1
    return pdf[:at] + bytes([other]) + pdf[at + 1 :]


def is_accepted(pdf: bytes, roots: list[bytes]) -> bool:
    try:
        pades.examined(pdf, roots=roots)
    except ValueError:
        return False
    return True


def test_a_document_of_another_installation_is_refused():
    document, _ = made_of(entry_of(issued(), "issue"))
    TrustService.objects.all().delete()
    making.document_of(entry_of(received(), "issue"), at=LATER)
    with pytest.raises(ValueError, match="signature does not hold"):
        pades.examined(bytes(document.exhibit.content), roots=trust.roots())


def test_a_document_that_was_put_in_the_place_of_another_is_found():
    order = answered()
    notice, question = entry_of(order, "report_impossibility"), entry_of(order, "seek_clarification")
    other, _ = made_of(question)
    Document.objects.create(entry=notice, kind="annex-iii", stamped_at=LATER, exhibit=resaved(other, at=LATER))
    found = [str(one) for one in verify.findings()]
    assert len(found) == 1
    assert f"entry {notice.number}: what the document shows is " in found[0]


def resaved(document: Document, *, at) -> Exhibit:
    """The same form, signed again: sound, but not of the entry it will be said to be of."""
    entry = document.entry
    order = RemovalOrder.objects.get(dossier=entry.dossier)
    unsigned = rendering.rendered(making.form_of(entry, order))
    stamps = pades.stamper(trust.of_time(at=at), at=at)
    pdf = pades.signed(unsigned, by=trust.of_recorder(at=at), reason="again", stamps=stamps, at=at)
    return making.keep(pdf, media_type=making.MEDIA_TYPE, at=at)


def test_annex_i_signed_by_another_key_is_found():
    order = issued()
    entry = entry_of(order, "issue")
    unsigned = rendering.rendered(making.form_of(entry, order))
    stamps = pades.stamper(trust.of_time(at=LATER), at=LATER)
    pdf = pades.signed(unsigned, by=trust.of_recorder(at=LATER), reason="forged", stamps=stamps, at=LATER)
    exhibit = making.keep(pdf, media_type=making.MEDIA_TYPE, at=LATER)
    Document.objects.create(entry=entry, kind="annex-i", exhibit=exhibit, stamped_at=LATER)
    (found,) = verify.findings()
    assert "which is not whose it is" in str(found)


@pytest.mark.django_db(transaction=True)
def test_two_who_make_one_document_at_once_keep_one(monkeypatch):
    entry, both = entry_of(issued(), "issue"), Barrier(2)
    make = making._made

    def at_once(*args, **named):
        made = make(*args, **named)
        both.wait(timeout=30)  # neither stored anything yet
        return made

    monkeypatch.setattr(making, "_made", at_once)
    kept = []
    threads = [Thread(target=lambda: kept.append(in_a_thread(entry))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(kept) == 2
    assert len({document.exhibit_id for document in kept}) == 1
    assert Exhibit.objects.filter(media_type=making.MEDIA_TYPE).count() == 1


def in_a_thread(entry: LedgerEntry) -> Document:
    try:
        return making.document_of(entry, at=LATER)
    finally:
        connection.close()


def test_an_unreachable_time_stamping_authority_is_said_and_nothing_is_kept(settings, caplog):
    settings.DOCUMENT_TSA_URL = "http://127.0.0.1:1/tsa"
    entry = entry_of(issued(), "issue")
    with pytest.raises(trust.NotSealed, match="No time stamp could be had"):
        making.document_of(entry, at=LATER)
    assert tasks.document() == 0
    assert "No time stamp could be had" in caplog.text
    assert not Document.objects.exists()
    assert not Exhibit.objects.filter(media_type=making.MEDIA_TYPE).exists()


def test_one_entry_that_cannot_be_shown_does_not_keep_the_others_waiting(monkeypatch, caplog):
    order, form_of = answered(), making.form_of
    monkeypatch.setattr(tasks, "SHARE", timedelta(minutes=1))

    def fails_for_the_first(entry, of):
        if entry.act == "issue":
            raise KeyError("reference")
        return form_of(entry, of)

    monkeypatch.setattr(making, "form_of", fails_for_the_first)
    assert tasks.document() == 3
    assert [entry.act for entry in making.missing()] == ["issue"]
    assert f"no document can be made of {order.reference} #" in caplog.text


def test_a_sound_signature_without_a_time_stamp_is_refused():
    order = issued()
    unsigned = rendering.rendered(making.form_of(entry_of(order, "issue"), order))
    by = trust.of_authority(order.signing_key, at=LATER)
    pdf = pades.signed(unsigned, by=by, reason="unstamped", stamps=None, at=LATER)
    with pytest.raises(ValueError, match="cannot be read as a signed PDF"):
        pades.examined(pdf, roots=trust.roots())


def test_the_form_names_what_it_cannot_show_and_the_json_keeps_it():
    order = received(reasons="Hidden \u202etxet and \U0001f600.")
    form = making.form_of(entry_of(order, "issue"), order)
    assert "Hidden [U+202E]txet and [U+1F600]." in json.loads(form.data())["sections"][1]["blocks"][-1][1]
    _, seal = made_of(entry_of(order, "issue"))
    assert json.loads(seal.attached["annex-i.json"])["reasons"] == "Hidden \u202etxet and \U0001f600."
