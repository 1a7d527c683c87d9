"""Case 13: a provider that has a web form only; an officer submits by hand, and its confirmation proves receipt."""

import hashlib
from datetime import timedelta

import pytest

from orders.acts import preparing, transmitting
from orders.acts.refusals import ActNotOpen, Invalid, Refusal
from orders.acts.uploads import LARGEST, Upload
from orders.evidence import verify
from orders.evidence.scope import Scope
from orders.evidence.tables.orders import ORDERS
from orders.models import Exhibit, LedgerEntry, OutboxMessage, Receipt
from orders.portal import states
from orders.regulation.regions import Execution, Stage, Transmission
from orders.standings import of_items
from tests.factories import HOUR, T0, again, deliver, hours, issued, provider, received
from tests.people import drafter, home
from tests.recipes import (
    afterwards,
    announced,
    asked,
    clarified,
    cleared,
    decided,
    passed,
    put,
    removed,
    requested,
    undeliverable,
    withdrawn,
)
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
FORM = "https://form-only.example/legal/removal"
PAGE = Upload(b"<h1>Thank you</h1><p>Ticket 4711</p>", "text/html")


def by_form(**fields):
    return issued(to=provider("form-only", webform=FORM), **fields)


def submit(order, *, submitted_at=T0 + MINUTE, at=T0 + 10 * MINUTE, confirmation=PAGE, **more):
    said = {"submitted_at": submitted_at, "address": FORM, "confirmation": confirmation, **more}
    return transmitting.record_submission(order=order, by=drafter(order), at=at, **said)


def entries(order, act):
    return list(LedgerEntry.objects.filter(dossier=order.dossier, act=act).order_by("number"))


def test_case_13_the_confirmation_page_proves_receipt_and_the_hour_starts_then():
    """Case 13: at the time of the confirmation, not of the entry; once, and by the channel."""
    order = submit(by_form())
    (clock,) = hours(order)
    assert (order.transmission, order.received_at) == (Transmission.RECEIVED, T0 + MINUTE)
    assert (clock.starts_at, clock.due_at, clock.ground) == (T0 + MINUTE, T0 + MINUTE + HOUR, "receipt")
    (receipt,) = Receipt.objects.filter(message__dossier=order.dossier)
    assert (receipt.channel, receipt.rule, receipt.received_at, receipt.recorded_at) == (
        "webform", "webform_confirmation", T0 + MINUTE, T0 + 10 * MINUTE,
    )  # fmt: skip
    (entry,) = entries(order, "record_receipt")
    assert (entry.actor_role, entry.channel, entry.occurred_at) == ("channel", "webform", T0 + MINUTE)


def test_case_13_the_page_is_kept_byte_for_byte_and_its_digest_is_in_the_record():
    """Case 13: the exhibit."""
    order = submit(by_form(), confirmed_at=T0 + 2 * MINUTE)
    (entry,) = entries(order, "record_submission")
    digest = hashlib.sha256(PAGE.content).hexdigest()
    kept = Exhibit.objects.get(pk=digest)
    assert (bytes(kept.content), kept.media_type) == PAGE
    told = {name: entry.facts[name] for name in ("address", "submitted_at", "confirmed_at", "proof")}
    assert told == {
        "address": FORM, "submitted_at": "2026-11-21T01:31:00.000000Z", "confirmed_at": "2026-11-21T01:32:00.000000Z",
        "proof": True,
    }  # fmt: skip
    assert (entry.facts["confirmation_sha256"], again(order).received_at) == (digest, T0 + 2 * MINUTE)


def test_case_13_without_a_page_it_is_a_submission_without_proof_and_no_hour_starts():
    """Case 13: and it says so; with the page, which may come later, the hour starts."""
    order = submit(by_form(), confirmation=None)
    (entry,) = entries(order, "record_submission")
    assert (entry.facts["proof"], order.transmission, hours(order)) == (False, Transmission.SENT, [])
    assert not Receipt.objects.filter(message__dossier=order.dossier).exists()
    order = submit(again(order), at=T0 + 20 * MINUTE)
    assert [clock.starts_at for clock in hours(order)] == [T0 + MINUTE]


def test_case_13_the_hour_starts_exactly_once():
    """Case 13: what was received by whatever channel is not submitted again, and no later receipt moves the hour."""
    order = submit(by_form())
    with pytest.raises(ActNotOpen):
        submit(again(order))
    deliver(order, "order.issued", at=T0 + 30 * MINUTE)
    assert (len(hours(order)), again(order).received_at) == (1, T0 + MINUTE)
    with pytest.raises(ActNotOpen):
        submit(received())


