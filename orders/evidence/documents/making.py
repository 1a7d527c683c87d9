"""Documents are made once, after the act and never inside it: in the background, or when somebody asks for one."""

import json
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from orders import canonical
from orders.evidence.documents import annex_i, annexes_of_provider, rendering, trust
from orders.evidence.documents.annexes_of_provider import Received
from orders.evidence.documents.form import Form
from orders.evidence.documents.trust import Sealer
from orders.models import Document, DocumentKind, Exhibit, LedgerEntry, RemovalOrder, keep
from orders.regulation.annexes import FORMS

KINDS = {act: DocumentKind(form) for act, form in FORMS.items()}
# The version (RFC 8118) is stated of our own files alone: what officers hand in can have no such media type.
MEDIA_TYPE = "application/pdf; version=1.7"
REASONS = {
    DocumentKind.ANNEX_I: "removal order",
    DocumentKind.ANNEX_II: "recorded as received",
    DocumentKind.ANNEX_III: "recorded as received",
}


def documented(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """Those of `entries` that have, or are to have, a document."""
    return entries.filter(act__in=KINDS)


def missing() -> QuerySet[LedgerEntry]:
    """The entries whose document was not made yet, oldest first."""
    return documented(LedgerEntry.objects.filter(document=None)).order_by("pk")


def of_order(order: RemovalOrder) -> QuerySet[LedgerEntry]:
    """The entries of `order` that are documented, oldest first."""
    return documented(LedgerEntry.objects.filter(dossier=order.dossier_id)).order_by("number")


def document_of(entry: LedgerEntry, *, at: datetime) -> Document:
    """The document of `entry`: the one that is kept, or one made now. Two at once keep one. Raises NotSealed."""
    kept = Document.objects.filter(entry=entry).select_related("exhibit").first()
    return kept or _kept(entry, *_made(entry, at=at), at=at)


def _kept(entry: LedgerEntry, pdf: bytes, stamped_at: datetime, *, at: datetime) -> Document:
    kind = KINDS[entry.act]
    try:
        with transaction.atomic():
            exhibit = keep(pdf, media_type=MEDIA_TYPE, at=at)
            return Document.objects.create(entry=entry, kind=kind, exhibit=exhibit, stamped_at=stamped_at)
    except IntegrityError:  # somebody was quicker; what was kept first counts, and ours is forgotten
        return Document.objects.select_related("exhibit").get(entry=entry)


def _made(entry: LedgerEntry, *, at: datetime) -> tuple[bytes, datetime]:
    """The signed bytes, and what their time stamp says; examined before anybody gets them."""
    from orders.evidence.documents import pades  # noqa: PLC0415  pyHanko takes most of a second to load

    order = _order_of(entry)
    unsigned = rendering.rendered(form_of(entry, order))
    remote = settings.DOCUMENT_TSA_URL
    stamps = pades.RemoteStamper(remote) if remote else pades.stamper(trust.of_time(at=at), at=at)
    by = _sealer(entry, order, at)
    pdf = pades.signed(unsigned, by=by, reason=REASONS[KINDS[entry.act]], stamps=stamps, at=at)
    try:
        return pdf, pades.examined(pdf, roots=trust.roots()).stamped_at
    except ValueError as error:
        raise trust.NotSealed(f"What was signed does not pass its own examination: {error}") from error


def form_of(entry: LedgerEntry, order: RemovalOrder) -> Form:
    """What the document of `entry` shows: a pure function of the record and of who seals it."""
    assert order.annex_i is not None  # only what was issued can be answered
    said = json.loads(bytes(order.annex_i.content))
    source, seals = source_of(entry), trust.sentence()
    if KINDS[entry.act] is DocumentKind.ANNEX_I:
        return annex_i.form(said, source=source, key=entry.facts["key"], made=entry.occurred_at, seals=seals)
    form = annexes_of_provider.annex_ii if "annex_ii" in entry.facts else annexes_of_provider.annex_iii
    return form(said, json.loads(source), _received(entry, order), source=source, seals=seals)


def source_of(entry: LedgerEntry) -> bytes:
    """The canonical JSON that the document of `entry` shows and carries: Annex I, II or III."""
    if KINDS[entry.act] is DocumentKind.ANNEX_I:
        return bytes(Exhibit.objects.get(pk=entry.facts["annex_i_sha256"]).content)
    return canonical.json_bytes(entry.facts.get("annex_ii") or entry.facts["annex_iii"])


def _received(entry: LedgerEntry, order: RemovalOrder) -> Received:
    return Received(
        number=entry.number,
        digest=entry.digest,
        channel=entry.channel,
        at=entry.occurred_at,
        sha256=entry.facts.get("exhibit", ""),
        order_received_at=order.received_at,
    )


def _order_of(entry: LedgerEntry) -> RemovalOrder:
    orders = RemovalOrder.objects.select_related("dossier", "annex_i", "signing_key__authority")
    return orders.get(dossier=entry.dossier_id)


def _sealer(entry: LedgerEntry, order: RemovalOrder, at: datetime) -> Sealer:
    if KINDS[entry.act] is not DocumentKind.ANNEX_I:
        return trust.of_recorder(at=at)
    assert order.signing_key is not None  # set at issue, with Annex I
    return trust.of_authority(order.signing_key, at=at)
