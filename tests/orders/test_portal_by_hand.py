"""What officers hand in and what the page of an order warns of: cases 6, 7, 10 and 13 at the portal."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from orders import clock
from orders.acts import answering, clarifying
from orders.acts.uploads import LARGEST
from orders.models import Exhibit, LedgerEntry
from orders.tasks import run_sweep
from tests.factories import T0, again, by_provider, deliver, impossible, issued, provider, received, unclear
from tests.people import drafter, home, scrutineer
from tests.recipes import afterwards, asked, clarified, crossing, failed, removed
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FORM = "https://form-only.example/legal/removal"
PAGE = b"<h1>Thank you</h1><script>alert(1)</script>"


@pytest.fixture
def anna():
    return lambda order: signed_in(drafter(order))


def signed_in(by):
    client = Client()
    client.force_login(by.person)
    return client


def by_form():
    home()
    return issued(at=clock.now().replace(microsecond=0), to=provider("form-nl", "NL", webform=FORM))


def post(client, order, act, **said):
    said = {"generation": again(order).dossier.generation, **said}
    data = {f"{act}-{name}": value for name, value in said.items()}
    return client.post(reverse("portal:act", args=[order.reference, act]), data)


def text_of(client, order):
    return client.get(reverse("portal:order", args=[order.reference])).content.decode()


def page(content=PAGE):
    return SimpleUploadedFile("confirmation.html", content, "text/html")


def typed(at):
    return f"{at:%Y-%m-%dT%H:%M:%S}"


def submit(client, order, **more):
    said = {"submitted_at": typed(clock.now()), "address": FORM, **more}
    return post(client, order, "record_submission", **said)


def test_case_13_the_page_says_to_submit_by_hand_until_receipt_is_proven(anna):
    """Case 13: where, and that no hour runs; the form knows the address. The home authority is not told to."""
    order = by_form()
    client = anna(order)
    shown = text_of(client, order)
    assert "Reached by web form only: submit the order by hand at" in shown
    assert f'value="{FORM}"' in shown
    assert 'enctype="multipart/form-data"' in shown
    assert "Reached by web form only" not in text_of(signed_in(scrutineer()), order)
    assert submit(client, order, confirmation=page()).status_code == 302
    assert "Reached by web form only" not in text_of(client, order)


def test_case_13_an_uploaded_page_is_kept_and_told_and_never_served_as_a_page(anna):
    """Case 13: the bytes are evidence."""
    order = by_form()
    client = anna(order)
    submit(client, order, confirmation=page())
    entry = LedgerEntry.objects.get(dossier=order.dossier, act="record_submission")
    kept = Exhibit.objects.get(pk=entry.facts["confirmation_sha256"])
    assert (bytes(kept.content), kept.media_type) == (PAGE, "text/html")
    shown = text_of(client, order)
    assert f"The order was submitted by hand at {FORM}" in shown
    assert "received by the provider: its web form confirmed the submission." in shown
    assert "alert(1)" not in shown


def test_case_13_the_text_of_the_page_proves_it_as_well_and_nothing_proves_nothing(anna):
    """Case 13: without a page the timeline says that no hour starts."""
    order = by_form()
    client = anna(order)
    submit(client, order)
    assert "No confirmation page was kept: this proves no receipt, and no hour starts." in text_of(client, order)
    assert again(order).received_at is None
    submit(client, order, confirmation_text="Thank you. Ticket 4711")
    entry = LedgerEntry.objects.filter(dossier=order.dossier, act="record_submission").latest("number")
    kept = Exhibit.objects.get(pk=entry.facts["confirmation_sha256"])
    assert (bytes(kept.content), kept.media_type) == (b"Thank you. Ticket 4711", "text/plain; charset=utf-8")
    assert again(order).received_at is not None


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        (lambda: {"confirmation": page(b"")}, "confirmation", "The submitted file is empty."),
        (lambda: {"confirmation": page(b"x" * (LARGEST + 1))}, "confirmation", "more than 700 kB"),
        (lambda: {"confirmation": page(), "confirmation_text": "x"}, "confirmation_text", "not both"),
    ],
    ids=["empty", "too large", "both"],
)
def test_case_13_a_page_that_cannot_be_kept_is_refused_beside_its_field(anna, more, field, words):
    """Case 13: nothing is written."""
    order = by_form()
    client, before = anna(order), everything()
    answer = submit(client, order, **more())
    shown = answer.content.decode()
    assert (answer.status_code, words in shown) == (422, True)
    assert f'id="id_record_submission-{field}_error"' in shown
    assert everything() == before


def test_case_7_a_file_shows_that_an_impossibility_ended(anna):
    """Case 7: instead of words."""
    at = clock.now().replace(microsecond=0) - HOUR
    order = received(at=at)
    answering.report_impossibility(order=order, annex=impossible(since=at), by=by_provider(order), at=at)
    client = anna(order)
    refused = post(client, order, "record_grounds_ceased", ceased_at=typed(at + HOUR / 2))
    assert (refused.status_code, "hand in a file that does" in refused.content.decode()) == (422, True)
    done = post(client, order, "record_grounds_ceased", ceased_at=typed(at + HOUR / 2), evidence_file=page())
    assert done.status_code == 302
    assert "a file is kept as evidence (sha256 " in text_of(client, order)


def test_case_7_the_issuing_authority_reads_the_reminder(anna):
    """Case 7: in its notices, in words."""
    order = failed(received())
    run_sweep(at=T0 + 25 * HOUR)
    told = anna(order).get(reverse("portal:notices")).content.decode()
    assert "The impossibility of item 1, notified 21 Nov 2026, 01:30:01 UTC, was not reported as ended." in told


def test_case_6_the_page_and_the_notices_name_the_loop(anna):
    """Case 6: while the question of the second loop waits for its answer, and in the timeline for good."""
    order = clarified(asked(received(items=2)))
    deliver(order, "order.clarified", at=afterwards(order))
    by, at = by_provider(order), afterwards(order)
    answering.seek_clarification(order=again(order), annex=unclear(items=(2,)), by=by, at=at)
    client = anna(order)
    shown = text_of(client, order)
    assert "Item 2 was clarified before and is asked about again: <strong>loop 2</strong> (Art. 3(8))." in shown
    assert "Loop 2: it was clarified before." in shown
    told = client.get(reverse("portal:notices")).content.decode()
    assert "The provider asks again about item 2, which was clarified before: loop 2." in told
    answers = {question.number: "The second." for question in clarifying.open_questions(order)}
    clarifying.clarify(order=again(order), answers=answers, by=drafter(order), at=afterwards(order))
    assert "is asked about again" not in text_of(client, order)


def test_a_notice_of_an_approaching_limit_names_the_items_that_it_is_about(anna):
    order = crossing(items=3)
    run_sweep(at=T0 + 15 * MINUTE)
    run_sweep(at=order.dossier.deadlines.get(code="C9").due_at - DAY)
    told = anna(order).get(reverse("portal:notices")).content.decode()
    assert "The limit of items 1, 2, 3 approaches. 45 min 00 s left, due 21 Nov 2026, 02:30:00 UTC." in told
    assert "The limit approaches. 24 h left" in told  # of the whole order


def test_case_10_the_page_and_the_notices_warn_before_content_is_released():
    """Case 10: from 30 days before the end on."""
    order = removed(crossing())
    due = order.dossier.deadlines.get(code="C15").due_at
    with time_machine.travel(due - 31 * DAY, tick=False):
        assert "its preservation ends soon" not in text_of(signed_in(drafter(order)), order)
    run_sweep(at=due - 30 * DAY)
    with time_machine.travel(due - 30 * DAY, tick=False):
        client = signed_in(drafter(order))
        assert "Item 1: its preservation ends soon, and no information under Art. 11(2)" in text_of(client, order)
        told = client.get(reverse("portal:notices")).content.decode()
    assert "The preservation of item 1 ends soon, Art. 6. 720 h left" in told
    assert "Look twice before the preserved content is released." in told
