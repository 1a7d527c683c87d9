"""People of a provider answer in the box: the same acts as by the API, with their name, and each once."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from orders import clock
from orders.evidence import verify
from orders.models import LedgerEntry, Membership, Receipt, User
from orders.regulation.regions import OfficerRole
from platforms import connecting
from platforms.api import statements
from platforms.inbox.answering import FORMS
from platforms.models import Connection, Submission
from tests import api
from tests.factories import again, hours, issued, provider, received
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def somebody(of, role=OfficerRole.PLATFORM_AGENT, name="nora"):
    user = User.objects.create(username=name, first_name="Nora", last_name="Night")
    Membership.objects.create(user=user, provider=of, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def order():
    """Received ten minutes ago; its provider's clock shows UTC+1 or UTC+2."""
    return received(at=clock.now() - 10 * MINUTE, to=provider(time_zone="Europe/Amsterdam"))


@pytest.fixture
def nora(order):
    return somebody(order.provider)


def url_of(order, kind):
    return reverse("inbox:answer", args=[order.reference, kind])


def filled(page):
    """What a browser would send of the form as it is shown."""
    form = page.context["form"]
    shown = {
        bound.html_name: bound.field.widget.format_value(bound.value()) for bound in form if bound.value() is not None
    }
    return {name: value for name, value in shown.items() if value is not None}


def plainly(value):
    """One chosen, or a list of one."""
    return value if isinstance(value, str) else ",".join(map(str, value))


def local(at):
    """As it is typed in Amsterdam."""
    from_utc = at.astimezone(ZoneInfo("Europe/Amsterdam"))
    return from_utc.strftime("%Y-%m-%dT%H:%M:%S")


def send(client, order, kind, **typed):
    """Fill in the form of `kind` with `typed` on top of what is prefilled, and send it."""
    said = {**filled(client.get(url_of(order, kind))), **typed}
    return client.post(url_of(order, kind), said)


def test_every_kind_of_answer_has_a_form():
    assert sorted(FORMS) == sorted(statements.STATEMENTS)


def test_a_removal_reported_by_hand_is_recorded_with_the_person_and_judged_within_the_hour(order, nora):
    taken = clock.now().replace(microsecond=0) - MINUTE
    answer = send(nora, order, "annex-ii", taken_at_1=local(taken))
    kept, entry = Submission.objects.get(), LedgerEntry.objects.get(act="report_removal")
    assert answer["Location"] == f"{reverse('inbox:order', args=[order.reference])}?answer={kept.idempotency_key}"
    assert (entry.channel, entry.actor_party, entry.actor_person) == (
        "inbox", "hosting-nl", User.objects.get(username="nora").pseudonym,
    )  # fmt: skip
    assert hours(order)[0].taken_at == taken
    body = json.loads(bytes(kept.body.content))
    assert body["measures"] == [{"item": 1, "measure": "removed", "taken_at": f"{taken:%Y-%m-%dT%H:%M:%S}.000000Z"}]
    assert body["signatory"] == {
        "authorised_person": "Nora Night", "contact_email": "tco@hosting-nl.example",
        "date": f"{clock.now().astimezone(ZoneInfo('Europe/Amsterdam')):%Y-%m-%d}", "member_state": "DE",
        "provider": "Provider hosting-nl",
    }  # fmt: skip
    assert entry.facts["exhibit"] == kept.body_id
    page = nora.get(answer["Location"]).content.decode()
    for shown in ('id="recorded"', f"{order.reference}/{entry.number}", "Within the hour", "(Europe/Amsterdam)"):
        assert shown in page
    assert list(verify.findings()) == []


def test_what_a_person_sends_is_what_a_machine_would_have_sent(order, nora):
    send(nora, order, "annex-ii", taken_at_1=local(clock.now() - MINUTE))
    kept = Submission.objects.get()
    machine = api.platform(order.provider)
    told = machine.get(f"{api.P}/submissions/{kept.idempotency_key}").json()
    assert (told["answer"], told["body_sha256"]) == (kept.answer, kept.body_id)
    other = received(at=clock.now() - 10 * MINUTE, to=order.provider)
    again_ = machine.post(f"{api.P}/orders/{other.reference}/annex-ii", bytes(kept.body.content))
    assert again_.status_code == 201


def test_a_form_sent_twice_is_one_answer(order, nora):
    said = {**filled(nora.get(url_of(order, "annex-ii"))), "taken_at_1": local(clock.now() - MINUTE)}
    places = {nora.post(url_of(order, "annex-ii"), said)["Location"] for _ in range(3)}
    assert (len(places), Submission.objects.count(), LedgerEntry.objects.filter(act="report_removal").count()) == (
        1, 1, 1,
    )  # fmt: skip


