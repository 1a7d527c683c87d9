"""The pages of a provider's engineer on the screen of a telephone: nothing is wider than it."""

import pytest

from orders import clock
from orders.models import Membership, User
from orders.regulation.regions import OfficerRole
from platforms import connecting
from tests.factories import provider

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "synthetic-password-of-a-test"
PAGES = ("", "sandbox", "inspector", "box", "deliveries")


def test_no_page_is_wider_than_the_screen(new_context, live_server):
    hosting = provider()
    erik = User.objects.create_user("erik", password=PASSWORD)
    Membership.objects.create(user=erik, provider=hosting, role=OfficerRole.PLATFORM_ENGINEER)
    connecting.connection_of(hosting, sandbox=True, at=clock.now())
    page = new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(live_server.url)
    page.get_by_label("Username").fill("erik")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/inbox/")
    widths = {}
    for name in PAGES:
        page.goto(f"{live_server.url}/inbox/{name}")
        widths[name] = page.evaluate("document.documentElement.scrollWidth")
    assert widths == dict.fromkeys(PAGES, 390)
