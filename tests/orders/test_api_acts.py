"""Every act of an issuing officer through the API: performed where it is open, refused without a trace elsewhere."""

from datetime import timedelta

import pytest
import time_machine

from orders.acts import answering, drafting, issuing
from orders.api.acts import ACTS
from orders.canonical import instant
from tests import factories
from tests.api import A, problem_of
from tests.factories import T0
from tests.orders.api_stories import (
    DAY,
    FIRST,
    NOW,
    act,
    appealed,
    by,
    cleared,
    held,
    impossible,
    in_review,
    officer,
    removed,
    unappealed,
    unclear,
    waiting,
    withheld,
)
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


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
