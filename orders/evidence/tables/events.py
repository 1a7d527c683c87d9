"""events: one row per entry of the ledgers of the orders in scope, enough to recompute every digest."""

from collections.abc import Iterator
from datetime import datetime

from orders import commitments
from orders.evidence.scope import Scope
from orders.evidence.tables._table import CHUNK, Column, Table
from orders.models import LedgerEntry, TreeLeaf


def _rows(scope: Scope, as_of: datetime) -> Iterator[LedgerEntry]:  # noqa: ARG001  what happened does not depend on when one looks
    entries = LedgerEntry.objects.filter(dossier__in=scope.orders().order_by().values("dossier"))
    return entries.select_related("dossier", "leaf").order_by("dossier__reference", "number").iterator(chunk_size=CHUNK)


def _leaf_index(entry: LedgerEntry) -> int | None:
    leaf: TreeLeaf | None = getattr(entry, "leaf", None)
    return leaf.index if leaf else None


EVENTS: Table[LedgerEntry] = Table(
    "events",
    "one ledger entry; with these columns every digest can be computed again",
    {
        "reference": Column(lambda entry: entry.dossier.reference, "the dossier, here the order"),
        "number": Column(lambda entry: entry.number, "from 1, without gaps"),
        "act": Column(lambda entry: entry.act, "what was done"),
        "article": Column(lambda entry: entry.article, "it rests on"),
        "actor_role": Column(lambda entry: entry.actor_role, "role under the Regulation"),
        "actor_party": Column(lambda entry: entry.actor_party, "code of the party"),
        "actor_person": Column(lambda entry: entry.actor_person, "pseudonym; empty for machines, channels and time"),
        "channel": Column(lambda entry: entry.channel, "through which"),
        "occurred_at": Column(lambda entry: entry.occurred_at, "when it happened in law; need not rise"),
        "recorded_at": Column(lambda entry: entry.recorded_at, "when it was written; never falls"),
        "facts": Column(
            lambda entry: entry.facts,
            "all inputs of the act, and effects as [object, region, from, to]; withheld: commitments in it",
            lambda entry: commitments.withheld(entry.facts, entry.salts),
        ),
        "salts": Column(
            lambda entry: entry.salts,
            "of what may be withheld of the facts, by JSON pointer (RFC 6901); withheld: none",
            lambda entry: {},
        ),
        "previous_digest": Column(
            lambda entry: entry.previous_digest, "digest of the entry before; 64 zeros for the first"
        ),
        "digest": Column(
            lambda entry: entry.digest,
            "SHA-256 over the canonical JSON (RFC 8785) of kind (removal_order), reference, number, act, article, "
            "actor {role, party, person}, channel, occurred_at, recorded_at, facts and previous_digest; "
            "an empty text column counts as the empty string. In facts each value with a salt is replaced by its "
            'commitment {"...": base64url(SHA-256(base64url([salt, value])))}, as RFC 9901 has it',
        ),
        "leaf_index": Column(_leaf_index, "its place in the sealed tree, from 0; empty while it waits to be sealed"),
    },
    _rows,
)
