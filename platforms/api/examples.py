"""The examples of the OpenAPI document: synthetic, and the same as in the tests."""

from drf_spectacular.utils import OpenApiExample

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


def asked(name: str, value: object) -> OpenApiExample:
    """An example of a request body."""
    return OpenApiExample(name, value=value, request_only=True)


def answered(name: str, value: object) -> OpenApiExample:
    """An example of what is answered."""
    return OpenApiExample(name, value=value, response_only=True, status_codes=["201"])
