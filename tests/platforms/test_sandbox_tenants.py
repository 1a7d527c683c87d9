"""A tenant of one's own: made in one call, blind to every other, and at its end shut out while its record stays."""

import pytest

from orders import clock
from orders.models import HostingServiceProvider, LedgerEntry, OutboxMessage, RemovalOrder
from platforms.delivery import rounds
from platforms.models import Connection, Tenant
from platforms.sandbox import tenants
from tests import api, factories
from tests.api import P, S, problem_of
from tests.platforms.receiver import receiving
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
HERE = "http://127.0.0.1:9000/webhook"


@pytest.fixture
def founder():
    caller = api.platform(factories.provider())
    caller.get(f"{P}/me")
    return caller


def machine_of(made):
    """The tenant's own machine, with the credentials as they were told."""
    tenant = HostingServiceProvider.objects.get(code=made["code"])
    application = tenant.applications.get(client_id=made["client_id"])
    return api.Caller(api.ask_for_token(application, made["client_secret"]).json()["access_token"])


def test_a_tenant_is_made_with_its_reach_and_secrets_in_one_call(founder):
    answer = founder.post(f"{S}/tenants", {"endpoint": HERE, "languages": ["en", "nl"], "home_member_state": "FR"})
    made, tenant = answer.json(), Tenant.objects.get()
    assert answer.status_code == 201
    assert {name: made[name] for name in ("endpoint", "languages", "home_member_state", "retired_at")} == {
        "endpoint": HERE,
        "languages": ["en", "nl"],
        "home_member_state": "FR",
        "retired_at": None,
    }
    assert made["webhook_secret"] == tenant.provider.connection.secrets.get().secret
    assert machine_of(made).get(f"{P}/me").json()["provider"] == made["code"]
    assert (tenant.founder.code, tenant.provider.contact_point) == ("hosting-nl", f"tco@{made['code']}.example")


def test_a_tenant_sees_nothing_of_an_earlier_one(founder):
    earlier = machine_of(founder.post(f"{S}/tenants").json())
    sent = earlier.post(f"{S}/orders").json()
    made = founder.post(f"{S}/tenants").json()
    later = machine_of(made)
    assert later.get(f"{P}/orders").json()["items"] == []
    assert problem_of(later.get(f"{P}/orders/{sent['reference']}")) == "not-found"
    assert [each["code"] for each in later.get(f"{S}/tenants").json()["items"]] == [made["code"]]
    assert len(founder.get(f"{S}/tenants").json()["items"]) == 2


def test_a_tenant_that_starts_another_starts_it_for_its_founder(founder):
    first = machine_of(founder.post(f"{S}/tenants").json())
    second = first.post(f"{S}/tenants").json()
    assert [tenant.founder.code for tenant in Tenant.objects.all()] == ["hosting-nl"] * 2
    assert second["code"] not in [each["code"] for each in first.get(f"{S}/tenants").json()["items"]]


def test_a_retired_tenant_is_shut_out_its_orders_are_withdrawn_and_its_record_stays(founder):
    made = founder.post(f"{S}/tenants", {"endpoint": HERE}).json()
    tenant = machine_of(made)
    sent = tenant.post(f"{S}/orders", {"kind": "withdrawn"}).json()
    assert founder.send("DELETE", f"{S}/tenants/{made['code']}").status_code == 204
    assert problem_of(tenant.get(f"{P}/me")) == "invalid-token"
    order = RemovalOrder.objects.get(dossier__reference=sent["reference"])
    assert order.force == "withdrawn"
    assert [step.dropped_because for step in order.script.all()] == ["The tenant was retired."]
    assert LedgerEntry.objects.filter(dossier=order.dossier, act="withdraw").count() == 1
    listed = founder.get(f"{S}/tenants").json()["items"][0]
    assert (listed["code"], listed["retired_at"] is not None) == (made["code"], True)


def test_nothing_is_delivered_to_a_retired_tenant(founder):
    with receiving() as receiver:
        made = founder.post(f"{S}/tenants", {"endpoint": receiver.url}).json()
        machine_of(made).post(f"{S}/orders")
        founder.send("DELETE", f"{S}/tenants/{made['code']}")
        sent = OutboxMessage.objects.filter(recipient=made["code"])
        assert rounds.deliver_due(at=clock.now()) == 0
        sent.update(next_attempt_at=clock.now())  # as a message of a later time would have
        assert [rounds.deliver_due(at=clock.now()) for _ in range(3)] == [1, 1, 0]  # one of an order at a time
    assert receiver.posts == []
    assert set(sent.values_list("next_attempt_at", flat=True)) == {None}


def test_retiring_again_changes_nothing_and_another_s_tenant_is_not_found(founder):
    made = founder.post(f"{S}/tenants").json()
    founder.send("DELETE", f"{S}/tenants/{made['code']}")
    stranger = api.platform(factories.provider("stranger"))
    stranger.get(f"{P}/me")
    before = everything()
    assert founder.send("DELETE", f"{S}/tenants/{made['code']}").status_code == 204
    assert problem_of(stranger.send("DELETE", f"{S}/tenants/{made['code']}")) == "not-found"
    assert everything() == before


def test_as_many_as_are_allowed_may_be_live_at_once(founder, monkeypatch):
    monkeypatch.setattr(tenants, "MOST", 1)
    made = founder.post(f"{S}/tenants").json()
    before = everything()
    assert problem_of(founder.post(f"{S}/tenants")) == "too-many-tenants"
    assert everything() == before
    founder.send("DELETE", f"{S}/tenants/{made['code']}")
    assert founder.post(f"{S}/tenants").status_code == 201


def test_endpoint_channel_languages_home_and_time_zone_are_set_in_one_call(founder):
    tenant = machine_of(founder.post(f"{S}/tenants").json())
    wanted = {
        "endpoint": HERE,
        "channel": "pull",
        "languages": ["de"],
        "home_member_state": "",
        "time_zone": "Europe/Berlin",
    }
    answer = tenant.post(f"{S}/providers", wanted)
    assert (answer.status_code, {name: answer.json()[name] for name in wanted}) == (200, wanted)
    assert tenant.get(f"{S}/providers").json() == answer.json()


@pytest.mark.parametrize(
    ("wanted", "problem", "pointer"),
    [
        ({"time_zone": "Europe/Nowhere"}, "validation", "/time_zone"),
        ({"home_member_state": "XX"}, "validation", "/home_member_state"),
        ({"languages": ["en", "tlh"]}, "validation", "/languages/1"),
        ({"endpoint": "ftp://host.example/"}, "endpoint-refused", "/endpoint"),
        ({"languages": ["nl"], "channel": "inbox"}, "endpoint-refused", "/channel"),
    ],
)
@pytest.mark.parametrize("path", ["tenants", "providers"])
def test_what_cannot_be_is_refused_and_leaves_nothing(path, wanted, problem, pointer, founder):
    founder.post(f"{S}/providers", {"languages": ["en"]})
    before = everything()
    refused = founder.post(f"{S}/{path}", wanted)
    assert (problem_of(refused), refused.json()["errors"][0]["pointer"]) == (problem, pointer)
    assert everything() == before


def test_a_provider_that_is_reached_for_real_is_not_altered_here(founder):
    Connection.objects.create(
        provider=factories.provider(), sandbox=False, created_at=clock.now(), changed_at=clock.now()
    )
    before = everything()
    assert problem_of(founder.get(f"{S}/providers")) == "not-sandbox"
    assert problem_of(founder.post(f"{S}/providers", {"languages": ["fr"]})) == "not-sandbox"
    assert everything() == before