def test_case_13_an_hour_that_was_over_when_the_submission_was_entered_has_passed():
    """Case 13: due is the confirmation plus an hour, whenever an officer finds the time to record it (L3)."""
    order = passed(submit(by_form(), at=T0 + 3 * HOUR), T0 + 3 * HOUR)
    (lapse,) = entries(order, "lapse")
    assert (lapse.occurred_at, hours(order)[0].verdict) == (T0 + MINUTE + HOUR, "unanswered")


def test_case_13_an_order_that_could_not_be_delivered_is_submitted_by_hand():
    """Case 13: the last resort."""
    order = undeliverable()
    assert submit(order).transmission == Transmission.RECEIVED


def clarification_of(order):
    """The order after a question and its clarification, and that message."""
    order = clarified(asked(order))
    return order, OutboxMessage.objects.get(dossier=order.dossier, type="order.clarified")


def confirmed(order, *, minutes=5):
    """What waits is submitted now, and confirmed at once; recorded some minutes later."""
    now = afterwards(order)
    return submit(order, submitted_at=now, at=now + minutes * MINUTE), now


def test_case_13_a_fresh_hour_starts_when_the_form_confirms_the_clarification():
    """Cases 6, 13: Art. 3(8), from the confirmation, not from the entry."""
    order, message = clarification_of(submit(by_form()))
    assert [clock.closed_at is None for clock in hours(order)] == [False]
    assert states.whose_move(order, of_items(order, at=afterwards(order))).what.startswith("submit it by hand")
    order, now = confirmed(order)
    entry = entries(order, "record_submission")[-1]
    assert (entry.facts["message"], entry.facts["type"]) == (message.message_id, "order.clarified")
    assert [(clock.starts_at, clock.ground) for clock in hours(order)][1:] == [(now, "clarification")]
    assert list(verify.findings()) == []


def test_case_13_a_clarification_without_a_page_starts_no_hour():
    """Case 13: and it waits on."""
    order, message = clarification_of(submit(by_form()))
    order = submit(order, submitted_at=afterwards(order), at=afterwards(order) + MINUTE, confirmation=None)
    assert (len(hours(order)), list(order.submittable())) == (1, [message])


def test_case_13_a_withdrawal_and_an_annulment_are_submitted_too():
    """Case 13: of an order that has ended; with the decision the duty to reinstate begins (Art. 4(7))."""
    order, _ = confirmed(withdrawn(submit(by_form())))
    assert [one.rule for one in Receipt.objects.filter(message__type="order.withdrawn")] == ["webform_confirmation"]
    assert list(order.submittable()) == []
    home()
    other = removed(submit(issued(to=provider("form-nl", "NL", webform=FORM))))
    order, now = confirmed(decided(announced(requested(other)), Stage.INFRINGEMENT))
    assert [clock.starts_at for clock in order.dossier.deadlines.filter(code="C11")][-1] == now
    assert order.items.get().execution == Execution.REINSTATEMENT_DUE
    assert list(verify.findings()) == []


def test_case_13_what_follows_an_order_is_submitted_by_hand_only_where_nothing_else_reaches_the_provider():
    """Case 13: elsewhere the channel brings it."""
    order, _ = clarification_of(received())
    with pytest.raises(ActNotOpen):
        submit(order)


@pytest.mark.parametrize("name", ["another", "received"])
def test_case_13_a_message_that_does_not_wait_is_refused(name):
    """Case 13: with those that do."""
    order, message = clarification_of(submit(by_form()))
    first = OutboxMessage.objects.get(dossier=order.dossier, type="order.issued").message_id
    before = everything()
    with pytest.raises(Invalid, match=message.message_id) as refused:
        submit(order, message=first if name == "received" else "msg_another", at=afterwards(order))
    assert (refused.value.pointer, everything() == before) == ("/message", True)


def test_case_13_verify_misses_the_page_of_a_withdrawal():
    """Case 13: its receipt is no act, so the entry of the submission is all that shows it."""
    order, _ = confirmed(withdrawn(submit(by_form())))
    subject = verify._subject(order.dossier, {})
    subject.entries[-1].facts["confirmed_at"] = "2026-11-21T00:00:00.000000Z"
    assert "no page shows that a web form confirmed msg_" in str(list(verify.documents.handed_in(subject))[-1])


