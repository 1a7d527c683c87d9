"""A zip in the layout of a bag (RFC 8493) whose bytes depend on nothing but what is put in."""

import csv
import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Any, Self

from orders.evidence import writing
from orders.evidence.tables._table import Column
from orders.evidence.verifier.bag import BAGIT, PAYLOAD, PAYLOAD_MANIFEST, TAG_MANIFEST

EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip's own time is not among what it is made of
Progress = Callable[[str, int], None]


class Hashed:
    """A file of the bag as it grows: hashed and counted on its way."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.hash, self.size = stream, hashlib.sha256(), 0

    def write(self, text: str) -> None:
        """As a file of text in UTF-8."""
        self.write_bytes(text.encode())

    def write_bytes(self, content: bytes) -> None:
        """As a file of bytes."""
        self.hash.update(content)
        self.size += len(content)
        self.stream.write(content)


class Archive:
    """The zip under construction; its files are added once each, in the order in which they are to stand in it."""

    def __init__(self, to: IO[bytes], *, withhold: bool = False) -> None:
        self.withhold = withhold
        self.zip = zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED)
        self.payload: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.rows: dict[str, int] = {}
        self.neutralised = self.octets = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.zip.close()

    def add(self, name: str, content: str | bytes) -> None:
        """A file of the payload, by its name below data/."""
        with self._file(f"{PAYLOAD}{name}") as file:
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def add_table(
        self, name: str, columns: Mapping[str, Column], rows: Iterable[Any], progress: Progress, *, sheet: bool = True
    ) -> None:
        """A table as CSV (unless there is to be no sheet) and as JSON lines, both from one reading of its rows."""
        with TemporaryFile() as waiting:  # a zip takes one file at a time
            lines = Hashed(waiting)
            if sheet:
                with self._file(f"{PAYLOAD}{name}.csv") as cells:
                    count = self._write(name, columns, rows, lines, progress, cells)
                self.rows[f"{name}.csv"] = count
            else:
                count = self._write(name, columns, rows, lines, progress)
            self.rows[f"{name}.jsonl"] = count
            waiting.seek(0)
            with self._file(f"{PAYLOAD}{name}.jsonl") as file:
                shutil.copyfileobj(waiting, _Bytes(file))

    def _write(
        self,
        table: str,
        columns: Mapping[str, Column],
        rows: Iterable[Any],
        lines: Hashed,
        progress: Progress,
        cells: Hashed | None = None,
    ) -> int:
        names, count = list(columns), 0
        reads = [column.reader(withhold=self.withhold) for column in columns.values()]
        sheet = csv.writer(cells) if cells else None  # RFC 4180: lines end with CR LF
        if sheet:
            sheet.writerow(names)
        for count, row in enumerate(rows, start=1):
            values = [writing.json_value(read(row)) for read in reads]
            lines.write(writing.json_line(names, values))
            if sheet:
                sheet.writerow([self._safe_cell(value) for value in values])
            if count % 1000 == 0:
                progress(table, count)
        progress(table, count)
        return count

    def _safe_cell(self, value: Any) -> str:
        text = writing.cell(value)
        if not writing.is_formula(value, text):
            return text
        self.neutralised += 1
        return f"'{text}"

    def close_payload(self) -> None:
        """The declaration and the manifest of everything below data/."""
        self.add_tag("bagit.txt", BAGIT.decode())
        self.add_tag(PAYLOAD_MANIFEST, manifest(self.payload))

    def close_bag(self) -> None:
        """The manifest of all that stands beside the payload."""
        self.add_tag(TAG_MANIFEST, manifest(self.tags))

    def add_tag(self, name: str, content: str) -> None:
        """A file beside the payload."""
        with self._file(name) as file:
            file.write(content)

    @contextmanager
    def _file(self, name: str) -> Iterator[Hashed]:
        entry = zipfile.ZipInfo(name, EARLIEST)
        entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
        with self.zip.open(entry, "w", force_zip64=True) as stream:
            file = Hashed(stream)
            yield file
        listed = self.payload if name.startswith(PAYLOAD) else self.tags
        listed[name] = file.hash.hexdigest()
        self.octets += file.size if listed is self.payload else 0


class _Bytes:
    """What `copyfileobj` writes to."""

    def __init__(self, file: Hashed) -> None:
        self.write = file.write_bytes


def manifest(listed: Mapping[str, str]) -> str:
    """The text of a manifest: digest and name, a line each, by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(listed.items()))
