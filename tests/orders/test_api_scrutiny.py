"""Art. 4 through the API: the home authority reads its copies, decides, and enters what content providers ask."""

from datetime import timedelta

import pytest
import time_machine

from orders.acts import answering, scrutinising
from orders.api.acts import SCRUTINY_ACTS
from orders.canonical import instant
from orders.models import OutboxMessage, ScrutinyRequest
from orders.regulation.regions import OfficerRole
from tests import api, factories
from tests.api import A, problem_of
from tests.factories import HOUR, T0
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NOW = T0 + 10 * MINUTE


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return factories.authority("nl-home", "NL", scrutinises=True)


@pytest.fixture
def order(home):
    return factories.received()


def caller(name, of, *roles) -> api.Caller:
    made = api.officer(factories.officer(name, of, *roles).person, of)
    made.get(f"{A}/orders")
    return made


@pytest.fixture
def carla(home):
    return caller("carla", home, OfficerRole.SCRUTINEER)


def act(by, order, name, body=None):
    return by.post(f"{A}/scrutinies/{order.reference}/acts/{name}", body)


def test_the_home_authority_lists_and_reads_what_was_copied_to_it(order, carla):
    file = carla.get(f"{A}/scrutinies").json()["items"][0]
    assert (file["reference"], file["stage"], file["copy_received_at"]) == (order.reference, "window_open", instant(T0))
    assert [(clock["code"], clock["debtor"], clock["due_at"]) for clock in file["clocks"]] == [
        ("C9", "nl-home", instant(T0 + 72 * HOUR)),
        ("C10a", "hosting-nl", instant(T0 + 48 * HOUR)),
    ]
    assert sorted(one["act"] for one in file["open_acts"]) == ["open_scrutiny", "request_scrutiny"]
    assert carla.get(f"{A}/scrutinies/{order.reference}").json() == file
    read = carla.get(f"{A}/orders/{order.reference}").json()
    assert (read["home_authority"], read["scrutiny"]["stage"]) == ("nl-home", "window_open")


def test_the_home_authority_reads_the_record_from_the_issue_on_and_has_no_list_of_others_orders(order, carla):
    entries = carla.get(f"{A}/orders/{order.reference}/timeline").json()["items"]
    assert [entry["act"] for entry in entries] == ["issue", "record_receipt"]
    assert carla.get(f"{A}/orders").json()["items"] == []


def test_an_infringement_is_announced_decided_and_ends_the_order(order, carla):
    answering.report_removal(
        order=order, annex=factories.annex_ii(taken_at=T0), by=factories.by_provider(order), at=T0 + MINUTE
    )
    decided = {"outcome": "infringement", "reasons": "Satire."}
    done = [
        act(carla, order, "open_scrutiny"),
        act(carla, order, "announce_intent", {"reasons": "It is satire."}),
        act(carla, order, "decide_scrutiny", decided),
    ]
    assert [one.status_code for one in done] == [200, 200, 200]
    assert [one.json()["stage"] for one in done] == ["own_initiative", "intent_announced", "infringement"]
    assert (done[2].json()["force"], done[2].json()["reasons"]) == ("annulled_by_scrutiny", "Satire.")
    told = OutboxMessage.objects.filter(type="order.scrutiny_decided").values_list("recipient", flat=True)
    assert set(told) == {"de-fpo", "hosting-nl", "europol"}
    assert OutboxMessage.objects.get(type="order.annulled", recipient="hosting-nl").data["items"] == [1]


def test_a_content_providers_request_is_entered_with_the_time_it_was_received_and_decided_either_way(order, carla):
    url = f"{A}/orders/{order.reference}/scrutiny-requests"
    entered = carla.post(url, {"reasons": "It is art.", "received_at": instant(T0)})
    file = entered.json()
    assert (entered.status_code, file["stage"]) == (201, "requested")
    request = file["requests"][0]
    assert (request["requester"], request["received_at"], request["late"], request["decided_by"]) == (
        "content_provider", instant(T0), False, None,
    )  # fmt: skip
    assert {clock["code"]: clock["due_at"] for clock in file["clocks"]}["C10b"] == instant(T0 + 72 * HOUR)
    decided = act(carla, order, "decide_scrutiny", {"outcome": "no_infringement", "reasons": "It is not."}).json()
    assert (decided["stage"], decided["force"]) == ("no_infringement", "in_force")
    assert decided["requests"][0]["decided_by"] == decided["generation"]


