"""A form: sections of blocks, ready to be laid out. Pure data: the same input, the same bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders import canonical
from orders.evidence.documents.glyphs import shown

MARK = "SIMULATED – no legal effect"
NAMED = (
    "Characters that cannot be seen, or that the fonts here lack, are named as in [U+202E]; the attached JSON has them "
    "as they are."
)
Block = tuple[str, Any]  # a kind that form.typ knows, and what it takes


@dataclass(frozen=True)
class Section:
    """One section; `letter` is empty where the official form has none."""

    letter: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Form:
    """One form. `source` is the canonical JSON that it shows, `made` the instant of the act that it documents."""

    annex: str
    title: str
    basis: str
    reference: str
    author: str
    notice: tuple[str, ...]
    sections: tuple[Section, ...]
    source: bytes
    made: datetime

    @property
    def source_name(self) -> str:
        """The file name of the attached JSON, such as annex-i.json."""
        return f"{self.annex.lower().replace(' ', '-')}.json"

    def data(self) -> str:
        """What the layout takes, as JSON."""
        said = {
            "annex": self.annex, "title": self.title, "basis": self.basis, "reference": self.reference, "mark": MARK,
            "author": self.author, "notice": list(self.notice), "foot": self._foot(),
            "sections": [{"letter": one.letter, "title": one.title, "blocks": one.blocks} for one in self.sections],
        }  # fmt: skip
        readable = shown(said)
        if "[U+" in json.dumps(readable):
            readable["notice"].append(NAMED)
        made = self.made
        instant = [made.year, made.month, made.day, made.hour, made.minute, made.second]
        return json.dumps({**readable, "made": instant})

    def _foot(self) -> str:
        return f"{self.source_name} attached, sha256 {canonical.sha256(self.source)}"


def ticks(labels: Mapping[str, str], *ticked: str) -> Block:
    """One box for each of `labels`; those of `ticked` are ticked."""
    return "ticks", [[name in ticked, label] for name, label in labels.items()]


def items(order: Mapping[str, Any], *numbers: int) -> Block:
    """The items of an order (its Annex I), or only those with `numbers`."""
    named = [one for one in order["items"] if not numbers or one["item"] in numbers]
    return "items", [[one["item"], one["url"], _identified(one)] for one in named]


def _identified(item: Mapping[str, Any]) -> str:
    return " – ".join(filter(None, (item["kind"], item["identification"])))


def when(instant: str | datetime | None) -> str:
    """An instant as people read it, in UTC with as many decimals as it has: 2026-11-21 01:30:04.5 UTC."""
    if not instant:
        return ""
    read = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    text = canonical.instant(read).rstrip("Z").replace("T", " ")
    return f"{text.rstrip('0').rstrip('.') if text.endswith('0') else text} UTC"


def stated(text: str) -> str:
    """What somebody wrote as a time: an instant as `when` has it; a day, or a time of no zone, as it was written."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return text
    return when(read) if read.tzinfo else text
