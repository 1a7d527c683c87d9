"""Every act of an officer through the portal once: offered, performed, told in the timeline, and refused in words."""

import pytest
from django.test import Client
from django.urls import reverse

from orders.acts import issuing
from orders.models import LedgerEntry, RemovalOrder
from orders.portal.catalogue import OFFERS
from orders.regulation.regions import OfficerRole
from tests.factories import (
    again,
    authority,
    drafted,
    officer,
)
from tests.orders.portal_stories import CASES, NAMED, client_of, copied, home, now, page_of, perform, requested, text_of
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


def test_every_act_that_is_offered_has_a_case():
    assert set(NAMED) == set(OFFERS)


@pytest.mark.exhaustive
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


@pytest.mark.exhaustive
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_for_strangers_an_order_is_absent_whatever_they_try(case):
    order = case.reach()
    stranger = Client()
    roles = [role for role in OfficerRole if role is not OfficerRole.COORDINATOR]  # Europol's, at no authority
    stranger.force_login(officer("daan", authority("be-fpp", "BE", scrutinises=True), *roles).person)
    before = everything()
    assert (perform(stranger, order, case).status_code, page_of(stranger, order).status_code) == (404, 404)
    assert everything() == before


@pytest.mark.exhaustive
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
