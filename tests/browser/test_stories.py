"""Two nights at the portal in a real browser: an order issued by two people, and a limit that passes on screen."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from orders import clock
from orders.acts import answering
from orders.models import RemovalOrder, User
from orders.tasks import run_sweep
from tests.browser.conftest import watched
from tests.factories import again, authority, by_provider, deliver, issued, officer, provider, received

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "synthetic-password-of-a-test"


@pytest.fixture
def desk(new_context, live_server):
    """Signs a person in, in a browser of their own."""

    def sign_in(name, **context):
        user = User.objects.get(username=name)
        user.set_password(PASSWORD)
        user.save()
        page = new_context(**context).new_page()
        page.goto(live_server.url)
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Board")).to_be_visible()
        return page

    return sign_in


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_officer_writes_an_order_and_a_second_one_approves_and_issues_it(desk, script):
    hosting = provider()
    for name in ("anna", "bert"):
        officer(name, authority())
    anna = desk("anna", java_script_enabled=script)
    complaints = watched(anna)
    anna.get_by_role("link", name="New order").first.click()
    anna.get_by_label("Hosting service provider").select_option(label=hosting.name)
    anna.get_by_label("URL", exact=True).fill("https://hosting-nl.example/v/1")
    anna.get_by_role("button", name="Add another URL").click()
    anna.get_by_label("URL", exact=True).nth(1).fill("https://hosting-nl.example/v/2")
    expect(anna.get_by_label("One order per address")).to_be_checked()
    anna.get_by_label("One order that names them all").check()
    anna.get_by_label(re.compile("instructs on explosives")).check()
    anna.get_by_label("Reasons", exact=True).fill("Synthetic reasons.")
    anna.get_by_label("Assessment under Art. 1(3)").fill("No purpose of Art. 1(3).")
    anna.get_by_label(re.compile("Duly justified emergency")).check()
    anna.get_by_label("What justifies the emergency").fill("Synthetic emergency.")
    anna.get_by_role("button", name="Save and submit for approval").click()
    expect(anna.get_by_text("Whether one order may is unconfirmed")).to_be_visible()  # a bundle is looked at first
    anna.get_by_role("button", name="Submit for approval").click()
    expect(anna.get_by_text("A second officer must approve this order.")).to_be_visible()
    expect(anna.get_by_role("button", name="Approve")).to_have_count(0)

    bert = desk("bert", java_script_enabled=script)
    complaints += watched(bert)
    bert.goto(anna.url)
    bert.get_by_role("button", name="Approve").click()
    expect(bert.locator("#order .badge").first).to_have_text("Approved, not issued")
    bert.get_by_role("button", name="Issue and send").click()
    expect(bert.locator("#order .badge").first).to_have_text("Sent, not yet received")
    if script:  # the drafter's page follows by itself
        expect(anna.locator("#order .badge").first).to_have_text("Sent, not yet received")

    order = RemovalOrder.objects.get()
    assert (order.drafted_by.username, order.approved_by.username, order.items.count()) == ("anna", "bert", 2)
    assert complaints == []


def test_the_limit_passes_on_the_open_page_without_a_reload(desk):
    began = clock.now() - timedelta(seconds=50)  # an exercise hour lasts a minute: ten seconds are left
    order = issued(at=began, limit_scale="1/60")
    deliver(order, "order.issued", at=began)
    anna = desk("anna")
    complaints = watched(anna)
    anna.get_by_role("link", name=order.reference).click()
    anna.evaluate("window.opened = true")
    hour = anna.locator("[data-code=C2]").get_by_role("timer")
    expect(hour).to_have_text(re.compile(r"^\d+(\.\d)? s left|^0:\d\d left"))
    expect(hour).to_have_count(0)  # at the latest one poll after it reached nought
    run_sweep(at=clock.now())
    expect(anna.locator("#order .badge").first).to_have_text("Limit passed")
    expect(anna.get_by_text("The limit of Art. 3(3) passed for item 1; nothing was reported.")).to_be_visible()
    assert (anna.evaluate("window.opened"), complaints) == (True, [])


def test_what_an_officer_is_typing_survives_a_change_and_is_not_sent_past_it(desk):
    order = received(at=clock.now())
    anna = desk("anna")
    anna.get_by_role("link", name=order.reference).click()
    withdrawing = anna.locator("#act-withdraw")
    withdrawing.locator("summary").click()
    withdrawing.get_by_label("Reason").fill("Issued in error.")
    answering.acknowledge(order=order, provider_reference="TS-1", by=by_provider(order), at=clock.now())
    expect(anna.get_by_text("The order changed while you were writing.")).to_be_visible()
    expect(withdrawing.get_by_label("Reason")).to_have_value("Issued in error.")
    withdrawing.get_by_label("I understand").check()
    withdrawing.get_by_role("button", name="Withdraw the order").click()
    expect(anna.locator(".message.error")).to_contain_text("changed while you were reading")
    expect(anna.locator(".message.error")).to_contain_text("The provider has seen the order as TS-1.")
    expect(withdrawing.get_by_label("Reason")).to_have_value("Issued in error.")
    assert again(order).force == "in_force"
