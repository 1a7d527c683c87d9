"""The signature of the webhook (Standard Webhooks): who posts, and when."""

from platforms.conformance import scenarios
from platforms.conformance.checks.refusing import refused, taken
from platforms.conformance.judging import NOT_SENT, Check, Judgment, failed, passed, warned
from platforms.conformance.transcript import ISSUED, Transcript

WIRE = "Standard Webhooks: webhook-id, webhook-timestamp and webhook-signature over the raw bytes"
RAW = "Verify webhook-id.webhook-timestamp.body over the bytes as they came, before anything parses them."
CLOCK = "Refuse a webhook-timestamp that is more than five minutes off your own, synchronised clock."


def genuine(seen: Transcript) -> Judgment:
    story = seen.one("plain")
    if story is None or not story.of(ISSUED):
        return NOT_SENT
    posts = story.of(ISSUED)
    if posts[0].accepted:
        return passed(f"Taken at once with {posts[0].status}.", posts[0])
    came = ", ".join(str(post.came) for post in posts[:6])
    if story.taken:
        return warned(f"Taken in the end, after {came}: each failed try may cost minutes of the hour.", *posts[:5])
    return failed(f"A genuine order was not taken: {came}. No check that builds on it shows anything.", *posts[:3])


CHECKS = (
    Check(
        "signature-genuine",
        "A genuine order is taken with 2xx.",
        f"{WIRE}; Art. 3(3)",
        "Compare your webhook secret with the one given to you, and ask POST /debug/verify-signature what differs.",
        genuine,
    ),
    Check(
        "signature-wrong", "A signature that does not match the body is refused.", WIRE, RAW, refused("bad_signature")
    ),
    Check(
        "signature-tampered",
        "A body that was changed after it was signed is refused.",
        WIRE,
        RAW,
        refused("tampered_body"),
    ),
    Check("signature-old", "A message signed ten minutes ago is refused.", WIRE, CLOCK, refused("old_timestamp")),
    Check(
        "signature-future",
        "A message signed ten minutes ahead is refused.",
        WIRE,
        CLOCK,
        refused("future_timestamp"),
    ),
    Check(
        "signature-missing",
        "A message without its id, its timestamp or its signature is refused.",
        WIRE,
        "All three headers are needed: refuse what lacks one with a 4xx, and do not break on it.",
        refused(*(scenarios.NO_ID, scenarios.NO_TIMESTAMP, scenarios.NO_SIGNATURE)),
    ),
    Check(
        "signature-malformed",
        "A timestamp that is no number is refused.",
        WIRE,
        "Read webhook-timestamp as whole seconds since 1970; refuse anything else with a 4xx, and do not break on it.",
        refused(scenarios.NO_NUMBER),
    ),
    Check(
        "signature-unknown-secret",
        "A message signed with a secret that was never yours is refused.",
        WIRE,
        "Accept signatures made with your own live secrets alone, compared in constant time.",
        refused("wrong_secret"),
    ),
    Check(
        "signature-rotated",
        "Of two signatures one that matches is enough, also the second: so secrets are rotated without a gap.",
        "Standard Webhooks: several signatures, separated by spaces",
        "Split webhook-signature at spaces, and accept the message when any v1 signature matches a live secret.",
        taken("rotated_secret"),
    ),
)
