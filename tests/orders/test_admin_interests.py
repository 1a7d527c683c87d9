"""Registered interests (Art. 14(1)): an administrator enters them by address, and they are met like any other."""

import pytest
from django.test import Client
from django.urls import reverse

from orders import canonical, deconfliction
from orders.clock import now
from orders.models import InvestigatingBody, InvestigationInterest, User
from orders.regulation.regions import ReasonClass
from tests.factories import authority

pytestmark = pytest.mark.django_db

URL = "https://HOSTING-nl.example/v/1#top"
HASH = canonical.sha256(canonical.url(URL).encode())


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(User.objects.create(username="admin", is_staff=True, is_superuser=True))
    return client


def register(admin, **fields):
    body, _ = InvestigatingBody.objects.get_or_create(code="fr-inv", name="Investigators", email="i@fr-inv.example")
    given = {
        "body": body.pk,
        "authority": authority("fr-interested", "FR").pk,
        "reason": ReasonClass.LIVE_INVESTIGATION,
    }
    return admin.post(reverse("admin:orders_investigationinterest_add"), {**given, "url": URL, **fields})


def test_an_interest_is_registered_by_its_address_and_met_however_the_address_is_written(admin):
    assert register(admin).status_code == 302
    (hit,) = deconfliction.check([HASH], at=now())
    assert (hit.authority, hit.reason) == ("fr-interested", ReasonClass.LIVE_INVESTIGATION)
    assert "hosting-nl" not in str(InvestigationInterest.objects.values().get()).lower()


@pytest.mark.parametrize(
    "url", ["", "not a url", "ftp://hosting-nl.example/1", "https://me:secret@hosting-nl.example/1"]
)
def test_an_address_that_cannot_be_ordered_is_refused_with_a_sentence(admin, url):
    page = register(admin, url=url)
    assert page.context["adminform"].form.errors["url"]
    assert not InvestigationInterest.objects.exists()


def test_an_interest_is_ended_never_changed_or_deleted(admin):
    register(admin)
    interest = InvestigationInterest.objects.get()
    url = reverse("admin:orders_investigationinterest_change", args=[interest.pk])
    moment = now()
    ended = {"until_0": f"{moment:%Y-%m-%d}", "until_1": f"{moment:%H:%M:%S}", "reason": ReasonClass.ORDER_IN_FORCE}
    assert admin.post(url, ended).status_code == 302
    interest.refresh_from_db()
    assert interest.reason == ReasonClass.LIVE_INVESTIGATION
    assert deconfliction.check([HASH], at=now()) == []
    assert admin.post(reverse("admin:orders_investigationinterest_delete", args=[interest.pk])).status_code == 403
