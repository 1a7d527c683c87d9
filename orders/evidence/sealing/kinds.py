"""What is sealed: entries, and the evidence that is in no entry. The name of a kind is the column of its leaf."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from orders import canonical, commitments
from orders.acts.transmitting import PROVEN_BY_ACT
from orders.commitments import Uncovered
from orders.models import Attempt, LedgerEntry, Observation, OutboxMessage, Receipt
from orders.models.dossier import BY_NO_ENTRY

EVERY = Q()


@dataclass(frozen=True)
class Kind:
    """Of the rows of `model` those of `among` get a leaf; `dossier` leads to their dossier, `recorded` says when."""

    name: str
    model: type[Any]
    dossier: str
    among: Q = EVERY
    recorded: str = "recorded_at"
    unread: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """Its name in the database."""
        return str(self.model._meta.db_table)

    def read(self) -> QuerySet[Any]:
        """Any rows, with what their digests are over and no more."""
        return self.model.objects.select_related(self.dossier).defer(*self.unread)

    def rows(self) -> QuerySet[Any]:
        """Those that get a leaf."""
        return self.read().filter(self.among)


OF_MESSAGE = ("message__data", "message__salts")
ENTRY = Kind("entry", LedgerEntry, "dossier")
# In the order in which rows rest on each other: what an attempt rests on was there before it, and is sealed before it.
EVIDENCE = (
    Kind("message", OutboxMessage, "dossier", among=Q(type__in=BY_NO_ENTRY), recorded="created_at"),
    Kind("receipt", Receipt, "message__dossier", among=~Q(message__type__in=PROVEN_BY_ACT), unread=OF_MESSAGE),
    Kind("attempt", Attempt, "message__dossier", unread=OF_MESSAGE),
    Kind("observation", Observation, "item__order__dossier"),
)
KINDS = (ENTRY, *EVIDENCE)


def digest(row: Model) -> str:
    """What the leaf of `row` is over. Raises ValueError where a salt is of nothing."""
    if isinstance(row, LedgerEntry):
        return str(row.digest)
    content: dict[str, Any] = row.content()  # type: ignore[attr-defined]
    return canonical.sha256(canonical.json_bytes(commitments.committed(content, _salts(row))))


def content(row: Any, *, withhold: bool) -> dict[str, Any]:
    """What evidence says; withheld, the commitments alone. Raises Uncovered where something has no salt."""
    if withhold and isinstance(row, Attempt):
        if not set(commitments.covered(row.private())) <= row.salts.keys():
            raise Uncovered
        return dict(commitments.committed(row.content(), row.salts))
    return dict(row.content())


def _salts(row: Model) -> dict[str, str]:
    return row.salts if isinstance(row, Attempt) else {}
