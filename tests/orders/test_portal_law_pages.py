"""What the pages say of the law: before an order leaves, who coordinates, the home authority, clocks and secrecy."""

import pytest
from django.test import Client
from django.urls import reverse

from orders.acts import answering, clarifying, disclosing, following_up, issuing
from orders.acts.declarations import declarations
from orders.canonical import instant
from orders.models import InvestigatingBody, InvestigationInterest, RemovalOrder
from orders.portal.tags import utc
from orders.portal.wording import SENTENCES
from orders.regulation.regions import Information, OfficerRole, Purpose, ReasonClass, Stage
from tests.factories import (
    HOUR,
    again,
    annex_ii,
    authority,
    by_provider,
    deliver,
    drafted,
    impossible,
    officer,
    provider,
    received,
)
from tests.orders.portal_stories import (
    NAMED,
    SURE,
    cleared,
    client_of,
    home,
    now,
    page_of,
    perform,
    removed,
    requested,
    secret,
    text_of,
)

pytestmark = pytest.mark.django_db


# --- before it leaves ---
def test_before_submission_the_page_shows_warnings_interests_and_the_time_at_the_recipient():
    received(at=now())
    to = provider()
    to.time_zone = "Pacific/Auckland"
    to.save()
    body = InvestigatingBody.objects.create(code="be-inv", name="Investigators", email="i@be-inv.example")
    order = drafted(at=now())
    InvestigationInterest.objects.create(
        body=body, authority=authority("be-fpp", "BE"), url_sha256=order.items.get().url_sha256,
        reason=ReasonClass.LIVE_INVESTIGATION, registered_at=now(),
    )  # fmt: skip
    said = text_of(page_of(client_of("anna"), order))
    assert "at the recipient (" in said
    assert "Pacific/Auckland" in said
    assert "Authority be-fpp: an investigation is under way (item 1)." in said
    assert "Authority de-fpo: another order for the same content is in force (item 1)." in said
    assert "Investigators" not in said


def test_what_calls_for_a_look_is_shown_before_a_new_draft_is_submitted():
    provider()
    anna = client_of("anna")
    said = {
        "provider": provider().pk, "language": "en", "categories": ["2(7)(a)"], "reasons": "Synthetic.", "submit": "1",
        "assessment": "None.", "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0, "items-0-url": "https://x.example/",
    }  # fmt: skip
    page = anna.post(reverse("portal:new"), said, follow=True)
    text = text_of(page)
    assert "saved, not yet submitted" in text
    assert "names a root or a whole collection" in text
    assert "This is the first order of Authority de-fpo to Provider hosting-nl" in text
    assert RemovalOrder.objects.get().preparation == "draft"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"assessment": ""}, "assessment"),
        ({"language": "mt"}, "language"),
        ({"emergency": "on"}, "emergency_reason"),
        ({"must_not_inform": "on"}, "withholding_reason"),
        ({"must_not_inform": "on", "withholding_decided_at": "2098-01-01T00:00"}, "withholding_decided_at"),
    ],
)
def test_what_the_law_asks_of_a_draft_is_said_beside_its_field(changes, where):
    received(at=now())
    said = {
        "provider": provider().pk, "language": "en", "categories": ["2(7)(a)"], "reasons": "Synthetic.", "submit": "1",
        "assessment": "None.", "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0, "items-0-url": "https://x.example/v/9",
    }  # fmt: skip
    page = client_of("anna").post(reverse("portal:new"), {**said, **changes})
    assert (page.status_code, f'id="id_{where}_error"' in text_of(page)) == (422, True)


def test_a_first_order_waits_and_the_page_says_until_when():
    order = cleared(emergency=False)
    bert = client_of("bert")
    assert perform(bert, order, NAMED["issue"]).status_code == 409
    perform(bert, order, NAMED["inform_beforehand"])
    answer = perform(bert, order, NAMED["issue"])
    said = text_of(answer)
    assert (answer.status_code, again(order).force) == (409, "not_in_force")
    assert "The 12 hours of the prior information are over at" in said
    assert "Provider informed beforehand" in said


