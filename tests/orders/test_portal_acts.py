"""Acting in the portal: forms, four eyes, two people at once, and what is typed wrong."""

import pytest
from django.test import Client
from django.urls import reverse

from orders.acts import answering, clarifying, lapsing
from orders.models import HostingServiceProvider, LedgerEntry, RemovalOrder
from tests.factories import HOUR, T0, again, by_provider, drafted, issued, officer, received, unclear
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


def signed_in(name, order):
    client = Client()
    client.force_login(officer(name, order.issuing_authority).person)
    return client


def act(client, order, name, *, generation=None, **fields):
    seen = again(order).dossier.generation if generation is None else generation
    data = {f"{name}-{field}": value for field, value in {"generation": seen, **fields}.items()}
    return client.post(reverse("portal:act", args=[order.reference, name]), data)


def sections(**changes):
    said = {
        "provider": HostingServiceProvider.objects.get().pk, "language": "en", "categories": ["2(7)(a)"],
        "reasons": "Synthetic reasons.", "emergency": "on",
        "emergency_reason": "Synthetic emergency.", "assessment": "No purpose of Art. 1(3).", "limit_scale": "1/60",
        "items-TOTAL_FORMS": 2, "items-INITIAL_FORMS": 0, "items-0-url": "https://hosting-nl.example/v/1",
        "items-1-url": "https://hosting-nl.example/v/2", "items-1-identification": "00:40 to 02:10",
        "orders": "together",
    }  # fmt: skip
    return {name: value for name, value in {**said, **changes}.items() if value is not None}


ONE = {"items-1-url": "", "items-1-identification": ""}


def begin(client, **changes):
    return client.post(reverse("portal:new"), sections(**changes))


def test_an_order_is_written_submitted_approved_and_issued_by_two_people():
    anna, bert = signed_in("anna", drafted()), None
    begin(anna, submit="1")  # a bundle is to be looked at first
    order = RemovalOrder.objects.latest("pk")
    act(anna, order, "submit")
    bert = signed_in("bert", order)
    act(bert, order, "approve")
    act(bert, order, "issue")
    acts = list(LedgerEntry.objects.filter(dossier=order.dossier).values_list("act", flat=True))
    assert acts == ["draft", "submit", "approve", "issue"]
    assert (order.limit_scale, [item.url[-1] for item in order.items.all()]) == ("1/60", ["1", "2"])


def test_what_is_missing_at_submission_is_said_beside_its_field_and_the_draft_keeps_every_url():
    anna = signed_in("anna", drafted())
    page = begin(anna, submit="1", assessment="", **ONE)
    order = RemovalOrder.objects.latest("pk")
    assert (page.status_code, list(page.context["form"].sections.errors)) == (422, ["assessment"])
    said = page.content.decode()
    assert ("Saved, but not submitted" in said, "Nothing was recorded" in said) == (True, False)
    again_posted = anna.post(reverse("portal:edit", args=[order.reference]), sections(generation=1, submit="1", **ONE))
    assert again_posted.status_code == 302
    order = again(order)
    assert (order.preparation, order.items.count(), order.dossier.generation) == ("in_review", 1, 3)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"items-0-url": "javascript:alert(1)"}, "items-0-url"),
        ({"items-1-url": "https://[::1"}, "items-1-url"),
        ({"items-0-url": "", "items-1-url": "", "items-1-identification": ""}, "items-0-url"),
        ({"items-0-url": "https://x.example/" + "a" * 2000}, "items-0-url"),
        ({"items-0-url": "https://x.example/\x00"}, "items-0-url"),
        ({"items-1-url": ""}, "items-1-url"),
        ({"provider": "99999999999999999999"}, "provider"),
        ({"provider": "x"}, "provider"),
        ({"provider": None}, "provider"),
        ({"language": "xx"}, "language"),
        ({"categories": ["2(7)(z)"]}, "categories"),
        ({"limit_scale": "1/2"}, "limit_scale"),
        ({"file_number": "F" * 61}, "file_number"),
        ({"reasons": "x" * 20_001}, "reasons"),
    ],
)  # fmt: skip
def test_wrong_input_gets_a_message_beside_its_field_and_nothing_changes(changes, where):
    anna, before = signed_in("anna", drafted()), everything()
    page = begin(anna, **changes)
    text = page.content.decode()
    assert (page.status_code, f'id="id_{where}_error"' in text, everything() == before) == (422, True, True)


@pytest.mark.parametrize("count", ["x", "-1", "0", "", "9" * 30, None])
@pytest.mark.parametrize("more", [{}, {"add_item": "1"}])
def test_a_tampered_count_of_rows_is_no_error_of_ours_and_records_nothing(count, more):
    anna, before = signed_in("anna", drafted()), everything()
    page = begin(anna, **{"items-TOTAL_FORMS": count}, **more)
    assert (page.status_code in (200, 422), everything() == before) == (True, True)


def test_another_url_is_added_without_javascript_and_without_recording_anything():
    anna, before = signed_in("anna", drafted()), everything()
    page = begin(anna, add_item="1")
    assert (page.status_code, 'name="items-2-url"' in page.content.decode(), everything() == before) == (
        200,
        True,
        True,
    )


def test_the_drafter_who_tries_to_approve_is_told_that_a_second_person_must():
    order = drafted()
    anna = signed_in("anna", order)
    act(anna, order, "submit")
    page = anna.get(reverse("portal:order", args=[order.reference]))
    assert "A second officer must approve this order." in page.content.decode()
    assert "approve" not in [one.declared.act for one in page.context["opens"]]
    before = everything()
    tried = act(anna, order, "approve")
    assert (tried.status_code, "needs a second person" in tried.content.decode()) == (403, True)
    assert everything() == before


