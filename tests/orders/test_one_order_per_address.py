"""Case 2, ADR 30: several addresses become as many orders unless somebody bundles them, which is warned of."""

import pytest
from django.urls import reverse

from orders.acts import drafting, issuing, preparing
from orders.acts.drafting import DraftItem
from orders.acts.refusals import ActNotYours, Invalid, StaleGeneration
from orders.models import LedgerEntry, RemovalOrder
from tests import factories
from tests.api import A
from tests.factories import T0, again, drafted, provider
from tests.orders.api_stories import officer as caller
from tests.orders.portal_stories import client_of, home, page_of, received, text_of
from tests.orders.portal_stories import now as just_now
from tests.recipes import crossing
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
URLS = [f"https://hosting-nl.example/v/{number}" for number in (1, 2, 3)]


def content(*urls):
    items = tuple(DraftItem(url, identification=f"Post {url[-1]}") for url in urls or URLS)
    return drafting.Draft(**{**vars(factories.content(to=provider())), "items": items})


def each():
    authority = factories.authority()
    anna = factories.officer("anna", authority)
    return drafting.draft_each(authority=authority, content=content(), by=anna, at=T0)


def addresses(order):
    return list(order.items.order_by("number").values_list("number", "url", "identification"))


# --- the act ---
def test_case_2_a_draft_of_three_addresses_becomes_three_drafts_of_one():
    """Case 2: split into one order per URL."""
    orders = each()
    assert [addresses(order) for order in orders] == [[(1, url, f"Post {url[-1]}")] for url in URLS]
    assert [order.reference for order in orders] == ["DE-2026-000001", "DE-2026-000002", "DE-2026-000003"]
    said = {(order.reasons, tuple(order.categories), order.provider_id, order.emergency_reason) for order in orders}
    assert len(said) == 1
    acts = LedgerEntry.objects.filter(dossier__kind="removal_order").values_list("dossier__reference", "act")
    assert sorted(acts) == [(order.reference, "draft") for order in orders]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        (lambda: {"content": content(URLS[0], "javascript:alert(1)")}, Invalid),
        (lambda: {"content": content(URLS[0], URLS[0])}, Invalid),
        (lambda: {"by": factories.officer("xaver", factories.authority(), "approver")}, ActNotYours),
    ],
)
def test_either_all_of_them_are_begun_or_none(more, refusal):
    each()
    more = {"content": content(), "by": factories.officer("anna", factories.authority()), **more()}
    before = everything()
    with pytest.raises(refusal) as refused:
        drafting.draft_each(authority=factories.authority(), at=T0, **more)
    assert everything() == before
    if refusal is Invalid:
        assert refused.value.pointer == "/items/1/url"


def test_of_a_draft_the_first_address_stays_in_it_and_each_other_gets_an_order_of_its_own():
    order = drafted()
    anna = factories.officer("anna", order.issuing_authority)
    kept, *others = drafting.revise_each(order=order, content=content(), by=anna, at=T0, generation=1)
    assert (kept.reference, addresses(kept)) == (order.reference, [(1, URLS[0], "Post 1")])
    assert [addresses(other) for other in others] == [[(1, url, f"Post {url[-1]}")] for url in URLS[1:]]
    before = everything()
    with pytest.raises(StaleGeneration):
        drafting.revise_each(order=order, content=content(), by=anna, at=T0, generation=1)
    assert everything() == before


# --- what is said of a bundle ---
def test_a_bundle_is_warned_of_and_the_warning_is_in_the_entry_of_the_submission():
    order = drafted(items=2)
    (warning,) = [line for line in preparing.warnings(order) if "names 2 addresses" in line]
    assert "is unconfirmed" in warning
    assert "Withdrawal, appeals, scrutiny and finality concern the order as a whole" in warning
    issuing.submit(order=order, by=factories.officer("anna", order.issuing_authority), at=T0)
    assert warning in order.dossier.entries.get(act="submit").facts["warnings"]
    assert [line for line in preparing.warnings(drafted()) if "addresses" in line] == []


def test_the_acts_that_concern_a_bundle_as_a_whole_say_so():
    home()
    whole = "this concerns it as a whole"
    assert whole in text_of(page_of(client_of("anna"), received(at=just_now(), items=2)))
    assert whole not in text_of(page_of(client_of("anna"), received(at=just_now())))


