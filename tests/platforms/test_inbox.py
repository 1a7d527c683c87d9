"""The pages of a provider's staff: endpoint, secret, test order, deliveries."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.urls.converters import IntConverter

from orders import clock
from orders.models import HostingServiceProvider, Membership, OutboxMessage, RemovalOrder, User
from orders.regulation.regions import OfficerRole
from platforms import connecting
from platforms.inbox import urls
from platforms.models import Connection, Resending, WebhookSecret
from tests import api
from tests.factories import authority, drafted, officer, provider, received
from tests.platforms.signing import Signing
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
CHANGES = {
    "endpoint": {"endpoint": "http://127.0.0.1:9000/hook"},
    "channel": {"channel": "mail"},
    "pages": {"pages": "hosting.example http://127.0.0.1:9000/pages"},
    "rotate": {},
    "test-order": {"limit_scale": "1/60", "items": 1},
}


def staff(role=OfficerRole.PLATFORM_ENGINEER, of=None):
    user = User.objects.create(username=f"erik-{role}")
    Membership.objects.create(user=user, provider=of or provider(), role=role)
    client = Client()
    client.force_login(user)
    return client


def post(client, name, **fields):
    return client.post(reverse(f"inbox:{name}"), fields or CHANGES[name])


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_a_stranger_is_sent_to_sign_in(pattern):
    parts = pattern.pattern.converters.values()
    url = reverse(f"inbox:{pattern.name}", args=[1 if isinstance(part, IntConverter) else "known" for part in parts])
    answers = [answer for answer in (Client().get(url), Client().post(url)) if answer.status_code != 405]
    assert {answer["Location"].split("?")[0] for answer in answers} == {"/login"}


@pytest.mark.parametrize("name", CHANGES)
def test_an_officer_and_an_agent_change_no_connection(name):
    order = received()
    officers = Client()
    officers.force_login(officer("anna", order.issuing_authority).person)
    agent = staff(OfficerRole.PLATFORM_AGENT)
    before = everything()
    assert [post(client, name).status_code for client in (officers, agent)] == [403, 403]
    assert everything() == before


@pytest.mark.parametrize("name", CHANGES)
def test_the_address_of_a_form_leads_to_the_page_with_the_form(name):
    assert staff().get(reverse(f"inbox:{name}"))["Location"] == reverse("inbox:connection")


def test_an_endpoint_is_registered_and_changed():
    engineer = staff()
    assert post(engineer, "endpoint").status_code == 302
    assert Connection.objects.get().endpoint == "http://127.0.0.1:9000/hook"
    assert "http://127.0.0.1:9000/hook" in engineer.get("/inbox/").content.decode()


REFUSED = [
    "",
    "ftp://x.example/",
    "nonsense",
    "http://169.254.169.254/",
    "https://a:b@x.example/",
    "https://x\x00.example",
    "h" * 600,
]


@pytest.mark.parametrize("endpoint", REFUSED)
def test_a_refused_endpoint_is_said_beside_its_field_and_nothing_changes(endpoint):
    engineer, before = staff(), everything()
    page = post(engineer, "endpoint", endpoint=endpoint)
    assert (page.status_code, 'id="id_endpoint_error"' in page.content.decode()) == (422, True)
    assert everything() == before


def test_a_secret_is_shown_once_and_the_one_before_signs_on_for_a_while():
    engineer = staff()
    first = post(engineer, "rotate").context["secret"]
    page = post(engineer, "rotate")
    second = page.context["secret"]
    assert second in page.content.decode()
    assert second not in engineer.get("/inbox/").content.decode()
    live = connecting.live_secrets(Connection.objects.get(), at=clock.now())
    assert [one.secret for one in live] == [first, second]
    assert WebhookSecret.objects.get(secret=first).retires_at > clock.now() + timedelta(hours=23)
    assert page["Cache-Control"].startswith("max-age=0")


def test_an_engineer_sends_a_test_order_and_sees_it_among_the_deliveries():
    engineer = staff()
    assert post(engineer, "test-order").context["secret"].startswith("whsec_")
    order = RemovalOrder.objects.get()
    assert (order.force, order.limit_scale, order.provider) == (
        "in_force",
        "1/60",
        HostingServiceProvider.objects.get(),
    )
    listed = engineer.get(reverse("inbox:deliveries")).content.decode()
    assert (order.reference in listed, "order.issued" in listed, "no attempt yet" in listed) == (True, True, True)


@pytest.mark.parametrize(
    "fields", [{"limit_scale": "1/2", "items": 1}, {"limit_scale": "1", "items": 6}, {"items": "x"}]
)
def test_a_test_order_that_cannot_be_is_not_sent(fields):
    engineer, before = staff(), everything()
    assert post(engineer, "test-order", **fields).status_code == 422
    assert everything() == before


def test_the_deliveries_of_an_order_are_for_its_officers_and_its_provider_once_it_is_sent():
    order, draft = received(), drafted()
    clients = [Client(), Client(), staff(), staff(OfficerRole.PLATFORM_AGENT, of=provider("other-nl"))]
    clients[0].force_login(officer("anna", order.issuing_authority).person)
    clients[1].force_login(officer("daan", authority("nl-atc", "NL")).person)
    seen = [[client.get(reverse("inbox:order-deliveries", args=[one.reference])).status_code for client in clients]
            for one in (order, draft)]  # fmt: skip
    assert seen == [[200, 404, 200, 404], [200, 404, 404, 404]]


def test_the_first_channel_is_chosen_and_a_choice_that_is_none_is_said_beside_its_field():
    engineer = staff()
    assert post(engineer, "channel").status_code == 302
    assert Connection.objects.get().channel == "mail"
    page = post(engineer, "channel", channel="pigeon")
    assert (page.status_code, 'id="id_channel_error"' in page.content.decode()) == (422, True)
    assert Connection.objects.get().channel == "mail"


def test_the_page_keeps_sent_delivered_acknowledged_and_received_apart_and_sends_again_with_a_reason():
    order, engineer = received(), staff()
    message = OutboxMessage.objects.get(type="order.issued")
    url = reverse("inbox:order-deliveries", args=[order.reference])
    page = engineer.get(url).content.decode()
    for shown in ("<dt>Sent</dt>", "<dt>Delivered</dt>", "<dt>Acknowledged</dt>", "<dt>Legal receipt</dt>"):
        assert shown in page
    assert "by webhook: webhook 2xx" in page
    resend = reverse("inbox:resend", args=[message.message_id])
    assert engineer.post(resend, {"reason": "Our database was restored."})["Location"] == url
    kept = Resending.objects.get()
    assert (kept.actor_party, kept.channel, kept.actor_person) == (
        "hosting-nl", "inbox", User.objects.get(username__startswith="erik").pseudonym,
    )  # fmt: skip
    assert "Our database was restored." in engineer.get(url).content.decode()


def test_a_message_is_sent_again_by_its_officers_and_by_nobody_else():
    order, before = received(), everything()
    resend = reverse("inbox:resend", args=[OutboxMessage.objects.get(type="order.issued").message_id])
    strangers = [Client(), staff(OfficerRole.PLATFORM_AGENT, of=provider("other-nl"))]
    strangers[0].force_login(officer("daan", authority("nl-atc", "NL")).person)
    auditor = Client()
    auditor.force_login(officer("clara", order.issuing_authority, OfficerRole.AUDITOR).person)
    said = [client.post(resend, {"reason": "Why not."}).status_code for client in (*strangers, auditor)]
    assert said == [404, 404, 403]
    anna = Client()
    anna.force_login(officer("anna", order.issuing_authority).person)
    anna.post(resend, {"reason": " "})
    assert everything()["platforms_resending"] == before["platforms_resending"] == []
    anna.post(resend, {"reason": "They called us."})
    assert Resending.objects.get().actor_party == "de-fpo"


def test_the_pages_that_are_looked_at_are_changed_a_line_each():
    engineer = staff()
    post(engineer, "endpoint")
    typed = "hosting.example http://127.0.0.1:9000/pages/\n\n  www.example.org  http://127.0.0.1:9001 \n"
    assert post(engineer, "pages", pages=typed).status_code == 302
    listed = {"hosting.example": "http://127.0.0.1:9000/pages", "www.example.org": "http://127.0.0.1:9001"}
    assert Connection.objects.get().pages == listed
    assert all(
        f"{host} {base}" in engineer.get(reverse("inbox:connection")).content.decode() for host, base in listed.items()
    )


@pytest.mark.parametrize("typed", ["hosting.example", "hosting.com http://127.0.0.1/", "a.example http://192.0.43.8/"])
def test_pages_that_cannot_be_looked_at_are_said_beside_their_field_and_nothing_changes(typed):
    engineer = staff()
    post(engineer, "endpoint")
    before = everything()
    page = post(engineer, "pages", pages=typed)
    assert (page.status_code, 'id="id_pages_error"' in page.content.decode()) == (422, True)
    assert everything() == before


def test_a_connection_outside_of_the_sandbox_has_no_pages():
    connecting.connection_of(provider(), sandbox=False, at=clock.now())
    engineer = staff()
    assert 'name="pages"' not in engineer.get(reverse("inbox:connection")).content.decode()
    assert post(engineer, "pages").status_code == 422
    assert Connection.objects.get().pages == {}


def test_the_page_shows_the_keys_that_sign_answers_and_whether_they_must():
    signing = Signing(api.platform(provider()))
    engineer = staff()
    assert "An answer need not be signed." in engineer.get(reverse("inbox:connection")).content.decode()
    signing.caller.send("PUT", f"{api.P}/endpoint", {"signed_answers": True})
    page = engineer.get(reverse("inbox:connection")).content.decode()
    assert (signing.kid in page, "must be signed (RFC 9421)" in page) == (True, True)
