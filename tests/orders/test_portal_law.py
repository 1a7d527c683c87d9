"""Every act of an officer through the portal once: offered, performed, told in the timeline, and refused in words."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from orders import clock
from orders.acts import answering, capacity, disclosing, following_up, issuing, lapsing, preparing, scrutinising
from orders.acts.capacity import Capacity
from orders.acts.declarations import declarations
from orders.models import InvestigatingBody, InvestigationInterest, LedgerEntry, RemovalOrder
from orders.portal.catalogue import OFFERS
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
    issued,
    officer,
    provider,
    received,
    unclear,
)
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return clock.now().replace(microsecond=0)


def typed(at: datetime) -> str:
    """An instant as a browser sends it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def home() -> Capacity:
    """Saar, who scrutinises at the provider's home."""
    of = authority("nl-atc", "NL", scrutinises=True)
    saar = officer("saar", of, OfficerRole.SCRUTINEER).person
    assert saar is not None
    return capacity.officer(saar, of, channel="portal", acting_as=capacity.Actor.SCRUTINISING_AUTHORITY)


def copied() -> RemovalOrder:
    """A received order of which the home authority has the copy."""
    home()
    return received(at=now())


def in_review(**fields: Any) -> RemovalOrder:
    order = drafted(at=now(), **fields)
    issuing.submit(order=order, by=officer("anna", order.issuing_authority), at=now())
    return again(order)


def cleared(**fields: Any) -> RemovalOrder:
    order = in_review(**fields)
    issuing.approve(order=order, by=officer("bert", order.issuing_authority), at=now())
    return again(order)


def held() -> RemovalOrder:
    order = in_review()
    by = officer("bert", order.issuing_authority)
    preparing.put_on_hold(order=order, reason=ReasonClass.LEAVE_ONLINE, by=by, at=now())
    return again(order)


def impeded() -> RemovalOrder:
    order = received(at=now() - HOUR / 2)
    annex = impossible(since=now() - HOUR / 4)
    answering.report_impossibility(order=order, annex=annex, by=by_provider(order), at=now())
    return again(order)


def asked() -> RemovalOrder:
    order = received(at=now())
    answering.seek_clarification(order=order, annex=unclear(), by=by_provider(order), at=now())
    return again(order)


def removed() -> RemovalOrder:
    order = received(at=now() - HOUR / 2)
    answering.report_removal(order=order, annex=annex_ii(taken_at=now()), by=by_provider(order), at=now())
    return again(order)


def secret() -> RemovalOrder:
    return received(at=now(), must_not_inform=True, withholding_reason="Synthetic reason of public security.")


def requested() -> RemovalOrder:
    order = copied()
    scrutinising.request_scrutiny(order=order, reasons="Satire.", by=by_provider(order), at=now())
    return again(order)


def appealable() -> RemovalOrder:
    """An order that time alone does not make final: nobody knows when the content provider's period ends."""
    with override_settings(RULES={**settings.RULES, "finality": "all_parties"}):
        order = received(at=now() - 60 * DAY)
    while lapsing.lapse(at=now()):
        pass
    return again(order)


class Case(NamedTuple):
    """One act: an order on which it is open, who performs it, what they fill in, what the page then says."""

    name: str
    reach: Callable[[], RemovalOrder]
    who: str
    fields: dict[str, Any]
    told: str


