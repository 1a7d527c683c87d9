"""Authorities' own systems: named officers act, machines read, draft and submit; each sees its own authority only."""

from datetime import timedelta

import pytest

from orders import clock
from orders.acts import answering
from orders.api.acts import ACTS
from orders.models import LedgerEntry, Membership
from orders.regulation.regions import OfficerRole
from tests import api, factories
from tests.api import A, problem_of
from tests.snapshot import everything

pytestmark = pytest.mark.django_db
DRAFT = {
    "provider": "hosting-nl",
    "items": [{"url": "https://hosting.example/v/8841", "identification": "video, 00:40 to 02:10", "kind": "video"}],
    "categories": ["2(7)(a)"],
    "reasons": "Synthetic reasons.",
    "assessment": "None of the purposes of Art. 1(3).",
    "language": "en",
    "file_number": "F-77",
    "must_not_inform": False,
    "language_override": "",
    "withholding_reason": "",
    "withholding_decided_at": None,
    "emergency": True,
    "emergency_reason": "Synthetic emergency.",
    "limit_scale": "1/60",
}
AT = "2026-11-21T01:30:00Z"
ARGUMENTS = {  # enough for every act
    "reason": "other", "reasons": "x", "answers": {"1": "x"}, "ceased_at": AT, "evidence": "x", "decided_at": AT,
    "until": AT, "appellant": "provider", "received_at": AT, "outcome": "confirmed",
    "submitted_at": AT, "address": "https://form.example/",
}  # fmt: skip


def officer(name: str, code: str = "de-fpo", *roles: OfficerRole, scope: str = "") -> api.Caller:
    of = factories.authority(code)
    caller = api.officer(factories.officer(name, of, *roles).person, of, scope)
    caller.get(f"{A}/orders")
    return caller


@pytest.fixture(autouse=True)
def _provider():
    factories.provider()


def drafted(by: api.Caller) -> str:
    return by.post(f"{A}/orders", DRAFT).json()["reference"]


def act(by: api.Caller, reference: str, name: str, body=None, **headers):
    return by.post(f"{A}/orders/{reference}/acts/{name}", body, **headers)


def test_two_officers_draft_submit_approve_issue_and_withdraw_an_order():
    anna, bert = officer("anna"), officer("bert")
    created = anna.post(f"{A}/orders", DRAFT)
    reference = created.json()["reference"]
    url = f"{A}/orders/{reference}"
    assert (created.status_code, created["Location"]) == (201, f"http://localhost:8000{url}")
    done = [act(anna, reference, "submit"), act(bert, reference, "approve"), act(bert, reference, "issue")]
    assert [(one.status_code, one["ETag"]) for one in done] == [(200, '"2"'), (200, '"3"'), (200, '"4"')]
    assert [one.json()["summary"] for one in done] == ["in_review", "cleared", "open"]
    withdrawn = act(bert, reference, "withdraw", {"reason": "Issued in error."})
    left_to_courts = [act["act"] for act in withdrawn.json()["open_acts"]]
    assert (withdrawn.json()["force"], left_to_courts) == ("withdrawn", ["record_judgment", "record_appeal"])
    entries = LedgerEntry.objects.filter(dossier__reference=reference).values_list("act", "channel")
    assert set(entries) == {(name, "api") for name in ("draft", "submit", "approve", "issue", "withdraw")}


def test_the_order_reads_as_it_was_written_and_says_what_is_open():
    anna = officer("anna", "de-fpo", OfficerRole.DRAFTER)
    read = anna.get(f"{A}/orders/{drafted(anna)}").json()
    written = {name: read[name] for name in DRAFT if name != "items"}
    assert written == {name: value for name, value in DRAFT.items() if name != "items"}
    item = read["items"][0]
    assert {name: item[name] for name in ("url", "identification", "kind")} == DRAFT["items"][0]
    assert sorted(one["act"] for one in read["open_acts"]) == ["cancel_before_dispatch", "revise", "submit"]


def test_a_submitted_order_is_returned_and_cancelled_with_a_reason():
    anna, bert = officer("anna"), officer("bert")
    reference = drafted(anna)
    act(anna, reference, "submit")
    assert act(bert, reference, "return_to_draft", {"reason": "Which video?"}).json()["preparation"] == "draft"
    cancelled = act(anna, reference, "cancel_before_dispatch", {"reason": "Gone."})
    assert cancelled.json()["preparation"] == "cancelled"


def test_a_clarification_answers_each_question_by_its_number():
    at = clock.now() - timedelta(minutes=1)
    order = factories.received(at=at)
    answering.seek_clarification(order=order, annex=factories.unclear(), by=factories.by_provider(order), at=at)
    bert = officer("bert")
    assert bert.get(f"{A}/orders/{order.reference}").json()["open_questions"] == [
        {"number": 1, "item": 1, "text": "Which video?"}
    ]
    before = everything()
    missing = act(bert, order.reference, "clarify", {"answers": {"2": "The second."}})
    assert (missing.status_code, missing.json()["errors"][0]["code"]) == (422, "answer-missing")
    assert everything() == before
    answered = act(bert, order.reference, "clarify", {"answers": {"1": "The second."}})
    assert (answered.status_code, answered.json()["open_questions"]) == (200, [])


