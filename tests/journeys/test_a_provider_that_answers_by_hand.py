"""A provider with no machine at all: the order is placed in its box, and a person answers it there within the hour."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse

from orders import clock
from orders.evidence import verify
from orders.models import Membership, User
from orders.regulation.regions import OfficerRole
from platforms import connecting
from tests import factories
from tests.journeys.scene import MINUTE
from tests.journeys.stage import story

SMALL = "small-forum"
THERE = ZoneInfo("Europe/Helsinki")


def small_forum():
    """Two people, a box, no endpoint; the browser of one of them."""
    forum = factories.provider(SMALL, home="FI", time_zone=THERE.key)
    nora = User.objects.create(username="nora.night", first_name="Nora", last_name="Night")
    Membership.objects.create(user=nora, provider=forum, role=OfficerRole.PLATFORM_AGENT)
    connection = connecting.connection_of(forum, sandbox=False, at=clock.now())
    connecting.set_channel(connection, "inbox", at=clock.now())
    browser = Client()
    browser.force_login(nora)
    return browser


def opened(browser):
    """The page of the order, found as a person finds it: the box, the message in it, and the order it leads to."""
    (message,) = [one for one in browser.get(reverse("inbox:box")).context["placed"] if one.type == "order.issued"]
    read = browser.get(reverse("inbox:placed", args=[message.message_id]))
    order_page = reverse("inbox:order", args=[message.dossier.reference])
    assert order_page in read.content.decode()
    return browser.get(order_page)


def test_it_is_placed_in_the_box_answered_by_hand_and_judged_within_the_hour(scene):
    browser = small_forum()
    reference = scene.issue(SMALL, emergency=True, emergency_reason="Synthetic.")
    scene.after(MINUTE)
    received_at = scene.order(reference)["received_at"]
    scene.after(30 * MINUTE)
    page = opened(browser)
    form_page = reverse("inbox:answer", args=[reference, "annex-ii"])
    assert ('class="countdown"' in page.content.decode(), form_page in page.content.decode()) == (True, True)
    form = browser.get(form_page).context["form"]
    removed_at = clock.now().astimezone(THERE)
    scene.after(10 * MINUTE)
    typed = {
        "key": form["key"].value(), "measure_1": "removed", "taken_at_1": f"{removed_at:%Y-%m-%dT%H:%M:%S}",
        "authorised_person": form["authorised_person"].value(),
    }  # fmt: skip
    told = browser.get(browser.post(form_page, typed)["Location"])
    assert [item.verdict.word for item in told.context["recorded"].items] == ["Within the hour"]
    (hour,) = scene.clocks(reference, "C2")
    assert (hour["started_at"], hour["verdict"]) == (received_at, "within_hour")
    assert datetime.fromisoformat(scene.order(reference)["items"][0]["taken_at"]) == removed_at
    assert story(reference)[-2:] == ["record_receipt", "report_removal"]
    assert list(verify.findings()) == []