# --- the portal ---
OTHERS = {"items-0-url": "https://hosting-nl.example/v/8", "items-1-url": "https://hosting-nl.example/v/9"}


def typed(**changes):
    said = {
        "provider": provider().pk, "language": "en", "categories": ["2(7)(a)"], "reasons": "Synthetic.",
        "assessment": "None.", "emergency": "on", "emergency_reason": "Synthetic.", "items-TOTAL_FORMS": 2,
        "items-INITIAL_FORMS": 0, "items-0-url": URLS[0], "items-1-url": URLS[1],
    }  # fmt: skip
    return {**said, **changes}


def test_the_choice_is_offered_where_there_is_more_than_one_row_with_one_order_each_chosen():
    provider()
    anna = client_of("anna")
    assert "One order per address" not in text_of(anna.get(reverse("portal:new")))
    page = text_of(anna.post(reverse("portal:new"), {**typed(), "add_item": "1"}))
    assert "One order per address" in page
    assert 'value="each" id="id_orders_0" checked' in page
    assert "that one may name several is unconfirmed" in page


def test_an_officer_who_types_two_addresses_begins_two_orders():
    provider()
    page = client_of("anna").post(reverse("portal:new"), typed(save="1"), follow=True)
    orders = list(RemovalOrder.objects.order_by("pk"))
    assert [[url for _, url, _ in addresses(order)] for order in orders] == [[URLS[0]], [URLS[1]]]
    assert f"One order per address: {orders[0].reference}, {orders[1].reference} are saved." in text_of(page)


def test_each_of_them_is_submitted_where_nothing_is_to_be_looked_at():
    received(at=just_now())
    client_of("anna").post(reverse("portal:new"), typed(submit="1", **OTHERS))
    latest = RemovalOrder.objects.order_by("-pk")[:2]
    assert [order.preparation for order in latest] == ["in_review", "in_review"]


def test_what_keeps_them_from_being_submitted_is_said_once_for_all():
    received(at=just_now())
    page = client_of("anna").post(reverse("portal:new"), typed(submit="1", assessment="", **OTHERS), follow=True)
    first, second = reversed(RemovalOrder.objects.order_by("-pk")[:2])
    assert f"{first.reference}, {second.reference}: not submitted. Say why the content is not" in text_of(page)
    assert (first.preparation, second.preparation) == ("draft", "draft")


def test_two_addresses_are_one_order_where_the_officer_says_so():
    provider()
    client_of("anna").post(reverse("portal:new"), typed(save="1", orders="together"))
    assert [url for _, url, _ in addresses(RemovalOrder.objects.get())] == URLS[:2]


def test_a_second_address_typed_into_a_draft_becomes_an_order_of_its_own():
    order = drafted(at=just_now())
    edit = reverse("portal:edit", args=[order.reference])
    client_of("anna").post(edit, typed(save="1", generation=again(order).dossier.generation))
    assert [[url for _, url, _ in addresses(one)] for one in RemovalOrder.objects.order_by("pk")] == [
        [URLS[0]], [URLS[1]],
    ]  # fmt: skip


def test_a_bundle_that_is_edited_stays_one_unless_somebody_chooses():
    order = drafted(at=just_now(), items=2)
    page = text_of(client_of("anna").get(reverse("portal:edit", args=[order.reference])))
    assert 'value="together" id="id_orders_1" checked' in page


# --- the API ---
def test_by_api_one_call_begins_one_order_per_address():
    crossing()
    said = {"provider": "hosting-nl", "items": [{"url": url} for url in URLS], "reasons": "Synthetic."}
    made = caller().post(f"{A}/orders/one-per-address", said)
    assert made.status_code == 201, made.content
    references = [head["reference"] for head in made.json()["items"]]
    orders = [RemovalOrder.objects.get(dossier__reference=reference) for reference in references]
    assert [[url for _, url, _ in addresses(order)] for order in orders] == [[url] for url in URLS]
    assert {(head["preparation"], head["generation"]) for head in made.json()["items"]} == {("draft", 1)}


def test_by_api_a_bad_address_among_them_begins_no_order():
    crossing()
    anna = caller()
    anna.get(f"{A}/orders")
    before = everything()
    refused = anna.post(
        f"{A}/orders/one-per-address", {"provider": "hosting-nl", "items": [{"url": "x"}, {"url": "y"}]}
    )
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/items/0/url")
    assert everything() == before
