"""Every act of an issuing officer through the API: performed where it is open, refused without a trace elsewhere."""

from datetime import timedelta

import pytest
import time_machine
from django.test import override_settings

from orders.acts import answering, appealing, disclosing, drafting, issuing, lapsing, preparing
from orders.api.acts import ACTS
from orders.canonical import instant
from orders.models import RemovalOrder
from orders.regulation.regions import Actor, ReasonClass
from perci.settings import RULES
from tests import api, factories
from tests.api import A, problem_of
from tests.factories import T0
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NOW = T0 + 10 * MINUTE
FIRST = {"emergency": False, "emergency_reason": ""}  # a first order that has to wait


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


# --- orders in the state where an act is open ---
def by(name: str = "bert"):
    return factories.officer(name, factories.authority())


def in_review(**fields) -> RemovalOrder:
    return issuing.submit(order=factories.drafted(**fields), by=by("anna"), at=T0)


def cleared(**fields) -> RemovalOrder:
    return issuing.approve(order=in_review(**fields), by=by(), at=T0)


def held() -> RemovalOrder:
    return preparing.put_on_hold(order=in_review(), reason=ReasonClass.OTHER, by=by(), at=T0)


def waiting() -> RemovalOrder:
    return preparing.inform_beforehand(order=cleared(**FIRST), by=by(), at=T0)


def answered(annex, act) -> RemovalOrder:
    order = factories.received()
    act(order=order, annex=annex, by=factories.by_provider(order), at=T0 + MINUTE)
    return order


def impossible() -> RemovalOrder:
    return answered(factories.impossible(since=T0), answering.report_impossibility)


def unclear() -> RemovalOrder:
    return answered(factories.unclear(), answering.seek_clarification)


def removed() -> RemovalOrder:
    return answered(factories.annex_ii(taken_at=T0), answering.report_removal)


def withheld() -> RemovalOrder:
    return disclosing.withhold_disclosure(order=factories.received(), reason="x", decided_at=T0, by=by(), at=T0)


def appealed() -> RemovalOrder:
    order = factories.received()
    return appealing.record_appeal(order=order, appellant=Actor.PROVIDER, received_at=T0, by=by(), at=T0)


def unappealed() -> RemovalOrder:
    """Nobody knows when the content provider's period ends: time alone makes nothing final."""
    with override_settings(RULES={**RULES, "finality": "all_parties"}):
        order = factories.received(at=T0 - 40 * DAY)
    while lapsing.lapse(at=NOW):
        pass
    return order


GOOD = {  # state, arguments, and what the order says afterwards
    "submit": (factories.drafted, {}, {"preparation": "in_review"}),
    "return_to_draft": (in_review, {"reason": "x"}, {"preparation": "draft"}),
    "approve": (in_review, {}, {"preparation": "cleared"}),
    "put_on_hold": (in_review, {"reason": "live_investigation"}, {"preparation": "on_hold"}),
    "release_hold": (held, {"reason": "Agreed."}, {"preparation": "in_review"}),
    "inform_beforehand": (
        lambda: cleared(**FIRST),
        {},
        {"preparation": "waiting_12h", "prior_information_at": instant(NOW)},
    ),
    "issue": (cleared, {}, {"force": "in_force", "first_order": True, "issued_at": instant(NOW)}),
    "cancel_before_dispatch": (waiting, {"reason": "x"}, {"preparation": "cancelled"}),
    "record_submission": (
        factories.issued,
        {"submitted_at": instant(T0), "address": "https://form.example/", "confirmed_at": instant(T0)},
        {"transmission": "sent", "received_at": None},
    ),
    "clarify": (unclear, {"answers": {"1": "The second."}}, {"open_questions": []}),
    "dispute_ground": (impossible, {"reason": "The host is up."}, {"summary": "displaced"}),
    "record_grounds_ceased": (impossible, {"ceased_at": instant(NOW), "evidence": "It is up."}, {"summary": "open"}),
    "withdraw": (factories.received, {"reason": "x"}, {"force": "withdrawn", "force_at": instant(NOW)}),
    "withhold_disclosure": (
        factories.received,
        {"reason": "x", "decided_at": instant(T0)},
        {"disclosure": "withheld", "withheld_until": instant(T0 + 42 * DAY), "must_not_inform": True},
    ),
    "extend_withholding": (
        withheld,
        {"reason": "x", "until": instant(T0 + 60 * DAY)},
        {"disclosure": "withheld_extended", "withheld_until": instant(T0 + 60 * DAY)},
    ),
    "allow_disclosure": (withheld, {}, {"disclosure": "allowed"}),
    "extend_preservation": (removed, {"until": instant(T0 + 300 * DAY), "reason": "A review."}, {"force": "in_force"}),
    "record_appeal": (
        factories.received,
        {"appellant": "provider", "received_at": instant(T0)},
        {"force": "under_appeal", "force_at": instant(T0)},
    ),
    "record_judgment": (
        appealed,
        {"outcome": "annulled", "received_at": instant(NOW), "reasons": "Satire."},
        {"force": "annulled_by_court"},
    ),
    "declare_final": (unappealed, {}, {"force": "final", "force_at": instant(NOW)}),
}