def test_a_form_sent_again_with_other_words_is_shown_again_and_then_recorded_as_a_further_answer(order, nora):
    said = {**filled(nora.get(url_of(order, "annex-ii"))), "taken_at_1": local(clock.now() - MINUTE)}
    nora.post(url_of(order, "annex-ii"), said)
    page = nora.post(url_of(order, "annex-ii"), {**said, "provider_reference": "TS-1"})
    assert (page.status_code, "This form was sent before" in page.content.decode()) == (422, True)
    assert nora.post(url_of(order, "annex-ii"), filled(page)).status_code == 302
    assert [bytes(one.body.content).count(b"TS-1") for one in Submission.objects.order_by("pk")] == [0, 1]


def test_an_answer_by_hand_proves_receipt_in_the_box():
    order = issued(at=clock.now() - 5 * MINUTE)
    nora = somebody(order.provider)
    said = {"key": "hand_1", "provider_reference": "TS-2"}
    assert nora.post(url_of(order, "acknowledgements"), said).status_code == 302
    receipt = Receipt.objects.get()
    assert (receipt.channel, receipt.rule) == ("inbox", "answer")
    assert again(order).transmission == "received"


def test_reading_the_order_in_the_box_proves_receipt_and_asking_for_headers_does_not():
    order = issued(at=clock.now() - 5 * MINUTE)
    nora = somebody(order.provider)
    for url in (reverse("inbox:order", args=[order.reference]), url_of(order, "annex-ii")):
        assert nora.head(url).status_code == 200
    assert Receipt.objects.count() == 0
    page = nora.get(reverse("inbox:order", args=[order.reference])).content.decode()
    receipt = Receipt.objects.get()
    assert (receipt.channel, receipt.rule) == ("inbox", "order_read")
    assert (order.items.get().url in page, 'class="countdown"' in page, url_of(order, "annex-ii") in page) == (
        True, True, True,
    )  # fmt: skip


GONE = {"taken_at_1": "2026-01-01T00:00:00"}
WRONG = {
    ("annex-ii", "taken_at_1"): {"taken_at_1": ""},
    ("annex-ii", "measure_1"): {"measure_1": "", "taken_at_1": "2026-11-21T02:30:00"},
    ("annex-ii", "received_at"): {**GONE, "received_at": "yesterday"},
    ("annex-ii", "contact_email"): {**GONE, "contact_email": "nobody"},
    ("annex-ii", "member_state"): {**GONE, "member_state": "NLD"},
    ("annex-iii", "reason"): {"explanation": "Why."},
    ("annex-iii", "explanation"): {"reason": "manifest_errors"},
    ("annex-iii", "grounds_since"): {"reason": "force_majeure_or_impossibility", "explanation": "Dark."},
    ("annex-iii", "needed"): {"reason": "insufficient_information", "explanation": "Which?"},
    ("grounds-ceased", "ceased_at"): {},
    ("scrutiny-requests", "reasons"): {"reasons": " "},
    ("reinstatements", "items"): {"reinstated_at": "2026-01-01T00:00:00"},
    ("content-provider-information", "information"): {"informed_at": "2026-01-01T00:00:00"},
    ("preservation-reports", "what"): {"items": ["1"], "happened_at": "2026-01-01T00:00:00"},
}


@pytest.mark.parametrize(("kind", "field"), WRONG)
def test_what_is_wrong_stands_at_its_field_with_all_that_was_typed_and_nothing_is_recorded(order, nora, kind, field):
    said = {
        "key": "hand_1",
        **filled(nora.get(url_of(order, kind))),
        "provider_reference": "TS-9",
        **WRONG[kind, field],
    }
    before = everything()
    page = nora.post(url_of(order, kind), said)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert f'id="id_{field}_error"' in page.content.decode()
    assert {name: plainly(value) for name, value in filled(page).items() if plainly(value)} == {
        name: plainly(value) for name, value in said.items() if value and name in page.context["form"].fields
    }
    assert everything() == before


def test_a_time_still_to_come_is_refused_by_the_act_at_the_field_of_its_item():
    order = received(at=clock.now() - 10 * MINUTE, items=2)
    nora, later = somebody(order.provider), local(clock.now() + 10 * MINUTE)
    own = send(nora, order, "annex-ii", measure_2="removed", taken_at_2=later).context["form"].errors
    alike = send(nora, order, "annex-ii", measure_every="removed", taken_at_every=later).context["form"].errors
    assert ([*own], [*alike]) == (["taken_at_2"], ["taken_at_every"])
    assert "Nothing was recorded" in str(own["taken_at_2"])


