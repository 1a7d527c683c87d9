"""A bundle as it is handed over, a zip or a directory: read without trusting it, and held against its manifests."""

import base64
import binascii
import hashlib
import json
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

PAYLOAD, PAYLOAD_MANIFEST, TAG_MANIFEST = "data/", "manifest-sha256.txt", "tagmanifest-sha256.txt"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
STATEMENT = "statement.txt"
LONGEST_LINE = 64 * 2**20  # bytes
# What grows more than this, and beyond this, is no record. Below it takes no time to read: whoever repeats one letter
# in an answer must not make the bundle that holds it look like a trap.
PACKED_AT_MOST, WORTH_A_LOOK = 200, LONGEST_LINE
BLOCK = 2**20
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


class CannotTell(Exception):
    """This is not a whole bundle, or not one that can be held against the key at hand: nothing is said about it."""


class Finding(NamedTuple):
    """What is not as it should be; `row` is a line of the file from 1 (of a CSV, a record below its header)."""

    file: str
    row: int | None
    says: str

    def __str__(self) -> str:
        return f"{self.file}{f', row {self.row}' if self.row else ''}: {self.says}"


class Bag:
    """The files of a bundle by name. Raises CannotTell where opening them could harm whoever looks."""

    def __init__(self, path: Path) -> None:
        self.directory, self.archive = path, None
        self.hashed: dict[str, str] = {}
        if path.is_dir():
            self.names = set(_in_directory(path))
            return
        try:
            self.archive = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise CannotTell(
                f"There is no {path}: name the bundle, a zip or the directory it was unpacked to."
            ) from None
        except BROKEN as error:
            raise CannotTell(f"{path.name} is no zip, or was cut short ({error}): ask for it again.") from None
        _refuse_traps(self.archive, path.stat().st_size)
        self.names = set(_in_archive(self.archive))

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file, as they come. Raises KeyError when there is none, ValueError where it cannot be read."""
        if name not in self.names:
            raise KeyError(name)
        try:
            return self.archive.open(name) if self.archive else (self.directory / name).open("rb")
        except BROKEN as error:
            raise ValueError(f"it cannot be read ({error})") from None

    def read(self, name: str) -> bytes:
        """All bytes of a small file. Raises KeyError, and ValueError where they cannot be read."""
        with self.open(name) as stream:
            try:
                content = stream.read(LONGEST_LINE + 1)
            except BROKEN as error:
                raise ValueError(f"it cannot be read ({error})") from None
        if len(content) > LONGEST_LINE:
            raise ValueError("it is larger than such a file can be")
        return content

    def text(self, name: str) -> str:
        """The same as text."""
        try:
            return self.read(name).decode()
        except UnicodeDecodeError as error:
            raise ValueError(f"it is no UTF-8 ({error})") from None

    def sha256(self, name: str) -> str:
        """Raises ValueError where the file cannot be read."""
        if name in self.hashed:
            return self.hashed[name]
        digest = hashlib.sha256()
        with self.open(name) as stream:
            try:
                while block := stream.read(BLOCK):
                    digest.update(block)
            except BROKEN as error:
                raise ValueError(f"it cannot be read ({error})") from None
        self.hashed[name] = digest.hexdigest()
        return self.hashed[name]


def _in_directory(root: Path) -> Iterator[str]:
    """The payload, and the plain files beside it; what else lies in the directory is none of the bag's."""
    if (root / PAYLOAD).is_symlink():
        raise CannotTell(f"{root / PAYLOAD} is a link: a bundle has none. Nothing was read.")
    yield from (path.name for path in root.iterdir() if path.is_file() and not path.is_symlink())
    for folder, folders, files in os.walk(root / PAYLOAD):
        for path in (Path(folder, name) for name in [*folders, *files]):
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise CannotTell(f"{path} is a link or no plain file: a bundle has none. Nothing was read.")
        yield from (Path(folder, name).relative_to(root).as_posix() for name in files)


