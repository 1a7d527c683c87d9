"""An example of each message, synthetic, for the webhooks and the pull channel of the OpenAPI document."""

from typing import Any

LIMIT = {"article": "3(3)", "seconds": 3600, "starts": "receipt", "scale": "1", "rule": "strict-1"}
CLOCK = "clock_01j5k2v8x4m9q7t3w6y0z1abcd"
HOUR = {"code": "C2", "due_at": "2026-11-21T02:30:04.900000Z"}
SIGNED = "eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoiZGUtMSJ9.eyJ...In0.c2ln"
ANNEX_I = {
    "issuing_member_state": "DE",
    "reference": "DE-2026-000123",
    "issued_at": "2026-11-21T01:30:01.000000Z",
    "language": "en",
    "addressee": {
        "name": "Example Hosting B.V.",
        "legal_representative": None,
        "contact_point": "tco@hosting.example",
        "member_state": "NL",
    },
    "items": [
        {"item": 1, "url": "https://hosting.example/v/8841", "identification": "video, 00:40 to 02:10", "kind": "video"}
    ],
    "categories": ["2(7)(a)", "2(7)(d)"],
    "reasons": "Synthetic text.",
    "legal_basis": "Regulation (EU) 2021/784",
    "content_provider": {"must_not_inform": True},
    "home_authority": {"other_member_state": True, "copy_sent": True},
    "issuing_authority": {
        "type": "law_enforcement",
        "name": "Example Authority",
        "representative": "A. Muster",
        "post": "Inspector",
        "file_number": "F-77",
        "address": "Teststr. 1",
        "phone": "+49 0",
        "email": "ro@ca.example",
        "date": "2026-11-21",
    },
    "follow_up": {"issuing": "ro@ca.example", "home": "atk@ca2.example"},
    "redress": {
        "body": "Administrative Court",
        "deadline": {"days": 30, "from": "receipt"},
        "link": "https://ca.example/redress",
    },
}
# What each kind says besides the reference, the generation and the address of the order.
DATA: dict[str, dict[str, Any]] = {
    "order.issued": {"limit": LIMIT, "annex_i": ANNEX_I, "annex_i_jws": SIGNED},
    "order.clarified": {
        "limit": LIMIT,
        "entry": 8,
        "clarification": {
            "reference": "DE-2026-000123",
            "entry": 8,
            "clarified_at": "2026-11-21T02:10:00.000000Z",
            "answers": [{"item": 1, "question": "Which video?", "answer": "The one of 20 November, 00:40 to 02:10."}],
            "annex_i_sha256": "7d1a54127b222502f5b79b5fb0803061152a44f92b37e23c6527baf665d4da9a",
        },
        "clarification_jws": SIGNED,
        "annex_i": ANNEX_I,
        "annex_i_jws": SIGNED,
    },
    "order.withdrawn": {"reason": "Issued in error.", "withdrawn_at": "2026-11-21T01:52:00.000000Z", "items": [1]},
    "order.limit_approaching": {"items": [1], "clocks": [CLOCK], **HOUR, "seconds_left": 900, "scale": "1"},
    "order.limit_passed": {"item": 1, "clock": CLOCK, **HOUR, "limit_passed": "3(3)"},
    "order.prior_information_given": {
        "authority": "Example Authority",
        "contact_point": "ro@ca.example",
        "procedures": "You will receive removal orders as signed webhooks; answer by Annex II or Annex III.",
        "deadline": {"article": "3(3)", "seconds": 3600, "starts": "receipt"},
        "not_an_order": True,
    },
    "order.annulled": {
        "by": "scrutiny",
        "reasons": "The video is a report of a news agency.",
        "items": [1],
        "released": [],
        "duty": "reinstate",
    },
    "order.scrutiny_opened": {
        "on": "request",
        "requester": "provider",
        "received_at": "2026-11-21T09:00:00.000000Z",
        "late": False,
    },
    "order.scrutiny_decided": {"outcome": "no_infringement", "reasons": "The order meets Art. 3."},
    "order.scrutiny_closed": {"because": "withdrawn", "reasons": "Issued in error."},
    "order.appeal_recorded": {"appellant": "provider", "received_at": "2026-12-01T09:00:00.000000Z", "late": False},
    "order.final": {"final_at": "2026-12-21T23:00:00.000000Z"},
    "order.disclosure_withheld": {"until": "2027-01-02T01:20:00.000000Z"},
    "order.disclosure_allowed": {"allowed_at": "2027-01-02T01:20:00.000000Z"},
    "order.preservation_extended": {
        "items": [1],
        "until": "2027-11-21T02:29:58.000000Z",
        "reason": "Proceedings 7 K 1.",
    },
    "order.ground_disputed": {"reason": "The address opens one video.", "items": [1]},
    "order.grounds_ceased": {"ceased_at": "2026-11-21T03:00:00.000000Z", "items": [1]},
    "order.ground_reminded": {
        "items": [1],
        "since": "2026-11-21T01:30:00.000000Z",
        "notified_at": "2026-11-21T01:40:00.000000Z",
        "open_seconds": 86400,
    },
}


def of(kind: str) -> dict[str, Any]:
    """A message of `kind`, a key of DATA, as it is sent."""
    return {
        "type": kind,
        "timestamp": "2026-11-21T01:30:04.512000Z",
        "sequence": 1,
        "simulated": True,
        "data": {
            "reference": "DE-2026-000123",
            "generation": 4,
            "order_url": "https://tco.example/api/platforms/v1/orders/DE-2026-000123",
            **DATA[kind],
        },
    }