def test_a_refusal_tells_people_the_time_as_the_pages_do():
    order = received(at=now())
    ends = order.dossier.deadlines.get(code="C26").due_at
    refused = text_of(perform(client_of("bert"), order, NAMED["declare_final"]))
    assert f"an appeal period runs until {utc(ends)}" in refused
    assert f"until {instant(ends)}" not in refused


def test_a_refusal_beside_its_field_tells_people_the_time_as_the_pages_do():
    order = received(at=now())
    case = NAMED["record_appeal"]
    refused = text_of(
        perform(client_of("anna"), order, case._replace(fields={**case.fields, "received_at": "2020-01-01T00:00"}))
    )
    assert f"before the order was issued ({utc(order.issued_at)})" in refused


def test_of_nested_impossibilities_the_page_lets_choose_which_one_ceased():
    order = received(at=now() - HOUR / 2)
    for since in (HOUR / 4, HOUR / 8):
        annex = impossible(since=now() - since)
        answering.report_impossibility(order=order, annex=annex, by=by_provider(order), at=now())
    anna, case = client_of("anna"), NAMED["record_grounds_ceased"]
    assert "Which of several grounds" in text_of(page_of(anna, order))
    first, second = clarifying.open_impossibilities(order)
    said = {**case.fields, "ceased_at": now, "grounds": [str(second.opened_by)]}
    assert perform(anna, order, case._replace(fields=said)).status_code == 302
    assert clarifying.open_impossibilities(order) == [first]
    assert "Which of several grounds" not in text_of(page_of(anna, order))


# --- who coordinates ---
def test_who_is_asked_to_coordinate_may_hold_and_release_and_sees_nothing_of_the_order():
    body = InvestigatingBody.objects.create(code="be-inv", name="Investigators", email="i@be-inv.example")
    be = authority("be-fpp", "BE")
    order = drafted(at=now(), reasons="Not for other eyes.")
    InvestigationInterest.objects.create(
        body=body, authority=be, url_sha256=order.items.get().url_sha256,
        reason=ReasonClass.LIVE_INVESTIGATION, registered_at=now(),
    )  # fmt: skip
    elise = Client()
    elise.force_login(officer("elise", be, OfficerRole.SCRUTINEER).person)
    url = reverse("portal:coordination", args=[order.reference])
    assert elise.get(url).status_code == 404
    issuing.submit(order=order, by=officer("anna", order.issuing_authority), at=now())
    assert url in text_of(elise.get(reverse("portal:notices")))
    page = elise.get(url)
    assert [one.declared.act for one in page.context["opens"]] == ["put_on_hold"]
    assert "Not for other eyes." not in text_of(page)
    assert order.items.get().url not in text_of(page)
    assert perform(elise, order, NAMED["put_on_hold"])["Location"] == url
    assert again(order).preparation == "on_hold"
    assert perform(elise, order, NAMED["release_hold"])["Location"] == url
    assert page_of(elise, order).status_code == 404
    refused = perform(elise, order, NAMED["release_hold"])
    assert (refused.status_code, "Nothing was done." in text_of(refused)) == (409, True)


# --- the home authority ---
def test_the_home_authority_finds_what_was_copied_with_its_stage_and_clocks():
    order = requested()
    saar = client_of("saar")
    [row] = saar.get(reverse("portal:copied")).context["rows"]
    assert (row.order, row.stage.word) == (order, "Requested: a decision is due")
    assert [view.clock.code for view in row.clocks] == ["C10b", "C9"]
    assert saar.get("/").context["rows"] == []
    assert client_of("anna").get(reverse("portal:copied")).context["rows"] == []


def test_the_home_authority_reads_the_order_from_its_issue_on_and_nothing_from_inside():
    home()
    order = received(at=now(), assessment="Only for us.", emergency_reason="Only for us, too.")
    page = page_of(client_of("saar"), order)
    said = text_of(page)
    assert [line.entry.act for line in page.context["lines"]] == ["record_receipt", "issue"]
    assert ("Only for us" in said, "Anna Muster" in said, order.items.get().url in said) == (False, False, True)
    assert "Your authority</strong>" not in said
    for name in ("edit", "export-order"):
        assert client_of("saar").post(reverse(f"portal:{name}", args=[order.reference])).status_code == 404


