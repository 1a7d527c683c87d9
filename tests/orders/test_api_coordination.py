"""Art. 14(1) through the API, the record of an order, and the directory."""

from datetime import timedelta

import pytest
import time_machine

from orders import canonical
from orders.acts import answering, issuing
from orders.canonical import instant
from orders.regulation.regions import OfficerRole
from tests import api, factories
from tests.api import A, problem_of
from tests.factories import HOUR, T0
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(minutes=10)
URL = "https://hosting-nl.example/v/1"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def caller(name, of, *roles) -> api.Caller:
    made = api.officer(factories.officer(name, of, *roles).person, of)
    made.get(f"{A}/orders")
    return made


@pytest.fixture
def bert():
    return caller("bert", factories.authority())


@pytest.fixture
def french():
    """An authority with an order in force for the same content, and its officer."""
    of = factories.authority("fr-aut", "FR")
    content = factories.content(to=factories.provider(home="FR"))
    order = factories.drafting.draft(authority=of, content=content, by=factories.officer("dora", of), at=T0)
    issuing.submit(order=order, by=factories.officer("dora", of), at=T0)
    issuing.approve(order=order, by=factories.officer("emil", of), at=T0)
    issuing.issue(order=order, by=factories.officer("emil", of), at=T0)
    return caller("dora", of)


@pytest.fixture
def order(french):
    """An order of the German authority about which the French one was asked."""
    return issuing.submit(
        order=factories.drafted(), by=factories.officer("anna", factories.authority()), at=T0 + timedelta(seconds=1)
    )


def test_urls_are_checked_by_their_canonical_form_and_answered_by_reason_class(french, bert):
    asked = ["https://HOSTING-nl.example:443/v/1#t=4", "https://hosting-nl.example/v/2"]
    before = everything()
    found = bert.post(f"{A}/deconfliction-checks", {"urls": asked}).json()["items"]
    digest = canonical.sha256(URL.encode())
    assert [(one["url"], one["hits"]) for one in found] == [
        (asked[0], [{"url_sha256": digest, "authority": "fr-aut", "reason": "order_in_force"}]),
        (asked[1], []),
    ]
    assert everything() == before


def test_bad_input_of_a_check_is_a_problem_that_points_at_the_url(bert):
    refused = bert.post(f"{A}/deconfliction-checks", {"urls": [URL, "no url"]})
    assert (problem_of(refused), refused.json()["errors"][0]["pointer"]) == ("validation", "/urls/1")
    before = everything()
    assert api.refused(bert, "POST", f"{A}/deconfliction-checks", {"urls": [URL]}) > 10
    assert everything() == before


def test_an_authority_that_issues_nothing_checks_nothing():
    of = factories.authority("nl-home", "NL", scrutinises=True)
    of.issues = False
    of.save()
    refused = caller("carla", of, OfficerRole.SCRUTINEER).post(f"{A}/deconfliction-checks", {"urls": [URL]})
    assert problem_of(refused) == "act-not-yours"


def test_whoever_was_asked_sees_neither_text_nor_url_and_holds_and_releases_by_a_class_of_reason(order, french):
    listed = french.get(f"{A}/coordinations").json()["items"]
    assert [(one["reference"], one["issuing_authority"]) for one in listed] == [(order.reference, "de-fpo")]
    assert [(hit["authority"], hit["reason"]) for hit in listed[0]["interests"]] == [("fr-aut", "order_in_force")]
    assert URL not in str(listed)
    url = f"{A}/coordinations/{order.reference}/acts"
    held = french.post(f"{url}/put_on_hold", {"reason": "leave_online"})
    assert (held.status_code, held.json()["preparation"]) == (200, "on_hold")
    assert [one["act"] for one in held.json()["open_acts"]] == ["release_hold"]
    assert french.post(f"{url}/release_hold", {"reason": "Agreed."}).json()["preparation"] == "in_review"
    entries = order.dossier.entries.filter(actor_party="fr-aut").values_list("act", "actor_role")
    assert set(entries) == {("put_on_hold", "objecting_authority"), ("release_hold", "objecting_authority")}


def test_whoever_was_asked_may_do_nothing_else_and_whoever_was_not_asked_nothing_at_all(order, french):
    stranger = caller("fred", factories.authority("it-aut", "IT"))
    url = f"{A}/coordinations/{order.reference}/acts"
    before = everything()
    answers = [
        french.get(f"{A}/orders/{order.reference}"),
        french.post(f"{A}/orders/{order.reference}/acts/approve"),
        french.post(f"{url}/approve"),
        stranger.post(f"{url}/put_on_hold", {"reason": "other"}),
        french.post(f"{A}/coordinations/%00/acts/put_on_hold", {"reason": "other"}),
    ]
    assert {problem_of(answer) for answer in answers} == {"not-found"}
    assert stranger.get(f"{A}/coordinations").json()["items"] == []
    assert everything() == before


