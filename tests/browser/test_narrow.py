"""The pages of a provider's engineer on the screen of a telephone: nothing is wider than it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orders import clock
from orders.models import Membership, User
from orders.regulation.regions import OfficerRole
from platforms import connecting
from tests.factories import provider, received

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
    order = f"orders/{received(at=clock.now(), to=hosting, items=2).reference}"
    pages, widths = (*PAGES, order, f"{order}/answers/annex-ii", f"{order}/answers/annex-iii"), {}
    for name in pages:
        page.goto(f"{live_server.url}/inbox/{name}")
        widths[name] = page.evaluate("document.documentElement.scrollWidth")
    assert widths == dict.fromkeys(pages, 390)


def test_now_fills_in_the_time_of_the_providers_zone_and_utc_stands_beside(new_context, live_server):
    order = received(at=clock.now(), to=provider(time_zone="Asia/Kolkata"))
    nora = User.objects.create_user("nora", password=PASSWORD)
    Membership.objects.create(user=nora, provider=order.provider, role=OfficerRole.PLATFORM_AGENT)
    page = new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{live_server.url}/inbox/orders/{order.reference}/answers/annex-ii")
    page.get_by_label("Username").fill("nora")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Now").click()
    typed = datetime.fromisoformat(page.get_by_label("Taken at").input_value()).replace(tzinfo=ZoneInfo("Asia/Kolkata"))
    assert abs(typed - clock.now()) < timedelta(minutes=1)
    assert page.locator("output[for=id_taken_at_1]").inner_text() == f"{typed.astimezone(UTC):%d %b %Y, %H:%M:%S} UTC"
    page.get_by_role("button", name="Send the answer").click()
    assert "Within the hour" in page.locator("#recorded").inner_text()
