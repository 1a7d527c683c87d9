"""The check of the whole database against its own record: streamed, changing nothing."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from django.db.models import QuerySet

from orders.evidence.checks import documents, hours, kept, seal, warnings
from orders.evidence.checks._subject import Finding, Subject
from orders.evidence.checks.appeals import appeals
from orders.evidence.checks.chain import chain
from orders.evidence.checks.closing import closing
from orders.evidence.checks.columns import facts_of_rows
from orders.evidence.checks.deliveries import deliveries
from orders.evidence.checks.discrepancies import discrepancies, observations
from orders.evidence.checks.drafted import drafted
from orders.evidence.checks.exhibits import exhibits
from orders.evidence.checks.grounds import grounds
from orders.evidence.checks.letters import letters
from orders.evidence.checks.looks import looks
from orders.evidence.checks.made import made, taken_away
from orders.evidence.checks.register import register
from orders.evidence.checks.replay import replay
from orders.evidence.checks.requests import requests
from orders.evidence.checks.rows import rows
from orders.evidence.checks.stopped import stopped
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
    appeals,
    requests,
    rows,
    looks,
    stopped,
    grounds,
    exhibits,
    made,
    letters,
    warnings.warnings,
    warnings.reminders,
    observations,
    discrepancies,
    kept.named,
    deliveries,
)
MORE: list[Callable[[], Iterator[Finding]]] = []  # of the apps that build on this one: each adds what it keeps
Progress = Callable[[str, int], None]


def findings(
    *, of: Collection[str] = (), previous: str | None = None, progress: Progress = lambda *_: None
) -> Iterator[Finding]:
    """Everything that is not as the record says, dossier by dossier, in the order of the chain within each.

    Then about the register, the seal and what other apps keep. Only of the dossiers with the references `of` and their
    leaves, when there are any. `previous` is a checkpoint that somebody kept: the tree is to begin with it.
    """
    with snapshot():
        if previous is not None:
            yield from kept.previous(previous)
        if of:
            yield from _of_dossiers(Dossier.objects.filter(reference__in=of), progress)
            yield from seal.leaves_of(of)
            return
        for count, exhibit in enumerate(Exhibit.objects.order_by("pk").iterator(chunk_size=CHUNK), start=1):
            yield from documents.exhibit_content(exhibit)
            progress("exhibits", count)
        yield from _of_dossiers(Dossier.objects.all(), progress)
        yield from register()
        yield from taken_away()
        yield from seal.seal(progress)
        for more in MORE:
            yield from more()


def _of_dossiers(dossiers: QuerySet[Dossier], progress: Progress) -> Iterator[Finding]:
    keys = AuthorityKey.objects.in_bulk(field_name="kid")
    for count, dossier in enumerate(_read(dossiers), start=1):
        yield from of_subject(_subject(dossier, keys))
        progress("dossiers", count)


def of_subject(subject: Subject) -> Iterator[Finding]:
    """A broken chain is all that is said of a dossier: what follows from its entries would only repeat it."""
    broken = list(chain(subject))
    yield from broken
    if not broken:
        for check in CHECKS:
            yield from _found_by(check, subject)


def _found_by(check: Callable[[Subject], Iterator[Finding]], subject: Subject) -> Iterator[Finding]:
    """What somebody spoiled beyond reading is a finding, too, and does not end the examination of the others."""
    try:
        yield from check(subject)
    except Exception as error:
        yield subject.finding(None, f"cannot be read: {type(error).__name__}: {error}")


def _read(dossiers: QuerySet[Dossier]) -> Iterator[Dossier]:
    order = "removal_order"
    of_order = (
        "annex_i", "signing_key", "drafted_by", "approved_by", "provider", "issuing_authority", "home_authority",
        "scrutiny__authority",
    )  # fmt: skip
    related = dossiers.select_related("about", order, *(f"{order}__{name}" for name in of_order))
    rows = related.prefetch_related(
        "entries", "deadlines", "messages__receipt", "messages__attempts", f"{order}__items__grounds",
        f"{order}__items__observations", f"{order}__scrutiny__requests",
    )  # fmt: skip
    return rows.order_by("pk").iterator(chunk_size=CHUNK)


def _subject(dossier: Dossier, keys: dict[Any, AuthorityKey]) -> Subject:
    order = getattr(dossier, "removal_order", None)
    clocks = sorted(dossier.deadlines.all(), key=lambda clock: clock.pk)
    items = {item.pk: item for item in order.items.all()} if order else {}
    for clock in clocks:  # not by prefetching: SQLite takes no more than 1,000 items in one question of that kind
        if clock.item_id in items:
            clock.item = items[clock.item_id]
    return Subject(
        dossier=dossier,
        order=order,
        entries=list(dossier.entries.all()),
        clocks=clocks,
        messages=list(dossier.messages.all()),
        keys=keys,
    )
