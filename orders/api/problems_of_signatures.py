"""Problems of answers that are signed (RFC 9421), or should be."""

from orders.api.problem_type import ProblemType

OF_SIGNATURES = {
    "signature-malformed": ProblemType(
        400,
        "The signature cannot be read",
        "Signature-Input and Signature are not as RFC 9421 says, or do not cover what an answer has to cover.",
        "Sign once, with alg ed25519, created, keyid and nonce, over @method, @path, content-digest, and "
        "idempotency-key where you send one.",
        'Required component "content-digest" was not covered by the signature. Sign as RFC 9421 says.',
    ),
    "content-digest-mismatch": ProblemType(
        400,
        "The body is not the one that was signed",
        "Content-Digest, which the signature covers, is not the digest of the body as it came.",
        "Digest the very bytes that you send, with sha-256 or sha-512 (RFC 9530), and let nothing write them again.",
        "Content-Digest does not match the message body. Nothing was recorded.",
    ),
    "signature-missing": ProblemType(
        403,
        "Your answers must be signed",
        "You asked for it yourself: `signed_answers` of your endpoint is true, so an unsigned answer is not taken.",
        "Sign it with a key that you registered, or set signed_answers to false with PUT /endpoint.",
        "Your answers must be signed, and this request is not. Nothing was recorded.",
    ),
    "answer-key-unknown": ProblemType(
        403,
        "The key of the signature is not known",
        "keyid names no key of yours that is live: none that you registered, or one that was retired.",
        "GET /answer-keys lists them; register the public key that you sign with, and give its kid as keyid.",
        "The key 'old-key' is none of yours. Register the key you sign with. Nothing was recorded.",
    ),
    "signature-invalid": ProblemType(
        403,
        "The signature does not match",
        "The key that keyid names did not sign this request as it came: it was signed with another one, or changed.",
        "POST /debug/verify-answer shows the signature base as we read it: compare it with the one that you signed.",
        "The signature does not match. Compare the signature base that you signed with ours, byte for byte.",
    ),
    "signature-expired": ProblemType(
        403,
        "The signature is not of this time",
        "created is more than five minutes from our clock, or expires is over.",
        "Synchronise your clock (server_time is ours), and sign afresh at each attempt.",
        "The signature is right, but was created 400 s behind this clock; 300 s are allowed.",
    ),
    "nonce-reused": ProblemType(
        409,
        "This signature was used before",
        "A signed request with this nonce is on record. It is taken once, so that nobody can send your words again.",
        "Sign afresh, with a new nonce and the same Idempotency-Key; /submissions/{key} says what is on record.",
        "The nonce 'n-1' was used before. Nothing was recorded; sign afresh, with a new nonce, each time.",
    ),
    "two-answer-keys": ProblemType(
        409,
        "Two keys are live already",
        "While a key is rotated two are live; a third would make nobody sure which one is used.",
        "Retire the one that you no longer sign with, then register the new one.",
        "Two keys are live: retire one of them first.",
    ),
    "last-answer-key": ProblemType(
        409,
        "There would be no key to sign with",
        "Where answers must be signed, a provider without a live key could not answer.",
        "Register a key first, or set signed_answers to false with PUT /endpoint.",
        "Your answers must be signed, and this is your only key: register another one first.",
    ),
}
