"""Mail to the contact point, over real SMTP: what it says, what it carries, what its server's answer proves."""

import email
import email.policy
import hashlib
import json
from datetime import timedelta

import pytest
from django.core import mail as outbox
from joserfc import jws
from joserfc.jwk import KeySet

from orders import clock, signing
from orders.acts import answering, issuing, lapsing
from orders.models import Attempt, Deadline, Exhibit, Membership, OutboxMessage, Receipt, User
from orders.regulation.regions import OfficerRole
from platforms.channels import letter
from platforms.models import SecondChannel
from tests.factories import T0, again, by_provider, issued, officer, provider, received, unclear
from tests.platforms.mailserver import mail_server
from tests.platforms.reached import connect, deliver, message_of

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def by_mail(**fields):
    """An order to a provider whose first channel is mail."""
    order = issued(at=clock.now(), **fields)
    reach = connect(order.provider, "")
    reach.channel = "mail"
    reach.save()
    return order


def parsed(content):
    return email.message_from_bytes(content, policy=email.policy.default)


def test_the_mail_carries_the_signed_order_and_its_exact_bytes_are_kept(settings):
    order = by_mail()
    with mail_server(settings) as server:
        deliver()
    mail, message = parsed(server.mails[0]), message_of(order)
    assert server.recipients == [f"rcpt TO:<{order.provider.contact_point}>"]
    assert mail["Subject"] == f"[simulated] URGENT, one hour: Removal order {order.reference}"
    assert (mail["To"], mail["Reply-To"]) == (order.provider.contact_point, order.issuing_authority.email)
    assert mail["Message-ID"].startswith(f"<{message.message_id}@")
    carried = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert sorted(carried) == ["annex-i.json", "annex-i.jws", "message.json"]
    assert carried["annex-i.json"] == bytes(order.annex_i.content)
    keys = KeySet.import_key_set(json.loads(json.dumps(signing.jwks())))
    signed = jws.deserialize_compact(carried["annex-i.jws"].decode(), keys, algorithms=["Ed25519"])
    assert signed.payload == carried["annex-i.json"]
    assert json.loads(carried["message.json"])["type"] == "order.issued"
    attempt = Attempt.objects.get()
    assert (attempt.channel, attempt.address, attempt.outcome) == ("mail", order.provider.contact_point, "accepted")
    assert attempt.body_id == hashlib.sha256(server.mails[0]).hexdigest()
    assert bytes(Exhibit.objects.get(pk=attempt.body_id).content) == server.mails[0]
    assert attempt.answer_excerpt == f"250, said by 127.0.0.1:{server.port}, the server we hand mail to."


def test_the_text_says_what_until_when_and_where_to_answer(settings):
    order = received(at=T0, items=2, to=provider("night-nl", time_zone="Europe/Amsterdam"))
    text = letter.text(message_of(order), order=order, at=T0 + MINUTE)
    assert f"Removal order {order.reference}" in text
    assert "within 1 hour of receipt (Art. 3(3))" in text
    assert all(item.url in text for item in order.items.all())
    assert "The order was received at 21 Nov 2026, 01:30:00 UTC (02:30:00 Europe/Amsterdam)." in text
    assert "The limit ends at 21 Nov 2026, 02:30:00 UTC (03:30:00 Europe/Amsterdam)." in text
    assert f"/api/platforms/v1/orders/{order.reference}" in text
    assert order.issuing_authority.email in text
    assert "&" not in text


def test_a_warning_says_of_which_items_the_limit_approaches():
    order = received(at=T0, items=3)
    displaced = unclear(items=(2,))
    answering.seek_clarification(order=order, annex=displaced, by=by_provider(order), at=T0 + MINUTE)
    lapsing.warn(at=T0 + 45 * MINUTE)
    warning = OutboxMessage.objects.get(type="order.limit_approaching", recipient=order.provider.code)
    text = letter.text(warning, order=order, at=T0 + 45 * MINUTE)
    assert "The limit of items 1, 3 approaches. 15 min 00 s left, due 21 Nov 2026, 02:30:00 UTC." in text


