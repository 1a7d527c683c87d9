"""Coordination in the portal: Europol and those who were asked; where work begins; notices of a person."""

import pytest
from django.test import Client
from django.urls import reverse

from orders import clock
from orders.acts import issuing
from orders.models import Membership, User
from orders.regulation.regions import OfficerRole
from tests import api
from tests.factories import HOUR, again, authority, drafted, officer, provider
from tests.people import drafter, europol, home, interested, objector, scrutineer
from tests.recipes import annulled, asked, asked_about, cleared, crossing, put, withdrawn

pytestmark = pytest.mark.django_db


def at_work(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def elena() -> Client:
    return at_work(europol().person)


def act(client, order, name, **said):
    data = {f"{name}-{key}": value for key, value in {"generation": again(order).dossier.generation, **said}.items()}
    return client.post(reverse("portal:act", args=[order.reference, name]), data)


def offered(client, order):
    page = client.get(reverse("portal:order", args=[order.reference]))
    return [one.declared.act for one in page.context["opens"]]


def text(answer):
    return answer.content.decode()


def test_europol_finds_what_is_on_its_way_and_why_others_have_an_interest(elena):
    drafted(), crossing()
    quiet, busy = cleared(), asked_about()
    rows = elena.get(reverse("portal:coordinations")).context["rows"]
    found = {row.order: row.reasons for row in rows}
    assert set(found) == {quiet, busy}
    assert "Authority fr-interested: an investigation is under way (item 1)." in found[busy]


def test_europol_holds_and_releases_on_the_page_of_the_order(elena):
    order = cleared()
    page = reverse("portal:order", args=[order.reference])
    assert offered(elena, order) == ["put_on_hold"]
    assert act(elena, order, "put_on_hold", reason="live_investigation")["Location"] == page
    assert offered(elena, order) == ["release_hold"]
    assert act(elena, order, "release_hold", reason="Agreed.")["Location"] == page
    assert again(order).preparation == "in_review"
    seen = text(at_work(drafter(order).person).get(page))
    assert ("Europol" in seen, "Elena" in seen) == (True, False)


def test_nothing_else_is_europols_and_trying_changes_nothing(elena):
    order, gone = cleared(), crossing()
    refused = [act(elena, order, "issue"), act(elena, gone, "withdraw", reason="No.", confirmed="on")]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert (again(order).force, again(gone).force) == ("not_in_force", "in_force")
    assert offered(elena, gone) == []
    assert elena.get(reverse("portal:new")).status_code == 403
    assert "Export" not in text(elena.get(reverse("portal:board")))


def test_the_list_of_an_authority_holds_what_it_was_asked_about_and_leads_to_a_page_without_content():
    drafted(), cleared()
    order = asked_about()
    dora = at_work(objector().person)
    page = dora.get(reverse("portal:coordinations"))
    (row,) = page.context["rows"]
    assert (row.order, row.reasons) == (order, ["an investigation is under way"])
    assert reverse("portal:coordination", args=[order.reference]) in text(page)
    assert order.items.get().url not in text(page)
    assert at_work(drafter(order).person).get(reverse("portal:coordinations")).context["rows"] == []


def test_a_third_authority_is_not_offered_to_release_what_another_holds():
    order = asked_about()
    dora, elena = at_work(objector().person), at_work(europol().person)
    act(dora, order, "put_on_hold", reason="other")
    assert offered(elena, order) == []
    assert act(elena, order, "release_hold", reason="No.").status_code == 403
    assert again(order).preparation == "on_hold"


def test_the_drafter_is_not_offered_to_approve_and_an_approved_order_may_be_returned():
    order = put(drafted(), issuing.submit, officer("anna", authority()))
    anna, bert = at_work(officer("anna", authority()).person), at_work(officer("bert", authority()).person)
    assert ("approve" in offered(anna, order), "approve" in offered(bert, order)) == (False, True)
    act(bert, order, "approve")
    assert "return_to_draft" in offered(anna, order)
    act(anna, order, "return_to_draft", reason="The second video.")
    assert (again(order).preparation, again(order).approved_by) == ("draft", None)


def test_the_preview_does_not_claim_that_the_copy_was_sent():
    home()
    order = cleared()
    anna = at_work(officer("anna", authority()).person)
    page = reverse("portal:order", args=[order.reference])
    assert ("will be sent with the order" in text(anna.get(page)), "copy sent" in text(anna.get(page))) == (True, False)
    act(anna, order, "issue")
    assert ("will be sent with the order" in text(anna.get(page)), "copy sent" in text(anna.get(page))) == (False, True)


def signed_in_at(user: User, after: str = "") -> str:
    user.set_password("a password of the tests")
    user.save()
    said = {"username": user.username, "password": "a password of the tests", "next": after}
    return Client().post("/login", said)["Location"]


def test_work_begins_where_there_is_something_to_do():
    engineer, auditor = User.objects.create(username="erik"), User.objects.create(username="ada")
    Membership.objects.create(user=engineer, provider=provider(), role=OfficerRole.PLATFORM_ENGINEER)
    Membership.objects.create(user=auditor, role=OfficerRole.AUDITOR)
    starts = {
        scrutineer().person: reverse("portal:copied"),
        officer("saar", home(), OfficerRole.SCRUTINEER, OfficerRole.DRAFTER).person: "/",
        officer("anna", authority()).person: "/",
        europol().person: reverse("portal:coordinations"),
        engineer: reverse("inbox:connection"),
        auditor: "/",
    }
    assert {user: signed_in_at(user, after) for user in starts for after in ("", "/")} == starts
    assert signed_in_at(scrutineer().person, reverse("portal:notices")) == reverse("portal:notices")


def test_whoever_is_signed_in_already_comes_to_where_work_begins(elena):
    assert elena.get("/login")["Location"] == reverse("portal:coordinations")


def test_notices_read_in_one_browser_are_read_in_another():
    interested()
    put(drafted(at=clock.now() - HOUR), issuing.submit, officer("anna", authority()))
    one, another = at_work(objector().person), at_work(objector().person)
    unread = '<span class="count">1<span class="unseen"> unread</span>'
    assert (unread in text(one.get("/")), unread in text(another.get("/"))) == (True, True)
    assert '<span class="new">new</span>' in text(one.get(reverse("portal:notices")))
    assert '<span class="new">new</span>' not in text(another.get(reverse("portal:notices")))
    assert unread not in text(another.get("/"))


@pytest.mark.parametrize("end", [withdrawn, annulled])
def test_a_question_waits_for_nobody_once_the_order_has_ended(end, settings):
    settings.RULES = {**settings.RULES, "annulled_from": "communication"}
    order = asked(crossing())
    bert = officer("bert", authority())
    caller = api.officer(bert.person, authority())
    assert len(caller.get(f"{api.A}/orders/{order.reference}").json()["open_questions"]) == 1
    order = end(order)
    assert caller.get(f"{api.A}/orders/{order.reference}").json()["open_questions"] == []
    page = text(at_work(bert.person).get(reverse("portal:order", args=[order.reference])))
    assert ("answer the provider" in page, "; open." in page) == (False, False)


def test_europol_is_told_when_others_are_asked(elena):
    asked_about()
    (notice,) = elena.get(reverse("portal:notices")).context["notices"]
    assert notice.sentence == "You are asked to coordinate on an order before it leaves, Art. 14(1)."