def _in_archive(archive: zipfile.ZipFile) -> Iterator[str]:
    seen: set[str] = set()
    for info in archive.infolist():
        name = info.orig_filename
        plain = name.removesuffix("/").casefold()
        if plain in seen:
            raise CannotTell(f"The zip holds {name!r} twice: which one counts cannot be told. Nothing was read.")
        if not _is_plain_path(name) or stat.S_ISLNK(info.external_attr >> 16):
            raise CannotTell(f"The zip holds {name!r}, which leads out of its directory. Nothing was read.")
        if name.endswith("/") and info.file_size:
            raise CannotTell(f"The zip holds {name!r}, a directory with bytes of its own. Nothing was read.")
        if info.flag_bits & 1:
            raise CannotTell(f"{name!r} is encrypted: unpack the bundle, then name its directory.")
        seen.add(plain)
        if not name.endswith("/"):
            yield name


def _refuse_traps(archive: zipfile.ZipFile, size: int) -> None:
    """Neither one file nor all of them together may grow out of proportion."""
    grown = [(repr(info.orig_filename), info.file_size, info.compress_size) for info in archive.infolist()]
    for name, unpacked, packed in [*grown, ("It", sum(unpacked for _, unpacked, _ in grown), size)]:
        if unpacked > WORTH_A_LOOK and unpacked > PACKED_AT_MOST * packed:
            raise CannotTell(f"{name} would unpack to {unpacked} bytes: this looks like a trap. Nothing was read.")


def _is_plain_path(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    return not (set(parts) & {"", ".", ".."} or re.search(r"[\\:\x00-\x1f]", name))


def manifests(bag: Bag) -> Iterator[Finding]:
    """Findings of RFC 8493: each file under its digest, none missing, none added. Raises CannotTell: this is no bag."""
    for name in ("bagit.txt", PAYLOAD_MANIFEST, TAG_MANIFEST):
        if name not in bag.names:
            raise CannotTell(f"There is no {name}: this is no bundle of ours, or a part of one.")
    if _safely(bag, "bagit.txt") != BAGIT:
        yield Finding("bagit.txt", None, "it is not the declaration of a bag")
    payload = {name for name in bag.names if name.startswith(PAYLOAD)}
    yield from _listed(bag, PAYLOAD_MANIFEST, payload)
    # An unpacked bag may lie beside other things; whatever is in a zip belongs to it.
    tags = bag.names - payload - {TAG_MANIFEST} if bag.archive else None
    yield from _listed(bag, TAG_MANIFEST, tags)


def _listed(bag: Bag, manifest: str, expected: Collection[str] | None) -> Iterator[Finding]:
    listed: dict[str, str] = {}
    for number, line in enumerate((_safely(bag, manifest) or b"").decode(errors="replace").splitlines(), start=1):
        digest, _, name = line.partition("  ")
        if not re.fullmatch("[0-9a-f]{64}", digest) or not name or name in listed:
            yield Finding(manifest, number, "this is no digest and name of a file")
        elif name not in bag.names:
            yield Finding(name, None, f"it is missing ({manifest}, row {number})")
        elif (wrong := _differs(bag, name, digest)) is not None:
            yield Finding(name, None, f"{wrong} ({manifest}, row {number})")
        listed[name] = digest
    for name in sorted(set(expected or ()) - set(listed)):
        yield Finding(name, None, f"it was added: {manifest} does not name it")


def _differs(bag: Bag, name: str, digest: str) -> str | None:
    try:
        return None if bag.sha256(name) == digest else "its bytes are not those that the manifest names"
    except ValueError as error:
        return str(error)


def _safely(bag: Bag, name: str) -> bytes | None:
    try:
        return bag.read(name)
    except (KeyError, ValueError):
        return None


def canonical_json(value: Any) -> bytes:
    """RFC 8785. Raises ValueError for numbers that have no canonical form here."""
    return _canonical(value).encode()


def _canonical(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_canonical(name)}:{_canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    if isinstance(value, float):
        if value == int(value) and abs(value) < 1e21:
            return str(int(value))
        if not 1e-4 <= abs(value) < 1e16:
            raise ValueError(f"the number {value} is outside of what is written here")
        return repr(value)
    return json.dumps(value, ensure_ascii=False)


def sha256_of(value: Any) -> str:
    """SHA-256 over the canonical JSON of `value`."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def from_base64url(text: str) -> bytes:
    """Without padding, as in JWS. Raises ValueError."""
    try:
        return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError(f"{text[:20]!r} is not base 64") from None


def member(value: Any, *names: str) -> Any:
    """What stands under `names` in nested objects; None where there is nothing or something else."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
