"""An export as an evidence bundle: a zip that whoever gets it can check without us, by the verify.py inside.

Scope and checkpoint (and the earlier one that it is held against) give the same bytes, whoever takes it, whenever.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.conf import settings

from orders import canonical
from orders.acts.capacity import Capacity
from orders.acts.exporting import take_export
from orders.acts.refusals import Invalid
from orders.evidence.bagging import checkpoints, papers, plan
from orders.evidence.bagging.archive import Archive, Progress
from orders.evidence.bagging.cut import Cut
from orders.evidence.bagging.spool import Group, Spool
from orders.evidence.bagging.tables import LEDGER, PARTS, READINGS
from orders.evidence.documents import making
from orders.evidence.documents.trust import NotSealed
from orders.evidence.scope import Scope, check
from orders.evidence.sealing import proofs, proving, rounds
from orders.evidence.snapshot import snapshot
from orders.evidence.verifier import one_file
from orders.evidence.verifier.bag import STATEMENT
from orders.evidence.verifier.seal import CONSISTENCY, EARLIER, EXHIBITS, KEY, NOTE, TITLE, digest_of_names
from orders.models import Checkpoint, LedgerEntry
from orders.models.exports import JSON_LINES
from orders.regulation.rules import Rules

FORMAT = 3


def export(
    scope: Scope,
    *,
    by: Capacity,
    at: datetime,
    to: IO[bytes],
    as_of: int | None = None,
    since: int | None = None,
    withhold: bool = False,
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Record that `by` takes a bundle of `scope` at `at`, write it into `to` (seekable), return its manifest.

    `as_of` and `since` are sizes of the tree that a checkpoint was issued for. Without the first the ledger is sealed
    now, the bundle goes up to there, has the readings (orders, items, clocks) as they stand and is held against what
    was taken of this scope before. What differs from one taking to the next (export_id, requested_by, record) stands
    in what is returned and in the ledger, never in the zip. `progress(table, rows)` is called now and then.
    `withhold` leaves out URLs, texts and persons: commitments stand for them. Raises `Invalid` and `ActNotYours`; then
    there is no bundle, whatever `to` holds.
    """
    check(scope)
    if not scope.orders().exists():
        raise Invalid("No order was begun in this scope: choose a longer time.", pointer="/from", code="empty-scope")
    asked = checkpoints.asked(as_of=as_of, since=since)
    taken = take_export(scope=scope.facts(), by=by, at=at, as_of=as_of, since=since, withhold=withhold)
    latest = asked.as_of or checkpoints.sealed_with(taken, at=at)
    earlier = asked.since or (None if as_of else checkpoints.of_export_before(taken))
    cut = Cut(scope, latest)
    if not cut.entries().exists():
        raise Invalid("Nothing in this scope had happened by that checkpoint.", pointer="/as_of", code="empty-scope")
    _document(cut, at=at)
    with snapshot():
        manifest = write(cut, earlier=earlier, to=to, readings=as_of is None, withhold=withhold, progress=progress)
    return {**manifest, **_taking(taken)}


