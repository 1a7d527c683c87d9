"""One text for one value: canonical JSON (RFC 8785), instants (RFC 3339) and URLs (WHATWG and a little more)."""

import dataclasses
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import IO, Any
from urllib.parse import parse_qsl, urlencode

import ada_url
import rfc8785

URL_FORM = "url-1"  # the version of `url` below, recorded beside each hash
_TRACKING = frozenset({"fbclid", "gclid", "utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term"})
_ESCAPED_UNRESERVED = re.compile(r"%(2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE])")


def instant(at: datetime) -> str:
    """`at` as RFC 3339 in UTC with microseconds, such as 2026-11-21T01:30:04.512000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any) -> Any:
    """`value` with dataclasses, instants, enums and tuples turned into what JSON has; other types raise TypeError."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | bool | float):
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def json_bytes(value: Any) -> bytes:
    """`value` as canonical JSON (RFC 8785), the bytes that are hashed and signed."""
    return rfc8785.dumps(plain(value))


def sha256(content: bytes) -> str:
    """Lower-case hexadecimal SHA-256 of `content`."""
    return hashlib.sha256(content).hexdigest()


def sha256_of(file: IO[bytes]) -> str:
    """Lower-case hexadecimal SHA-256 of what is left to read in `file`."""
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def url(text: str) -> str:
    """The canonical form of a URL, by which two orders for the same item are recognised.

    Only http and https, no userinfo, no fragment, no trailing dot of the host, unreserved characters decoded, the
    query sorted and a listed set of tracking keys dropped. Raises ValueError with a sentence for the person who typed.
    """
    try:
        parsed = ada_url.URL(text.strip())
    except ValueError:
        raise ValueError("This is not a URL: give the whole address, beginning with https://.") from None
    if parsed.protocol not in ("http:", "https:"):
        raise ValueError(f"An address beginning with {parsed.protocol} cannot be ordered: use http or https.")
    if parsed.username or parsed.password:
        raise ValueError("The address carries a user name or password: leave it out.")
    parsed.hash = ""
    parsed.hostname = parsed.hostname.rstrip(".")
    parsed.pathname = _ESCAPED_UNRESERVED.sub(lambda match: chr(int(match[1], 16)), parsed.pathname)
    pairs = parse_qsl(parsed.search.lstrip("?"), keep_blank_values=True)
    parsed.search = urlencode(sorted(pair for pair in pairs if pair[0].lower() not in _TRACKING))
    return str(parsed.href)


def is_collection(canonical_url: str) -> bool:
    """Whether a canonical URL names the root of a host or a folder, and so perhaps more than one item."""
    parsed = ada_url.URL(canonical_url)
    return parsed.pathname.endswith("/") and not parsed.search
