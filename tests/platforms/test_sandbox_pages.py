"""The sandbox as a page: an engineer starts a tenant, sends orders, sets faults and sees what comes by itself."""

import importlib
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from orders import clock
from orders.models import Membership, RemovalOrder, User
from orders.regulation.regions import OfficerRole
from platforms import faults
from platforms.inbox import urls
from platforms.models import Fault, ScriptStep, Tenant
from platforms.sandbox import scripts
from platforms.sandbox.catalogue import CATALOGUE
from tests import factories
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
PAGE = "/inbox/sandbox"


@pytest.fixture
def engineer():
    user = User.objects.create(username="erik")
    Membership.objects.create(user=user, provider=factories.provider(), role=OfficerRole.PLATFORM_ENGINEER)
    client = Client()
    client.force_login(user)
    return client


def post(client, name, **fields):
    return client.post(reverse(f"inbox:sandbox-{name}"), fields)


def seen(client):
    return client.get(PAGE).content.decode()


def test_a_fresh_tenant_is_started_its_secrets_are_shown_once_and_its_pages_are_shown(engineer):
    started = post(engineer, "start", endpoint="http://127.0.0.1:9000/hook")
    tenant = Tenant.objects.get()
    secret = tenant.provider.connection.secrets.get().secret
    assert (started.status_code, secret in started.content.decode(), secret in seen(engineer)) == (201, True, False)
    assert tenant.provider.code in seen(engineer)
    roles = Membership.objects.filter(provider=tenant.provider).values_list("user__username", "role")
    assert set(roles) == {("erik", "platform_engineer"), ("erik", "platform_agent")}
    assert "http://127.0.0.1:9000/hook" in engineer.get("/inbox/").content.decode()


def test_a_member_of_several_switches_between_their_pages_and_to_no_other(engineer):
    post(engineer, "start")
    stranger = factories.provider("stranger")
    post(engineer, "switch", provider="hosting-nl")
    assert "Sandbox: Provider hosting-nl" in seen(engineer)
    post(engineer, "switch", provider=stranger.code)
    assert "Sandbox: Provider hosting-nl" in seen(engineer)


def test_a_retired_tenant_is_left_for_the_provider_that_one_came_from(engineer):
    post(engineer, "start")
    post(engineer, "retire")
    assert "Sandbox: Provider hosting-nl" in seen(engineer)
    assert Tenant.objects.get().provider.connection.retired_at is not None


def test_a_provider_that_is_no_tenant_is_not_retired(engineer):
    before = everything()
    assert "is no tenant of the sandbox" in engineer.post(reverse("inbox:sandbox-retire"), follow=True).content.decode()
    assert everything() == before


def test_every_kind_is_offered_with_what_to_do(engineer):
    page = engineer.get(PAGE)
    assert [kind for kind in CATALOGUE if kind.code not in page.content.decode()] == []
    assert page.context["kinds"] == CATALOGUE


def test_an_order_is_sent_and_its_next_step_stands_on_the_page(engineer):
    post(engineer, "start")
    post(engineer, "send", kind="withdrawn", limit_scale="1", items="")
    order = RemovalOrder.objects.get()
    assert "The authority withdraws the order." in seen(engineer)
    assert f"{order.reference}</a>:\n  in 9 min" in engineer.get(f"{PAGE}/steps").content.decode()
    scripts.play(at=clock.now() + timedelta(minutes=11))
    assert "done at" in seen(engineer)


def test_a_step_that_waits_and_one_that_was_dropped_say_why(engineer):
    post(engineer, "start")
    post(engineer, "send", kind="wrong_url", limit_scale="1")
    assert "10 min 00 s after your question (Annex III), for which it waits" in seen(engineer)
    scripts.drop(ScriptStep.objects.all(), because="Nobody asked.", at=clock.now())
    assert "dropped. Nobody asked." in seen(engineer)


@pytest.mark.parametrize(
    "fields", [{"kind": "unheard-of"}, {"kind": "plain", "items": "9"}, {"kind": "plain", "limit_scale": "2"}]
)
def test_an_order_that_cannot_be_is_refused_and_leaves_nothing(fields, engineer):
    before = everything()
    assert post(engineer, "send", **{"kind": "plain", "limit_scale": "1", **fields}).status_code == 422
    assert everything() == before


def test_an_order_across_borders_to_nobody_s_home_says_what_to_do(engineer):
    post(engineer, "start")
    provider = Tenant.objects.get().provider
    type(provider).objects.filter(pk=provider.pk).update(main_establishment="")
    refused = post(engineer, "send", kind="annulled", limit_scale="1")
    assert (refused.status_code, "set home_member_state first" in refused.content.decode()) == (422, True)


def test_a_fault_is_set_counted_and_taken_back(engineer):
    post(engineer, "start")
    post(engineer, "fault", fault="slow", times=2, seconds=3)
    assert list(Fault.objects.values_list("name", "left", "seconds")) == [("slow", 2, 3)]
    faults.take(Tenant.objects.get().provider, ["slow"], met="msg_1", at=clock.now())
    assert "msg_1" in seen(engineer)
    post(engineer, "fault", fault="slow", times=0, seconds=3)
    assert Fault.objects.count() == 0


@pytest.mark.parametrize("fields", [{"fault": "gremlins"}, {"times": 101}, {"times": ""}, {"seconds": 11}])
def test_a_fault_that_cannot_be_is_refused_and_leaves_nothing(fields, engineer):
    before = everything()
    answer = engineer.post(reverse("inbox:sandbox-fault"), {"fault": "slow", "times": 1, **fields}, follow=True)
    assert "Give a number from 0 to 100" in answer.content.decode()
    assert everything() == before


def test_an_endpoint_that_must_not_be_called_starts_no_tenant(engineer):
    before = everything()
    refused = post(engineer, "start", endpoint="https://169.254.169.254/")
    assert (refused.status_code, "metadata service" in refused.content.decode()) == (422, True)
    assert everything() == before


@pytest.mark.parametrize("name", ["send", "fault", "start", "retire"])
def test_an_agent_sees_the_page_and_changes_nothing(name, engineer):
    Membership.objects.update(role=OfficerRole.PLATFORM_AGENT)
    before = everything()
    assert post(engineer, name).status_code == 403
    assert "needs the role platform engineer" in seen(engineer)
    assert everything() == before


@pytest.mark.parametrize("name", ["send", "fault", "start", "switch", "retire"])
def test_the_address_of_a_form_leads_to_the_page(name, engineer):
    assert engineer.get(reverse(f"inbox:sandbox-{name}"))["Location"] == PAGE


def test_in_production_mode_the_pages_are_not_there(settings):
    def ours():
        return [found.name for found in importlib.reload(urls).urlpatterns if found.name.startswith("sandbox")]

    settings.PRODUCTION = True
    there = ours()
    settings.PRODUCTION = False
    assert (there, len(ours())) == ([], 7)