def write(
    cut: Cut,
    *,
    earlier: Checkpoint | None,
    to: IO[bytes],
    readings: bool = False,
    withhold: bool = False,
    progress: Progress = lambda *_: None,
    spool: Spool | None = None,
) -> dict[str, Any]:
    """Write the bundle of `cut`, with a proof that its tree continues `earlier`. Returns the manifest in it.

    What `spool` has is not made again, and what it has not is left in it. Raises Spoiled.
    """
    with TemporaryDirectory() as spare, Archive(to) as archive:
        kept = spool or Spool(Path(spare))
        groups = plan.of_bundle(cut, readings=readings, withhold=withhold)
        for group in groups:
            kept.make(group, progress)
        digests = _add_tables(archive, kept, groups)
        for name, content in _ledger(cut.checkpoint, earlier):
            archive.add(name.removeprefix("data/"), content)
        archive.add("keys.json", papers.keys(cut))
        for name, pem in papers.certificates(cut):
            archive.add(f"certificates/{name}.pem", pem)
        papers.add_exhibits(archive, digests, progress)
        manifest = _manifest(cut, earlier, archive, withheld=withhold)
        archive.add("manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
        _close(archive, cut, digests)
    return manifest


def _add_tables(archive: Archive, spool: Spool, groups: list[Group]) -> list[str]:
    """Put the tables in their places; returns the digests of the bytes that go with them."""
    found = {part.name: (spool.folder(group), part) for group in groups for part in spool.parts(group)}
    parts = (*(part.name for part in PARTS), *(table.name for table in READINGS), *(part.name for part in LEDGER))
    places = (*parts, plan.WITHHELD)
    for where, part in (found[name] for name in places if name in found):
        for form, sha256 in part.sha256.items():
            archive.add_file(f"{part.name}.{form}", part.path(where, form), sha256=sha256)
            archive.rows[f"{part.name}.{form}"] = part.rows
        archive.neutralised += part.neutralised
    if plan.NAMED not in found:  # withheld: bytes cannot be shown without what they say
        return []
    folder, exhibits = found[plan.NAMED]
    with exhibits.path(folder, JSON_LINES).open(encoding="utf-8") as lines:
        return [json.loads(line)["sha256"] for line in lines]


def _document(cut: Cut, *, at: datetime) -> None:
    """Make the documents that were not made yet: once made they are kept, so that each taking holds the same."""
    try:
        for entry in making.documented(cut.entries()).filter(document=None):
            making.document_of(entry, at=at)
    except NotSealed as error:
        raise Invalid(f"A document of the bundle cannot be made now. {error}", code="document-not-made") from None


def _ledger(checkpoint: Checkpoint, earlier: Checkpoint | None) -> Iterator[tuple[str, str]]:
    yield KEY, f"{proofs.verifier_key(checkpoint.key.name, checkpoint.key.public)}\n"
    yield NOTE, checkpoint.note
    if earlier is not None:
        path = [node.hex() for node in proving.consistency_proof(earlier, checkpoint)]
        yield EARLIER, earlier.note
        yield CONSISTENCY, json.dumps({"path": path}) + "\n"


def _close(archive: Archive, cut: Cut, digests: list[str]) -> None:
    """The files beside the payload, and the list of all files with the ledger's signature below it."""
    archive.close_payload()
    info = {
        "Bag-Software-Agent": f"perci {settings.VERSION}",
        "Bagging-Date": f"{cut.at:%Y-%m-%d}",
        "External-Description": "Evidence bundle: python verify.py tells whether all of it holds. Synthetic data.",
        "Payload-Oxum": f"{archive.octets}.{len(archive.payload)}",
    }
    archive.add_tag("bag-info.txt", "".join(f"{name}: {value}\n" for name, value in info.items()))
    archive.add_tag("verify.py", one_file.text())
    listed = {name: digest for name, digest in archive.payload.items() if not name.startswith(EXHIBITS)}
    listed |= {**archive.tags, EXHIBITS: digest_of_names(digests)}
    lines = [TITLE, *(f"{digest}  {name}" for name, digest in sorted(listed.items()))]
    archive.add_tag(STATEMENT, rounds.note("".join(f"{line}\n" for line in lines), cut.checkpoint.key))
    archive.close_bag()


def _manifest(cut: Cut, earlier: Checkpoint | None, archive: Archive, *, withheld: bool) -> dict[str, Any]:
    facts, rules = cut.scope.facts(), Rules(**settings.RULES)
    return {
        "format": FORMAT,
        "from": facts.pop("from"),
        "to": facts.pop("to"),
        "scope": facts,
        "as_of": {**_named(cut.checkpoint), "at": canonical.instant(cut.at)},
        "since": _named(earlier) if earlier else None,
        "tree_size": cut.checkpoint.tree_size,
        "root": cut.checkpoint.root,
        **checkpoints.leaves(cut.entries()),
        "rows": dict(archive.rows),
        "sha256": {name: digest for name, digest in archive.payload.items() if not name.startswith(EXHIBITS)},
        "csv_neutralised_cells": archive.neutralised,
        "settings": {
            "rules": rules.name,  # for new orders; each order has its own in its first entry
            **asdict(rules),
            "measure_tolerance_seconds": settings.MEASURE_TOLERANCE_SECONDS,
        },
        "software_version": settings.VERSION,
        "withheld": withheld,
        "simulated": True,
    }


def _named(checkpoint: Checkpoint) -> dict[str, Any]:
    return {"tree_size": checkpoint.tree_size, "root": checkpoint.root, "origin": checkpoint.key.name}


def _taking(taken: LedgerEntry) -> dict[str, Any]:
    return {
        "export_id": taken.dossier.reference,
        "requested_by": {"role": taken.actor_role, "party": taken.actor_party, "person": taken.actor_person},
        "record": {"reference": taken.dossier.reference, "number": taken.number, "digest": taken.digest},
    }