def test_a_file_that_is_not_there_is_not_found(order, home):
    issuer = caller("bert", order.issuing_authority)
    domestic = factories.issued(to=factories.provider("hosting-de", home="DE"))
    carla = caller("carla", home, OfficerRole.SCRUTINEER)
    before = everything()
    answers = [
        issuer.get(f"{A}/scrutinies/{order.reference}"),
        act(issuer, order, "open_scrutiny"),
        carla.get(f"{A}/scrutinies/{domestic.reference}"),
        carla.get(f"{A}/orders/{domestic.reference}"),
        carla.get(f"{A}/scrutinies/%00"),
        act(carla, order, "withdraw"),
    ]
    assert {problem_of(answer) for answer in answers} == {"not-found"}
    assert everything() == before


def test_neither_side_does_what_is_the_others(order, carla):
    issuer = caller("bert", order.issuing_authority)
    before = everything()
    answers = [
        carla.post(f"{A}/orders/{order.reference}/acts/withdraw", {"reason": "x"}),
        carla.send("PATCH", f"{A}/orders/{order.reference}", {}, If_Match='"5"'),
        issuer.post(f"{A}/orders/{order.reference}/scrutiny-requests", {"reasons": "x", "received_at": instant(T0)}),
    ]
    assert {problem_of(answer) for answer in answers} == {"act-not-yours"}
    assert everything() == before


def test_a_person_without_the_role_and_a_machine_decide_nothing(order, home):
    drafter, robot = caller("dora", home), api.authority_machine(home)
    assert robot.get(f"{A}/scrutinies").json()["items"][0]["open_acts"] == []
    before = everything()
    assert problem_of(act(drafter, order, "open_scrutiny")) == "act-not-yours"
    assert problem_of(act(robot, order, "open_scrutiny")) == "scope-missing"
    assert everything() == before


def test_an_infringement_is_not_decided_before_it_was_announced(order, carla):
    act(carla, order, "open_scrutiny")
    before = everything()
    refused = act(carla, order, "decide_scrutiny", {"outcome": "infringement", "reasons": "x"})
    problem = refused.json()
    assert (refused.status_code, problem_of(refused), problem["article"]) == (
        409, "act-not-open", "4(5)",
    )  # fmt: skip
    assert problem["open_acts"] == ["announce_intent", "request_scrutiny"]
    assert "Announce the intention to find an infringement first" in problem["detail"]
    assert everything() == before


BODIES = {
    "open_scrutiny": {},
    "announce_intent": {"reasons": "x"},
    "decide_scrutiny": {"outcome": "infringement", "reasons": "x"},
}


@pytest.mark.parametrize("name", SCRUTINY_ACTS)
def test_bad_input_of_an_act_of_scrutiny_is_a_problem_and_changes_nothing(name, order, carla):
    if name != "open_scrutiny":
        act(carla, order, "open_scrutiny")
    before = everything()
    assert api.refused(carla, "POST", f"{A}/scrutinies/{order.reference}/acts/{name}", BODIES[name]) >= len(
        BODIES[name]
    )
    assert everything() == before


def test_bad_input_of_an_intake_is_a_problem_and_changes_nothing(order, carla):
    before = everything()
    good = {"reasons": "x", "received_at": instant(T0)}
    assert api.refused(carla, "POST", f"{A}/orders/{order.reference}/scrutiny-requests", good) > 10
    assert everything() == before


def test_a_request_after_its_48_hours_is_recorded_and_flagged(order, home):
    with time_machine.travel(T0 + 49 * HOUR, tick=False):
        answer = api.platform(order.provider).post(
            f"{api.P}/orders/{order.reference}/scrutiny-requests", {"reasons": "Satire."}
        )
    assert (answer.status_code, answer.json()["flags"]) == (201, ["requested_late"])
    assert ScrutinyRequest.objects.get().late


def test_nothing_lapses_for_a_content_provider_who_was_never_informed(order, home, carla):
    with time_machine.travel(T0 + timedelta(days=90), tick=False):
        late = caller("carla", home, OfficerRole.SCRUTINEER)
        url = f"{A}/orders/{order.reference}/scrutiny-requests"
        file = late.post(url, {"reasons": "I only heard now.", "received_at": instant(T0 + timedelta(days=89))}).json()
    assert (file["stage"], file["requests"][0]["late"]) == ("requested", False)


def test_an_order_that_was_scrutinised_says_so_to_its_issuer(order):
    scrutinising.ask_for_scrutiny(order=order, reasons="Satire.", by=factories.by_provider(order), at=NOW)
    read = caller("bert", order.issuing_authority).get(f"{A}/orders/{order.reference}").json()
    assert (read["scrutiny"]["stage"], read["scrutiny"]["decided_at"]) == ("requested", None)