SURE = {"confirmed": "on"}
DAY = timedelta(days=1)
CASES = [
    Case("submit", lambda: drafted(at=now()), "anna", {}, "Submitted for approval"),
    Case("approve", in_review, "bert", {}, "Approved by a second officer"),
    Case("return_to_draft", in_review, "bert", {"reason": "Which video?"}, "Returned to the drafter: Which video?"),
    Case("issue", cleared, "bert", {}, "Issued, signed with key"),
    Case("cancel_before_dispatch", in_review, "anna", {"reason": "Twice.", **SURE}, "Cancelled before dispatch"),
    Case("put_on_hold", in_review, "anna", {"reason": "live_investigation"}, "an investigation is under way"),
    Case("release_hold", held, "anna", {"reason": "Agreed by phone."}, "The hold was released: Agreed by phone."),
    Case("inform_beforehand", lambda: cleared(emergency=False), "bert", {}, "informed of procedures and deadlines"),
    Case(
        "record_submission", lambda: issued(at=now()), "anna",
        {"submitted_at": now, "address": "https://form.example/"}, "submitted by hand at https://form.example/",
    ),
    Case("clarify", asked, "anna", {"answer_1": "The first."}, "questions were answered"),
    Case("dispute_ground", impeded, "anna", {"reason": "It answers."}, "are disputed: It answers."),
    Case(
        "record_grounds_ceased", impeded, "anna",
        {"ceased_at": lambda: now() - HOUR / 8, "evidence": "It answers.", "items": ["1"]}, "Recorded that the grounds",
    ),
    Case(
        "withhold_disclosure", lambda: received(at=now()), "anna", {"reason": "Arrests.", "decided_at": now},
        "is withheld until",
    ),
    Case("extend_withholding", secret, "anna", {"reason": "Still."}, "Disclosure is withheld longer, until"),
    Case("allow_disclosure", secret, "anna", SURE, "Disclosure is allowed."),
    Case(
        "extend_preservation", removed, "anna", {"reason": "Case 4 K 12/26.", "until": lambda: now() + 400 * DAY},
        "Preservation of item 1 extended until",
    ),
    Case(
        "record_appeal", lambda: received(at=now()), "anna", {"appellant": "provider", "received_at": now},
        "An appeal of the hosting service provider",
    ),
    Case(
        "record_judgment", removed, "bert",
        {"outcome": "annulled", "received_at": now, "reinstate": ["1"], "reasons": "Satire.", **SURE},
        "A court annulled the order",
    ),
    Case("declare_final", appealable, "bert", SURE, "The order was declared final."),
    Case("withdraw", lambda: received(at=now()), "anna", {"reason": "In error.", **SURE}, "Withdrawn: In error."),
    Case("open_scrutiny", copied, "saar", {}, "on its own initiative"),
    Case(
        "request_scrutiny", copied, "saar", {"reasons": "It is satire.", "received_at": now},
        "Scrutiny was requested by the content provider",
    ),
    Case("announce_intent", requested, "saar", {"reasons": "Manifest."}, "An infringement decision was announced"),
    Case(
        "decide_scrutiny", requested, "saar", {"outcome": "no_infringement", "reasons": "Sound.", **SURE},
        "Decided: no infringement. Sound.",
    ),
]  # fmt: skip
NAMED = {case.name: case for case in CASES}


def test_every_act_that_is_offered_has_a_case():
    assert set(NAMED) == set(OFFERS)


def client_of(name: str) -> Client:
    client = Client()
    by = home() if name == "saar" else officer(name, authority())
    client.force_login(by.person)
    return client


def perform(client: Client, order: RemovalOrder, case: Case) -> Any:
    said = {"generation": again(order).dossier.generation}
    for name, value in case.fields.items():
        said[name] = typed(value()) if callable(value) else value
    data = {f"{case.name}-{name}": value for name, value in said.items()}
    return client.post(reverse("portal:act", args=[order.reference, case.name]), data)


def page_of(client: Client, order: RemovalOrder) -> Any:
    return client.get(reverse("portal:order", args=[order.reference]))


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("&#x27;", "'")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_act_that_is_open_is_offered_performed_and_told(case):
    order = case.reach()
    client = client_of(case.who)
    offered = page_of(client, order)
    assert case.name in [one.declared.act for one in offered.context["opens"]]
    labelled = "simulated form" in text_of(offered)
    assert labelled or not OFFERS[case.name].simulated
    answer = perform(client, order, case)
    assert (answer.status_code, answer.get("Location")) == (302, reverse("portal:order", args=[order.reference]))
    person = client_of(case.who).get("/").wsgi_request.user.pseudonym
    last = LedgerEntry.objects.filter(dossier=order.dossier, act=case.name).latest("number")
    assert (last.actor_person, last.channel) == (person, "portal")
    assert case.told in text_of(page_of(client, order))
    told = [client_of(name).get(reverse("portal:notices")) for name in ("anna", "saar")]
    assert [answer.status_code for answer in told] == [200, 200]


