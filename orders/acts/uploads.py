"""Files that an officer hands in as evidence: a confirmation page, a status page, a letter."""

import re
from datetime import datetime
from typing import NamedTuple

from orders.acts.refusals import Invalid
from orders.models import Exhibit, keep

LARGEST = 700_000  # bytes; in base64 they still fit into a body of the API
ANY = "application/octet-stream"
PLAIN = "text/plain; charset=utf-8"
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,60}(; charset=[a-z0-9-]{1,20})?")


class Upload(NamedTuple):
    """A file as it was handed in, with the media type that was stated of it."""

    content: bytes
    media_type: str


def text(said: str) -> Upload:
    """What was copied out of a page, as a file."""
    return Upload(said.encode(), PLAIN)


def kept(upload: Upload, *, pointer: str, at: datetime) -> Exhibit:
    """Keep the bytes of `upload` as an exhibit, known by their SHA-256. Refuses an empty file and one too large.

    The bytes are evidence and are never shown as a page; a media type that is none becomes `application/octet-stream`.
    """
    if not upload.content:
        raise Invalid("The file is empty: choose another.", pointer=pointer)
    if len(upload.content) > LARGEST:
        raise Invalid(f"The file has more than {LARGEST // 1000} kB: save the page as text or HTML.", pointer=pointer)
    media_type = upload.media_type.lower()
    known = media_type if _MEDIA_TYPE.fullmatch(media_type) else ANY
    return keep(upload.content, media_type=known, at=at)
