"""The curl twin of an exchange, and of each act that is open: what an engineer pastes into a shell."""

import json
import shlex
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from orders import canonical
from orders.models import RemovalOrder
from orders.regulation.regions import OPEN, Execution
from platforms.inspecting.asked import Asked
from platforms.inspecting.sent import Sent

PATHS = {
    "acknowledge": "acknowledgements",
    "report_removal": "annex-ii",
    "report_impossibility": "annex-iii",
    "seek_clarification": "annex-iii",
    "report_grounds_ceased": "grounds-ceased",
    "request_scrutiny": "scrutiny-requests",
    "report_reinstatement": "reinstatements",
    "inform_content_provider": "content-provider-information",
    "report_preservation": "preservation-reports",
}
TOKEN = '-H "Authorization: Bearer $TOKEN"'
OURS_ALONE = ("host", "content-length", "connection", "accept-encoding", "transfer-encoding", "user-agent")


def order_url(order: RemovalOrder) -> str:
    """Where the provider reads and answers `order`."""
    return f"{settings.PUBLIC_URL}/api/platforms/v1/orders/{order.reference}"


def token() -> str:
    """What puts a token into the shell's TOKEN, once the two names in capitals are replaced."""
    ask = f"curl -s -u CLIENT_ID:CLIENT_SECRET -d grant_type=client_credentials {settings.PUBLIC_URL}/oauth/token"
    return f"""TOKEN=$({ask} | sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')"""


def of_act(act: str, order: RemovalOrder, *, at: datetime) -> str:
    """The request that performs an open `act` on `order`, with a body that is accepted at `at`."""
    body = json.dumps(BODIES[act](order, canonical.instant(at)))
    return _curl(
        "POST", f"{order_url(order)}/{PATHS[act]}", [TOKEN, *_headers({"Content-Type": "application/json"})], body
    )


def of(seen: Sent | Asked) -> str:
    """The same bytes again: to your endpoint as we sent them (its timestamp grows old), or to us with your token.

    Empty for what never was HTTP, or whose bytes are not kept.
    """
    if not seen.method or seen.not_kept:
        return ""
    outward = isinstance(seen, Sent)
    url = seen.where if outward else f"{settings.PUBLIC_URL}{seen.where}"
    headers = ([] if outward else [TOKEN]) + _headers(seen.headers)
    return _curl(seen.method, url, headers, seen.body.decode(errors="replace"))


def _curl(method: str, url: str, headers: list[str], body: str) -> str:
    parts = [f"curl -i -X {method} {shlex.quote(url)}", *headers]
    return " \\\n  ".join([*parts, f"--data-binary {shlex.quote(body)}"] if body else parts)


def _headers(headers: Mapping[str, str]) -> list[str]:
    kept = {name: text for name, text in headers.items() if name.lower() not in OURS_ALONE}
    return [f"-H {shlex.quote(f'{name}: {text}')}" for name, text in kept.items()]


# --- a body for each act ---
def _items(order: RemovalOrder, *states: Execution) -> list[int]:
    return list(order.items.filter(execution__in=states).order_by("number").values_list("number", flat=True))


def _removal(order: RemovalOrder, at: str) -> dict[str, Any]:
    return {"measures": [{"item": item, "measure": "removed", "taken_at": at} for item in _items(order, *OPEN)]}


def _impossibility(order: RemovalOrder, at: str) -> dict[str, Any]:
    why = {"reason": "force_majeure_or_impossibility", "explanation": "Our data centre is dark."}
    return {"items": _items(order, *OPEN), **why, "grounds_since": at}


def _question(order: RemovalOrder, at: str) -> dict[str, Any]:  # noqa: ARG001
    why = {"reason": "insufficient_information", "explanation": "The URL opens a channel of 400 videos."}
    return {"items": _items(order, *OPEN), **why, "needed": [{"question": 1, "text": "Which video?"}]}


BODIES = {
    "acknowledge": lambda order, at: {"provider_reference": "TS-4471"},
    "report_removal": _removal,
    "report_impossibility": _impossibility,
    "seek_clarification": _question,
    "report_grounds_ceased": lambda order, at: {"items": _items(order, Execution.DISPLACED), "ceased_at": at},
    "request_scrutiny": lambda order, at: {"reasons": "The video is a report of a news agency."},
    "report_reinstatement": lambda order, at: {
        "items": _items(order, Execution.REINSTATEMENT_DUE),
        "reinstated_at": at,
    },
    "inform_content_provider": lambda order, at: {"information": "available", "informed_at": at},
    "report_preservation": lambda order, at: {"items": _items(order, *Execution), "what": "kept", "happened_at": at},
}
