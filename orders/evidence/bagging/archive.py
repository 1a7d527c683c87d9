"""A zip in the layout of a bag (RFC 8493) whose bytes depend on nothing but what is put in."""

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

from orders.evidence.verifier.bag import BAGIT, PAYLOAD, PAYLOAD_MANIFEST, TAG_MANIFEST

EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip's own time is not among what it is made of
CHUNK = 1 << 16  # bytes compressed at a time: always as many, so that the same file is compressed to the same bytes
Progress = Callable[[str, int], None]


class Spoiled(Exception):
    """What lies in the spool is not what was put there."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was changed after it was made.")
        self.path = path


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

    def __init__(self, to: IO[bytes]) -> None:
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

    def add_file(self, name: str, path: Path, *, sha256: str) -> None:
        """A file of the payload as it lies in the spool. Raises Spoiled where it is not what was put there."""
        with self._file(f"{PAYLOAD}{name}") as file, path.open("rb") as spooled:
            while chunk := spooled.read(CHUNK):
                file.write_bytes(chunk)
        if file.hash.hexdigest() != sha256:
            raise Spoiled(path)

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
        with self.zip.open(named(name), "w", force_zip64=True) as stream:
            file = Hashed(stream)
            yield file
        listed = self.payload if name.startswith(PAYLOAD) else self.tags
        listed[name] = file.hash.hexdigest()
        self.octets += file.size if listed is self.payload else 0


def named(name: str, *, compressed: bool = True) -> zipfile.ZipInfo:
    """A file in a zip, of which nothing but its name says anything."""
    entry = zipfile.ZipInfo(name, EARLIEST)
    entry.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    return entry


def manifest(listed: Mapping[str, str]) -> str:
    """The text of a manifest: digest and name, a line each, by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(listed.items()))
