"""The look at a page: one GET to a loopback address, whose status alone is read."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from aiohttp.abc import ResolveResult
from yarl import URL

from orders import clock
from platforms import addresses
from platforms.addresses import AddressRefused, Resolver

TIME_LIMIT = 10.0  # seconds, from looking up the name to the head of the answer
AT_ONCE = 8
GONE = (404, 410, 451)


@dataclass(frozen=True)
class Look:
    """A page to look at; `about` is whatever the caller knows it by."""

    about: int
    url: str


@dataclass(frozen=True)
class Sight:
    """What a page answered, and between which instants; `status` is None when nothing answered."""

    look: Look
    status: int | None
    began_at: datetime
    ended_at: datetime

    @property
    def gone(self) -> bool | None:
        """Whether the content is gone; None when one cannot tell, as from a redirect, a refusal or an error."""
        if self.status in GONE:
            return True
        return False if self.status is not None and 200 <= self.status < 300 else None

    @property
    def seen_at(self) -> datetime:
        """The instant for which the answer surely speaks: it was still there when we asked, gone when we had heard."""
        return self.ended_at if self.gone else self.began_at


class OnlyLoopback(Resolver):
    """Hands on loopback and private addresses alone: whatever a name stands for, nobody looks at a real page."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        for result in found:
            addresses.refuse_public(result["host"], host)
        return found


def look(looks: Sequence[Look], *, lookup: addresses.Lookup = addresses.lookup) -> list[Sight]:
    """Look at all pages. One that must not be looked at is left out: nobody has looked at it."""
    return [sight for sight in asyncio.run(_look_all(looks, lookup)) if sight is not None]


async def _look_all(looks: Sequence[Look], lookup: addresses.Lookup) -> list[Sight | None]:
    narrow = asyncio.Semaphore(AT_ONCE)
    connector = aiohttp.TCPConnector(
        resolver=OnlyLoopback(sandbox=True, lookup=lookup), use_dns_cache=False, force_close=True, limit=0
    )
    timeout = aiohttp.ClientTimeout(total=TIME_LIMIT)
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout, auto_decompress=False
    ) as session:

        async def one(wanted: Look) -> Sight | None:
            async with narrow:
                return await _look(wanted, session)

        return list(await asyncio.gather(*map(one, looks)))


async def _look(wanted: Look, session: aiohttp.ClientSession) -> Sight | None:
    began_at = clock.now()
    try:
        status = await _status(wanted.url, session)
    except AddressRefused:
        return None
    except (aiohttp.ClientError, OSError, ValueError):  # TimeoutError is an OSError
        status = None
    return Sight(wanted, status, began_at, clock.now())


async def _status(url: str, session: aiohttp.ClientSession) -> int:
    plain = addresses.admit(url, sandbox=True)
    for address in addresses.literal(plain.hostname):
        addresses.refuse_public(address, plain.hostname)
    async with session.get(URL(str(plain.href), encoded=True), allow_redirects=False) as response:
        return response.status  # the body is not read: what it says is none of our business
