"""Exchanges of the sandbox as the description of the API shows them."""

from typing import Any

from platforms.api import examples

SENT: dict[str, Any] = {
    "id": "out-812",
    "direction": "out",
    "at": "2026-11-21T01:30:04.512000Z",
    "latency_ms": 388,
    "what": "order.issued",
    "where": "http://localhost:9000/webhook",
    "status": 503,
    "outcome": "failed",
    "sentence": "no receipt: only a 2xx counts",
    "article": "3(1)",
    "faults": [],
    "orders": ["DE-2026-000123"],
    "replay_of": None,
}
ASKED: dict[str, Any] = {
    "id": "in-97",
    "direction": "in",
    "at": "2026-11-21T01:50:00.100000Z",
    "latency_ms": 20,
    "what": "POST annex-ii",
    "where": "/api/platforms/v1/orders/DE-2026-000123/annex-ii",
    "status": 422,
    "outcome": "time-in-future",
    "sentence": "time-in-future, measures/0/taken_at",
    "article": "",
    "faults": [],
    "orders": ["DE-2026-000123"],
    "replay_of": None,
}
_BODY = '{"measures":[{"item":1,"measure":"removed","taken_at":"2026-11-21T02:27:00Z"}]}'
WHOLE_ASKED: dict[str, Any] = {
    **ASKED,
    "request": {
        "method": "POST",
        "headers": {"Content-Type": "application/json", "Host": "localhost:8000"},
        "body": _BODY,
        "body_size": len(_BODY),
        "body_sha256": "7d1a54127b222502f5b79b5fb0803061152a44f92b37e23c6527baf665d4da9a",
        "not_kept": "",
    },
    "signed_bytes": None,
    "signatures": [],
    "answer": {"headers": {"Content-Type": "application/problem+json"}, "body": '{"type":"https://tco.example/docs/"}'},
    "problem": examples.TIME_IN_FUTURE,
    "message_id": None,
    "attempt": None,
    "is_receipt": False,
    "next_attempt_at": None,
    "idempotency_key": None,
    "entry": None,
    "curl": "curl -i -X POST http://localhost:8000/api/platforms/v1/orders/DE-2026-000123/annex-ii",
    "replays": [],
}
AGAIN = {**WHOLE_ASKED, "id": "in-98", "replay_of": "in-97", "at": "2026-11-21T02:28:00.000000Z"}
REPLAYED = {"before": WHOLE_ASKED, "after": AGAIN, "resent_at": None}
