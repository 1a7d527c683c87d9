"""Every problem the APIs answer with: status, title, what it means, what to do. Pages and handler read this."""

from typing import NamedTuple


class ProblemType(NamedTuple):
    """One type of problem; its code is the last part of its URL and never changes."""

    status: int
    title: str
    means: str
    do: str


PROBLEM_TYPES = {
    "malformed": ProblemType(
        400,
        "The request cannot be read",
        "The body is not JSON in UTF-8, or a header or the address is not well formed.",
        "Send one JSON value (RFC 8259) in UTF-8, without NaN or Infinity, not nested thousands deep.",
    ),
    "bad-cursor": ProblemType(
        400,
        "The cursor was not given by us",
        "The value of after is not one that an earlier answer gave as next.",
        "Begin again without after, and pass on next unchanged.",
    ),
    "invalid-token": ProblemType(
        401,
        "No valid access token",
        "The Authorization header is missing, or its token is unknown, expired or revoked. A token lives ten minutes.",
        "Get a new one from /oauth/token and send it as Authorization: Bearer ....",
    ),
    "scope-missing": ProblemType(
        403,
        "The token does not allow this",
        "The token is valid, but lacks the scope of this call or belongs to another kind of party.",
        "Ask for a token with the scope named in the detail; leave scope out to get all that you may have.",
    ),
    "act-not-yours": ProblemType(
        403,
        "This act is for somebody else",
        "Another party, a named officer, or an officer with another role may do this.",
        "Read open_acts of the order: it lists what is open to you.",
    ),
    "four-eyes": ProblemType(
        403,
        "A second person is needed",
        "Whoever drafted an order cannot approve it. Persons are compared, never clients.",
        "Let another officer with the role approver approve it.",
    ),
    "not-found": ProblemType(
        404,
        "There is nothing here for you",
        "The address does not exist, or names something of another party, which is answered alike.",
        "Compare the address with /api/docs/ and the reference with the list of your orders.",
    ),
    "method-not-allowed": ProblemType(
        405,
        "This address takes another method",
        "The header Allow names the methods that this address takes.",
        "Use one of them.",
    ),
    "act-not-open": ProblemType(
        409,
        "The act is not open now",
        "The order is in a state in which this act is not declared; state and open_acts say which it is.",
        "Read the order again and choose among open_acts.",
    ),
    "prior-information": ProblemType(
        409,
        "The 12 hours of Art. 3(2) are not over",
        "A first order to a provider needs information on procedures and deadlines at least 12 hours before.",
        "Perform inform_beforehand and wait, or return the order to draft and justify an emergency.",
    ),
    "appeal-open": ProblemType(
        409,
        "An appeal period is still running",
        "An order becomes final when nobody can appeal any more, or when a court confirms it (Art. 3(9)).",
        "Wait for the end of the period that clocks of the order show, or record the judgment.",
    ),
    "refused": ProblemType(
        409,
        "The act cannot be done now",
        "Something outside the request is missing; the detail names it. Nothing was recorded.",
        "Have it put right and send the request again.",
    ),
    "idempotency-in-flight": ProblemType(
        409,
        "The order is busy",
        "Another request holds this order for longer than we let you wait. Nothing was recorded by yours.",
        "Send the same request with the same Idempotency-Key again: it is recorded once.",
    ),
    "stale-generation": ProblemType(
        412,
        "Somebody else changed the order",
        "The generation in If-Match is not the present one.",
        "Read the order again, look at what changed, and send the new ETag in If-Match.",
    ),
    "body-too-large": ProblemType(
        413,
        "The body is too large",
        "A body may have one megabyte.",
        "Send less in one request.",
    ),
    "unsupported-media-type": ProblemType(
        415,
        "The body is not JSON",
        "The header Content-Type names something other than application/json.",
        "Send JSON with Content-Type: application/json.",
    ),
    "validation": ProblemType(
        422,
        "The content is not valid",
        "Some members of the body are missing or wrong; errors points at each of them (RFC 6901).",
        "Correct them and send the request again: nothing was recorded.",
    ),
    "unknown-item": ProblemType(
        422,
        "The order has no such item",
        "Items are numbered from 1 within each order.",
        "Use the numbers in items of the order.",
    ),
    "time-in-future": ProblemType(
        422,
        "The measure lies in the future",
        "A time in the body is after our clock by more than two minutes.",
        "Compare your clock with server_time and send the time at which you acted.",
    ),
    "question-missing": ProblemType(
        422,
        "A question is missing",
        "Annex III for insufficient information says what is needed.",
        "Put at least one question into needed.",
    ),
    "no-such-ground": ProblemType(
        422,
        "No such ground is open",
        "Nothing that could cease was notified for these items under Art. 3(7), or it has ceased already.",
        "Read items of the order: those that are displaced have an open ground.",
    ),
    "evidence-missing": ProblemType(
        422,
        "Nothing shows that the grounds ceased",
        "Grounds that the provider did not report as ceased are recorded as such with what shows it.",
        "Say in evidence what shows it.",
    ),
    "language": ProblemType(
        422,
        "The contact point does not work in this language",
        "A provider publishes the languages of its contact point (Art. 15(2)); the order is in another one.",
        "Revise the draft: choose one of those languages, or give the reason in language_override.",
    ),
    "reason-missing": ProblemType(
        422,
        "A reason is missing",
        "The act is recorded with its reason; an empty one says nothing.",
        "Give it in the member that errors points at.",
    ),
    "reasons-missing": ProblemType(
        422,
        "The reasons are missing",
        "Orders, requests for scrutiny and decisions on them are reasoned (Art. 3(4)(b), 4(4), 4(6)).",
        "Give them in reasons.",
    ),
    "outcome": ProblemType(
        422,
        "There is no such outcome",
        "A decision or a judgment has one of the outcomes that the OpenAPI document lists.",
        "Choose one of them.",
    ),
    "too-long": ProblemType(
        422,
        "The end lies outside of what the law allows",
        "Disclosure is withheld for at most six weeks from the decision, and once more for at most six (Art. 11(3)).",
        "Choose an end within the period that the detail names.",
    ),
    "not-later": ProblemType(
        422,
        "The new end is not later",
        "An extension ends after what it extends.",
        "Choose an end after the present one.",
    ),
    "before-grounds": ProblemType(
        422,
        "The grounds cannot cease before they arose",
        "The time given lies before the grounds that the provider stated.",
        "Send the time at which they ceased.",
    ),
    "not-cross-border": ProblemType(
        422,
        "The order is not scrutinised by another Member State",
        "Art. 4 is about orders from another Member State than that of the provider's home.",
        "Use the redress that section G of Annex I names.",
    ),
    "idempotency-key-reused": ProblemType(
        422,
        "The Idempotency-Key was used for another request",
        "An earlier request with this key had another method, address or body.",
        "Use a new key for a new statement.",
    ),
    "endpoint-refused": ProblemType(
        422,
        "The endpoint cannot be used",
        "The address is not http or https, does not resolve, or lies in a network that we do not call.",
        "Give a public https address, or a loopback one on a sandbox connection.",
    ),
    "precondition-required": ProblemType(
        428,
        "If-Match is missing",
        "A draft is changed only by somebody who says which generation they read.",
        "Send the ETag of the order in If-Match.",
    ),
    "internal": ProblemType(
        500,
        "Something went wrong on our side",
        "The request hit a fault of ours. Unless you can read the answer under /submissions, nothing was recorded.",
        "Send the same request with the same Idempotency-Key again, and tell us the request_id.",
    ),
}
