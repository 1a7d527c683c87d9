"""What a provider's engineer would write to receive removal orders and to answer them; copy it with wire.py.

client = Client("http://localhost:8000", "client-id", "client-secret")
message = client.receive(body, headers, ["whsec_..."])          # in your webhook view: signatures checked
client.answer("DE-2026-000123", "annex-ii", key="4471-removed", document={"measures": [...]})

Keep an answer until its call has returned: after Unanswered, the same call with the same `key` is recorded once,
whether the first one arrived or not.
"""

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from platforms import wire

API, TOKEN, KEYS = "/api/platforms/v1", "/oauth/token", "/.well-known/jwks.json"
SCOPE = "orders.read orders.answer connection.manage"
ALGORITHMS = ["Ed25519"]
EARLY = 30  # seconds before its end from which a token is not used any more
AGAIN = (408, 425, 429, 500, 502, 503, 504)  # what another try may help
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 20.0  # seconds; they double in between
pause = time.sleep


class Refused(Exception):
    """An answer other than 2xx. `problem` is the RFC 9457 document, or the OAuth error of the token endpoint."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status, self.problem = status, dict(problem)
        detail = problem.get("detail") or problem.get("error_description") or problem.get("error") or "no detail"
        super().__init__(f"{status} {problem.get('title', '')}: {detail}")

    @property
    def code(self) -> str:
        """The last part of the type of the problem, such as time-in-future; empty when it is none."""
        return str(self.problem.get("type", "")).rpartition("/")[2]


class Unanswered(Exception):
    """Nobody answered as long as we were patient: whether it arrived is not known. Send it again with the same key."""


class NotAuthentic(Exception):
    """A message or an order that the authority named in it did not sign, or that says something else than it signed."""


@dataclass(frozen=True)
class Event:
    """A message that was pulled. Handle it, then save `after`: what is served twice has the same `id`."""

    client: "Client"
    id: str
    after: str
    unchecked: Mapping[str, Any]

    @property
    def message(self) -> dict[str, Any]:
        """What a webhook would carry. Raises NotAuthentic; the events behind it can be read all the same."""
        self.client.check_signed(self.unchecked["data"])
        return dict(self.unchecked)


class Client:
    """One provider's machine. `http` may be given, to share connections or to bring a transport of your own.

    What fails on the way, and 5xx and 429, is tried again for `patience` seconds (0: once), as Retry-After says. Raises
    Refused and Unanswered.
    """

    def __init__(
        self, base: str, client_id: str, client_secret: str, *, http: httpx.Client | None = None, patience: float = 120
    ) -> None:
        self.base, self.patience = base.rstrip("/"), patience
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

    def events(self, after: str = "", *, wait: int = 30) -> Iterator[Event]:
        """Every message behind the cursor `after`, then those that come, for ever. Pulling them proves receipt."""
        while True:
            asked = {"after": after, "wait": str(wait)}
            page = self.call("GET", "/events", params=asked, timeout=wait + 10)
            for place, event in enumerate(page["items"], start=1):
                whole = place == len(page["items"])  # there is a cursor behind the page alone
                yield Event(self, event["id"], page["next"] if whole else after, event["message"])
            after = page["next"]

    def check_signed(self, document: Mapping[str, Any]) -> None:
        """Check that the authority named in Annex I signed what `document` says: annex_i, and its clarification."""
        if "annex_i" not in document and "clarification" not in document:
            return
        order, key = self._signed(document, "annex_i")
        named = (order["issuing_authority"]["name"], order["issuing_member_state"])
        if (key.get("name"), key.get("member_state")) != named:
            raise NotAuthentic(f"the order names {named[0]}, the key that signed it is of {key.get('name')}")
        if document.get("reference", order["reference"]) != order["reference"]:
            raise NotAuthentic(f"what was signed is the order {order['reference']}")
        if "clarification" in document:
            self._check_clarification(document, key)

    def _check_clarification(self, document: Mapping[str, Any], issuer: Key) -> None:
        said, key = self._signed(document, "clarification")
        if key.get("authority") != issuer.get("authority"):
            raise NotAuthentic(f"{issuer.get('name')} ordered, but {key.get('name')} signed the clarification")
        if said["annex_i_sha256"] != hashlib.sha256(self._opened(document["annex_i_jws"])[0]).hexdigest():
            raise NotAuthentic("the clarification belongs to another order")

    def _signed(self, document: Mapping[str, Any], part: str) -> tuple[dict[str, Any], Key]:
        payload, key = self._opened(document.get(f"{part}_jws") or "")
        said = json.loads(payload)
        if said != document.get(part):
            raise NotAuthentic(f"{part} differs from what {part}_jws says")
        return said, key

    def _opened(self, compact: str) -> tuple[bytes, Key]:
        """The payload and the key of a compact JWS; a key younger than those we know is fetched."""
        wrong: Exception | None = None
        for fresh in (False, True):
            try:
                keys = self._key_set(fresh=fresh)
                signed = jws.deserialize_compact(compact, keys, algorithms=ALGORITHMS)
                return bytes(signed.payload), keys.get_by_kid(signed.headers().get("kid"))
            except (JoseError, ValueError) as error:
                wrong = error
        raise NotAuthentic(f"the authority's signature does not verify: {wrong}") from wrong

    def _key_set(self, *, fresh: bool) -> KeySet:
        if self._keys is None or fresh:
            keys: Any = _content(_patiently(lambda: self.http.get(self.base + KEYS), self.patience))
            self._keys = KeySet.import_key_set(keys)
        return self._keys

    # --- what we ask ---
    def me(self) -> dict[str, Any]:
        """Who we are, the server's time, how we are reached."""
        return self.call("GET", "/me")

    def orders(self, **filters: str) -> dict[str, Any]:
        """A page of heads: {"items": [...], "next": cursor or None}; filters are state, due_before, after."""
        return self.call("GET", "/orders", params=filters)

    def order(self, reference: str) -> dict[str, Any]:
        """One order with Annex I and its clocks, all signatures checked. Reading it proves that we received it."""
        order = self.call("GET", f"/orders/{reference}")
        for signed in (order, *({**order, **clarification} for clarification in order.get("clarifications", []))):
            self.check_signed(signed)
        return order

    def deliveries(self, reference: str) -> list[dict[str, Any]]:
        """The messages to us about an order, and every attempt to deliver them; it proves no receipt."""
        return list(self.call("GET", f"/orders/{reference}/deliveries")["items"])

    # --- what we answer; `key` makes a repeated answer count once ---
    def answer(self, reference: str, kind: str, *, key: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Say something about an order; `kind` is the last part of the address that takes `document`.

        acknowledgements, annex-ii, annex-iii, grounds-ceased, scrutiny-requests, reinstatements,
        content-provider-information or preservation-reports; their bodies are in the OpenAPI document.
        """
        return self.call("POST", f"/orders/{reference}/{kind}", json=document, headers={"Idempotency-Key": key})

    def batch(self, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Up to 100 answers, each {reference, kind, idempotency_key, body}. Look at the status of every result."""
        return list(self.call("POST", "/batches", json={"entries": list(entries)})["items"])

    def submission(self, key: str) -> dict[str, Any]:
        """The answer that is on record under `key`. Refused with 404 when there is none."""
        return self.call("GET", f"/submissions/{key}")

    # --- how we are reached ---
    def resend(self, message_id: str, *, reason: str) -> dict[str, Any]:
        """Have a message sent to us once more, under its id."""
        return self.call("POST", f"/deliveries/{message_id}/resend", json={"reason": reason})

    def explain(self, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        """Why does the signature of this webhook not verify? {"finding", "detail", "signed_bytes", ...}"""
        given = {name.lower(): value for name, value in headers.items()}
        webhook = {name.removeprefix("webhook-"): given.get(name, "") for name in wire.HEADERS}
        return self.call("POST", "/debug/verify-signature", json={**webhook, "body": body.decode()})

    def new_secret(self) -> dict[str, Any]:
        """A webhook secret, told this once; the others sign beside it until `others_retire_at`."""
        return self.call("POST", "/endpoint/secrets", patience=0)

    def new_credential(self, name: str) -> dict[str, Any]:
        """A second client_id and client_secret, told this once: have them used, then delete the first."""
        return self.call("POST", "/credentials", json={"name": name}, patience=0)

    def delete_credential(self, client_id: str) -> None:
        """End a credential at once, with all its tokens."""
        self.call("DELETE", f"/credentials/{client_id}")

    # --- the way there ---
    def call(self, method: str, path: str, *, patience: float | None = None, **request: Any) -> dict[str, Any]:
        """The JSON of any call below /api/platforms/v1; `request` is as httpx takes it."""
        own, patience = request.pop("headers", {}), self.patience if patience is None else patience

        def send() -> httpx.Response:
            headers = {"Authorization": f"Bearer {self._bearer()}", **own}
            return self.http.request(method, f"{self.base}{API}{path}", headers=headers, **request)

        answer = _patiently(send, patience)
        if answer.status_code == httpx.codes.UNAUTHORIZED:  # the token ended before its time: once more with a new one
            self._token = ""
            answer = _patiently(send, patience)
        return _content(answer)

    def _bearer(self) -> str:
        if not self._token or time.monotonic() > self._token_ends:
            form = {"grant_type": "client_credentials", "scope": SCOPE}
            token = _content(self.http.post(self.base + TOKEN, data=form, auth=self._credentials))
            self._token, self._token_ends = token["access_token"], time.monotonic() + token["expires_in"] - EARLY
        return self._token


def _patiently(send: Callable[[], httpx.Response], patience: float) -> httpx.Response:
    """The answer to `send`, tried again with pauses of up to `patience` seconds in all. Raises Unanswered, Refused."""
    longest = FIRST_PAUSE
    while True:
        wrong, answer = None, None
        try:
            answer = send()
        except httpx.TransportError as error:
            wrong = error
        if answer is not None and not _may_help(answer):
            return answer
        wait = max(_retry_after(answer), longest * random.uniform(0.5, 1))
        if wait > patience and answer is not None:
            return answer
        if wait > patience:
            raise Unanswered(f"{type(wrong).__name__}: {wrong}") from wrong
        pause(wait)
        patience, longest = patience - wait, min(2 * longest, LONGEST_PAUSE)


def _may_help(answer: httpx.Response) -> bool:
    """Whether the same request may be answered in another way later."""
    waiting = answer.status_code == httpx.codes.CONFLICT and b"/idempotency-in-flight" in answer.content
    return waiting or answer.status_code in AGAIN


def _retry_after(answer: httpx.Response | None) -> float:
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    return float(asked) if asked.isascii() and asked.isdigit() else 0.0


def _content(answer: httpx.Response) -> dict[str, Any]:
    """The JSON of a 2xx answer, {} when it has no body. Raises Refused with the problem otherwise."""
    try:
        content = answer.json() if answer.content else {}
    except ValueError:
        content = {"title": "Not JSON", "detail": answer.text[:200]}
    if not answer.is_success:
        raise Refused(answer.status_code, content if isinstance(content, dict) else {"detail": str(content)})
    return dict(content)
