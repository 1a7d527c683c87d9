"""What a check makes of a transcript: plain values in, a verdict out; above all what no temperament does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orders.regulation.limits import Verdict as Hourly
from orders.regulation.regions import Execution
from platforms.conformance import scenarios
from platforms.conformance.checks import CHECKS
from platforms.conformance.transcript import ISSUED, Hour, Item, Post, Said, Story, Transcript
from tests.factories import HOUR, T0

SECOND = timedelta(seconds=1)
BY_ID = {check.id: check for check in CHECKS}


def post(name=ISSUED, status=204, *, at=T0, outcome=None, took=SECOND, **fields):
    word = outcome or {2: "accepted", 3: "redirected", 4: "refused"}.get(status // 100, "failed")
    return Post(name, at, at + took, word, status, **fields)


def removed(*, at=T0 + 2 * SECOND, key="k", item=1, status=201, **fields):
    taken = (at - SECOND).isoformat()
    body = f'{{"measures": [{{"item": {item}, "measure": "removed", "taken_at": "{taken}"}}]}}'.encode()
    return Said("annex-ii", at, status, key, stands=status == 201, body=body, **fields)


DONE = Item(
    1, Execution.REMOVED, Hourly.WITHIN_HOUR, T0 + SECOND, T0 + 2 * SECOND,
    (Hour("receipt", T0, T0 + HOUR, Hourly.WITHIN_HOUR),),
)  # fmt: skip
INFORMED = Said("content-provider-information", T0, 201, stands=True)
PLAIN = Story("plain", "NL-1", "1", T0, T0, (post(),), (removed(),), (DONE,))


def verdict(check, *stories, **fields):
    return BY_ID[check].judge(Transcript(T0 + HOUR, (PLAIN, *stories), **fields)).verdict


FORGERIES = {
    "signature-wrong": "bad_signature",
    "signature-tampered": "tampered_body",
    "signature-old": "old_timestamp",
    "signature-future": "future_timestamp",
    "signature-missing": scenarios.NO_TIMESTAMP,
    "signature-malformed": scenarios.NO_NUMBER,
    "signature-unknown-secret": "wrong_secret",
    "jws-unknown-key": "unknown_key",
    "jws-other-authority": "other_authority",
    "jws-altered": "altered_order",
    "jws-none": "unsigned_order",
}


@pytest.mark.parametrize("check", FORGERIES)
@pytest.mark.parametrize(("status", "expected"), [(401, "PASSED"), (400, "PASSED"), (500, "WARNING"), (204, "FAILED")])
def test_a_forgery_is_to_be_refused_with_a_4xx(check, status, expected):
    assert verdict(check, probes={FORGERIES[check]: post(FORGERIES[check], status)}) == expected


def test_to_refuse_everything_is_no_merit():
    refusing = Transcript(T0, (replace(PLAIN, posts=(post(status=401),)),), {"bad_signature": post(status=401)})
    assert {BY_ID[check].judge(refusing).verdict for check in ("signature-wrong", "jws-none")} == {"SKIPPED"}
    assert BY_ID["signature-genuine"].judge(refusing).verdict == "FAILED"


@pytest.mark.parametrize(
    ("check", "name"), [("signature-rotated", "rotated_secret"), ("jws-rotated-key", "rotated_key"), ("large", "large")]
)
def test_what_is_unusual_and_genuine_is_to_be_taken_at_once(check, name):
    told = replace(PLAIN, name=name)
    late = replace(told, posts=(post(status=503), post()))
    assert verdict(check, told) == "PASSED"
    assert verdict(check, replace(told, posts=(post(status=401),), items=())) == "FAILED"
    assert verdict("signature-rotated", replace(late, name="rotated_secret")) == "WARNING"


@pytest.mark.parametrize(
    ("check", "story"),
    [
        ("extra-fields", replace(PLAIN, name="extra_fields", items=(replace(DONE, execution=Execution.UNANSWERED),))),
        ("duplicate-taken", replace(PLAIN, name="duplicate", posts=(post(), post(status=409)))),
        ("half-body", replace(PLAIN, name="half_body", posts=(post(), post()))),
        ("out-of-order", replace(PLAIN, name="out_of_order", posts=(post("order.appeal_recorded", 404), post()))),
        ("time-limit", replace(PLAIN, name="burst", posts=(post(outcome="timeout"),))),
        ("no-redirect", replace(PLAIN, name="burst", posts=(post(status=301),))),
        ("burst", replace(PLAIN, name="burst", posts=(post(status=503),))),
        ("times-known", replace(PLAIN, name="burst", said=(removed(at=T0 - HOUR),))),
        ("answer-own-key", replace(PLAIN, name="burst", said=(removed(status=422, code="idempotency-key-reused"),))),
        ("answer-after-503", replace(PLAIN, name="burst", said=(removed(status=503, faults=("unavailable",)),))),
        ("withdrawn", replace(PLAIN, name="withdrawn", posts=(post(), post("order.withdrawn", 500)))),
        ("withdrawn-stops", replace(PLAIN, name="withdrawn", posts=(post(), post("order.withdrawn", took=0 * SECOND)))),
        ("secret-kept", replace(PLAIN, name="secret", said=(INFORMED,))),
        ("prior-information", replace(PLAIN, name="first_order", posts=(post("order.prior_information_given", 400),))),
        ("annulled", replace(PLAIN, name="annulled", posts=(post(), post("order.annulled", 500)))),
    ],
)  # fmt: skip
def test_what_no_temperament_does_is_failed_all_the_same(check, story):
    assert verdict(check, story) == "FAILED"


def test_a_repeat_with_another_key_may_be_recorded_twice():
    lost = removed(faults=("lost_answer",))
    again = removed(at=T0 + 9 * SECOND, key="k")
    assert verdict("answer-after-loss", replace(PLAIN, name="burst", said=(lost, again))) == "PASSED"
    assert verdict("answer-after-loss", replace(PLAIN, name="burst", said=(lost, replace(again, key="l")))) == "FAILED"


def test_an_unknown_type_may_not_be_refused_and_the_endpoint_may_be_looked_at():
    assert verdict("unknown-type", probes={"unknown_type": post(status=422)}) == "FAILED"
    assert verdict("get-harmless", probes={"get": post(status=500)}) == "FAILED"
    assert verdict("get-harmless", probes={"get": post(status=405)}) == "PASSED"


def test_every_check_judges_an_empty_transcript_and_says_what_to_do_in_a_sentence():
    judged = [check.judge(Transcript(T0)) for check in CHECKS]
    assert {one.verdict for one in judged} == {"SKIPPED"}
    assert [
        check.id for check in CHECKS if not (check.says.endswith(".") and check.do.endswith(".") and check.rule)
    ] == []


def test_a_clarification_that_is_not_taken_and_a_fresh_hour_that_is_missed():
    asked = Said("annex-iii", T0, 201, "q", stands=True, body=b'{"reason": "insufficient_information", "items": [1]}')
    story = replace(PLAIN, name="wrong_url", said=(asked,), posts=(post(), post("order.clarified", 500)))
    late = replace(DONE, verdict=Hourly.AFTER_HOUR, hours=(Hour("clarification", T0, T0 + HOUR, Hourly.AFTER_HOUR),))
    assert verdict("clarification", story) == "FAILED"
    assert verdict("clarification-hour", replace(story, items=(late,))) == "FAILED"


def test_an_impossibility_that_never_ends():
    cannot = Said("annex-iii", T0, 201, "q", stands=True, body=b'{"reason": "force_majeure_or_impossibility"}')
    open_ = replace(DONE, execution=Execution.DISPLACED)
    assert verdict("impossibility", replace(PLAIN, name="burst", said=(cannot,), items=(open_,))) == "FAILED"
