"""The authority's signature on the order itself (JWS): whose order it is, whoever posts it."""

from platforms.conformance.checks.refusing import refused, taken
from platforms.conformance.judging import Check

ANNEX_I = "Art. 3(4) and Annex I; compact JWS (RFC 7515), Ed25519"
COMPARE = "Compare the key's authority, name and member_state in the JWKS with Annex I: a good signature is not enough."

CHECKS = (
    Check(
        "jws-unknown-key",
        "An order signed with a key that no authority has published is refused.",
        ANNEX_I,
        "Look its kid up in /.well-known/jwks.json; fetch that again once when it is unknown, and refuse it then.",
        refused("unknown_key"),
    ),
    Check(
        "jws-other-authority",
        "An order signed with the good key of another authority is refused.",
        ANNEX_I,
        COMPARE,
        refused("other_authority"),
    ),
    Check(
        "jws-altered",
        "An order whose Annex I is not what its authority signed is refused.",
        ANNEX_I,
        "Act on the payload of annex_i_jws, or compare it with annex_i and refuse what differs.",
        refused("altered_order"),
    ),
    Check(
        "jws-none",
        "An order whose JWS names the algorithm none is refused.",
        "RFC 8725, 3.1; Ed25519 alone",
        "Give your JWS library the list of algorithms, with Ed25519 alone in it.",
        refused("unsigned_order"),
    ),
    Check(
        "jws-rotated-key",
        "An order signed with a new key of its authority is taken.",
        "RFC 7517; keys are fetched again when a kid is unknown",
        "When a kid is unknown fetch /.well-known/jwks.json again before you refuse.",
        taken("rotated_key"),
    ),
)