def ended() -> RemovalOrder:
    order = copied()
    issuing.withdraw(order=order, reason="In error.", by=officer("anna", order.issuing_authority), at=now())
    return again(order)


NOT_OPEN = {
    "open_scrutiny": requested, "announce_intent": copied, "decide_scrutiny": copied,
    "record_appeal": drafted, "record_judgment": drafted,
}  # fmt: skip


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name != "request_scrutiny"], ids=lambda case: case.name
)
def test_an_act_that_is_not_open_is_refused_in_words_with_what_is_open_instead(case):
    order = NOT_OPEN.get(case.name, ended)()
    client, before = client_of(case.who), everything()
    answer = perform(client, order, case)
    said = text_of(answer)
    assert (answer.status_code, "Nothing was done." in said, "Open to you now:" in said) == (409, True, True)
    assert everything() == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_for_strangers_an_order_is_absent_whatever_they_try(case):
    order = case.reach()
    stranger = Client()
    roles = [role for role in OfficerRole if role is not OfficerRole.COORDINATOR]  # Europol's, at no authority
    stranger.force_login(officer("daan", authority("be-fpp", "BE", scrutinises=True), *roles).person)
    before = everything()
    assert (perform(stranger, order, case).status_code, page_of(stranger, order).status_code) == (404, 404)
    assert everything() == before


@pytest.mark.parametrize("case", [case for case in CASES if case.who != "saar"], ids=lambda case: case.name)
def test_the_home_authority_performs_no_act_of_the_issuer(case):
    home()
    order = case.reach()
    saar, before = client_of("saar"), everything()
    answer = perform(saar, order, case)
    assert answer.status_code == (403 if order.home_authority else 404)
    assert everything() == before


@pytest.mark.parametrize(
    ("case", "field", "value", "words"),
    [
        ("put_on_hold", "reason", "because", "Select a valid choice"),
        ("record_grounds_ceased", "ceased_at", "tomorrow", "Enter a valid date/time"),
        ("record_grounds_ceased", "ceased_at", "0001-01-01T00:00:00", "Give a date of this century"),
        ("record_grounds_ceased", "items", ["7"], "Select a valid choice"),
        ("record_submission", "address", "by hand", "Enter a valid URL"),
        ("record_submission", "submitted_at", "2020-01-01T00:00", "not issued yet"),
        ("record_submission", "confirmed_at", "2020-01-01T00:00", "before it is submitted"),
        ("record_appeal", "received_at", "2099-01-01T00:00", "after our clock"),
        ("record_appeal", "appellant", "court", "Select a valid choice"),
        ("extend_preservation", "until", "2020-01-01T00:00", "must be later than the present one"),
        ("withhold_disclosure", "decided_at", "2020-01-01T00:00", "six weeks are over already"),
        ("request_scrutiny", "reasons", "  ", "This field is required"),
        ("decide_scrutiny", "outcome", "requested", "Select a valid choice"),
        ("decide_scrutiny", "confirmed", "", "Confirm that this is meant"),
    ],
)
def test_wrong_input_gets_a_sentence_beside_its_field_and_nothing_is_written(case, field, value, words):
    found = NAMED[case]
    order = found.reach()
    client, before = client_of(found.who), everything()
    answer = perform(client, order, found._replace(fields={**found.fields, field: value}))
    text = text_of(answer)
    assert (answer.status_code, words in text, f'id="id_{case}-{field}_error"' in text) == (422, True, True)
    assert everything() == before


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
        "Reinstated 2",
    ):
        assert words in said
    assert "The limit of Art. 3(3) passed for item 1; nothing was reported." in said