def test_an_infringement_is_announced_decided_and_to_be_reinstated():
    home()
    order = removed()
    saar = client_of("saar")
    perform(saar, order, NAMED["open_scrutiny"])
    early = perform(saar, order, NAMED["decide_scrutiny"]._replace(fields={
        "outcome": "infringement", "reasons": "Manifest.", **SURE}))  # fmt: skip
    assert early.status_code == 409
    perform(saar, order, NAMED["announce_intent"])
    perform(saar, order, NAMED["decide_scrutiny"]._replace(fields={
        "outcome": "infringement", "reasons": "Manifest.", **SURE}))  # fmt: skip
    deliver(order, "order.annulled", at=now())
    assert again(order).scrutiny.stage == Stage.INFRINGEMENT
    said = text_of(page_of(client_of("anna"), order))
    for words in ("No legal effect", "The provider</strong> to reinstate the content", "To be reinstated", "Manifest."):
        assert words in said


# --- clocks and secrecy ---
def test_every_clock_is_shown_with_its_article_debtor_and_ground_and_without_an_end_no_verdict():
    home()
    page = page_of(client_of("anna"), removed())
    of_order = {view.clock.code: view for view in page.context["clocks"]}
    of_item = {view.clock.code: view for view in page.context["items"][0].clocks}
    assert {"C7", "C9", "C10a", "C26", "C19"} <= set(of_order)
    assert {"C2", "C3", "C15"} <= set(of_item)
    prompt = of_item["C3"]
    assert (prompt.verdict, prompt.elapsed is not None, of_order["C19"].verdict) == (None, True, None)
    assert (of_order["C9"].debtor, of_item["C2"].debtor) == ("Authority nl-atc", "Provider hosting-nl")
    assert 'data-code="C19"' in text_of(page)
    assert "Judged by the rules strict-1." in text_of(page)


def test_while_disclosure_is_withheld_the_page_says_until_when_and_then_no_more():
    order = secret()
    anna = client_of("anna")
    assert "Disclosure is withheld until" in text_of(page_of(anna, order))
    disclosing.allow_disclosure(order=order, by=officer("anna", order.issuing_authority), at=now())
    assert "Disclosure is withheld until" not in text_of(page_of(anna, again(order)))


def test_every_act_of_the_declarations_has_a_sentence():
    assert {declared.act for declared in declarations()} <= set(SENTENCES)


def test_what_the_provider_states_afterwards_and_what_time_does_is_told_in_words():
    home()
    order = received(at=now() - 80 * HOUR)
    by = by_provider(order)
    answering.report_removal(order=order, annex=annex_ii(taken_at=now() - 79.5 * HOUR), by=by, at=now())
    following_up.inform_content_provider(
        order=order, information=Information.COPY_GIVEN, informed_at=now(), by=by, at=now()
    )
    following_up.report_preservation(
        order=order, items=(1,), what="accessed", happened_at=now(), purpose=Purpose.CRIME, by=by, at=now()
    )
    anna = client_of("anna")
    perform(anna, order, NAMED["record_judgment"])
    deliver(order, "order.annulled", at=now())
    following_up.report_reinstatement(order=order, items=(1,), reinstated_at=now(), by=by, at=now())
    said = text_of(page_of(anna, order))
    for words in (
        "The 72 hours for scrutiny on own initiative are over without a decision",
        "The 48 hours to request scrutiny are over without a request.",
        "a copy of the order given on request, Art. 11(2)",
        "Preserved content of item 1: accessed at",
        "The decision that ended the order was received by the provider",
        "The provider reports item 1 as reinstated at",
        f"Reinstated {utc(order.items.get().reinstated_at)}",
    ):
        assert words in said
    assert "The limit of Art. 3(3) passed for item 1; nothing was reported." in said
