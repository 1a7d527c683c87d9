"""One request of a provider as it came in: what it asked, what we answered, and why it was not accepted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from orders.models import LedgerEntry, Receipt
from platforms.models import Exchange

BASE = "/api/platforms/v1/"


class Wrong(NamedTuple):
    """One thing that a problem points at."""

    pointer: str
    code: str
    got: Any


@dataclass(frozen=True)
class Asked:
    """An exchange. `entry` is what it recorded, `receipt` what it proved, if anything."""

    exchange: Exchange
    entry: LedgerEntry | None
    receipt: Receipt | None
    faults: Sequence[str] = ()  # that met it
    direction = "in"
    waiting = False
    signed_before = ""
    signatures = ()

    @property
    def key(self) -> int:
        return self.exchange.pk

    @property
    def id(self) -> str:
        return f"in-{self.exchange.pk}"

    @property
    def at(self) -> datetime:
        return self.exchange.arrived_at

    @property
    def took_ms(self) -> int:
        return int((self.exchange.answered_at - self.exchange.arrived_at).total_seconds() * 1000)

    @property
    def what(self) -> str:
        """Such as POST annex-ii: the last part of the address says what it is about."""
        path = self.where.partition("?")[0].removeprefix(BASE).strip("/")
        about = path.split("/")
        return f"{self.method} {about[-1] if about[0] == 'orders' and len(about) > 2 else '/'.join(about[:2])}"

    @property
    def where(self) -> str:
        return self.exchange.path

    @property
    def method(self) -> str:
        return self.exchange.method

    @property
    def status(self) -> int:
        return self.exchange.status

    @property
    def accepted(self) -> bool:
        return self.status < 400

    @cached_property
    def said(self) -> dict[str, Any]:
        """Our answer as JSON; empty for one that is no object."""
        try:
            answer = json.loads(self.answer)
        except ValueError:  # cut, or not JSON
            return {}
        return answer if isinstance(answer, dict) else {}

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document, empty where it was accepted."""
        return {} if self.accepted else self.said

    @property
    def outcome(self) -> str:
        """The code of the problem; recorded, none (it had no effect) or replayed of an answer; else ok."""
        if not self.accepted:
            return str(self.problem.get("type", "")).rpartition("/")[2] or str(self.said.get("error", "refused"))
        return "replayed" if self.replayed else str(self.said.get("effect", "ok"))

    @property
    def replayed(self) -> bool:
        return "Idempotent-Replayed" in self.answer_headers

    @property
    def wrong(self) -> list[Wrong]:
        """What the problem points at."""
        errors = self.problem.get("errors", [])
        return [Wrong(error["pointer"].lstrip("/"), error["code"], error["got"]) for error in errors]

    @property
    def sentence(self) -> str:
        """What came of it, or why it was not accepted."""
        if not self.accepted:
            pointers = [wrong.pointer for wrong in self.wrong if wrong.pointer]
            return ", ".join([self.outcome, *pointers])
        return "; ".join(part for part in (self._recorded(), self._proved()) if part)

    def _recorded(self) -> str:
        if self.replayed:
            return "the first answer again: nothing new was recorded"
        if self.outcome == "none":
            return f"recorded, without effect: {self.said['reason']}"
        flags = ", ".join(self.said.get("flags", []) if self.outcome == "recorded" else [])
        return f"recorded ({flags})" if flags else "recorded" if self.outcome == "recorded" else ""

    def _proved(self) -> str:
        if self.receipt is None:
            return ""
        message = self.receipt.message
        return f"it proved receipt of {message.type}" + (": the hour runs" if "limit" in message.data else "")

    @property
    def article(self) -> str:
        return self.entry.article if self.entry else ""

    @property
    def orders(self) -> list[str]:
        return self.exchange.orders.split()

    @property
    def headers(self) -> Mapping[str, str]:
        headers: dict[str, str] = self.exchange.headers
        return headers

    @property
    def body(self) -> bytes:
        return bytes(self.exchange.body)

    @property
    def body_size(self) -> int:
        return self.exchange.body_size

    @property
    def body_sha256(self) -> str:
        return self.exchange.body_sha256

    @property
    def answer_headers(self) -> Mapping[str, str]:
        headers: dict[str, str] = self.exchange.answer_headers
        return headers

    @property
    def answer(self) -> str:
        return self.exchange.answer

    @property
    def not_kept(self) -> str:
        """Why it cannot be asked again, in words; empty when it can."""
        return self.exchange.get_not_kept_display() if self.exchange.not_kept else ""