def test_a_draft_is_changed_only_by_whoever_says_what_they_read():
    anna = officer("anna")
    url = f"{A}/orders/{drafted(anna)}"
    before = everything()
    assert problem_of(anna.send("PATCH", url, {"reasons": "Other."})) == "precondition-required"
    assert problem_of(anna.send("PATCH", url, {"reasons": "Other."}, If_Match='"7"')) == "stale-generation"
    assert problem_of(anna.send("PATCH", url, {"reasons": "Other."}, If_Match="soon")) == "malformed"
    assert everything() == before
    changed = anna.send("PATCH", url, {"reasons": "Other."}, If_Match='"1"')
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert {**DRAFT, "reasons": "Other."}.items() >= {"reasons": changed.json()["reasons"]}.items()
    assert changed.json()["file_number"] == "F-77"  # what was not named stays


def test_if_match_is_heeded_by_acts_when_sent():
    anna = officer("anna")
    reference = drafted(anna)
    assert problem_of(act(anna, reference, "submit", If_Match='"9"')) == "stale-generation"
    assert act(anna, reference, "submit", If_Match='"1"').status_code == 200


def test_whoever_drafted_an_order_cannot_approve_it_whichever_client_they_use():
    anna = officer("anna")
    reference = drafted(anna)
    act(anna, reference, "submit")
    other_client = officer("anna")
    before = everything()
    refused = act(other_client, reference, "approve")
    assert (refused.status_code, problem_of(refused), everything() == before) == (403, "four-eyes", True)


def test_an_act_that_is_not_open_says_the_state_and_what_is_open():
    anna = officer("anna")
    reference = drafted(anna)
    before = everything()
    refused = act(anna, reference, "issue")
    problem = refused.json()
    assert (refused.status_code, problem_of(refused), everything() == before) == (409, "act-not-open", True)
    assert {name: problem[name] for name in ("act", "article", "open_acts")} == {
        "act": "issue",
        "article": "3(1)",
        "open_acts": ["cancel_before_dispatch", "revise", "submit"],
    }
    assert "not_in_force" in problem["state"]


def test_an_officer_without_the_role_is_refused():
    anna, carl = officer("anna"), officer("carl", "de-fpo", OfficerRole.DRAFTER)
    reference = drafted(anna)
    act(anna, reference, "submit")
    refused = act(carl, reference, "approve")
    assert (refused.status_code, problem_of(refused)) == (403, "act-not-yours")


def test_an_order_of_another_authority_is_not_found():
    anna, dana = officer("anna"), officer("dana", "fr-aut")
    reference = drafted(anna)
    dana.get(f"{A}/orders")
    before = everything()
    url = f"{A}/orders/{reference}"
    answers = [
        dana.get(url),
        dana.send("PATCH", url, {}, If_Match='"1"'),
        *(act(dana, reference, name, ARGUMENTS) for name in ACTS),
    ]
    assert {problem_of(answer) for answer in answers} == {"not-found"}
    assert dana.get(f"{A}/orders").json()["items"] == []
    assert everything() == before


def test_a_machine_reads_drafts_and_submits_and_does_nothing_else():
    robot = api.authority_machine(factories.authority())
    robot.get(f"{A}/orders")
    reference = drafted(robot)
    revised = robot.send("PATCH", f"{A}/orders/{reference}", {"file_number": "F-78"}, If_Match='"1"')
    submitted = act(robot, reference, "submit")
    assert [revised.status_code, submitted.status_code, submitted.json()["open_acts"]] == [200, 200, []]
    before = everything()
    for name in set(ACTS) - {"submit"}:
        refused = act(robot, reference, name, ARGUMENTS)
        assert (refused.status_code, problem_of(refused)) == (403, "act-not-yours")
    assert everything() == before
    bert = officer("bert")
    assert act(bert, reference, "approve").status_code == 200  # four eyes: the machine is no person


def test_a_client_that_may_only_read_cannot_act_for_its_officer():
    anna = officer("anna")
    reader = officer("anna", scope="authority.read")
    assert reader.get(f"{A}/orders/{drafted(anna)}").status_code == 200
    assert problem_of(reader.post(f"{A}/orders", DRAFT)) == "scope-missing"
    drafting = officer("anna", scope="authority.read authority.draft")
    reference = drafted(drafting)
    assert problem_of(act(drafting, reference, "cancel_before_dispatch", {"reason": "x"})) == "scope-missing"


def test_whoever_left_the_authority_is_refused_though_the_token_lives():
    anna = officer("anna")
    reference = drafted(anna)
    Membership.objects.all().delete()
    assert problem_of(anna.get(f"{A}/orders/{reference}")) == "scope-missing"


def test_an_unknown_act_is_not_found():
    anna = officer("anna")
    assert problem_of(act(anna, drafted(anna), "lapse")) == "not-found"


def test_a_provider_cannot_call_the_api_of_authorities_nor_the_other_way_round():
    provider, robot = api.platform(factories.provider()), api.authority_machine(factories.authority())
    assert problem_of(provider.get(f"{A}/orders")) == "scope-missing"
    assert problem_of(robot.get(f"{api.P}/orders")) == "scope-missing"