def test_the_second_of_two_people_clicking_at_once_is_told_who_did_what():
    order = drafted()
    act(signed_in("anna", order), order, "submit")
    bert, carl = signed_in("bert", order), signed_in("carl", order)
    seen = again(order).dossier.generation
    act(bert, order, "return_to_draft", reason="Say more.", generation=seen)
    before = everything()
    late = act(carl, order, "approve", generation=seen)
    text = late.content.decode()
    assert (late.status_code, everything() == before) == (409, True)
    assert "changed while you were reading" in text
    assert "Bert Muster" in text
    assert "Returned to the drafter: Say more." in text


@pytest.mark.parametrize("name", ["return_to_draft", "cancel_before_dispatch"])
def test_an_act_that_is_explained_asks_for_the_reason(name):
    order = drafted()
    anna = signed_in("anna", order)
    act(anna, order, "submit")
    before = everything()
    page = act(anna, order, name, reason="  ", confirmed="on")
    assert (page.status_code, f'id="id_{name}-reason_error"' in page.content.decode()) == (422, True)
    assert everything() == before


def test_withdrawing_asks_for_a_reason_and_for_confirmation():
    order = received()
    anna, before = signed_in("anna", order), everything()
    unconfirmed = act(anna, order, "withdraw", reason="Issued in error.")
    assert (unconfirmed.status_code, "Confirm that this is meant" in unconfirmed.content.decode()) == (422, True)
    assert everything() == before
    assert act(anna, order, "withdraw", reason="Issued in error.", confirmed="on").status_code == 302
    assert again(order).force == "withdrawn"


def test_every_question_of_the_provider_is_answered_in_its_own_field():
    order = received()
    answering.seek_clarification(order=order, annex=unclear(), by=by_provider(order), at=T0)
    anna, before = signed_in("anna", order), everything()
    empty = act(anna, order, "clarify", answer_1=" ")
    assert (empty.status_code, 'id="id_clarify-answer_1_error"' in empty.content.decode()) == (422, True)
    assert everything() == before
    assert act(anna, order, "clarify", answer_1="The first one.").status_code == 302
    assert clarifying.open_questions(order) == []


@pytest.mark.parametrize("generation", ["", "x", "-1", "9" * 40])
def test_a_form_without_a_readable_generation_changes_nothing(generation):
    order = drafted()
    anna, before = signed_in("anna", order), everything()
    assert act(anna, order, "submit", generation=generation).status_code in (409, 422)
    edit = anna.post(reverse("portal:edit", args=[order.reference]), sections(generation=generation))
    assert (edit.status_code, everything() == before) == (409, True)


def test_an_unknown_act_is_not_found_and_acts_not_open_are_refused_in_words():
    order = issued()
    anna, before = signed_in("anna", order), everything()
    assert act(anna, order, "lapse").status_code == 404
    for name in ("submit", "return_to_draft", "issue"):
        page = act(anna, order, name, reason="Why not.")
        assert (page.status_code, "Nothing was done." in page.content.decode()) == (409, True)
    assert everything() == before


def test_only_what_is_open_is_offered():
    order = drafted()
    act(signed_in("anna", order), order, "submit")
    page = signed_in("bert", order).get(reverse("portal:order", args=[order.reference]))
    offered = [one.declared.act for one in page.context["opens"]]
    assert offered == ["approve", "return_to_draft", "put_on_hold", "cancel_before_dispatch"]


def test_a_draft_that_is_none_any_more_cannot_be_edited():
    order = issued()
    anna = signed_in("anna", order)
    assert anna.get(reverse("portal:edit", args=[order.reference])).status_code == 302
    before = everything()
    page = anna.post(reverse("portal:edit", args=[order.reference]), sections(generation=4))
    assert (page.status_code, everything() == before) == (409, True)


def test_the_timeline_tells_a_whole_story_in_words():
    order = received()
    lapsing.lapse(at=T0 + 2 * HOUR)
    text = signed_in("anna", order).get(reverse("portal:order", args=[order.reference])).content.decode()
    story = [
        "The order was drafted with 1 URL.",
        "Approved by a second officer.",
        "its endpoint answered with success",
        "ends 21 Nov 2026, 02:30:00 UTC",
        "passed for item 1; nothing was reported",
        "recorded 1 h later",
    ]
    assert [words for words in story if words not in text] == []


def test_the_board_filters_searches_and_pages_by_reference():
    orders = [drafted() for _ in range(27)]
    client = signed_in("anna", orders[0])
    first = client.get("/")
    assert [row.order for row in first.context["rows"]] == orders[:1:-1]
    older = client.get("/", {"before": first.context["next"]})
    assert [row.order for row in older.context["rows"]] == orders[1::-1]
    assert client.get("/", {"show": "running"}).context["rows"] == []
    assert len(client.get("/", {"q": orders[3].reference}).context["rows"]) == 1
    assert client.get("/", {"before": "DE-1999-000001"}).status_code == 404
    assert client.get("/", {"show": "'; --", "q": "\x00%"}).status_code == 200


def test_an_incomplete_form_of_an_act_that_is_no_longer_open_is_answered_with_a_sentence():
    order = received()
    bert = signed_in("bert", order)
    seen = again(order).dossier.generation
    act(bert, order, "withdraw", reason="Wrong address.", confirmed="on")
    page = act(bert, order, "withdraw", generation=seen)
    said = [str(message) for message in page.context["messages"]]
    assert page.status_code == 422
    assert said[-1].startswith(f"Nothing was done: this is not open on {order.reference} now. ")
    assert "Bert Muster, " in said[-1]
    assert said[-1].endswith("Withdrawn: Wrong address.")
