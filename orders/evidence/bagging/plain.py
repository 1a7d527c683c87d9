"""Tables alone as one zip: a file for each, and manifest.json. Nothing is proven by it; a bundle does that."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from orders import canonical
from orders.evidence.bagging.archive import CHUNK, Spoiled, named
from orders.evidence.bagging.cut import Cut
from orders.evidence.bagging.sheets import Part
from orders.evidence.bagging.spool import Group, Spool
from orders.evidence.tables import TABLES
from orders.models.exports import CSV, PARQUET

MANIFEST, IN_BUNDLE = "manifest.json", "data/manifest.json"


def write(cut: Cut, *, to: IO[bytes], spool: Spool, groups: list[Group], form: str) -> dict[str, Any]:
    """Write the tables that lie in `spool` as a zip into `to`. Returns the manifest in it. Raises Spoiled."""
    found = {part.name: (spool.folder(group), part) for group in groups for part in spool.parts(group)}
    parts = [found[table.name] for table in TABLES if table.name in found]
    with zipfile.ZipFile(to, "w") as archive:
        for folder, part in parts:
            _add(archive, part.path(folder, form), part, form)
        manifest = _manifest(cut, [part for _, part in parts], form)
        archive.writestr(named(MANIFEST), json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    return manifest


def _add(archive: zipfile.ZipFile, path: Path, part: Part, form: str) -> None:
    with path.open("rb") as spooled:
        if canonical.sha256_of(spooled) != part.sha256[form]:
            raise Spoiled(path)
        spooled.seek(0)
        entry = named(f"{part.name}.{form}", compressed=form != PARQUET)  # Parquet is compressed in itself
        with archive.open(entry, "w", force_zip64=True) as file:
            shutil.copyfileobj(spooled, file, CHUNK)


def _manifest(cut: Cut, parts: list[Part], form: str) -> dict[str, Any]:
    facts, checkpoint = cut.scope.facts(), cut.checkpoint
    neutralised = sum(part.neutralised for part in parts) if form == CSV else 0
    return {
        "format": form,
        "from": facts.pop("from"),
        "to": facts.pop("to"),
        "scope": facts,
        "as_of": {"tree_size": checkpoint.tree_size, "root": checkpoint.root, "at": canonical.instant(cut.at)},
        "rows": {f"{part.name}.{form}": part.rows for part in parts},
        "sha256": {f"{part.name}.{form}": part.sha256[form] for part in parts},
        "csv_neutralised_cells": neutralised,
        "software_version": settings.VERSION,
        "simulated": True,
    }


def manifest_in(path: Path) -> dict[str, Any]:
    """The manifest of an export, a bundle or tables alone."""
    with zipfile.ZipFile(path) as archive:
        name = IN_BUNDLE if IN_BUNDLE in archive.namelist() else MANIFEST
        found: dict[str, Any] = json.loads(archive.read(name))
    return found
