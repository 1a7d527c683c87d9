"""The check of the whole database against its own record: streamed, changing nothing."""

from collections.abc import Callable, Iterator
from typing import Any

from orders.evidence.checks import documents, hours
from orders.evidence.checks._subject import Finding, Subject
from orders.evidence.checks.chain import chain
from orders.evidence.checks.closing import closing
from orders.evidence.checks.columns import facts_of_rows
from orders.evidence.checks.drafted import drafted
from orders.evidence.checks.replay import replay
from orders.evidence.checks.requests import requests
from orders.evidence.snapshot import snapshot
from orders.models import AuthorityKey, Dossier, Exhibit

CHUNK = 100  # dossiers held in memory at a time, each with all its rows
CHECKS = (
    drafted,
    documents.annex_i,
    documents.messages,
    documents.handed_in,
    hours.receipts,
    closing,
    hours.clocks,
    replay,
    facts_of_rows,
    requests,
)
Progress = Callable[[str, int], None]


def findings(*, progress: Progress = lambda *_: None) -> Iterator[Finding]:
    """Everything that is not as the record says, dossier by dossier, in the order of the chain within each."""
    with snapshot():
        for count, exhibit in enumerate(Exhibit.objects.order_by("pk").iterator(chunk_size=CHUNK), start=1):
            yield from documents.exhibit_content(exhibit)
            progress("exhibits", count)
        keys = AuthorityKey.objects.in_bulk(field_name="kid")
        for count, dossier in enumerate(_dossiers(), start=1):
            yield from of_subject(_subject(dossier, keys))
            progress("dossiers", count)


def of_subject(subject: Subject) -> Iterator[Finding]:
    """A broken chain is all that is said of a dossier: what follows from its entries would only repeat it."""
    broken = list(chain(subject))
    yield from broken
    if not broken:
        for check in CHECKS:
            yield from check(subject)


def _dossiers() -> Iterator[Dossier]:
    order = "removal_order"
    of_order = (
        "annex_i", "signing_key", "drafted_by", "approved_by", "provider", "issuing_authority", "home_authority",
        "scrutiny__authority",
    )  # fmt: skip
    related = Dossier.objects.select_related(order, *(f"{order}__{name}" for name in of_order))
    rows = related.prefetch_related(
        "entries", "deadlines__item", "messages__receipt", f"{order}__items", f"{order}__scrutiny__requests"
    )
    return rows.order_by("pk").iterator(chunk_size=CHUNK)


def _subject(dossier: Dossier, keys: dict[Any, AuthorityKey]) -> Subject:
    return Subject(
        dossier=dossier,
        order=getattr(dossier, "removal_order", None),
        entries=list(dossier.entries.all()),
        clocks=sorted(dossier.deadlines.all(), key=lambda clock: clock.pk),
        messages=list(dossier.messages.all()),
        keys=keys,
    )
