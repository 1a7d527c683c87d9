"""Finished parts of an export, in a directory that outlives whoever makes them: what is there is not made again."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orders.evidence.bagging.archive import Progress
from orders.evidence.bagging.sheets import Part, Wanted, write
from orders.evidence.snapshot import snapshot

LIST = "parts.json"


@dataclass(frozen=True)
class Group:
    """Tables that must agree: read in one snapshot, and kept together or not at all."""

    name: str
    tables: tuple[Wanted, ...]


class Spool:
    """A group lies in a directory of its own, which gets its name when all of it is there."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def folder(self, group: Group) -> Path:
        """Where the files of a finished group are."""
        return self.directory / group.name

    def has(self, group: Group) -> bool:
        """Whether it is finished."""
        return self.folder(group).is_dir()

    def make(self, group: Group, progress: Progress) -> None:
        """Make `group` unless it is there; of one that was begun and not finished nothing is used."""
        if self.has(group):
            return
        unfinished = self.directory / f"{group.name}.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        with snapshot():
            parts = [write(wanted, unfinished, progress) for wanted in group.tables]
        (unfinished / LIST).write_text(json.dumps([part.facts() for part in parts]), encoding="utf-8")
        unfinished.rename(self.folder(group))

    def parts(self, group: Group) -> Iterator[Part]:
        """The tables of a finished group."""
        for facts in json.loads((self.folder(group) / LIST).read_text(encoding="utf-8")):
            yield Part(**facts)

    def drop(self, group: Group) -> None:
        """Forget a finished group: it is made again."""
        shutil.rmtree(self.folder(group), ignore_errors=True)
