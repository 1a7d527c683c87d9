"""Which hosts of content the probe may look at, and the pages on loopback where it looks instead."""

from collections.abc import Mapping
from datetime import datetime

import ada_url

from platforms import addresses
from platforms.addresses import AddressRefused
from platforms.models import Connection

MOST, LONGEST = 50, 500
# RFC 2606 and 6761: names that nobody has.
RESERVED = ("example", "test", "invalid", "localhost", "example.com", "example.net", "example.org")


class NotListed(Exception):
    """A host or its page that cannot be on the list: the host as it was given, and a sentence for the engineer."""

    def __init__(self, host: str, sentence: str) -> None:
        super().__init__(sentence)
        self.host = host


def checked(pages: Mapping[str, str]) -> dict[str, str]:
    """Each host with the base URL of its pages, both in their plain form; asks the DNS. Raises NotListed."""
    if len(pages) > MOST:
        raise NotListed("", f"{len(pages)} hosts are too many: list up to {MOST}.")
    return {_host(host): _base(host, base) for host, base in pages.items()}


def set_pages(connection: Connection, pages: Mapping[str, str], *, at: datetime) -> None:
    """Look at these pages from now on; they were `checked`, and the connection is one of the sandbox."""
    Connection.objects.filter(pk=connection.pk).update(pages=pages, changed_at=at)
    connection.refresh_from_db()


def _host(text: str) -> str:
    try:
        url = ada_url.URL(f"https://{text}/")
    except ValueError:
        url = None
    if url is None or url.href != f"https://{url.hostname}/":
        raise NotListed(text, f"{text[:80]!r} is not a host: give its name alone, such as hosting.example.")
    if not f".{url.hostname}".endswith(tuple(f".{name}" for name in RESERVED)):
        raise NotListed(text, f"{url.hostname[:80]} may be real: list names under {', '.join(RESERVED)}.")
    return str(url.hostname)


def _base(host: str, text: str) -> str:
    try:
        plain = addresses.check_simulated(text)
    except AddressRefused as refused:
        raise NotListed(host, str(refused)) from None
    if "?" in plain or len(plain) > LONGEST:
        raise NotListed(host, f"Paths are added to this address: give it without a query, up to {LONGEST} characters.")
    return plain.rstrip("/")
