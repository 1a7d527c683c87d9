"""The documents of one order, for whoever may read it: which there are, and the bytes of each."""

from datetime import datetime
from typing import NamedTuple

from django.db.models.functions import Length

from orders.evidence.documents import making
from orders.models import DocumentKind, RemovalOrder

MEDIA_TYPE = "application/pdf"
STATES = ("ready", "waiting")
PATIENCE = 10  # seconds after which to ask again for what could not be made


class Shelved(NamedTuple):
    """One document, by the number of its entry in the ledger; hash, size in bytes and time stamp once it was made."""

    number: int
    kind: DocumentKind
    occurred_at: datetime
    sha256: str | None
    size: int | None
    stamped_at: datetime | None

    @property
    def state(self) -> str:
        return "ready" if self.sha256 else "waiting"


class File(NamedTuple):
    """A document to be handed out."""

    name: str
    content: bytes


def shelf(order: RemovalOrder) -> list[Shelved]:
    """The documents of `order`, oldest first. One that waits is made in the background, or when it is asked for."""
    entries = making.of_order(order).annotate(size=Length("document__exhibit__content"))
    columns = ("number", "act", "occurred_at", "document__exhibit_id", "size", "document__stamped_at")
    return [Shelved(number, making.KINDS[act], *rest) for number, act, *rest in entries.values_list(*columns)]


def fetched(order: RemovalOrder, number: int, *, at: datetime) -> File | None:
    """The document of entry `number`, made at `at` if it was not before; None when there is none. Raises NotSealed."""
    entry = making.of_order(order).filter(number=number).first()
    if entry is None:
        return None
    document = making.document_of(entry, at=at)
    return File(f"{order.reference}-{number}-{document.kind}.pdf", bytes(document.exhibit.content))