def test_an_objection_that_is_not_open_or_not_well_formed_changes_nothing(order, french):
    url = f"{A}/coordinations/{order.reference}/acts"
    before = everything()
    refused = french.post(f"{url}/release_hold", {"reason": "x"})
    assert (refused.status_code, refused.json()["open_acts"]) == (409, ["put_on_hold"])
    for name, good in {"put_on_hold": {"reason": "other"}, "release_hold": {"reason": "x"}}.items():
        assert api.refused(french, "POST", f"{url}/{name}", good) > 10
    assert everything() == before


# --- the record of an order ---
def test_actions_say_what_is_open_with_article_and_address(bert):
    order = factories.received()
    found = {one["act"]: one for one in bert.get(f"{A}/orders/{order.reference}/actions").json()["items"]}
    assert set(found) == {"record_appeal", "record_judgment", "withdraw", "withhold_disclosure"}
    assert found["record_appeal"] == {
        "act": "record_appeal",
        "article": "9",
        "label": "Record an appeal",
        "method": "POST",
        "url": f"http://localhost:8000{A}/orders/{order.reference}/acts/record_appeal",
    }


def test_actions_lead_to_the_addresses_of_drafts_and_of_scrutiny(bert):
    home = factories.authority("nl-home", "NL", scrutinises=True)
    draft, copied = factories.drafted(), factories.issued()
    carla = caller("carla", home, OfficerRole.SCRUTINEER)
    base = f"http://localhost:8000{A}"
    drafted = bert.get(f"{A}/orders/{draft.reference}/actions").json()["items"]
    assert ("PATCH", f"{base}/orders/{draft.reference}") in [(one["method"], one["url"]) for one in drafted]
    scrutiny = carla.get(f"{A}/orders/{copied.reference}/actions").json()["items"]
    assert {one["act"]: one["url"] for one in scrutiny} == {
        "open_scrutiny": f"{base}/scrutinies/{copied.reference}/acts/open_scrutiny",
        "request_scrutiny": f"{base}/orders/{copied.reference}/scrutiny-requests",
    }


def test_clocks_name_their_debtor_and_what_is_without_undue_delay_shows_an_elapsed_time(bert):
    order = factories.received()
    answering.report_removal(
        order=order, annex=factories.annex_ii(taken_at=T0), by=factories.by_provider(order), at=T0 + HOUR / 2
    )
    clocks = {clock["code"]: clock for clock in bert.get(f"{A}/orders/{order.reference}/clocks").json()["items"]}
    assert set(clocks) == {"C2", "C3", "C15", "C19", "C26"}
    assert (clocks["C2"]["verdict"], clocks["C2"]["debtor"], clocks["C2"]["item"]) == ("within_hour", "hosting-nl", 1)
    assert (clocks["C26"]["item"], clocks["C26"]["kind"]) == (None, "window")
    prompt = clocks["C3"]
    assert (prompt["due_at"], prompt["verdict"], prompt["elapsed_seconds"]) == (None, None, 1800)
    assert clocks["C2"]["elapsed_seconds"] is None


def test_the_timeline_is_the_whole_record_of_ones_own_order(bert):
    order = factories.received()
    entries = bert.get(f"{A}/orders/{order.reference}/timeline").json()["items"]
    assert [entry["act"] for entry in entries] == ["draft", "submit", "approve", "issue", "record_receipt"]
    assert entries[-1]["digest"] == order.dossier.entries.latest("number").digest
    assert entries[3]["facts"]["first_order"] is True
    assert entries[-1]["occurred_at"] == instant(T0)


@pytest.mark.parametrize("part", ["actions", "clocks", "timeline"])
def test_the_record_of_anothers_order_is_not_found(part, bert, french):
    order = factories.issued()
    assert problem_of(french.get(f"{A}/orders/{order.reference}/{part}")) == "not-found"
    assert problem_of(bert.get(f"{A}/orders/DE-2026-000999/{part}")) == "not-found"


# --- the directory ---
def test_the_directory_names_authorities_with_their_roles_and_providers_with_their_languages():
    factories.authority("nl-home", "NL", scrutinises=True)
    factories.provider()
    robot = api.authority_machine(factories.authority())
    authorities = robot.get(f"{A}/authorities").json()["items"]
    assert [(one["code"], one["scrutinises"], one["email"]) for one in authorities] == [
        ("de-fpo", False, "ro@de-fpo.example"),
        ("nl-home", True, "ro@nl-home.example"),
    ]
    provider = robot.get(f"{A}/providers").json()["items"][0]
    assert (provider["code"], provider["home_state"], provider["languages"]) == ("hosting-nl", "NL", ["en"])
