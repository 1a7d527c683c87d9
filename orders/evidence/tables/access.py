"""access: one row per look at what tells where the content is, and at the content that is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from orders.evidence.scope import Scope
from orders.evidence.tables._table import CHUNK, Column, Table
from orders.models import LedgerEntry
from orders.regulation.looks import PURPOSES, Looked

LOOK, EXPORT, PRESERVATION = "consult", "take_export", "report_preservation"
ASKED = {"order": "dossier__reference", "authority": "issuing_authority__code", "provider": "provider__code"}


@dataclass(frozen=True)
class AccessRow:
    """A look at one thing, by the entry that records it."""

    entry: Any  # a LedgerEntry
    item: int | None

    @property
    def at(self) -> object:
        """When it was; of what a provider reports, as it says."""
        return self.entry.facts["happened_at"] if self.entry.act == PRESERVATION else self.entry.occurred_at

    @property
    def what(self) -> str:
        objects = {EXPORT: Looked.EXPORT, PRESERVATION: Looked.PRESERVED_CONTENT}
        return str(objects.get(self.entry.act) or self.entry.facts["object"])

    @property
    def reference(self) -> str:
        return str(self.entry.facts.get("reference") or self.entry.dossier.reference)

    @property
    def purpose(self) -> str | None:
        return self.entry.facts.get("purpose") or PURPOSES.get(self.entry.actor_role)

    @property
    def entry_number(self) -> int | None:
        return self.entry.facts.get("entry_number") if self.entry.act == LOOK else self.entry.number


def _rows(scope: Scope, as_of: datetime) -> Iterator[AccessRow]:
    entries = LedgerEntry.objects.filter(recorded_at__lt=as_of).select_related("dossier")
    found = entries.filter(_looks(scope) | _accesses(scope) | Q(pk__in=_exports(scope).values("pk")))
    for entry in found.order_by("dossier__reference", "number").iterator(chunk_size=CHUNK):
        for item in entry.facts["items"] if entry.act == PRESERVATION else [entry.facts.get("item")]:
            yield AccessRow(entry, item)


def _looks(scope: Scope) -> Q:
    return Q(act=LOOK, dossier__about__in=scope.orders().order_by().values("dossier"))


def _accesses(scope: Scope) -> Q:
    """To preserved content, as providers reported them."""
    own = scope.orders().order_by().values("dossier")
    return Q(act=PRESERVATION, facts__what="accessed", dossier__in=own)


def _exports(scope: Scope) -> QuerySet[LedgerEntry]:
    """The exports that may hold an order in scope; between which times its orders were begun is not looked at."""
    taken = LedgerEntry.objects.filter(act=EXPORT)
    if scope == Scope():
        return taken
    for name, lookup in ASKED.items():
        taken = taken.annotate(**{name: KT(f"facts__scope__{name}")})
        held = scope.orders().order_by().filter(**{lookup: OuterRef(name)})
        taken = taken.filter(Q(**{f"facts__scope__{name}": None}) | Exists(held))
    return taken


ACCESS: Table[AccessRow] = Table(
    "access",
    "one look at what tells where the content is, or at the content that is kept; of an act, see events",
    {
        "at": Column(lambda row: row.at, "when"),
        "person": Column(lambda row: row.entry.actor_person, "pseudonym; empty for machines"),
        "role": Column(lambda row: row.entry.actor_role, "in which they looked"),
        "party": Column(lambda row: row.entry.actor_party, "code; empty for auditors of no party and the operator"),
        "reference": Column(lambda row: row.reference, "the order, or of an export its own dossier"),
        "item": Column(lambda row: row.item, "number within the order; empty: all of them were shown"),
        "object": Column(
            lambda row: row.what,
            "url: the addresses, on a page or in an answer; document: a signed form; preserved_content: what is kept "
            "under Art. 6, as its provider reports; export: files of many orders",
        ),
        "purpose": Column(
            lambda row: row.purpose,
            "of preserved content, that of Art. 6(1): proceedings or crime. Else what this role looks for: own_order, "
            "scrutiny, coordination, execution, audit, operation",
        ),
        "entry_number": Column(
            lambda row: row.entry_number, "ledger entry of that reference: documented, reported or taken by it"
        ),
        "channel": Column(lambda row: row.entry.channel, "through which"),
    },
    _rows,
)
