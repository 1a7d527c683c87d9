"""One message of ours as it went out: bytes, what was signed and by which secret, and whether it proved receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from orders.models import Attempt, LedgerEntry
from platforms import wire
from platforms.channels import requests
from platforms.channels.requests import TIME_LIMIT
from platforms.models import WebhookSecret
from platforms.wire import WireError

WHY = {
    requests.REDIRECTED: "no receipt: a redirect is not followed",
    requests.REFUSED: "no receipt: it was refused, and only a 2xx counts",
    requests.FAILED: "no receipt: only a 2xx counts",
    requests.TIMEOUT: f"no receipt: the answer had not ended after {TIME_LIMIT:.0f} s",
    requests.UNREACHABLE: "no receipt: nobody took the connection",
    requests.BROKEN_OFF: "no receipt: the connection broke before the answer had ended",
    requests.BLOCKED: "not sent: the address is one that is never called",
    requests.NOT_SENT: "not sent: the fault is ours",
    requests.NOT_KNOWN: "not known: our worker ended before it could say; the message went again",
    requests.NO_ENDPOINT: "not sent: you have no endpoint yet",
    requests.NO_PEOPLE: "not placed: nobody of yours has an account",
    requests.TO_BE_FETCHED: "waits until your machine fetches it",
}


class Signed(NamedTuple):
    """One signature of the header. `ending` is the end of the secret that made it, empty when we know it no more."""

    signature: str
    ending: str
    made_at: datetime | None


@dataclass(frozen=True)
class Sent:
    """An attempt. `entry` is the act that wrote the message; `secrets` are all of its connection, retired ones too."""

    attempt: Attempt
    entry: LedgerEntry | None
    secrets: tuple[WebhookSecret, ...] = ()
    faults: Sequence[str] = ()  # that met it
    direction = "out"

    @property
    def key(self) -> int:
        return self.attempt.pk

    @property
    def id(self) -> str:
        return f"out-{self.attempt.pk}"

    @property
    def at(self) -> datetime:
        return self.attempt.started_at

    @property
    def took_ms(self) -> int:
        return self.attempt.latency_ms

    @property
    def what(self) -> str:
        return self.attempt.message.type

    @property
    def where(self) -> str:
        """To whom: an endpoint, a mailbox, or the channel that has no address."""
        return self.attempt.address or self.attempt.channel

    @property
    def method(self) -> str:
        return "POST" if self.attempt.channel == "webhook" and self.attempt.address else ""

    @property
    def status(self) -> int | None:
        return self.attempt.http_status

    @property
    def outcome(self) -> str:
        return self.attempt.outcome

    @property
    def accepted(self) -> bool:
        return self.outcome == requests.ACCEPTED

    @property
    def waiting(self) -> bool:
        return self.outcome in requests.WAITING

    @property
    def sentence(self) -> str:
        """What came of it, and why it proved no receipt where it proved none."""
        if self.attempt.is_receipt:
            return "receipt: the hour runs" if "limit" in self.attempt.message.data else "receipt"
        if self.accepted and self.attempt.message.delivered_at:
            return "taken; its receipt was proven another time"
        return WHY.get(self.outcome, "taken, which proves no receipt on this channel")

    @property
    def article(self) -> str:
        return self.entry.article if self.entry else ""

    @property
    def orders(self) -> list[str]:
        return [self.attempt.message.dossier.reference]

    @property
    def headers(self) -> Mapping[str, str]:
        headers: dict[str, str] = self.attempt.headers
        return headers

    @property
    def body(self) -> bytes:
        return bytes(self.attempt.body.content)

    @property
    def body_size(self) -> int:
        return len(self.body)

    @property
    def body_sha256(self) -> str:
        return self.attempt.body_id

    @property
    def signed_before(self) -> str:
        """What is signed before the body: `webhook-id.webhook-timestamp.`; empty where nothing was signed."""
        signed = wire.SIGNATURE in self.headers
        return f"{self.headers[wire.ID]}.{self.headers[wire.TIMESTAMP]}." if signed else ""

    @cached_property
    def signatures(self) -> list[Signed]:
        """Each signature with the secret that made it."""
        given = self.headers.get(wire.SIGNATURE, "").split()
        return [self._signed(signature) for signature in given]

    def _signed(self, signature: str) -> Signed:
        headers = {**self.headers, wire.SIGNATURE: signature}
        for row in self.secrets:
            try:
                wire.verify(self.body, headers, [row.secret], at=self.at)
            except WireError:
                continue
            return Signed(signature, row.secret[-4:], row.created_at)
        return Signed(signature, "", None)

    @property
    def answer_headers(self) -> Mapping[str, str]:
        return {}  # we keep none of theirs

    @property
    def answer(self) -> str:
        """The first 4 KB of it; where none came, what went wrong."""
        return self.attempt.answer_excerpt

    @property
    def not_kept(self) -> str:
        return ""