def officer(name: str = "bert", code: str = "de-fpo", *roles) -> api.Caller:
    of = factories.authority(code)
    return api.officer(factories.officer(name, of, *roles).person, of)


def act(caller: api.Caller, order: RemovalOrder, name: str, body=None, **headers):
    return caller.post(f"{A}/orders/{order.reference}/acts/{name}", body, **headers)


def test_every_act_of_an_officer_is_here():
    assert set(GOOD) == set(ACTS)


@pytest.mark.parametrize("name", GOOD)
def test_an_act_is_performed_and_the_order_says_so(name):
    state, body, after = GOOD[name]
    order = state()
    done = act(officer(), order, name, body)
    assert done.status_code == 200, done.content
    assert {key: done.json()[key] for key in after} == after
    last = order.dossier.entries.latest("number")
    assert (last.act, last.channel, last.actor_party, done["ETag"]) == (name, "api", "de-fpo", f'"{last.number}"')


@pytest.mark.parametrize("name", sorted({*GOOD} - {"submit"}))
def test_an_act_that_is_not_open_names_itself_the_state_the_article_and_what_is_open(name):
    order = issuing.cancel_before_dispatch(order=factories.drafted(), reason="x", by=by(), at=T0)
    caller = officer()
    caller.get(f"{A}/orders")
    before = everything()
    refused = act(caller, order, name, {**GOOD[name][1], "reason": "other"})
    problem = refused.json()
    assert (refused.status_code, problem_of(refused), everything() == before) == (409, "act-not-open", True)
    assert (problem["act"], problem["open_acts"]) == (name, [])
    assert problem["state"]


FAR = instant(T0 + 200 * DAY)
FORM = {"submitted_at": instant(T0), "address": "https://form.example/"}
BAD = [  # state, act, arguments, problem, pointer
    (factories.received, "put_on_hold", {"reason": "because"}, "validation", "/reason"),
    (held, "release_hold", {"reason": " "}, "validation", "/reason"),
    (lambda: cleared(**FIRST), "issue", {}, "prior-information", None),
    (waiting, "issue", {}, "prior-information", None),
    (lambda: factories.drafted(language="de"), "submit", {}, "language", "/language"),
    (lambda: factories.drafted(emergency_reason=""), "submit", {}, "reason-missing", "/emergency_reason"),
    (lambda: factories.drafted(must_not_inform=True), "submit", {}, "reason-missing", "/withholding_reason"),
    (lambda: factories.drafted(reasons=""), "submit", {}, "reasons-missing", "/reasons"),
    (impossible, "record_grounds_ceased", {"ceased_at": FAR, "evidence": "x"}, "time-in-future", "/ceased_at"),
    (
        impossible,
        "record_grounds_ceased",
        {"ceased_at": instant(T0 - DAY), "evidence": "x"},
        "before-grounds",
        "/ceased_at",
    ),
    (
        impossible,
        "record_grounds_ceased",
        {"ceased_at": instant(NOW), "evidence": "x", "items": [1, 7]},
        "unknown-item",
        "/items/1",
    ),
    (unclear, "record_grounds_ceased", {"ceased_at": instant(NOW), "evidence": "x"}, "no-such-ground", "/items"),
    (impossible, "record_grounds_ceased", {"ceased_at": instant(NOW)}, "evidence-missing", "/evidence"),
    (factories.issued, "record_submission", {**FORM, "submitted_at": FAR}, "time-in-future", "/submitted_at"),
    (factories.issued, "record_submission", {**FORM, "confirmed_at": FAR}, "time-in-future", "/confirmed_at"),
    (factories.issued, "record_submission", {**FORM, "address": "a form"}, "validation", "/address"),
    (factories.issued, "record_submission", {**FORM, "message": "msg_another"}, "validation", "/message"),
    (
        factories.issued,
        "record_submission",
        {**FORM, "confirmation": {"content": "%", "media_type": "text/html"}},
        "validation",
        "/confirmation/content",
    ),
    (
        factories.issued,
        "record_submission",
        {**FORM, "confirmation": {"content": "QQ=="}, "confirmation_text": "A"},
        "validation",
        "/confirmation_text",
    ),
    (
        factories.received,
        "withhold_disclosure",
        {"reason": "x", "decided_at": instant(T0), "until": FAR},
        "too-long",
        "/until",
    ),
    (
        factories.received,
        "withhold_disclosure",
        {"reason": "x", "decided_at": instant(NOW + MINUTE), "until": instant(NOW + MINUTE / 2)},
        "too-long",
        "/until",
    ),
    (
        factories.received,
        "withhold_disclosure",
        {"reason": "x", "decided_at": instant(T0 - 50 * DAY)},
        "too-long",
        "/decided_at",
    ),
    (withheld, "extend_withholding", {"reason": "x", "until": instant(T0 + 20 * DAY)}, "too-long", "/until"),
    (withheld, "extend_withholding", {"reason": "x", "until": FAR}, "too-long", "/until"),
    (removed, "extend_preservation", {"reason": "x", "until": instant(NOW)}, "not-later", "/until"),
    (removed, "extend_preservation", {"reason": "x", "until": FAR, "items": [7]}, "unknown-item", "/items/0"),
    (factories.received, "record_appeal", {"appellant": "court", "received_at": FAR}, "validation", "/appellant"),
    (
        factories.received,
        "record_appeal",
        {"appellant": "provider", "received_at": FAR},
        "time-in-future",
        "/received_at",
    ),
    (
        factories.received,
        "record_judgment",
        {"outcome": "annulled", "received_at": instant(NOW), "reinstate": [7]},
        "unknown-item",
        "/reinstate/0",
    ),
    (factories.received, "record_judgment", {"outcome": "won", "received_at": FAR}, "validation", "/outcome"),
]


