"""What an act of an issuing officer is refused for through the API, and where the problem points."""

import pytest
import time_machine

from orders.canonical import instant
from tests import factories
from tests.api import A, problem_of
from tests.factories import T0
from tests.orders.api_stories import (
    DAY,
    FIRST,
    MINUTE,
    NOW,
    act,
    cleared,
    held,
    impossible,
    officer,
    removed,
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
    (
        impossible,
        "record_grounds_ceased",
        {"ceased_at": instant(NOW), "evidence": "x", "grounds": [999]},
        "no-such-ground",
        "/grounds/0",
    ),
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
    *(
        (
            factories.received,
            "record_judgment",
            {"outcome": "confirmed", "received_at": instant(NOW), "appeals": named},
            *refused,
        )
        for named, refused in (
            ([], ("validation", "/appeals")),
            (["court"], ("validation", "/appeals/0")),
            ([True], ("validation", "/appeals/0")),
            ([{}], ("validation", "/appeals/0")),
            ("provider", ("validation", "/appeals")),
            (["provider"], ("no-such-appeal", "/appeals/0")),
            ([4], ("no-such-appeal", "/appeals/0")),
        )
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
