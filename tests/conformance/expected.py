"""Which temperament meets which verdict, wherever that is not PASSED: data, read beside the behaviours."""

from platforms.conformance.checks import CHECKS


def skipped(*checks: str) -> dict[str, str]:
    return dict.fromkeys(checks, "SKIPPED")


def warned(*checks: str) -> dict[str, str]:
    return dict.fromkeys(checks, "WARNING")


def failed(*checks: str) -> dict[str, str]:
    return dict.fromkeys(checks, "FAILED")


NEVER_ASKED = skipped("clarification", "clarification-hour")
NEVER_HINDERED = skipped("impossibility", "impossibility-hour")
NEITHER = NEVER_ASKED | NEVER_HINDERED
NOT_IN_THE_HOUR = failed("hour-plain", "hour-every-item", "hour-twin", "hour-burst")
# What says something only about those who answer.
NOTHING_SAID = skipped(
    "duplicate-one-effect", "extra-fields", "other-scripts", "large", "times-known", "times-ahead", "seen-gone",
    "answer-keyed", "answer-once", "answer-own-key", "answer-accepted", "answer-after-503", "answer-after-loss",
    "answer-after-401", "answer-token", "answer-consistent", "annulled", "annulled-put-back",
)  # fmt: skip
SILENT = NEITHER | NOTHING_SAID | NOT_IN_THE_HOUR | warned("out-of-order")
# What it says is that it has seen the order: that answer can be looked at.
OF_ANY_ANSWER = {
    "answer-accepted", "answer-after-401", "answer-after-503", "answer-after-loss", "answer-consistent", "answer-keyed",
    "answer-once", "answer-own-key", "answer-token",
}  # fmt: skip
ONLY_SEEN = {check: verdict for check, verdict in SILENT.items() if check not in OF_ANY_ANSWER}
# Of whom took nothing genuine, only what needs no order can be seen.
SEEN_OF_ANYBODY = {"time-limit", "no-redirect", "get-harmless"}
NOTHING_TAKEN = skipped(*(check.id for check in CHECKS if check.id not in SEEN_OF_ANYBODY))

EXPECTED: dict[str, dict[str, str]] = {
    "compliant": NEITHER,
    "slow": NEITHER,  # its median is forty minutes
    "clarification": NEVER_HINDERED,
    "asks_twice": NEVER_HINDERED,
    "late": NEITHER | NOT_IN_THE_HOUR,
    "silent": SILENT,
    "eager": NEITHER | warned("receipt-first"),
    "office_hours": SILENT,  # the run is on a Saturday at half past two
    "desk": ONLY_SEEN,  # nobody is there outside an exercise
    "already_gone": NEITHER | skipped("annulled-put-back"),  # it took nothing down
    "restores": NEITHER,
    "force_majeure": NEVER_ASKED,
    "disputes": NEITHER | failed("answer-accepted"),  # it asks for scrutiny where no border is crossed, too
    "lies": NEITHER | failed("seen-gone", "annulled-put-back"),
    "uploads_again": NEITHER,  # another page needs another order (case 3)
    "duplicates": NEITHER | failed("duplicate-one-effect", "acknowledgement", "answer-once"),
    "out_of_order": NEITHER | warned("receipt-first") | failed("answer-consistent"),
    "flaky": NEITHER
    | warned("signature-genuine", "signature-rotated", "jws-rotated-key", "out-of-order", "burst", "unknown-type")
    | failed("time-limit")
    | skipped("withdrawn", "withdrawn-stops"),  # the withdrawal takes an order off the wire that was not taken yet
    "evasive": NOTHING_TAKEN | failed("signature-genuine"),
    "bad_token": NEITHER | warned("answer-token"),
    "signing": NEITHER,
    "skewed": NEITHER | failed("times-ahead"),
}
PECULIAR = {  # what would only make the run longer
    "force_majeure": {"outage_minutes": 20},
    "flaky": {"faults": ["hang"]},
}
