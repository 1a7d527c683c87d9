"""What is asked and answered in the sandbox, as the description of the API shows it."""

from typing import Any

from platforms.api.examples import answered, asked

__all__ = ["FAULT", "FAULTS", "HERE", "KIND", "MADE_TENANT", "SENT", "TENANT", "answered", "asked"]

HERE = "http://localhost:9000/webhook"
TENANT: dict[str, Any] = {
    "code": "tenant-7k3fq2xw",
    "name": "Sandbox tenant 7k3fq2xw (synthetic)",
    "endpoint": HERE,
    "channel": "webhook",
    "languages": ["en", "nl"],
    "home_member_state": "NL",
    "time_zone": "Europe/Brussels",
    "created_at": "2026-11-21T01:30:00.000000Z",
    "retired_at": None,
}
MADE_TENANT: dict[str, Any] = {
    **TENANT,
    "client_id": "wpJ3hPAbRUcb2Zy9CwPTVIYbJpbc8mCVdZqnbMzG",
    "client_secret": "synthetic-client-secret-told-once",
    "webhook_secret": "whsec_c3ludGhldGljLXNlY3JldC10b2xkLW9uY2UhISEhISE=",
    "token_url": "http://localhost:8000/oauth/token",
}
KIND: dict[str, Any] = {
    "kind": "withdrawn",
    "says": "Ten minutes after it was sent, the authority withdraws it.",
    "articles": ["3(1)"],
    "do": "Stop what you have begun. What you removed you may put back.",
    "items": 1,
}
SENT: dict[str, Any] = {
    "reference": "NL-2026-000123",
    "references": ["NL-2026-000123"],
    "kind": "withdrawn",
    "order_url": "http://localhost:8000/api/platforms/v1/orders/NL-2026-000123",
    "limit_scale": "1/60",
    "endpoint": HERE,
    "script": [
        {
            "reference": "NL-2026-000123",
            "act": "withdraw",
            "says": "The authority withdraws the order.",
            "waits_for": "",
            "after_seconds": 10.0,
            "due_at": "2026-11-21T01:30:10.000000Z",
            "done_at": None,
            "dropped_because": "",
        }
    ],
    "next": [
        "We POST order.issued to http://localhost:9000/webhook, signed with your webhook secret (Standard Webhooks).",
        "Stop what you have begun. What you removed you may put back.",
    ],
}
FAULT: dict[str, Any] = {
    "fault": "bad_signature",
    "on": "message",
    "says": "The webhook signature does not match the body. Refuse it.",
    "left": 2,
    "seconds": 0,
}
FAULTS: dict[str, Any] = {
    "items": [FAULT],
    "uses": [
        {
            "fault": "lost_answer",
            "met": "POST /api/platforms/v1/orders/NL-2026-000123/annex-ii",
            "at": "2026-11-21T01:50:00.120000Z",
        }
    ],
}
