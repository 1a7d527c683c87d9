"""Europol through the API of the authorities (Art. 14(1)): it reads all, holds and releases, and does nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from orders.acts import issuing, preparing
from orders.api.acts import ACTS, COORDINATION_ACTS, SCRUTINY_ACTS
from orders.models import Application, Membership
from orders.regulation.regions import OfficerRole, ReasonClass
from tests import api, factories, people
from tests.api import A, problem_of
from tests.factories import T0
from tests.people import drafter, europol
from tests.recipes import asked_about, cleared, crossing
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
PLAIN = {  # a good body for every act that takes one
    "clarify": {"answers": {"1": "The second."}},
    "put_on_hold": {"reason": "live_investigation"},
    "record_grounds_ceased": {"ceased_at": "2026-11-21T01:30:00Z", "evidence": "It answers again."},
    "withhold_disclosure": {"reason": "x", "decided_at": "2026-11-21T01:30:00Z"},
    "extend_preservation": {"reason": "x", "until": "2027-11-21T01:30:00Z"},
    "record_submission": {"submitted_at": "2026-11-21T01:30:00Z", "address": "https://hosting-nl.example/form"},
    "record_appeal": {"appellant": "provider", "received_at": "2026-11-21T01:30:00Z"},
    "record_judgment": {"outcome": "confirmed", "received_at": "2026-11-21T01:30:00Z"},
    "announce_intent": {"reasons": "x"},
    "decide_scrutiny": {"reasons": "x", "outcome": "no_infringement"},
}
REASON = {"reason": "x"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(T0 + timedelta(minutes=10), tick=False):
        yield


@pytest.fixture
def elena():
    made = api.officer(europol().person, None)
    made.get(f"{A}/orders")  # notes the use of the program, so that refusals leave no trace at all
    return made


def coordinations(caller):
    return {one["reference"]: one for one in caller.get(f"{A}/coordinations").json()["items"]}


def test_europol_reads_every_order_with_its_clocks_timeline_and_scrutiny(elena):
    order = crossing()
    assert [one["reference"] for one in elena.get(f"{A}/orders").json()["items"]] == [order.reference]
    assert elena.get(f"{A}/orders/{order.reference}").json()["open_acts"] == []
    timeline = elena.get(f"{A}/orders/{order.reference}/timeline").json()["items"]
    assert [entry["act"] for entry in timeline] == ["draft", "submit", "approve", "issue", "record_receipt"]
    assert elena.get(f"{A}/orders/{order.reference}/clocks").status_code == 200
    assert [one["reference"] for one in elena.get(f"{A}/scrutinies").json()["items"]] == [order.reference]
    assert elena.get(f"{A}/authorities").status_code == elena.get(f"{A}/providers").status_code == 200


def test_europol_finds_what_is_on_its_way_whether_or_not_somebody_was_asked(elena):
    factories.drafted(), crossing()  # one is still being written, the other has left
    quiet, busy = cleared(), asked_about()
    found = coordinations(elena)
    assert set(found) == {quiet.reference, busy.reference}
    assert found[quiet.reference]["asked_at"] is None
    assert {hit["reason"] for hit in found[busy.reference]["interests"]} == {"live_investigation", "order_in_force"}


def test_europol_holds_and_releases_and_the_record_names_it_by_role_and_person(elena):
    order = cleared()
    url = f"{A}/coordinations/{order.reference}/acts"
    held = elena.post(f"{url}/put_on_hold", {"reason": "live_investigation"}).json()
    assert (held["preparation"], [one["act"] for one in held["open_acts"]]) == ("on_hold", ["release_hold"])
    assert elena.post(f"{url}/release_hold", {"reason": "Agreed."}).json()["preparation"] == "in_review"
    entries = order.dossier.entries.filter(actor_role="europol").order_by("number")
    assert list(entries.values_list("act", "actor_party", "actor_person", "channel")) == [
        ("put_on_hold", "europol", europol().pseudonym, "api"),
        ("release_hold", "europol", europol().pseudonym, "api"),
    ]


def test_europol_holds_under_the_address_of_the_order_too(elena):
    order = cleared()
    held = elena.post(f"{A}/orders/{order.reference}/acts/put_on_hold", {"reason": "other"})
    assert (held.status_code, held.json()["preparation"]) == (200, "on_hold")


def test_europol_does_not_release_what_another_asked_for(elena):
    order = asked_about()
    preparing.put_on_hold(order=order, reason=ReasonClass.OTHER, by=people.objector(), at=T0 + timedelta(minutes=5))
    before = everything()
    assert coordinations(elena)[order.reference]["open_acts"] == []
    refused = elena.post(f"{A}/coordinations/{order.reference}/acts/release_hold", REASON)
    assert (refused.status_code, problem_of(refused)) == (403, "act-not-yours")
    assert everything() == before


@pytest.mark.parametrize("name", sorted(set(ACTS) - set(COORDINATION_ACTS)))
@pytest.mark.parametrize("reach", [cleared, crossing])
def test_every_other_act_is_not_europols(name, reach, elena):
    order = reach()
    before = everything()
    refused = elena.post(f"{A}/orders/{order.reference}/acts/{name}", PLAIN.get(name, REASON))
    assert (refused.status_code, problem_of(refused)) == (403, "act-not-yours")
    assert everything() == before


def test_europol_neither_drafts_nor_scrutinises(elena):
    order = crossing()
    body = {"provider": order.provider.code, "items": [{"url": "https://hosting-nl.example/v/1"}]}
    scrutiny = f"{A}/scrutinies/{order.reference}/acts"
    before = everything()
    intake, seen = {"reasons": "x", "received_at": "2026-11-21T01:30:00Z"}, f'"{order.dossier.generation}"'
    answers = [
        elena.post(f"{A}/orders", body),
        elena.send("PATCH", f"{A}/orders/{order.reference}", {"reasons": "x"}, If_Match=seen),
        elena.post(f"{A}/orders/{order.reference}/scrutiny-requests", intake),
        *(elena.post(f"{scrutiny}/{act}", PLAIN.get(act)) for act in SCRUTINY_ACTS),
    ]
    assert [(answer.status_code, problem_of(answer)) for answer in answers] == [(403, "act-not-yours")] * 6
    assert everything() == before


def test_europol_checks_urls_for_the_interests_of_all(elena):
    issuing_by = drafter(crossing()).party
    checked = elena.post(f"{A}/deconfliction-checks", {"urls": ["https://hosting-nl.example/v/1"]}).json()["items"]
    assert [(hit["authority"], hit["reason"]) for hit in checked[0]["hits"]] == [(issuing_by, "order_in_force")]


def test_europols_machine_reads_and_does_nothing():
    order = cleared()
    robot = api.Caller(api.ask_for_token(*api.machine(europol=True)).json()["access_token"])
    assert order.reference in coordinations(robot)
    refused = robot.post(f"{A}/coordinations/{order.reference}/acts/put_on_hold", {"reason": "other"})
    assert refused.status_code == 403
    assert cleared().preparation == "cleared"


def test_whoever_is_no_coordinator_gets_nothing_through_europols_program():
    auditor = factories.User.objects.create(username="ada")
    Membership.objects.create(user=auditor, role=OfficerRole.AUDITOR)
    for user in (auditor, factories.officer("anna", factories.authority()).person):
        assert problem_of(api.officer(user, None).get(f"{A}/orders")) == "scope-missing"


def test_a_platforms_calls_are_not_for_europol(elena):
    assert problem_of(elena.get(f"{api.P}/me")) == "scope-missing"


def test_an_application_is_of_exactly_one_party_and_a_coordinator_of_none():
    of, to = factories.authority(), factories.provider()
    for wrong in (
        {},
        {"authority": of, "provider": to},
        {"authority": of, "europol": True},
        {"provider": to, "europol": True},
    ):
        with pytest.raises(IntegrityError, match="application_one_party"), transaction.atomic():
            Application.objects.create(client_type="public", authorization_grant_type="authorization-code", **wrong)
    with pytest.raises(IntegrityError, match="membership_coordinator_of_no_party"), transaction.atomic():
        Membership.objects.create(user=europol().person, authority=of, role=OfficerRole.COORDINATOR)


def test_an_approved_order_that_europol_held_is_approved_anew(elena):
    order = cleared()
    elena.post(f"{A}/coordinations/{order.reference}/acts/put_on_hold", {"reason": "leave_online"})
    elena.post(f"{A}/coordinations/{order.reference}/acts/release_hold", {"reason": "Agreed."})
    with pytest.raises(issuing.Refusal):
        issuing.issue(order=order, by=drafter(order), at=T0 + timedelta(minutes=11))
