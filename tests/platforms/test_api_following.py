"""What a provider states after the removal, over HTTP: scrutiny, reinstatement, information, preservation, timeline."""

from datetime import timedelta

import pytest
import time_machine

from orders import canonical
from orders.acts import answering, disclosing, issuing, scrutinising
from orders.canonical import instant
from orders.models import Exhibit, LedgerEntry, OutboxMessage, Receipt
from orders.regulation.regions import OfficerRole, Stage
from platforms.models import Submission
from tests import api, factories
from tests.api import P, problem_of
from tests.factories import T0
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NOW = T0 + 10 * MINUTE
INFORMED = {"information": "copy_given", "informed_at": instant(NOW)}
BACK = {"items": [1], "reinstated_at": instant(NOW)}
KEPT = {"items": [1], "what": "kept", "happened_at": instant(NOW)}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def order():
    """A cross-border order, removed a minute after its receipt."""
    factories.authority("nl-home", "NL", scrutinises=True)
    order = factories.received()
    answering.report_removal(
        order=order, annex=factories.annex_ii(taken_at=T0 + MINUTE), by=factories.by_provider(order), at=T0 + MINUTE
    )
    return order


@pytest.fixture
def caller(order):
    caller = api.platform(order.provider)
    caller.get(f"{P}/me")
    return caller


def url(order, kind: str) -> str:
    return f"{P}/orders/{order.reference}/{kind}"


def annulled(order) -> None:
    """The home authority finds an infringement; its decision is on the way to the provider."""
    carla = factories.officer("carla", order.home_authority, OfficerRole.SCRUTINEER)
    by = factories.capacity.capacity_on(order, carla.person, order.home_authority, channel="portal")
    scrutinising.open_scrutiny(order=order, by=by, at=T0 + 2 * MINUTE)
    scrutinising.announce_intent(order=order, reasons="Satire.", by=by, at=T0 + 3 * MINUTE)
    scrutinising.decide_scrutiny(order=order, outcome=Stage.INFRINGEMENT, reasons="Satire.", by=by, at=T0 + 4 * MINUTE)


def test_a_request_for_scrutiny_is_recorded_with_its_body_and_starts_the_72_hours(order, caller):
    body = b'{"reasons": "It is satire."}'
    said = caller.post(url(order, "scrutiny-requests"), body, Idempotency_Key="ask/1")
    assert (said.status_code, said.json()["effect"], said.json()["flags"]) == (201, "recorded", [])
    entry = LedgerEntry.objects.get(act="request_scrutiny")
    assert entry.facts["exhibit"] == canonical.sha256(body)
    assert bytes(Exhibit.objects.get(pk=entry.facts["exhibit"]).content) == body
    clocks = {clock["code"]: clock for clock in caller.get(f"{P}/orders/{order.reference}").json()["clocks"]}
    assert (clocks["C10a"]["verdict"], clocks["C10b"]["due_at"]) == ("used", instant(NOW + timedelta(hours=72)))
    told = OutboxMessage.objects.filter(type="order.scrutiny_opened").values_list("recipient", flat=True)
    assert set(told) == {"nl-home", "de-fpo", "hosting-nl"}


def test_a_domestic_order_is_not_scrutinised(caller):
    order = factories.received(to=factories.provider("hosting-de", home="DE"))
    domestic = api.platform(order.provider)
    domestic.get(f"{P}/me")
    before = everything()
    refused = domestic.post(url(order, "scrutiny-requests"), {"reasons": "x"})
    assert (refused.status_code, problem_of(refused), everything() == before) == (422, "not-cross-border", True)


def test_reinstatement_names_the_annulment_and_so_proves_its_receipt(order, caller):
    annulled(order)
    said = caller.post(url(order, "reinstatements"), BACK).json()
    assert (said["effect"], said["items"][0]["execution"]) == ("recorded", "reinstated")
    assert Receipt.objects.get(message__type="order.annulled").rule == "answer"
    clocks = caller.get(f"{P}/orders/{order.reference}").json()["clocks"]
    assert [(one["ground"], one["standing"]) for one in clocks if one["code"] == "C11"] == [
        ("decision_received", "closed")
    ]


def test_an_item_may_be_kept_down_under_ones_own_terms(order, caller):
    annulled(order)
    said = caller.post(url(order, "reinstatements"), {**BACK, "kept_down_under": "Clause 4."}).json()
    assert said["items"][0]["execution"] == "kept_down"
    assert LedgerEntry.objects.get(act="report_reinstatement").facts["kept_down_under"] == "Clause 4."


def test_a_reinstatement_that_nobody_owes_is_recorded_without_effect(order, caller):
    said = caller.post(url(order, "reinstatements"), BACK)
    assert (said.status_code, said.json()["effect"]) == (201, "none")
    assert "no reinstatement is due" in said.json()["reason"]


def test_information_given_on_request_starts_the_content_providers_48_hours(order, caller):
    said = caller.post(url(order, "content-provider-information"), INFORMED).json()
    assert (said["effect"], said["flags"]) == ("recorded", [])
    clocks = caller.get(f"{P}/orders/{order.reference}").json()["clocks"]
    theirs = {one["code"]: one["due_at"] for one in clocks if one["debtor_role"] == "content_provider"}
    assert theirs == {"C10a": instant(NOW + timedelta(hours=48)), "C26": instant(NOW + timedelta(days=30))}


