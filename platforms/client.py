"""What a provider's engineer would write to receive removal orders and to answer them, with httpx and the wire alone.

client = Client("http://localhost:8000", "client-id", "client-secret")
message = client.receive(body, headers, ["whsec_..."])          # in your webhook view: signature and Annex I checked
client.annex_ii("DE-2026-000123", key="4471-removed", document={"measures": [...]})
"""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from platforms import wire

API = "/api/platforms/v1"
SCOPE = "orders.read orders.answer connection.manage"
ALGORITHMS = ["Ed25519"]
# What carries an authority's signature in a message, and what is signed there.
SIGNED = {"annex_i": "annex_i_jws", "clarification": "clarification_jws"}
EARLY = 30  # seconds before its end from which a token is not used any more


class Refused(Exception):
    """An answer other than 2xx. `problem` is the RFC 9457 document, or the OAuth error of the token endpoint."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status, self.problem = status, dict(problem)
        detail = problem.get("detail") or problem.get("error_description") or problem.get("error") or "no detail"
        super().__init__(f"{status} {problem.get('title', '')}: {detail}")


class NotAuthentic(Exception):
    """A message or an order that the authority named in it did not sign, or that says something else than it signed."""


class Client:
    """One provider's machine. `http` may be given, to share connections or to bring a transport of your own."""

    def __init__(self, base: str, client_id: str, client_secret: str, *, http: httpx.Client | None = None) -> None:
        self.base = base.rstrip("/")
        self.http = http or httpx.Client(timeout=10)
        self._credentials = (client_id, client_secret)
        self._token, self._token_ends = "", 0.0
        self._keys: KeySet | None = None

    # --- what comes in ---
    def receive(
        self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str], *, at: datetime | None = None
    ) -> dict[str, Any]:
        """The message in a webhook. Raises wire.WireError for a bad transport signature, NotAuthentic for a bad JWS.

        `at` is the present by your clock, where that is not the machine's.
        """
        wire.verify(body, headers, secrets, at=at)
        message: dict[str, Any] = json.loads(body)
        self.check_signed(message["data"])
        return message

    def check_signed(self, document: Mapping[str, Any]) -> None:
        """Check that each signed part of `document` (annex_i, clarification) is what the authority signed."""
        for part, signature in SIGNED.items():
            if part in document and self._signed(document.get(signature) or "") != document[part]:
                raise NotAuthentic(f"{part} differs from what {signature} says")

    def _signed(self, compact: str) -> Any:
        try:
            return self._payload(compact)
        except (JoseError, ValueError):
            self._keys = None  # perhaps signed with a key younger than those we fetched: once more
        try:
            return self._payload(compact)
        except (JoseError, ValueError) as error:
            raise NotAuthentic(f"the authority's signature does not verify: {error}") from error

    def _payload(self, compact: str) -> Any:
        return json.loads(jws.deserialize_compact(compact, self._key_set(), algorithms=ALGORITHMS).payload)

    def _key_set(self) -> KeySet:
        if self._keys is None:
            keys: Any = _content(self.http.get(f"{self.base}/.well-known/jwks.json"))
            self._keys = KeySet.import_key_set(keys)
        return self._keys

    # --- what we ask ---
    def me(self) -> dict[str, Any]:
        """Who we are, the server's time, how we are reached."""
        return self._call("GET", "/me")

    def orders(self, **filters: str) -> dict[str, Any]:
        """A page of heads: {"items": [...], "next": cursor or None}; filters are state, due_before, after."""
        return self._call("GET", "/orders", params=filters)

    def order(self, reference: str) -> dict[str, Any]:
        """One order with Annex I and its clocks, all signatures checked. Reading it proves that we received it."""
        order = self._call("GET", f"/orders/{reference}")
        for signed in (order, *order.get("clarifications", [])):
            self.check_signed(signed)
        return order

    def timeline(self, reference: str) -> dict[str, Any]:
        """Our own view of the record of an order; it proves no receipt."""
        return self._call("GET", f"/orders/{reference}/timeline")

    # --- what we answer; `key` makes a repeated answer count once ---
    def acknowledge(self, reference: str, *, key: str, provider_reference: str = "") -> dict[str, Any]:
        """Seen. Has no legal effect."""
        return self._answer(reference, "acknowledgements", key, {"provider_reference": provider_reference})

    def annex_ii(self, reference: str, *, key: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Annex II: `document["measures"]` is a list of {item, measure, taken_at}."""
        return self._answer(reference, "annex-ii", key, document)

    def annex_iii(self, reference: str, *, key: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Annex III: reason, explanation, items, and per reason grounds_since or needed."""
        return self._answer(reference, "annex-iii", key, document)

    def grounds_ceased(self, reference: str, *, key: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """The impossibility of Art. 3(7) ended at `document["ceased_at"]`: a fresh hour from then."""
        return self._answer(reference, "grounds-ceased", key, document)

    def request_scrutiny(self, reference: str, *, key: str, reasons: str) -> dict[str, Any]:
        """Ask the authority of our home for scrutiny of a cross-border order, within 48 hours of its receipt (4(4))."""
        return self._answer(reference, "scrutiny-requests", key, {"reasons": reasons})

    def reinstatement(self, reference: str, *, key: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """After an annulment: items, reinstated_at, and kept_down_under where our own terms keep them down (4(7))."""
        return self._answer(reference, "reinstatements", key, document)

    def content_provider_information(self, reference: str, *, key: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """What we told the content provider: information (available, reasons_given, copy_given), informed_at (11)."""
        return self._answer(reference, "content-provider-information", key, document)

    def preservation_report(self, reference: str, *, key: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """What became of preserved content: items, what (kept, accessed, ended), happened_at, purpose (6)."""
        return self._answer(reference, "preservation-reports", key, document)

    def _answer(self, reference: str, kind: str, key: str, document: Mapping[str, Any]) -> dict[str, Any]:
        return self._call("POST", f"/orders/{reference}/{kind}", json=document, headers={"Idempotency-Key": key})

    # --- the way there ---
    def _call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **request: Any
    ) -> dict[str, Any]:
        answer = self._send(method, path, headers, request)
        if answer.status_code == httpx.codes.UNAUTHORIZED:  # the token ended before its time: once more with a new one
            self._token = ""
            answer = self._send(method, path, headers, request)
        return _content(answer)

    def _send(
        self, method: str, path: str, headers: Mapping[str, str] | None, request: Mapping[str, Any]
    ) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {self._bearer()}", **(headers or {})}
        return self.http.request(method, f"{self.base}{API}{path}", headers=bearer, **request)

    def _bearer(self) -> str:
        if not self._token or time.monotonic() > self._token_ends:
            form = {"grant_type": "client_credentials", "scope": SCOPE}
            token = _content(self.http.post(f"{self.base}/oauth/token", data=form, auth=self._credentials))
            self._token, self._token_ends = token["access_token"], time.monotonic() + token["expires_in"] - EARLY
        return self._token


def _content(answer: httpx.Response) -> dict[str, Any]:
    """The JSON of a 2xx answer. Raises Refused with the problem otherwise."""
    try:
        content = answer.json()
    except ValueError:
        content = {"title": "Not JSON", "detail": answer.text[:200]}
    if not answer.is_success:
        raise Refused(answer.status_code, content if isinstance(content, dict) else {"detail": str(content)})
    return dict(content)