@pytest.mark.parametrize("reach", [cleared, lambda: withdrawn(issued())], ids=["not issued", "withdrawn"])
def test_case_13_only_an_order_that_was_sent_and_is_in_force_is_submitted(reach):
    """Case 13: neither before the issue nor after the end."""
    order = reach()
    drafter(order)
    before = everything()
    with pytest.raises(ActNotOpen):
        submit(order)
    assert everything() == before


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"submitted_at": T0 - SECOND}, "/submitted_at"),
        ({"submitted_at": T0 + 13 * MINUTE}, "/submitted_at"),
        ({"confirmed_at": T0}, "/confirmed_at"),
        ({"confirmed_at": T0 + 13 * MINUTE}, "/confirmed_at"),
        ({"address": "  "}, "/address"),
        ({"confirmation": Upload(b"", "text/html")}, "/confirmation"),
        ({"confirmation": Upload(b"x" * (LARGEST + 1), "text/html")}, "/confirmation"),
    ],
    ids=["before the issue", "future", "confirmed before", "confirmed in future", "no address", "empty", "too large"],
)
def test_case_13_what_cannot_be_is_refused_and_nothing_is_written(said, pointer):
    """Case 13: times that cannot be, no address, no file."""
    order = by_form()
    drafter(order)
    before = everything()
    with pytest.raises(Invalid) as refused:
        submit(order, **{"address": FORM, **said})
    assert (refused.value.pointer, everything() == before) == (pointer, True)


def test_case_13_a_clock_a_little_ahead_never_makes_a_receipt_of_the_future():
    """Cases 13, 22: within the tolerance; for receipt our clock counts."""
    order = submit(by_form(), submitted_at=T0 + 11 * MINUTE)
    assert order.received_at == T0 + 10 * MINUTE


def test_case_13_the_copy_went_to_the_home_authority_with_the_issue_and_not_by_the_form():
    """Case 13: in the issuing transaction, as always (Art. 4(1))."""
    home()
    order = issued(to=provider("form-nl", "NL", webform=FORM))
    copied = OutboxMessage.objects.get(dossier=order.dossier, type="order.copied")
    assert (copied.recipient, copied.created_at) == ("nl-home", order.issued_at)
    assert submit(order).scrutiny.copy_received_at == T0


def test_case_13_a_web_form_carries_no_prior_information():
    """Case 13: what cannot be received starts no 12 hours; the officer is told before."""
    order = cleared(to=provider("form-only", webform=FORM), emergency=False)
    drafter(order)
    before = everything()
    with pytest.raises(Refusal, match="by a web form only"):
        put(order, preparing.inform_beforehand, drafter(order))
    assert everything() == before
    assert [("by a web form only" in line) for line in preparing.warnings(order)] == [False, True]


def test_case_13_it_is_the_issuing_authoritys_move_until_receipt_is_proven():
    """Case 13: no channel delivers it."""
    order = by_form()
    move = states.whose_move(order, of_items(order, at=T0))
    assert (move.whose, move.what) == (states.ISSUER, "submit it by hand at the provider’s web form, then record it")
    order = submit(order)
    assert states.whose_move(order, of_items(order, at=T0)).whose == "The provider"


def test_case_13_verify_finds_nothing_wrong_and_the_export_names_the_channel():
    """Case 13: receipt_channel and receipt_rule."""
    order = submit(by_form())
    assert list(verify.findings()) == []
    (row,) = ORDERS.rows(Scope(), T0 + HOUR)
    exported = dict(zip(ORDERS.columns, ORDERS.read(row), strict=True))
    assert (exported["receipt_channel"], exported["receipt_rule"]) == ("webform", "webform_confirmation")
    assert exported["received_at"] == order.received_at


def test_case_13_verify_misses_a_page_that_is_gone():
    """Case 13: the record names an exhibit that does not exist."""
    order = submit(by_form())
    (entry,) = entries(order, "record_submission")
    subject = verify._subject(order.dossier, {})
    subject.entries[entry.number - 1].facts["confirmation_sha256"] = "0" * 64
    assert [str(finding) for finding in verify.documents.handed_in(subject)] == [
        f"{order.reference}, entry {entry.number}: there is no exhibit {'0' * 64} (confirmation_sha256)"
    ]
    subject.entries[entry.number - 1].facts.pop("confirmed_at")
    assert "but no page shows it" in str(list(verify.documents.handed_in(subject))[-1])