@pytest.mark.parametrize(("proves", "said"), [(True, True), (False, False)])
def test_before_receipt_the_text_says_what_will_start_the_hour(settings, proves, said):
    settings.MAIL_PROVES_RECEIPT = proves
    order = issued(at=T0)
    text = letter.text(message_of(order), order=order, at=T0)
    assert "It starts with receipt, which is when the first of these happens:" in text
    assert ("our mail server takes this mail" in text) == said


@pytest.mark.parametrize("people", [False, True])
def test_the_box_is_spoken_of_where_somebody_could_open_it_and_leads_to_the_answer(people):
    order = issued(at=T0)
    if people:
        agent = User.objects.create(username="nora")
        Membership.objects.create(user=agent, provider=order.provider, role=OfficerRole.PLATFORM_AGENT)
    text = letter.text(message_of(order), order=order, at=T0)
    shown = ["it is placed in your box", "your people read or answer it there", f"/inbox/orders/{order.reference}"]
    assert [part in text for part in shown] == [people] * 3


def test_the_250_proves_nothing_unless_the_setting_says_so(settings):
    order = by_mail()
    with mail_server(settings) as server:
        deliver()
        for minute in range(1, 5):
            deliver(at=clock.now() + minute * MINUTE)
    assert len(server.mails) == 1  # taken once, it is not mailed again and again
    assert (Receipt.objects.count(), again(order).received_at) == (0, None)
    assert message_of(order).next_attempt_at is not None  # other channels may still join


def test_where_the_setting_says_so_the_250_is_receipt_with_its_rule(settings):
    settings.MAIL_PROVES_RECEIPT = True
    order = by_mail()
    with mail_server(settings):
        deliver()
    attempt, receipt = Attempt.objects.get(), Receipt.objects.get()
    assert (receipt.channel, receipt.rule, receipt.received_at) == ("mail", "mail_250", attempt.ended_at)
    assert attempt.is_receipt
    assert Deadline.objects.get(code="C2", dossier=order.dossier).starts_at == attempt.ended_at


@pytest.mark.parametrize(
    ("answers", "outcome", "said"),
    [
        ({"RCPT": b"550 no such user"}, "refused", "550 no such user"),
        ({"RCPT": b"450 greylisted"}, "failed", "450 greylisted"),
        ({"END": b"554 rejected"}, "refused", "554 rejected"),
        ({"DATA": b"451 try later"}, "failed", "451 try later"),
        ({"MAIL": b"550 who are you"}, "not_sent", "The mail server does not take mail from us:"),
    ],
)
def test_what_the_mail_server_says_against_it_is_kept_and_no_receipt(settings, answers, outcome, said):
    settings.MAIL_PROVES_RECEIPT = True
    order = by_mail()
    with mail_server(settings, **answers):
        deliver()
    attempt = Attempt.objects.get(channel="mail")
    assert (attempt.outcome, attempt.answer_excerpt[: len(said)]) == (outcome, said)
    assert Receipt.objects.count() == 0
    alarmed = OutboxMessage.objects.filter(type="order.undeliverable", recipient="de-fpo")
    assert alarmed.exists() == (outcome != "failed")
    assert attempt.next_attempt_at - attempt.ended_at >= 30 * SECOND
    assert again(order).transmission == ("sent" if outcome == "failed" else "undeliverable")


def test_without_a_mail_server_the_mail_is_tried_again(settings):
    by_mail()
    with mail_server(settings):
        pass
    deliver()
    assert Attempt.objects.values_list("outcome", flat=True).get() == "unreachable"


def test_a_withdrawal_comes_by_mail_in_words_and_starts_nothing(settings):
    order = issued(at=clock.now())
    issuing.withdraw(order=order, reason="In error.", by=officer("bert", order.issuing_authority), at=clock.now())
    connect(order.provider, "")
    deliver(at=clock.now() + 6 * MINUTE)
    (sent,) = outbox.outbox
    mail = parsed(sent.message().as_bytes())
    assert mail["Subject"] == f"[simulated] Withdrawal of removal order {order.reference}"
    text = mail.get_body().get_content()
    assert "The order was withdrawn." in text
    assert "No hour runs at the moment." in text
    assert SecondChannel.objects.get().next_attempt_at is None
