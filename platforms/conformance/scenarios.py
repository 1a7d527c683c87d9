"""The orders of a run, and the messages that are none: data only."""

from dataclasses import dataclass, field
from datetime import timedelta

from platforms import faults
from platforms.sandbox.catalogue import ASKED, MINUTE
from platforms.sandbox.kinds import Step

# Whoever asks is answered, whichever order it is about; the kinds that clarify by themselves come first.
ANSWER = {"answer": "All that this address shows is meant (synthetic)."}
CLARIFY = tuple(Step("clarify", 10 * MINUTE, ANSWER, ASKED, nth) for nth in (1, 2, 3))
BURST = "burst"
MOST_BURST = 500


@dataclass(frozen=True)
class Scenario:
    """One order of a kind of the catalogue. `fault` meets its first message; `rotated`: signed with a new key of its
    authority. It is watched for `linger` after all its items are done, and until `awaits` has come and was answered."""

    name: str
    kind: str = "plain"
    fault: str = ""
    rotated: bool = False
    script: tuple[Step, ...] = ()
    awaits: str = ""
    linger: timedelta = field(default=timedelta(0))


GREETING = (Scenario("plain"), Scenario("forged"))
FAULTY = (
    Scenario("rotated_secret", fault="rotated_secret"),
    Scenario("extra_fields", fault="extra_fields"),
    Scenario("duplicate", fault=faults.DUPLICATE),
    Scenario("half_body", fault=faults.HALF_BODY),
    Scenario("out_of_order", fault=faults.OUT_OF_ORDER, script=(Step("record_appeal", MINUTE),)),
)
ORDERS = (
    Scenario("rotated_key", rotated=True),
    Scenario("several_urls", "several_urls"),
    Scenario("other_scripts", "other_scripts"),
    Scenario("large", "large"),
    Scenario("secret", "secret", linger=10 * MINUTE),
    Scenario("wrong_url", "wrong_url"),
    Scenario("withdrawn", "withdrawn", awaits="order.withdrawn", linger=25 * MINUTE),
    Scenario("annulled", "annulled", awaits="order.annulled", linger=30 * MINUTE),
    Scenario("duplicate_order", "duplicate"),
    Scenario("first_order", "first_order", awaits="order.prior_information_given", linger=30 * MINUTE),
)
SCENARIOS = {one.name: one for one in (*GREETING, *FAULTY, *ORDERS, Scenario(BURST))}
ON_ANSWERS = (faults.UNAVAILABLE, faults.LOST_ANSWER, faults.TOKEN_EXPIRED)  # one answer each meets these

# What is posted besides, under ids of its own: a spoiled copy of a genuine message, or one of which a part is missing.
SPOILED = (
    "bad_signature",
    "tampered_body",
    "old_timestamp",
    "future_timestamp",
    "wrong_secret",
    "unknown_key",
    "other_authority",
    "altered_order",
    "unsigned_order",
)
NO_ID, NO_TIMESTAMP, NO_SIGNATURE, NO_NUMBER = "no_id", "no_timestamp", "no_signature", "no_number"
UNKNOWN_TYPE, GET = "unknown_type", "get"
