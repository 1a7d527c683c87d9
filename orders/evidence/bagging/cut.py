"""The record of some orders as it was at one checkpoint: the same whenever it is asked for."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.db.models import Max, Model, Prefetch, QuerySet

from orders.acts.transmitting import PROVEN_BY_ACT
from orders.evidence.scope import Scope
from orders.evidence.sealing.kinds import EVIDENCE, Kind
from orders.models import Attempt, Checkpoint, LedgerEntry, OutboxMessage, Receipt, TreeLeaf

CHUNK = 100  # dossiers whose rows are held in memory at a time


class Letter(NamedTuple):
    """A message, and its receipt as it was on record."""

    message: OutboxMessage
    receipt: Receipt | None

    def received(self, name: str) -> object:
        """A column of the receipt; None without."""
        return getattr(self.receipt, name) if self.receipt else None


@dataclass(frozen=True)
class Cut:
    """The entries of `scope` that are leaves under `checkpoint`, and the evidence that is."""

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

    def letters(self) -> Iterator[Letter]:
        """What entries had sent, and what went by itself until then, with attempts and receipt."""
        for chunk in self.chunks():
            yield from self._letters(chunk)

    def _letters(self, chunk: Collection[list[LedgerEntry]]) -> Iterator[Letter]:
        entries = [entry for of in chunk for entry in of]
        told = {fact["message"] for entry in entries for fact in entry.facts.get("told", [])}
        received = {entry.facts["message"] for entry in entries if entry.act == "record_receipt"}
        rows = OutboxMessage.objects.filter(dossier__in=[of[0].dossier_id for of in chunk])
        rows = rows.select_related("dossier", "receipt__leaf", "leaf")
        rows = rows.prefetch_related(Prefetch("attempts", Attempt.objects.select_related("leaf")))
        for message in rows.order_by("dossier__reference", "recipient", "sequence"):
            if message.message_id in told or self.holds(message):
                receipt: Receipt | None = getattr(message, "receipt", None)
                by_act = message.type in PROVEN_BY_ACT
                on_record = message.message_id in received if by_act else self.holds(receipt)
                yield Letter(message, receipt if on_record else None)

    def holds(self, row: Model | None) -> bool:
        """Whether `row` is a leaf under the checkpoint by itself."""
        leaf: TreeLeaf | None = getattr(row, "leaf", None)
        return leaf is not None and leaf.index < self.checkpoint.tree_size

    def attempts(self) -> Iterator[Attempt]:
        """The attempts at those messages."""
        for letter in self.letters():
            yield from filter(self.holds, letter.message.attempts.all())

    def evidence(self) -> Iterator[Any]:
        """What is a leaf by itself, by dossier and then from the left."""
        own = self.entries().order_by("dossier__reference").values_list("dossier", "dossier__reference").distinct()
        dossiers = iter([dossier for dossier, _ in own])
        while chunk := list(islice(dossiers, CHUNK)):
            rows = [row for kind in EVIDENCE for row in self._sealed(kind, chunk)]
            yield from sorted(rows, key=lambda row: (row.content()["reference"], row.leaf.index))

    def _sealed(self, kind: Kind, dossiers: list[int]) -> QuerySet[Any]:
        within = {"leaf__index__lt": self.checkpoint.tree_size, f"{kind.dossier}__in": dossiers}
        return kind.rows().filter(**within).select_related("leaf", kind.dossier)
