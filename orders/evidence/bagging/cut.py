"""The record of some orders as it was at one checkpoint: the same whenever it is asked for."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby, islice

from django.db.models import Max, QuerySet

from orders.evidence.checks.letters import NO_ACT
from orders.evidence.scope import Scope
from orders.models import Attempt, Checkpoint, LedgerEntry, OutboxMessage, Receipt

CHUNK = 100  # dossiers whose rows are held in memory at a time


@dataclass(frozen=True)
class Cut:
    """The entries of `scope` that are leaves under `checkpoint`, and what had gone with them when it was issued."""

    scope: Scope
    checkpoint: Checkpoint

    @cached_property
    def at(self) -> datetime:
        """When the checkpoint was issued; or later, where an entry came in while it was being made."""
        written = self.entries().aggregate(last=Max("recorded_at"))["last"]
        return max(self.checkpoint.issued_at, written) if written else self.checkpoint.issued_at

    def entries(self) -> QuerySet[LedgerEntry]:
        """In the order of dossiers and numbers."""
        within = LedgerEntry.objects.filter(leaf__index__lt=self.checkpoint.tree_size)
        of = within.filter(dossier__in=self.scope.orders().order_by().values("dossier"))
        return of.select_related("dossier", "leaf").order_by("dossier__reference", "number")

    def dossiers(self) -> Iterator[list[LedgerEntry]]:
        """The entries, dossier by dossier."""
        entries = self.entries().iterator(chunk_size=500)
        yield from (list(of) for _, of in groupby(entries, key=lambda entry: entry.dossier_id))

    def chunks(self) -> Iterator[list[list[LedgerEntry]]]:
        """The same, as many dossiers at a time as are read together."""
        dossiers = self.dossiers()
        while chunk := list(islice(dossiers, CHUNK)):
            yield chunk

    def messages(self) -> Iterator[OutboxMessage]:
        """What entries had sent, and what went by itself until then, with attempts and receipt."""
        for chunk in self.chunks():
            yield from self._messages(chunk)

    def _messages(self, chunk: Collection[list[LedgerEntry]]) -> Iterator[OutboxMessage]:
        told = {fact["message"] for of in chunk for entry in of for fact in entry.facts.get("told", [])}
        rows = OutboxMessage.objects.filter(dossier__in=[of[0].dossier_id for of in chunk])
        rows = rows.select_related("dossier", "receipt").prefetch_related("attempts")
        for message in rows.order_by("dossier__reference", "recipient", "sequence"):
            if message.message_id in told or (message.type in NO_ACT and message.created_at <= self.at):
                yield message

    def receipt(self, message: OutboxMessage) -> Receipt | None:
        """Its receipt, when that was on record."""
        receipt: Receipt | None = getattr(message, "receipt", None)
        return receipt if receipt and receipt.recorded_at <= self.at else None

    def attempts(self) -> Iterator[Attempt]:
        """The attempts at those messages that had ended, and what they proved was on record."""
        for message in self.messages():
            waits = getattr(message, "receipt", None) != self.receipt(message)
            for attempt in message.attempts.all():
                if attempt.ended_at <= self.at and not (attempt.is_receipt and waits):
                    yield attempt
