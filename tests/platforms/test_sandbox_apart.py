"""A rehearsal stays among those who rehearse: no officer addresses a tenant, and Europol sees no test order."""

import pytest
from django.test import Client
from django.urls import reverse

from orders import clock
from orders.models import CompetentAuthority, HostingServiceProvider, OutboxMessage
from orders.portal.forms import SectionsForm
from platforms.sandbox import authorities, ordering, tenants
from tests import api, factories
from tests.api import A
from tests.people import europol

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    return tenants.start(factories.provider(), at=clock.now())


def test_no_officer_chooses_a_tenant(tenant):
    offered = SectionsForm().fields["provider"].queryset
    assert list(offered) == [factories.provider()]
    machine = api.authority_machine(factories.authority())
    assert [one["code"] for one in machine.get(f"{A}/providers").json()["items"]] == ["hosting-nl"]
    draft = {"provider": tenant.tenant.provider.code, "items": [], "categories": [], "reasons": "Synthetic."}
    refused = machine.post(f"{A}/orders", draft)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (422, "validation")


def test_the_authorities_of_one_member_state_have_names_of_their_own(tenant):
    provider, at = tenant.tenant.provider, clock.now()
    for make in (authorities.domestic, authorities.second, authorities.newcomer, authorities.foreign):
        make(provider, at=at)
    names = list(CompetentAuthority.objects.filter(sandbox=True).values_list("name", flat=True))
    assert len(names) == len(set(names)) == 5


def test_europol_sees_real_orders_and_no_test_order_by_page_and_by_api(tenant):
    real = factories.issued(at=clock.now())
    test_order = ordering.send_test_order(connection=tenant.connection, limit_scale="1", at=clock.now())[0]
    waiting = ordering.send_test_order(
        connection=tenant.connection, kind="first_order", limit_scale="1", at=clock.now()
    )[0]
    user = europol().person
    browser = Client()
    browser.force_login(user)
    caller = api.officer(user, None, scope="authority.read")
    listed = [order["reference"] for order in caller.get(f"{A}/orders").json()["items"]]
    assert listed == [real.reference]
    coordinations = caller.get(f"{A}/coordinations").json()["items"]
    assert waiting.reference not in str(coordinations)
    for order, status in ((real, 200), (test_order, 404), (waiting, 404)):
        assert browser.get(reverse("portal:order", args=[order.reference])).status_code == status
    assert not OutboxMessage.objects.filter(recipient="europol").exclude(dossier=real.dossier).exists()


def test_a_tenant_says_that_it_is_one(tenant):
    assert list(HostingServiceProvider.objects.filter(sandbox=True)) == [tenant.tenant.provider]