def test_information_given_while_disclosure_is_withheld_is_recorded_and_flagged(order, caller):
    bert = factories.officer("bert", order.issuing_authority)
    disclosing.withhold_disclosure(order=order, reason="A case.", decided_at=T0, by=bert, at=T0 + 2 * MINUTE)
    said = caller.post(url(order, "content-provider-information"), INFORMED)
    assert (said.status_code, said.json()["flags"]) == (201, ["disclosure-withheld"])


def test_an_access_to_preserved_content_names_its_purpose(order, caller):
    before = everything()
    refused = caller.post(url(order, "preservation-reports"), {**KEPT, "what": "accessed"})
    assert (problem_of(refused), refused.json()["errors"][0]["pointer"]) == ("validation", "/purpose")
    assert everything() == before
    said = caller.post(url(order, "preservation-reports"), {**KEPT, "what": "accessed", "purpose": "crime"})
    assert said.status_code == 201
    assert LedgerEntry.objects.get(act="report_preservation").facts["purpose"] == "crime"


def test_deleting_what_is_still_to_be_preserved_is_recorded_and_flagged(order, caller):
    said = caller.post(url(order, "preservation-reports"), {**KEPT, "what": "ended"})
    flags = ["content_provider_never_informed", "preservation_still_due"]
    assert (said.status_code, said.json()["flags"]) == (201, flags)


FUTURE = instant(NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("kind", "body", "problem", "pointer"),
    [
        ("scrutiny-requests", {"reasons": " "}, "validation", "/reasons"),
        ("reinstatements", {**BACK, "items": [1, 7]}, "unknown-item", "/items/1"),
        ("reinstatements", {**BACK, "items": []}, "validation", "/items"),
        ("reinstatements", {**BACK, "reinstated_at": FUTURE}, "time-in-future", "/reinstated_at"),
        ("content-provider-information", {**INFORMED, "informed_at": FUTURE}, "time-in-future", "/informed_at"),
        ("content-provider-information", {**INFORMED, "information": "hinted"}, "validation", "/information"),
        ("preservation-reports", {**KEPT, "items": [7]}, "unknown-item", "/items/0"),
        ("preservation-reports", {**KEPT, "what": "lost"}, "validation", "/what"),
        ("preservation-reports", {**KEPT, "happened_at": FUTURE}, "time-in-future", "/happened_at"),
    ],
)
def test_a_refused_statement_points_at_what_is_wrong_and_changes_nothing(kind, body, problem, pointer, order, caller):
    before = everything()
    refused = caller.post(url(order, kind), body)
    assert (refused.status_code, problem_of(refused)) == (422, problem)
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert everything() == before


STATEMENTS = {
    "scrutiny-requests": {"reasons": "It is satire."},
    "reinstatements": BACK,
    "content-provider-information": INFORMED,
    "preservation-reports": KEPT,
}


@pytest.mark.parametrize("kind", STATEMENTS)
def test_a_statement_sent_twice_is_recorded_once(kind, order, caller):
    first = caller.post(url(order, kind), STATEMENTS[kind], Idempotency_Key="once")
    after = everything()
    second = caller.post(url(order, kind), STATEMENTS[kind], Idempotency_Key="once")
    assert (second.status_code, second["Idempotent-Replayed"], second.json()) == (201, "true", first.json())
    assert everything() == after
    assert Submission.objects.get().answer == first.json()


@pytest.mark.parametrize("kind", STATEMENTS)
def test_a_statement_about_an_order_not_yet_received_proves_its_receipt_first(kind):
    factories.authority("nl-home", "NL", scrutinises=True)
    order = factories.issued()
    answer = api.platform(order.provider).post(url(order, kind), STATEMENTS[kind])
    acts = list(LedgerEntry.objects.filter(dossier=order.dossier, number__gt=4).values_list("act", flat=True))
    assert (answer.status_code, acts[0], len(acts)) == (201, "record_receipt", 2)


@pytest.mark.parametrize("kind", [*STATEMENTS, "timeline"])
def test_an_order_of_another_provider_is_not_found(kind, order):
    stranger = api.platform(factories.provider("stranger"))
    stranger.get(f"{P}/me")
    before = everything()
    answer = stranger.get(url(order, kind)) if kind == "timeline" else stranger.post(url(order, kind), STATEMENTS[kind])
    assert (problem_of(answer), everything() == before) == ("not-found", True)


def test_the_order_says_that_reinstatement_is_open_and_where(order, caller):
    annulled(order)
    read = caller.get(f"{P}/orders/{order.reference}").json()
    opened = {act["act"]: act["url"] for act in read["open_acts"]}
    assert opened["report_reinstatement"].endswith(f"{order.reference}/reinstatements")
    assert opened["request_scrutiny"].endswith(f"{order.reference}/scrutiny-requests")


def test_the_timeline_tells_what_concerns_the_provider_and_no_more(order, caller):
    annulled(order)
    before = everything()
    entries = caller.get(url(order, "timeline")).json()["items"]
    assert everything() == before  # it proves no receipt
    assert [entry["act"] for entry in entries] == [
        "issue", "record_receipt", "report_removal", "open_scrutiny", "decide_scrutiny",
    ]  # fmt: skip
    assert [bool(entry["facts"]) for entry in entries] == [False, True, True, False, False]
    assert "actor_person" not in entries[0]


def test_a_withdrawal_does_not_make_a_statement_fail(order, caller):
    bert = factories.officer("bert", order.issuing_authority)
    issuing.withdraw(order=order, reason="Wrong.", by=bert, at=T0 + 2 * MINUTE)
    answers = [caller.post(url(order, kind), body) for kind, body in STATEMENTS.items()]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 201]
