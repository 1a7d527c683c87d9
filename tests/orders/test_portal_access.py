"""Who sees what in the portal: rules over all of its URLs."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from orders.models import LedgerEntry, Membership, User
from orders.portal import urls
from orders.portal.offers import OFFERS
from orders.regulation.regions import OfficerRole
from tests.factories import authority, officer, provider, received

pytestmark = pytest.mark.django_db
OPEN_TO_STRANGERS = {"login", "logout"}
NAMES = sorted(pattern.name for pattern in urls.urlpatterns)
OF_AN_ORDER = sorted(pattern.name for pattern in urls.urlpatterns if "reference" in str(pattern.pattern))


def address(name, order):
    """The URL of the page `name`, for `order` where it is about one."""
    if name == "act":
        return reverse("portal:act", args=[order.reference, "withdraw"])
    if name == "document":
        return reverse("portal:document", args=[order.reference, order.dossier.entries.get(act="issue").number])
    return reverse(f"portal:{name}", args=[order.reference] if name in OF_AN_ORDER else [])


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def staff(of, role=OfficerRole.PLATFORM_ENGINEER):
    user = User.objects.create(username="erik")
    Membership.objects.create(user=user, provider=of, role=role)
    return signed_in(user)


def both(client, url):
    """The answers to GET and POST."""
    return [client.get(url), client.post(url)]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OPEN_TO_STRANGERS])
def test_a_stranger_is_sent_to_sign_in(name):
    order = received()
    answers = both(Client(), address(name, order))
    places = [answer.get("Location", "").split("?")[0] for answer in answers if answer.status_code != 405]
    assert set(places) == {"/login"}


@pytest.mark.parametrize("name", OF_AN_ORDER)
def test_an_order_of_another_authority_is_as_absent_as_one_that_never_was(name):
    order = received()
    other = signed_in(officer("daan", authority("nl-atc", "NL")).person)
    before = LedgerEntry.objects.count()
    url = address(name, order)
    answers = [other.get(url, follow=True), other.post(url)]
    assert {answer.status_code for answer in answers} <= {404, 405}
    assert 404 in {answer.status_code for answer in answers}
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize("name", OF_AN_ORDER)
def test_a_providers_staff_reaches_no_order_page(name):
    order = received()
    answers = both(staff(order.provider), address(name, order))
    places = {answer.get("Location") for answer in answers if answer.status_code != 405}
    assert places == {reverse("inbox:connection")}


@pytest.mark.parametrize("name", ["act", "export-order", "export"])
def test_whoever_signs_in_again_after_sending_a_form_comes_back_to_its_page(name):
    order = received()
    anna = officer("anna", order.issuing_authority).person
    sent = Client().post(address(name, order))
    back = signed_in(anna).get(parse_qs(urlsplit(sent["Location"]).query)["next"][0])
    page = "/exports" if name == "export" else reverse("portal:order", args=[order.reference])
    assert (back.status_code, back["Location"]) == (302, page)


def test_the_administration_is_open_to_administrators_alone_and_holds_nothing_of_the_record():
    anna = signed_in(officer("anna", received().issuing_authority).person)
    admin = signed_in(User.objects.create(username="admin", is_staff=True, is_superuser=True))
    page = admin.get("/admin/")
    assert (anna.get("/admin/").status_code, page.status_code) == (302, 200)
    models = {model["object_name"] for app in page.context["app_list"] for model in app["models"]}
    assert {"CompetentAuthority", "HostingServiceProvider", "User"} <= models
    assert models.isdisjoint({"LedgerEntry", "RemovalOrder", "Exhibit", "Deadline", "Receipt"})


def test_a_party_keeps_its_code_and_one_with_a_key_its_name_by_which_the_record_names_it():
    party = received().issuing_authority
    code, name = party.code, party.name
    admin = signed_in(User.objects.create(username="admin", is_staff=True, is_superuser=True))
    url = reverse("admin:orders_competentauthority_change", args=[party.pk])
    shown = admin.get(url).context["adminform"].form
    said = {**shown.initial, "code": "other", "name": "Another name", "phone": "+00 1"}
    assert admin.post(url, {name: value for name, value in said.items() if value is not None}).status_code == 302
    party.refresh_from_db()
    assert (party.code, party.name, party.phone) == (code, name, "+00 1")


def test_somebody_of_no_party_is_told_so():
    answer = signed_in(User.objects.create(username="nobody")).get("/")
    text = answer.content.decode()
    assert (answer.status_code, "belongs to no authority" in text, "Sign out" in text) == (403, True, True)


@pytest.mark.parametrize("at_an_authority", [True, False])
def test_an_auditor_reads_and_can_do_nothing(at_an_authority):
    order = received()
    user = User.objects.create(username="clara")
    party = order.issuing_authority if at_an_authority else None
    Membership.objects.create(user=user, authority=party, role=OfficerRole.AUDITOR)
    client, before = signed_in(user), order.dossier.entries.count()
    page = client.get(reverse("portal:order", args=[order.reference]))
    assert (page.status_code, page.context["opens"]) == (200, [])
    data = {"withdraw-reason": "x", "withdraw-confirmed": "on", "withdraw-generation": order.dossier.generation}
    tried = [client.post(reverse("portal:act", args=[order.reference, name]), {**data, f"{name}-generation": 1})
             for name in OFFERS]  # fmt: skip
    assert {answer.status_code for answer in tried} <= {403, 409, 422}
    assert client.get(reverse("portal:new")).status_code == 403
    assert order.dossier.entries.count() == before


def test_the_board_shows_own_orders_only_and_the_order_page_opens():
    order = received()
    own = signed_in(officer("anna", order.issuing_authority).person)
    other = signed_in(officer("daan", authority("nl-atc", "NL")).person)
    assert order.reference in own.get("/").content.decode()
    assert order.reference not in other.get("/").content.decode()


def test_a_part_that_refreshes_itself_takes_the_whole_page_to_sign_in():
    answer = Client().get(
        reverse("portal:board-live"), headers={"HX-Request": "true", "HX-Current-URL": "http://x/?q=1"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/login?next=/")


def test_what_did_not_change_is_answered_304_with_the_servers_time():
    order = received()
    client = signed_in(officer("anna", order.issuing_authority).person)
    for url in (reverse("portal:board-live"), reverse("portal:order-live", args=[order.reference])):
        first = client.get(url)
        again = client.get(url, headers={"If-None-Match": first["ETag"]})
        assert (first.status_code, again.status_code, bool(again["Server-Time"])) == (200, 304, True)


def test_every_page_says_that_it_is_a_simulator():
    order = received()
    client = signed_in(officer("anna", order.issuing_authority).person)
    provider()
    pages = [client.get(address(name, order)) for name in ("board", "new", "notices", "order")]
    pages += [Client().get("/login"), Client().get("/no-such-page")]
    assert all(b"Simulator. Synthetic data. Not PERCI." in page.content for page in pages)