@pytest.mark.parametrize(("state", "name", "body", "problem", "pointer"), BAD)
def test_a_refused_act_says_why_and_changes_nothing(state, name, body, problem, pointer):
    order, caller = state(), officer()
    caller.get(f"{A}/orders")
    before = everything()
    refused = act(caller, order, name, body)
    assert problem_of(refused) == problem
    assert [error["pointer"] for error in refused.json()["errors"]] == ([] if pointer is None else [pointer])
    assert everything() == before


def test_prior_information_is_not_given_twice_nor_to_whom_had_an_order_before():
    factories.issued()
    order, caller = cleared(**FIRST), officer()
    caller.get(f"{A}/orders")
    before = everything()
    refused = act(caller, order, "inform_beforehand")
    assert (refused.status_code, problem_of(refused), everything() == before) == (409, "refused", True)


def test_a_first_order_is_issued_twelve_hours_after_the_information():
    order = waiting()
    with time_machine.travel(T0 + timedelta(hours=12), tick=False):
        assert act(officer(), order, "issue").json()["force"] == "in_force"


def test_a_court_names_what_is_to_be_reinstated():
    order = appealed()
    by_provider = factories.by_provider(order)
    answering.report_removal(order=order, annex=factories.annex_ii(taken_at=T0), by=by_provider, at=T0)
    body = {"outcome": "annulled", "received_at": instant(NOW), "reinstate": [], "reasons": "In part."}
    assert act(officer(), order, "record_judgment", body).status_code == 200
    assert order.dossier.messages.get(type="order.annulled", recipient="hosting-nl").data["items"] == []


def test_a_draft_reads_as_it_was_written_with_everything_about_secrecy_and_emergency():
    order = drafting.draft(
        authority=factories.authority(),
        content=factories.content(
            to=factories.provider(), language="de", language_override="Asked for.", must_not_inform=True,
            withholding_reason="A case.", withholding_decided_at=T0,
        ),
        by=by("anna"),
        at=T0,
    )  # fmt: skip
    caller = officer("anna")
    changed = caller.send("PATCH", f"{A}/orders/{order.reference}", {"reasons": "Other."}, If_Match='"1"')
    said = {
        "language_override": "Asked for.",
        "withholding_reason": "A case.",
        "withholding_decided_at": instant(T0),
        "emergency": True,
        "emergency_reason": "Synthetic emergency.",
        "reasons": "Other.",
    }
    assert {key: changed.json()[key] for key in said} == said


def test_a_draft_is_warned_about_what_deserves_a_second_look():
    order = factories.drafted(**FIRST)
    warned = officer().get(f"{A}/orders/{order.reference}").json()["warnings"]
    assert [("12 hours" in line) for line in warned] == [True]
