"""The tables of a bundle: JSON lines that are read once and in order, and the CSV that says the same."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from orders.evidence.verifier.bag import BROKEN, LONGEST_LINE, Bag, Finding

FORMULA = ("=", "+", "-", "@", "\t", "\r")
TEXT, NUMBER, MAYBE = (str,), (int,), (str, type(None))
# What is read of each table; it may have more columns.
SHAPES: dict[str, dict[str, tuple[type, ...]]] = {
    "dossiers": dict.fromkeys(("kind", "last_digest"), TEXT)
    | dict.fromkeys(("first_number", "last_number", "first_leaf", "last_leaf"), NUMBER)
    | {"annex_i_jws": MAYBE},
    "events": dict.fromkeys(("act", "occurred_at", "recorded_at", "previous_digest", "digest", "channel"), TEXT)
    | dict.fromkeys(("article", "actor_role", "actor_party", "actor_person"), MAYBE)
    | {"number": NUMBER, "leaf_index": NUMBER, "facts": (dict,), "salts": (dict,)},
    "ledger/proofs": {"number": NUMBER, "index": NUMBER, "path": (list,)},
    "messages": dict.fromkeys(("message_id", "type", "recipient_role", "recipient"), TEXT)
    | dict.fromkeys(("received_at", "receipt_rule", "receipt_channel"), MAYBE)
    | {"data": (dict,), "salts": (dict,)},
    "deliveries": dict.fromkeys(("message_id", "channel", "started_at", "ended_at", "body_sha256"), TEXT)
    | {"attempt": NUMBER, "is_receipt": (bool,)},
    "observations": dict.fromkeys(("observed_at", "source", "recorded_at"), TEXT) | {"item": NUMBER, "number": NUMBER},
    "ledger/evidence": {"index": NUMBER, "content": (dict,), "salts": (dict,), "path": (list,)},
    "documents": {"number": NUMBER, "kind": TEXT, "sha256": TEXT},
}


class Row(dict[str, Any]):
    """A row with the number of its line."""

    line = 0


def shaped(bag: Bag, name: str, findings: list[Finding]) -> Iterator[Row]:
    """The rows of a table; one that lacks a column, or has something else in it, is a finding, and passed over."""
    shape = {"reference": TEXT, **SHAPES[name]}
    for row in lines(bag, f"data/{name}.jsonl", findings):
        wrong = [column for column, kinds in shape.items() if not isinstance(row.get(column, ...), kinds)]
        if wrong:
            findings.append(Finding(f"data/{name}.jsonl", row.line, f"this is no such row: look at {', '.join(wrong)}"))
        else:
            yield row


def lines(bag: Bag, file: str, findings: list[Finding]) -> Iterator[Row]:
    """The rows of a file of JSON lines; a line that is none is a finding, and passed over."""
    if file not in bag.names:
        findings.append(Finding(file, None, "it is missing"))
        return
    try:
        opened_file = bag.open(file)
    except ValueError as error:
        findings.append(Finding(file, None, str(error)))
        return
    with opened_file as stream:
        number = 0
        while True:
            number += 1
            try:
                raw = stream.readline(LONGEST_LINE)
                if not raw:
                    return
                row = Row(_object(raw))
            except (ValueError, RecursionError) as error:
                findings.append(Finding(file, number, f"this is no row: {error}"))
                continue
            except BROKEN as error:
                findings.append(Finding(file, number, f"it cannot be read from here on ({error})"))
                return
            row.line = number
            yield row


def _object(raw: bytes) -> dict[str, Any]:
    value = json.loads(raw.decode(), object_pairs_hook=_once)
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands in it twice")
    return dict(pairs)


class Table:
    """The rows of one table, taken dossier by dossier in the order in which the bundle has them."""

    def __init__(self, bag: Bag, name: str, places: Mapping[str, int], findings: list[Finding]) -> None:
        self.file, self.places, self.findings = f"data/{name}.jsonl", places, findings
        self.rows = shaped(bag, name, findings)
        self.coming = next(self.rows, None)

    def of(self, reference: str) -> list[Row]:
        """The rows of that dossier; what stands before them and is of no dossier still to come is a finding."""
        taken: list[Row] = []
        while self.coming is not None:
            place = self.places.get(self.coming["reference"], -1)
            if place > self.places[reference]:
                break
            if place == self.places[reference]:
                taken.append(self.coming)
            else:
                says = "it is of no dossier of this bundle" if place < 0 else "it stands after the rows of its dossier"
                self.findings.append(Finding(self.file, self.coming.line, says))
            self.coming = next(self.rows, None)
        return taken

    def end(self) -> None:
        """Whatever is left when all dossiers were read."""
        while self.coming is not None:
            self.findings.append(Finding(self.file, self.coming.line, "it is of no dossier of this bundle"))
            self.coming = next(self.rows, None)


def twins(bag: Bag) -> Iterator[Finding]:
    """Findings where a CSV does not say what its JSON lines say."""
    for file in sorted(bag.names):
        if file.startswith("data/") and file.endswith(".csv"):
            try:
                yield from _twins(bag, file, file.removesuffix(".csv") + ".jsonl")
            except ValueError as error:
                yield Finding(file, None, str(error))


def _twins(bag: Bag, sheet: str, json_lines: str) -> Iterator[Finding]:
    unread: list[Finding] = []
    csv.field_size_limit(LONGEST_LINE)
    with bag.open(sheet) as stream:
        cells = csv.reader(io.TextIOWrapper(stream, encoding="utf-8", newline=""), strict=True)
        names: list[str] | None = None
        number = 0
        try:
            names = next(cells, [])
            for number, (values, row) in enumerate(zip_longest(cells, lines(bag, json_lines, unread)), start=1):
                if unread:
                    yield from unread
                    return
                if row is not None and names != list(row):
                    yield Finding(json_lines, number, f"its columns are not those in the header of {sheet}")
                    return
                if values is None or row is None or values != [neutral_cell(value) for value in row.values()]:
                    yield Finding(sheet, number, f"it is not the row {number} of {json_lines}")
                    return
        except (csv.Error, *BROKEN) as error:
            yield Finding(sheet, number + 1, f"it cannot be read ({error})")


def neutral_cell(value: Any) -> str:
    """The cell of a JSON value, as no spreadsheet takes it for a formula."""
    text = _cell(value)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, int | float) else text


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return ";".join(map(_cell, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return str(value)
