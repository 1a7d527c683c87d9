"""The tables of a bundle: events and deliveries as in any export, and those that only a proof needs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from orders import canonical, commitments
from orders.evidence.bagging.cut import Cut
from orders.evidence.sealing import kinds, proving
from orders.evidence.sealing.proving import Inclusion
from orders.evidence.tables import TABLES
from orders.evidence.tables._table import CHUNK, Column, private
from orders.evidence.tables.deliveries import DELIVERIES
from orders.evidence.tables.events import EVENTS
from orders.models import Attempt, Document, LedgerEntry, Observation, RemovalOrder

# What an order looks like is no record but a reading of it, as of when it is read.
READINGS = tuple(table for table in TABLES if table.name in ("orders", "items", "clocks", "access"))


@dataclass(frozen=True)
class Part:
    """A table of the bundle; `rows` streams, and `meaning` says what one row is."""

    name: str
    meaning: str
    columns: Mapping[str, Column]
    rows: Callable[[Cut], Iterator[Any]]


@dataclass(frozen=True)
class Span:
    """A dossier and its entries."""

    order: RemovalOrder
    entries: list[LedgerEntry]

    @property
    def jws(self) -> str:
        """The signature over Annex I; an order that was not issued by then had none."""
        return self.order.annex_i_jws if any(entry.act == "issue" for entry in self.entries) else ""


def _spans(cut: Cut) -> Iterator[Span]:
    for chunk in cut.chunks():
        orders = RemovalOrder.objects.filter(dossier__in=[entries[0].dossier_id for entries in chunk])
        by_dossier = {order.dossier_id: order for order in orders}
        yield from (Span(by_dossier[entries[0].dossier_id], entries) for entries in chunk)


def _proofs(cut: Cut) -> Iterator[tuple[LedgerEntry, Inclusion]]:
    entries = cut.entries().defer("facts").iterator(chunk_size=CHUNK)
    while chunk := list(islice(entries, CHUNK)):
        yield from zip(chunk, proving.inclusion_proofs(chunk, cut.checkpoint), strict=True)


class Sealed(NamedTuple):
    """A row of evidence, and the way of its leaf to the root."""

    row: Any
    path: list[bytes]

    def said(self, *, withhold: bool) -> object:
        """What its leaf is over."""
        return canonical.plain(kinds.content(self.row, withhold=withhold))


def _evidence(cut: Cut) -> Iterator[Sealed]:
    rows = cut.evidence()
    while chunk := list(islice(rows, CHUNK)):
        paths = proving.paths([row.leaf.index for row in chunk], cut.checkpoint.tree_size)
        yield from map(Sealed, chunk, paths)


def _observations(cut: Cut) -> Iterator[Observation]:
    seen = Observation.objects.filter(
        item__order__dossier__in=cut.entries().order_by().values("dossier"),
        leaf__index__lt=cut.checkpoint.tree_size,
    )
    ordered = seen.select_related("item__order__dossier").order_by(
        "item__order__dossier__reference", "item__number", "number"
    )
    return ordered.iterator(chunk_size=CHUNK)


def documents(cut: Cut) -> Iterator[Document]:
    """The documents of the entries; whoever takes a bundle has had them made."""
    made = Document.objects.filter(entry__in=cut.entries().order_by().values("pk"))
    ordered = made.select_related("entry__dossier").order_by("entry__dossier__reference", "entry__number")
    return ordered.iterator(chunk_size=CHUNK)


PARTS: tuple[Part, ...] = (
    Part(
        "dossiers",
        "one dossier: between which of its entries, and which leaves of the tree, everything is in the bundle",
        {
            "reference": Column(lambda span: span.entries[0].dossier.reference, "the order"),
            "kind": Column(lambda span: span.entries[0].dossier.kind, "a part of what each digest is over"),
            "first_number": Column(lambda span: span.entries[0].number, "its first entry"),
            "last_number": Column(lambda span: span.entries[-1].number, "its last entry under the checkpoint"),
            "first_leaf": Column(lambda span: span.entries[0].leaf.index, "place of the first in the tree"),
            "last_leaf": Column(lambda span: span.entries[-1].leaf.index, "place of the last"),
            "last_digest": Column(lambda span: span.entries[-1].digest, "of the last"),
            "annex_i_jws": private(
                lambda span: span.jws, "the authority's compact JWS over Annex I; empty before issue"
            ),
        },
        _spans,
    ),
    Part("events", EVENTS.meaning, EVENTS.columns, lambda cut: cut.entries().iterator(chunk_size=CHUNK)),
    Part(
        "messages",
        "one message that an entry or the time sent",
        {
            "message_id": Column(lambda sent: sent.message.message_id, "what the receiver deduplicates on"),
            "reference": Column(lambda sent: sent.message.dossier.reference, "the order"),
            "type": Column(lambda sent: sent.message.type, "of the message"),
            "recipient_role": Column(lambda sent: sent.message.recipient_role, "role under the Regulation"),
            "recipient": Column(lambda sent: sent.message.recipient, "code of the party"),
            "sequence": Column(lambda sent: sent.message.sequence, "rises per order and recipient"),
            "created_at": Column(lambda sent: sent.message.created_at, "when it was written"),
            "data": Column(
                lambda sent: sent.message.data,
                "what it says; its entry has the digest in told, over commitments as that of events",
                lambda sent: commitments.withheld(sent.message.data, sent.message.salts),
            ),
            "salts": Column(lambda sent: sent.message.salts, "of what may be withheld of the data", lambda sent: {}),
            "received_at": Column(
                lambda sent: sent.received("received_at"), "what the first evidence of receipt says; empty without"
            ),
            "receipt_channel": Column(lambda sent: sent.received("channel"), "through which"),
            "receipt_rule": Column(lambda sent: sent.received("rule"), "what made it a receipt"),
        },
        lambda cut: cut.letters(),
    ),
    Part("deliveries", DELIVERIES.meaning, DELIVERIES.columns, lambda cut: cut.attempts()),
    Part(
        "observations",
        "one look at the address of an item",
        {
            "reference": Column(lambda look: look.item.order.reference, "the order"),
            "item": Column(lambda look: look.item.number, "number within the order"),
            "number": Column(lambda look: look.number, "of the looks at this item, from 1 without gaps"),
            "observed_at": Column(lambda look: look.observed_at, "when"),
            "status": Column(lambda look: look.status, "HTTP status; empty when nothing answered"),
            "gone": Column(lambda look: look.gone, "whether the content was gone; empty when one cannot tell"),
            "source": Column(lambda look: look.source, "who looked"),
            "recorded_at": Column(lambda look: look.recorded_at, "when it was written"),
        },
        _observations,
    ),
    Part(
        "documents",
        "one signed PDF",
        {
            "reference": Column(lambda made: made.entry.dossier.reference, "the order"),
            "number": Column(lambda made: made.entry.number, "the entry that it is of"),
            "kind": Column(lambda made: made.kind, "annex-i, annex-ii or annex-iii"),
            "sha256": Column(lambda made: made.exhibit_id, "of its bytes, under which they are among the exhibits"),
            "stamped_at": Column(lambda made: made.stamped_at, "what the time stamp in it says"),
        },
        documents,
    ),
)
PROOFS = Part(
    "ledger/proofs",
    "the way of one entry to the root (RFC 9162), from below",
    {
        "reference": Column(lambda row: row[0].dossier.reference, "the order"),
        "number": Column(lambda row: row[0].number, "of the entry"),
        "index": Column(lambda row: row[1].index, "of its leaf, from 0"),
        "path": Column(lambda row: [node.hex() for node in row[1].path], "hashes of 32 bytes"),
    },
    _proofs,
)
EVIDENCE = Part(
    "ledger/evidence",
    "one row that no entry holds and that is a leaf by itself: an attempt, a receipt that is no act, a look at an "
    "item, or what time sent",
    {
        "reference": Column(lambda sealed: sealed.row.content()["reference"], "the order"),
        "index": Column(lambda sealed: sealed.row.leaf.index, "of its leaf, from 0"),
        "content": Column(
            lambda sealed: sealed.said(withhold=False),
            "all that it says; the leaf is over the SHA-256 of its canonical JSON, with commitments as in events. "
            "Of an attempt also address, headers we sent, and the digest of the answer, which is among the exhibits",
            lambda sealed: sealed.said(withhold=True),
        ),
        "salts": Column(
            lambda sealed: sealed.row.salts if isinstance(sealed.row, Attempt) else {},
            "of what may be withheld of it, by JSON pointer; withheld: none",
            lambda sealed: {},
        ),
        "path": Column(lambda sealed: [node.hex() for node in sealed.path], "hashes of 32 bytes, to the root"),
    },
    _evidence,
)
LEDGER = (PROOFS, EVIDENCE)  # these as JSON lines alone
# Beside the others in a bundle that withholds.
WITHHELD = {"sha256": Column(lambda digest: digest, "of an exhibit that a row names and that is withheld")}
