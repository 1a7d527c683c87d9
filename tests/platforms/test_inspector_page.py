"""The inspector as a page: it works without JavaScript, refreshes itself, and nobody else's exchanges are there."""

import pytest
from django.test import Client

from orders import clock
from orders.models import Attempt, CompetentAuthority, Membership, User
from orders.regulation.regions import OfficerRole
from platforms.inspecting import timeline
from platforms.models import Connection, Resending
from tests import api, factories, recipes
from tests.api import P
from tests.platforms.inspected import Rehearsal, removed
from tests.platforms.reached import connect, deliver, order_to
from tests.platforms.receiver import receiving
from tests.platforms.signing import Signing
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
PAGE = "/inbox/inspector"
LATE = {"measures": [{"item": 1, "measure": "removed", "taken_at": "2099-01-01T00:00:00Z"}]}


def staff(of, role=OfficerRole.PLATFORM_ENGINEER) -> Client:
    user, _ = User.objects.get_or_create(username=f"erik-{of.code}-{role}")
    Membership.objects.get_or_create(user=user, provider=of, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def tried() -> Rehearsal:
    with receiving(503) as receiver:
        order, _ = order_to(receiver.url)
        deliver()
    return Rehearsal(order, api.platform(order.provider), f"{P}/orders/{order.reference}")


def shown(client, address=PAGE, **headers) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_line_says_what_it_was_and_why_it_was_not_accepted(tried):
    tried.caller.post(f"{tried.url}/annex-ii", LATE)
    page = shown(staff(tried.order.provider))
    for said in (
        "order.issued", "no receipt: only a 2xx counts", "POST annex-ii", "time-in-future, measures/0/taken_at",
        "/docs/problems/time-in-future", "Exactly what was signed", Attempt.objects.get().headers["webhook-signature"],
        "Not received yet", "Art. 3(1)",
    ):  # fmt: skip
        assert said in page, said
    assert "<script>" not in page
    assert " style=" not in page


def test_a_mail_is_shown_as_we_sent_it():
    order = factories.issued(at=clock.now())
    connect(order.provider, "")
    Connection.objects.update(channel="mail")
    deliver()
    page = shown(staff(order.provider))
    assert ("Exactly as we sent it" in page, "Exactly as it came" in page) == (True, False)


def test_an_unfolded_part_of_the_page_comes_only_when_it_changed(tried):
    client = staff(tried.order.provider)
    first = client.get(PAGE, headers={"HX-Request": "true"})
    assert "<html" not in first.content.decode()
    same = client.get(PAGE, headers={"HX-Request": "true", "If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    tried.caller.get(f"{P}/me")
    fresh = client.get(PAGE, headers={"HX-Request": "true", "If-None-Match": first["ETag"]})
    assert "GET me" in fresh.content.decode()


def test_one_order_and_one_direction_are_chosen(tried):
    tried.caller.get(f"{P}/me")
    client = staff(tried.order.provider)
    assert "GET me" not in shown(client, f"{PAGE}?order={tried.order.reference}")
    assert "no receipt" not in shown(client, f"{PAGE}?direction=in")
    assert "GET me" in shown(client, f"{PAGE}?direction=sideways")
    assert client.get(f"{PAGE}?order=DE-2026-999999").status_code == 404
    assert client.get(f"{PAGE}?after=in-0").status_code == 404


def test_earlier_exchanges_are_on_further_pages_which_stand_still(tried):
    for _ in range(25):
        tried.caller.get(f"{P}/me")
    client = staff(tried.order.provider)
    latest = shown(client)
    assert ("no receipt" in latest, "hx-get" in latest) == (False, True)
    last = timeline.page(Connection.objects.get(), size=25).shown[-1].id
    assert f"after={last}" in latest
    earlier = shown(client, f"{PAGE}?after={last}")
    assert ("no receipt" in earlier, "hx-get" in earlier) == (True, False)


def test_a_message_is_sent_again_from_the_page(tried):
    (head,) = tried.exchanges()
    answer = staff(tried.order.provider).post(f"{PAGE}/{head['id']}/replay", follow=True)
    assert "order.issued is sent again now, with the same bytes under its id." in answer.content.decode()
    assert Resending.objects.get().actor_person != ""


def test_a_request_is_evaluated_again_and_stands_beside_the_first(tried):
    tried.caller.post(f"{tried.url}/annex-ii", removed())
    head = tried.exchanges()[0]
    client = staff(tried.order.provider)
    before = everything()
    page = client.post(f"{PAGE}/{head['id']}/replay", follow=True).content.decode()
    assert everything() == before
    for said in ("Before", "Again", "the first answer again: nothing new was recorded", "Idempotent-Replayed"):
        assert said in page
    assert "Asked again" in shown(client, f"{PAGE}/{head['id']}")


def test_a_refusal_to_replay_is_said(tried):
    tried.caller.post(f"{P}/endpoint/secrets")
    head = tried.exchanges()[0]
    client = staff(tried.order.provider)
    assert "Replay:" not in shown(client, f"{PAGE}/{head['id']}")
    answer = client.post(f"{PAGE}/{head['id']}/replay", follow=True)
    assert "Not all of this request is kept: it carries a secret." in answer.content.decode()


def test_an_agent_reads_and_replays_nothing(tried):
    (head,) = tried.exchanges()
    agent = staff(tried.order.provider, OfficerRole.PLATFORM_AGENT)
    assert "Replay:" not in shown(agent)
    assert agent.post(f"{PAGE}/{head['id']}/replay").status_code == 403
    assert list(Resending.objects.all()) == []


def test_another_providers_exchanges_and_orders_are_not_found(tried):
    tried.caller.get(f"{P}/me")
    other = factories.provider("other")
    connect(other, "")
    client = staff(other)
    assert "Nothing went over the wire so far" in shown(client)
    for one in tried.exchanges():
        assert client.get(f"{PAGE}/{one['id']}").status_code == 404
        assert client.post(f"{PAGE}/{one['id']}/replay").status_code == 404
    assert client.get(f"{PAGE}?order={tried.order.reference}").status_code == 404


def test_there_is_no_page_outside_of_the_sandbox(tried, settings):
    client = staff(tried.order.provider)
    assert PAGE in shown(client, "/inbox/deliveries")
    settings.PRODUCTION = True
    assert client.get(PAGE).status_code == 404
    settings.PRODUCTION = False
    Connection.objects.update(sandbox=False)
    assert client.get(PAGE).status_code == 404
    assert PAGE not in shown(client, "/inbox/deliveries")


def test_an_announced_intention_is_not_shown_unless_the_authority_is_one_of_the_sandbox():
    order = recipes.on_own_initiative(recipes.crossing())
    connect(order.provider, "")
    client = staff(order.provider)
    assert "Own initiative" in shown(client)
    announced = recipes.announced(recipes.on_own_initiative(recipes.crossing()))
    assert "Scrutiny" not in shown(client, f"{PAGE}?order={announced.reference}")
    CompetentAuthority.objects.filter(pk=announced.issuing_authority_id).update(sandbox=True)
    assert "Intent announced" in shown(client, f"{PAGE}?order={announced.reference}")


def test_a_step_in_the_record_says_that_its_answer_was_signed(tried):
    said, page = "signed, and the signature holds", f"{PAGE}?order={tried.order.reference}"
    tried.caller.post(f"{tried.url}/acknowledgements", {"provider_reference": "TS-1"})
    assert said not in shown(staff(tried.order.provider), page)
    Signing(tried.caller).post(f"{tried.url}/acknowledgements", {"provider_reference": "TS-2"})
    assert shown(staff(tried.order.provider), page).count(said) == 1
