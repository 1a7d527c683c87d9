"""The examples of the OpenAPI document: synthetic, and the same as in the tests."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from platforms.api import message_examples

SIGNATORY = {
    "provider": "Example Hosting B.V.",
    "member_state": "NL",
    "authorised_person": "B. Jansen",
    "contact_email": "tco@hosting.example",
}
ANNEX_II = {
    "provider_reference": "TS-4471",
    "received_at": "2026-11-21T01:30:05Z",
    "measures": [{"item": 1, "measure": "removed", "taken_at": "2026-11-21T02:29:58Z"}],
    "signatory": {**SIGNATORY, "date": "2026-11-21"},
}
ANNEX_III = {
    "provider_reference": "TS-4471",
    "received_at": "2026-11-21T01:30:05Z",
    "items": [1],
    "reason": "insufficient_information",
    "grounds_since": None,
    "explanation": "The URL opens a channel of 400 videos.",
    "needed": [{"question": 1, "text": "Which video and which time span?"}],
    "signatory": {**SIGNATORY, "signed_at": "2026-11-21T01:44:10Z"},
}
ANSWER = {
    "id": "DE-2026-000123/7",
    "recorded_at": "2026-11-21T02:30:01.250000Z",
    "effect": "recorded",
    "reason": "",
    "flags": [],
    "generation": 7,
    "items": [
        {
            "item": 1,
            "execution": "removed",
            "due_at": "2026-11-21T02:30:04.900000Z",
            "standing": "closed",
            "verdict": "within_hour",
            "basis": "claimed",
        }
    ],
}

TIME_IN_FUTURE = {
    "type": "https://tco.example/docs/problems/time-in-future",
    "title": "The measure lies in the future",
    "status": 422,
    "detail": "The time is 37 min after our clock. Nothing was recorded; send the time at which it happened.",
    "instance": "/api/platforms/v1/orders/DE-2026-000123/annex-ii",
    "request_id": "req_01j5k2v8x4m9q7t3w6y0z1abcd",
    "server_time": "2026-11-21T01:50:00.120000Z",
    "due_at": "2026-11-21T02:30:04.900000Z",
    "errors": [{"pointer": "/measures/0/taken_at", "code": "time-in-future", "got": "2026-11-21T02:27:00Z"}],
}
EVENTS = {
    "items": [
        {
            "id": "msg_01j5k2v8x4m9q7t3w6y0z1abcd",
            "body_sha256": "7d1a54127b222502f5b79b5fb0803061152a44f92b37e23c6527baf665d4da9a",
            "message": message_examples.of("order.issued"),
        }
    ],
    "next": "aG9zdGluZy1ubCAx",
}
NOW = "2026-11-21T02:29:58Z"
# A good body of each kind of answer.
STATEMENTS = {
    "acknowledgements": {"provider_reference": "TS-4471"},
    "annex-ii": ANNEX_II,
    "annex-iii": ANNEX_III,
    "grounds-ceased": {"items": [1], "ceased_at": NOW},
    "scrutiny-requests": {"reasons": "The video is a report of a news agency."},
    "reinstatements": {"items": [1], "reinstated_at": NOW, "kept_down_under": ""},
    "content-provider-information": {"information": "copy_given", "informed_at": NOW},
    "preservation-reports": {"items": [1], "what": "accessed", "happened_at": NOW, "purpose": "crime"},
}
BATCH = {
    "entries": [
        {"reference": "DE-2026-000123", "kind": "annex-ii", "idempotency_key": "4471-removed", "body": ANNEX_II},
        {"reference": "DE-2026-000124", "kind": "acknowledgements", "body": {"provider_reference": "TS-4472"}},
    ]
}
BATCH_ANSWER = {
    "items": [
        {
            "index": 0,
            "status": 201,
            "idempotency_key": "4471-removed",
            "replayed": False,
            "answer": ANSWER,
            "problem": None,
        },
        {
            "index": 1,
            "status": 404,
            "idempotency_key": None,
            "replayed": False,
            "answer": None,
            "problem": {
                "type": "https://tco.example/docs/problems/not-found",
                "title": "There is nothing here for you",
                "status": 404,
                "detail": "No order with this reference was sent to you.",
                "instance": "/api/platforms/v1/orders/DE-2026-000124/acknowledgements",
                "request_id": "req_01j5k2v8x4m9q7t3w6y0z1abce",
                "server_time": "2026-11-21T02:30:01.310000Z",
                "errors": [],
            },
        },
    ]
}


ENDPOINT = {
    "endpoint": "https://hosting.example/tco",
    "channel": "webhook",
    "signed_answers": False,
    "sandbox": False,
    "pages": {},
    "changed_at": "2026-11-21T01:40:00.000000Z",
    "secrets": 1,
}
CREDENTIALS: list[dict[str, Any]] = [
    {
        "client_id": "Jq0xZb1kC7",
        "name": "worker 1",
        "created_at": "2026-06-01T08:00:00.000000Z",
        "last_used_at": "2026-11-21T01:50:00.000000Z",
    },
    {
        "client_id": "Rm3wTn8sV2",
        "name": "worker 2",
        "created_at": "2026-11-21T01:40:00.000000Z",
        "last_used_at": None,
    },
]
MADE_CREDENTIAL = {**CREDENTIALS[1], "client_secret": "shown-this-once"}
SECRETS = [
    {
        "id": "whk_7d1a54127b222502",
        "created_at": "2026-06-01T08:00:00.000000Z",
        "retires_at": "2026-11-22T01:40:00.000000Z",
    },
    {"id": "whk_f5b79b5fb0803061", "created_at": "2026-11-21T01:40:00.000000Z", "retires_at": None},
]
MADE_SECRET = {
    "id": "whk_f5b79b5fb0803061",
    "secret": "whsec_c3ludGhldGljIHNlY3JldCBvZiBhbiBleGFtcGxl",
    "created_at": "2026-11-21T01:40:00.000000Z",
    "others_retire_at": "2026-11-22T01:40:00.000000Z",
}
JWK = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}  # that of RFC 8037
ANSWER_KEY = {
    "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    "name": "signer 1",
    "jwk": {**JWK, "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
    "created_at": "2026-11-21T01:40:00.000000Z",
}
_COVERED = (
    '("@method" "@path" "content-digest");created=1795224604;keyid="kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"'
    ';alg="ed25519";nonce="b3RoZXJ3aXNl"'
)
_PATH = "/api/platforms/v1/orders/DE-2026-000123/acknowledgements"
_DIGEST = "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"
SIGNED_ANSWER = {
    "method": "POST",
    "url": f"https://tco.example{_PATH}",
    "headers": {
        "Content-Digest": _DIGEST,
        "Signature-Input": f"answer={_COVERED}",
        "Signature": "answer=:c3ludGhldGljIHNpZ25hdHVyZSB0aGF0IGRvZXMgbm90IGhvbGQ=:",
    },
    "body": "{}",
}
SIGNED_ANSWER_FINDING = {
    "finding": "signature-invalid",
    "detail": "The signature does not match. Compare the signature base that you signed with ours, byte for byte.",
    "signature_base": "\n".join(
        ('"@method": POST', f'"@path": {_PATH}', f'"content-digest": {_DIGEST}', f'"@signature-params": {_COVERED}')
    ),
    "kid": None,
    "signature": None,
}
SIGNATURE = {
    "id": "msg_01j5k2v8x4m9q7t3w6y0z1abcd",
    "timestamp": "1795224604",
    "signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    "body": '{"type":"order.issued"}',
}
SIGNATURE_FINDING = {
    "finding": "clock_skew",
    "detail": "The signature is right, its timestamp is 400 s behind this clock; 300 s are allowed.",
    "signed_bytes": 'msg_01j5k2v8x4m9q7t3w6y0z1abcd.1795224604.{"type":"order.issued"}',
    "matched": "whk_f5b79b5fb0803061",
    "matched_is_live": True,
    "skew_seconds": -400,
    "known_message": True,
    "differs_at": 22,
}
RESENDING = {
    "id": "msg_01j5k2v8x4m9q7t3w6y0z1abcd",
    "asked_at": "2026-11-21T02:11:00.000000Z",
    "reason": "Our receiver was down until 02:10.",
}
DELIVERIES = {
    "items": [
        {
            "id": "msg_01j5k2v8x4m9q7t3w6y0z1abcd",
            "type": "order.issued",
            "sequence": 1,
            "generation": 4,
            "created_at": "2026-11-21T01:30:01.000000Z",
            "next_attempt_at": None,
            "receipt": {
                "channel": "webhook",
                "rule": "webhook_2xx",
                "received_at": "2026-11-21T01:30:04.900000Z",
                "recorded_at": "2026-11-21T01:30:04.912000Z",
            },
            "attempts": [
                {
                    "number": 1,
                    "channel": "webhook",
                    "address": "https://hosting.example/tco",
                    "started_at": "2026-11-21T01:30:04.512000Z",
                    "ended_at": "2026-11-21T01:30:04.900000Z",
                    "http_status": 204,
                    "outcome": "accepted",
                    "latency_ms": 388,
                    "body_sha256": "7d1a54127b222502f5b79b5fb0803061152a44f92b37e23c6527baf665d4da9a",
                    "answer_sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                    "is_receipt": True,
                    "next_attempt_at": None,
                }
            ],
        }
    ]
}


def of_answer(kind: str) -> list[OpenApiExample]:
    """The examples of one kind of answer: asked, recorded, and refused where a time can lie in the future."""
    shown = [asked("Statement", STATEMENTS[kind]), answered("Recorded", ANSWER)]
    return shown if kind in ("acknowledgements", "scrutiny-requests") else [*shown, refused("Refused", TIME_IN_FUTURE)]


def asked(name: str, value: object) -> OpenApiExample:
    """An example of a request body."""
    return OpenApiExample(name, value=value, request_only=True)


def answered(name: str, value: object, *, status: str = "201") -> OpenApiExample:
    """An example of what is answered."""
    return OpenApiExample(name, value=value, response_only=True, status_codes=[status])


def refused(name: str, value: object) -> OpenApiExample:
    """An example of a problem with the content."""
    return OpenApiExample(
        name, value=value, response_only=True, status_codes=["422"], media_type="application/problem+json"
    )