def test_all_items_alike_and_one_that_differs_are_one_report():
    order = received(at=clock.now() - 10 * MINUTE, items=3)
    early, late = (clock.now().replace(microsecond=0) - minutes * MINUTE for minutes in (5, 2))
    typed = {
        "measure_every": "removed", "taken_at_every": local(early),
        "measure_2": "disabled_in_all_member_states", "taken_at_2": local(late),
    }  # fmt: skip
    assert send(somebody(order.provider), order, "annex-ii", **typed).status_code == 302
    stand = [(item.execution, item.taken_at) for item in order.items.order_by("number")]
    assert stand == [("removed", early), ("disabled", late), ("removed", early)]


def test_a_time_that_comes_twice_asks_for_the_offset_and_takes_it(order, nora):
    page = send(nora, order, "annex-ii", taken_at_1="2025-10-26T02:30:00")
    assert "+02:00 for one, +01:00 for the other" in str(page.context["form"].errors["taken_at_1"])
    assert 'type="datetime-local" name="taken_at_1"' not in page.content.decode()
    said = {**filled(page), "taken_at_1": "2025-10-26T02:30:00+01:00"}
    assert nora.post(url_of(order, "annex-ii"), said).status_code == 302
    assert json.loads(bytes(Submission.objects.get().body.content))["measures"][0]["taken_at"] == (
        "2025-10-26T01:30:00.000000Z"
    )


def test_impossibility_questions_and_their_end_are_said_by_hand(order, nora):
    since = clock.now().replace(microsecond=0) - 2 * MINUTE
    dark = {"reason": "force_majeure_or_impossibility", "explanation": "Dark.", "grounds_since": local(since)}
    assert send(nora, order, "annex-iii", **dark).status_code == 302
    assert again(order).items.get().execution == "displaced"
    assert url_of(order, "grounds-ceased") in nora.get(reverse("inbox:order", args=[order.reference])).content.decode()
    assert send(nora, order, "grounds-ceased", ceased_at=local(since + MINUTE)).status_code == 302
    assert hours(order)[-1].starts_at == since + MINUTE
    asked = {"reason": "insufficient_information", "explanation": "A channel.", "needed": "Which video?\n\nWhen?"}
    assert send(nora, order, "annex-iii", **asked).status_code == 302
    body = json.loads(bytes(Submission.objects.last().body.content))
    assert body["needed"] == [{"question": 1, "text": "Which video?"}, {"question": 2, "text": "When?"}]


def test_the_smaller_statements_are_said_by_hand(order, nora):
    now = local(clock.now())
    send(nora, order, "annex-ii", taken_at_1=now)
    said = {
        "acknowledgements": {"provider_reference": "TS-1"},
        "content-provider-information": {"information": "copy_given", "informed_at": now},
        "preservation-reports": {"items": ["1"], "what": "accessed", "happened_at": now, "purpose": "crime"},
        "reinstatements": {"items": ["1"], "reinstated_at": now},
    }
    assert {kind: send(nora, order, kind, **typed).status_code for kind, typed in said.items()} == dict.fromkeys(
        said, 302
    )
    assert [one.channel for one in LedgerEntry.objects.filter(actor_role="provider", dossier=order.dossier)] == [
        "inbox"
    ] * 5


def test_what_the_state_of_the_order_refuses_is_said_above_the_form(order, nora):
    page = send(nora, order, "scrutiny-requests", reasons="News.")
    assert (page.status_code, len(page.context["form"].non_field_errors())) == (422, 1)


def test_an_answer_without_effect_says_so_on_the_page_of_the_order(order, nora):
    taken = local(clock.now() - MINUTE)
    send(nora, order, "annex-ii", taken_at_1=taken)
    asked = {"reason": "insufficient_information", "explanation": "A channel.", "needed": "Which?"}
    place = send(nora, order, "annex-iii", **asked)["Location"]
    assert "nothing is left to displace. What you said is on record." in nora.get(place).content.decode()


def test_people_need_no_signature_where_the_machines_of_the_provider_must_sign(order, nora):
    connecting.connection_of(order.provider, sandbox=True, at=clock.now())
    Connection.objects.update(signed_answers=True)
    assert send(nora, order, "acknowledgements").status_code == 302


def test_a_person_with_no_role_to_answer_reads_the_order_and_answers_nothing(order):
    clara = somebody(order.provider, OfficerRole.AUDITOR, "clara")
    page = clara.get(reverse("inbox:order", args=[order.reference]))
    assert (page.status_code, url_of(order, "annex-ii") in page.content.decode()) == (200, False)
    before = everything()
    for ask in (clara.get, clara.post):
        assert ask(url_of(order, "annex-ii")).status_code == 403
    assert everything() == before


def test_nobody_answers_for_another_provider(order):
    other = somebody(provider("other-nl"), name="otto")
    before = everything()
    said = [ask(url_of(order, kind)).status_code for kind in FORMS for ask in (other.get, other.post)]
    assert set(said) == {404}
    assert everything() == before
