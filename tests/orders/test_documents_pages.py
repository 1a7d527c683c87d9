"""Who gets the documents, where and how: officers in the portal, systems of both sides by API, staff in the box."""

import pytest
from django.test import Client
from django.urls import reverse

from orders.evidence import verify
from orders.evidence.documents import making, pades, trust
from orders.models import Document, Membership, Receipt, User
from orders.regulation.regions import OfficerRole
from tests import api, people
from tests.api import A, P, problem_of
from tests.factories import again, authority, drafted, issued, officer, provider, received
from tests.orders.test_documents import answered

pytestmark = pytest.mark.django_db
KINDS = ["annex-i", "annex-iii", "annex-iii", "annex-ii"]


def at_work(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def staff(of) -> Client:
    user = User.objects.create(username="erik")
    Membership.objects.create(user=user, provider=of, role=OfficerRole.PLATFORM_ENGINEER)
    return at_work(user)


def is_sound(content: bytes) -> bool:
    return bool(pades.examined(content, roots=trust.roots()).attached)


def test_an_officer_gets_each_document_from_the_page_of_the_order():
    order = answered()
    anna = at_work(officer("anna", order.issuing_authority).person)
    url = reverse("portal:documents", args=[order.reference])
    assert url in anna.get(reverse("portal:order", args=[order.reference])).content.decode()
    waiting = anna.get(url, headers={"HX-Request": "true"}).content.decode()
    assert (waiting.count("being made"), "every 3s" in waiting) == (4, True)
    for entry in making.of_order(order):
        answer = anna.get(reverse("portal:document", args=[order.reference, entry.number]))
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith(f'attachment; filename="{order.reference}-{entry.number}-annex')
        assert is_sound(answer.content)
    ready = anna.get(url).content.decode()
    assert ("being made" in ready, "every 3s" in ready, ready.count("signed and stamped")) == (False, False, 4)
    assert list(verify.findings()) == []


def test_a_draft_has_no_documents_and_a_number_without_one_is_not_there():
    order = drafted()
    anna = at_work(officer("anna", order.issuing_authority).person)
    assert "when the order is issued" in anna.get(reverse("portal:documents", args=[order.reference])).content.decode()
    assert anna.get(reverse("portal:document", args=[order.reference, 1])).status_code == 404


def test_the_home_authority_reads_the_documents_and_another_authority_does_not():
    people.home()
    order = issued()
    number = order.dossier.entries.get(act="issue").number
    url = reverse("portal:document", args=[order.reference, number])
    assert at_work(people.scrutineer().person).get(url).status_code == 200
    assert at_work(officer("daan", authority("fr-other", "FR")).person).get(url).status_code == 404


def test_while_no_time_stamp_can_be_had_the_page_says_so_and_asks_again(settings):
    order = issued()
    settings.DOCUMENT_TSA_URL = "http://127.0.0.1:1/tsa"
    number = order.dossier.entries.get(act="issue").number
    anna = at_work(officer("anna", order.issuing_authority).person)
    answer = anna.get(reverse("portal:document", args=[order.reference, number]))
    assert (answer.status_code, answer["Retry-After"], answer["Refresh"]) == (503, "10", "10")
    assert "No time stamp could be had" in answer.content.decode()
    refused = api.authority_machine(order.issuing_authority).get(f"{A}/orders/{order.reference}/documents/{number}")
    assert (problem_of(refused), refused["Retry-After"]) == ("document-not-ready", "10")
    settings.DOCUMENT_TSA_URL = ""
    assert is_sound(anna.get(reverse("portal:document", args=[order.reference, number])).content)


@pytest.mark.parametrize("side", ["authority", "provider"])
def test_both_apis_list_the_documents_and_serve_each(side):
    order = answered()
    machine = {"authority": api.authority_machine, "provider": api.platform}[side]
    caller = machine(order.issuing_authority if side == "authority" else order.provider)
    root = {"authority": A, "provider": P}[side]
    url = f"{root}/orders/{order.reference}/documents"
    before = caller.get(url).json()["items"]
    assert [one["kind"] for one in before] == KINDS
    assert {(one["state"], one["sha256"], one["size"], one["stamped_at"]) for one in before} == {
        ("waiting", None, None, None)
    }
    answer = caller.get(f"{url}/{before[0]['number']}")
    assert answer["Content-Type"] == "application/pdf"
    assert is_sound(answer.content)
    first = caller.get(url).json()["items"][0]
    kept = Document.objects.get()
    assert (first["state"], first["sha256"], first["size"]) == ("ready", kept.exhibit_id, len(answer.content))
    assert first["url"].endswith(f"{url}/{first['number']}")
    assert caller.get(f"{url}/{first['number']}").content == answer.content
    assert problem_of(caller.get(f"{url}/1")) == "not-found"


def test_a_provider_that_reads_the_document_has_received_the_order_and_the_list_proves_nothing():
    order = issued()
    caller = api.platform(order.provider)
    listed = caller.get(f"{P}/orders/{order.reference}/documents").json()["items"]
    assert not Receipt.objects.exists()
    assert caller.get(f"{P}/orders/{order.reference}/documents/{listed[0]['number']}").status_code == 200
    receipt = Receipt.objects.get()
    assert (receipt.rule, receipt.channel, again(order).received_at) == ("order_read", "api", receipt.received_at)


def test_the_providers_staff_get_the_documents_of_their_own_orders_and_have_then_received_them():
    order = issued()
    number = order.dossier.entries.get(act="issue").number
    url = reverse("inbox:document", args=[order.reference, number])
    erik = staff(order.provider)
    assert erik.head(url).status_code == 200
    assert not Receipt.objects.exists()
    assert is_sound(erik.get(url).content)
    assert Receipt.objects.get().channel == "inbox"
    assert list(verify.findings()) == []
    stranger = User.objects.create(username="fay")
    Membership.objects.create(user=stranger, provider=provider("other-nl"), role=OfficerRole.PLATFORM_ENGINEER)
    assert at_work(stranger).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_what_is_kept_is_served_again_and_a_second_look_makes_nothing():
    order = received()
    number = order.dossier.entries.get(act="issue").number
    anna = at_work(officer("anna", order.issuing_authority).person)
    url = reverse("portal:document", args=[order.reference, number])
    assert anna.get(url).content == anna.get(url).content
    assert Document.objects.count() == 1
