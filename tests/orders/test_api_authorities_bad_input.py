"""Bad input and bad addresses at the calls of authorities' systems: a problem, and nothing changes."""

import pytest

from orders.api.acts import ACTS
from orders.models import RemovalOrder
from tests import api, factories
from tests.api import A, problem_of
from tests.orders.test_api_authorities import AT, DRAFT, drafted, officer
from tests.snapshot import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _provider():
    factories.provider()


CALLS = {
    "draft": ("POST", f"{A}/orders", DRAFT),
    "draft_each": ("POST", f"{A}/orders/one-per-address", DRAFT),
    "revise": ("PATCH", f"{A}/orders/REF", DRAFT),
    "return_to_draft": ("POST", f"{A}/orders/REF/acts/return_to_draft", {"reason": "x"}),
    "cancel_before_dispatch": ("POST", f"{A}/orders/REF/acts/cancel_before_dispatch", {"reason": "x"}),
    "clarify": ("POST", f"{A}/orders/REF/acts/clarify", {"answers": {"1": "x", "2": "y"}}),
    "withdraw": ("POST", f"{A}/orders/REF/acts/withdraw", {"reason": "x"}),
    "submit": ("POST", f"{A}/orders/REF/acts/submit", {}),
    "approve": ("POST", f"{A}/orders/REF/acts/approve", {}),
    "issue": ("POST", f"{A}/orders/REF/acts/issue", {}),
    "put_on_hold": ("POST", f"{A}/orders/REF/acts/put_on_hold", {"reason": "other"}),
    "release_hold": ("POST", f"{A}/orders/REF/acts/release_hold", {"reason": "x"}),
    "inform_beforehand": ("POST", f"{A}/orders/REF/acts/inform_beforehand", {}),
    "dispute_ground": ("POST", f"{A}/orders/REF/acts/dispute_ground", {"reason": "x"}),
    "record_grounds_ceased": (
        "POST",
        f"{A}/orders/REF/acts/record_grounds_ceased",
        {"ceased_at": AT, "evidence": "x", "evidence_file": {"content": "QQ==", "media_type": "x"}, "items": [1]},
    ),
    "record_submission": (
        "POST",
        f"{A}/orders/REF/acts/record_submission",
        {
            "submitted_at": AT,
            "address": "https://form.example/",
            "confirmation": {"content": "QQ==", "media_type": "text/html"},
            "confirmed_at": AT,
        },
    ),
    "withhold_disclosure": (
        "POST",
        f"{A}/orders/REF/acts/withhold_disclosure",
        {"reason": "x", "decided_at": AT, "until": AT},
    ),
    "extend_withholding": ("POST", f"{A}/orders/REF/acts/extend_withholding", {"reason": "x", "until": AT}),
    "allow_disclosure": ("POST", f"{A}/orders/REF/acts/allow_disclosure", {}),
    "extend_preservation": (
        "POST",
        f"{A}/orders/REF/acts/extend_preservation",
        {"reason": "x", "until": AT, "items": [1]},
    ),
    "record_appeal": ("POST", f"{A}/orders/REF/acts/record_appeal", {"appellant": "provider", "received_at": AT}),
    "record_judgment": (
        "POST",
        f"{A}/orders/REF/acts/record_judgment",
        {"outcome": "annulled", "received_at": AT, "appeals": ["provider"], "reinstate": [1], "reasons": "x"},
    ),
    "declare_final": ("POST", f"{A}/orders/REF/acts/declare_final", {}),
}


class WithIfMatch(api.Caller):
    """A caller who always says what they read."""

    def send(self, method, path, body=None, **headers):
        return super().send(method, path, body, **{"If_Match": '"1"', **headers})


@pytest.mark.exhaustive
@pytest.mark.parametrize("call", CALLS)
def test_bad_input_is_a_problem_and_changes_nothing(call):
    anna = officer("anna")
    reference = drafted(anna)
    caller = WithIfMatch(anna.authorization.removeprefix("Bearer "))
    method, path, good = CALLS[call]
    path, before = path.replace("REF", reference), everything()
    answers = {
        name: problem_of(caller.send(method, path, body, content_type=kind))
        for name, (body, kind, _) in api.UNREADABLE.items()
    }
    assert answers == {name: code for name, (_, _, code) in api.UNREADABLE.items()}
    assert api.refused(caller, method, path, good) > (5 if good else -1)
    assert everything() == before


def test_every_act_is_tried_with_bad_input():
    assert {*ACTS, "draft", "draft_each", "revise"} == set(CALLS)


@pytest.mark.parametrize("path", ["orders/%00", "orders/DE-2026-000999", "orders?after=x", "orders/x/acts/submit"])
def test_a_bad_address_is_refused(path):
    assert problem_of(officer("anna").get(f"{A}/{path}")) in ("not-found", "bad-cursor", "method-not-allowed")
    assert RemovalOrder.objects.count() == 0
