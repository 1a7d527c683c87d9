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
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from platforms import wire

API, TOKEN, KEYS = "/api/platforms/v1", "/oauth/token", "/.well-known/jwks.json"
EARLY = 30  # seconds before its end from which a token is not used any more
AGAIN = (408, 425, 429, 500, 502, 503, 504)  # what another try may help
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 20.0  # seconds; they double in between
pause = time.sleep


class Refused(Exception):
    """An answer other than 2xx. `problem` is the RFC 9457 document, or the OAuth error of the token endpoint."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status, self.problem = answer.status_code, _json(answer)
        self.code = str(self.problem.get("type", "")).rpartition("/")[2]  # such as time-in-future
        said = self.problem.get("detail") or self.problem.get("error_description") or answer.text[:200]
        super().__init__(f"{self.status} {self.problem.get('title', '')}: {said}")


class Unanswered(Exception):
    """Nobody answered as long as we were patient: whether it arrived is not known. Send it again with the same key."""


class NotAuthentic(Exception):
    """A message or an order that the authority named in it did not sign, or that says something else than it signed."""


class Client:
    """One provider's machine. `http` may be given, to share connections or to sign answers (signatures.py).

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

    def order(self, reference: str) -> dict[str, Any]:
        """One order with Annex I and its clocks, all signatures checked. Reading it proves that we received it."""
        order = self.call("GET", f"/orders/{reference}")
        for signed in (order, *({**order, **clarification} for clarification in order.get("clarifications", []))):
            self.check_signed(signed)
        return order

    def answer(self, reference: str, kind: str, *, key: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Say something about an order; `kind` is the last part of the address that takes `document`.

        `key` makes a repeated answer count once. The kinds and their bodies are in the OpenAPI document.
        """
        return self.call("POST", f"/orders/{reference}/{kind}", json=document, headers={"Idempotency-Key": key})

    def events(self, after: str = "", *, wait: int = 30) -> dict[str, Any]:
        """The messages behind the cursor `after`, each for `check_signed` to look at; go on with the cursor in `next`.

        An empty page that came at once, since too many wait, is given back after the pause that was asked for.
        """
        patient = httpx.Timeout(10, read=wait + 10)
        answer = self._answered("GET", "/events", params={"after": after, "wait": wait}, timeout=patient)
        if answer.is_success and (asked := _asked_to_wait(answer)):
            pause(asked)
        return _content(answer)

    def call(self, method: str, path: str, *, patience: float | None = None, **request: Any) -> dict[str, Any]:
        """The JSON of any call below /api/platforms/v1; `request` is as httpx takes it."""
        return _content(self._answered(method, path, patience=patience, **request))

    def _answered(self, method: str, path: str, *, patience: float | None = None, **request: Any) -> httpx.Response:
        own, patience = request.pop("headers", {}), self.patience if patience is None else patience

        def send() -> httpx.Response:
            headers = {"Authorization": f"Bearer {self._bearer(patience)}", **own}
            return self.http.request(method, f"{self.base}{API}{path}", headers=headers, **request)

        answer = _patiently(send, patience)
        if answer.status_code == httpx.codes.UNAUTHORIZED:  # the token ended before its time: once more with a new one
            self._token = ""
            answer = _patiently(send, patience)
        return answer

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
        if "clarification" not in document:
            return
        said, clarifier = self._signed(document, "clarification")
        if clarifier.get("authority") != key.get("authority"):
            raise NotAuthentic(f"{key.get('name')} ordered, but {clarifier.get('name')} signed the clarification")
        if said["annex_i_sha256"] != hashlib.sha256(self._opened(document["annex_i_jws"])[0]).hexdigest():
            raise NotAuthentic("the clarification belongs to another order")

    def _signed(self, document: Mapping[str, Any], part: str) -> tuple[dict[str, Any], Key]:
        payload, key = self._opened(document.get(f"{part}_jws") or "")
        if (said := json.loads(payload)) != document.get(part):
            raise NotAuthentic(f"{part} differs from what {part}_jws says")
        return said, key

    def _opened(self, compact: str) -> tuple[bytes, Key]:
        """The payload and the key of a compact JWS; keys younger than those we know are fetched."""
        try:
            return _open(compact, self._keys or self._fetch_keys())
        except (JoseError, ValueError):
            try:
                return _open(compact, self._fetch_keys())
            except (JoseError, ValueError) as error:
                raise NotAuthentic(f"the authority's signature does not verify: {error}") from error

    def _fetch_keys(self) -> KeySet:
        keys: Any = _content(_patiently(lambda: self.http.get(self.base + KEYS), self.patience))
        self._keys = KeySet.import_key_set(keys)
        return self._keys

    def _bearer(self, patience: float) -> str:
        if not self._token or time.monotonic() > self._token_ends:
            form, url = {"grant_type": "client_credentials"}, self.base + TOKEN
            token = _content(_patiently(lambda: self.http.post(url, data=form, auth=self._credentials), patience))
            self._token, self._token_ends = token["access_token"], time.monotonic() + token["expires_in"] - EARLY
        return self._token


def _open(compact: str, keys: KeySet) -> tuple[bytes, Key]:
    signed = jws.deserialize_compact(compact, keys, algorithms=["Ed25519"])
    return bytes(signed.payload), keys.get_by_kid(signed.headers().get("kid"))


def _patiently(send: Callable[[], httpx.Response], patience: float) -> httpx.Response:
    """The answer to `send`, tried again with pauses of up to `patience` seconds in all. Raises Unanswered, Refused."""
    longest = FIRST_PAUSE
    while True:
        wait = longest * random.uniform(0.5, 1)
        try:
            answer = send()
            wait = max(wait, _asked_to_wait(answer))
            busy = answer.status_code == httpx.codes.CONFLICT and b"/idempotency-in-flight" in answer.content
            if wait > patience or not (busy or answer.status_code in AGAIN):
                return answer
        except httpx.TransportError as error:
            if wait > patience:
                raise Unanswered(f"{type(error).__name__}: {error}") from error
        pause(wait)
        patience, longest = patience - wait, min(2 * longest, LONGEST_PAUSE)


def _asked_to_wait(answer: httpx.Response) -> float:
    """The seconds of Retry-After; 0 where it says none."""
    asked = answer.headers.get("Retry-After", "")
    return float(asked) if asked.isascii() and asked.isdigit() else 0


def _content(answer: httpx.Response) -> dict[str, Any]:
    """The JSON of a 2xx answer, {} when it has no body. Raises Refused with the problem otherwise."""
    if not answer.is_success:
        raise Refused(answer)
    return _json(answer)


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        content = {}
    return content if isinstance(content, dict) else {}
