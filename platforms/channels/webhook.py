"""The webhook: a signed POST to the provider's endpoint; the end of a 2xx answer is receipt."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from django.conf import settings
from yarl import URL

from orders import clock
from platforms import addresses, wire
from platforms.addresses import AddressRefused
from platforms.channels import faulty, requests
from platforms.channels.requests import Outcome, Request
from platforms.models import Connection, WebhookSecret

BODY_LIMIT = 64 * 1024  # bytes of an answer that are read
FOR_EVER = timedelta(days=365)  # what a Retry-After of more digits than anybody means comes to: it is capped anyway
_BY_CLASS = {2: requests.ACCEPTED, 3: requests.REDIRECTED, 4: requests.REFUSED, 5: requests.FAILED}


class NoSecret(Exception):
    """An endpoint without a live secret: what cannot be verified is not sent."""


def headers_of(body: bytes, message_id: str, connection: Connection, *, at: datetime) -> dict[str, str]:
    """The headers of a POST at `at`: the three of Standard Webhooks, signed with each live secret. Raises NoSecret."""
    live = [row.secret for row in live_secrets(connection, at=at)]
    if not live:
        raise NoSecret(f"{connection.provider.name} has an endpoint and no webhook secret to sign with.")
    return {
        "Content-Type": wire.CONTENT_TYPE,
        "User-Agent": f"perci-sim/{settings.VERSION}",
        **wire.sign(body, message_id, at, live),
    }


def live_secrets(connection: Connection, *, at: datetime) -> list[WebhookSecret]:
    """Those that sign at `at`, of a connection that has its secrets at hand."""
    return [row for row in connection.secrets.all() if row.retires_at is None or row.retires_at > at]


# --- the network hop ---
def session(*, sandbox: bool, lookup: addresses.Lookup) -> aiohttp.ClientSession:
    """A client that connects to checked addresses alone; made inside the event loop."""
    resolver = addresses.Resolver(sandbox=sandbox, lookup=lookup)
    return aiohttp.ClientSession(
        # One connection per request, to an address that was checked for it. No proxy, no cookie, no unpacking.
        connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True, limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        auto_decompress=False,
    )


@dataclass
class _Answer:
    """What was read of an answer so far; a time limit or a reset leaves it half filled."""

    status: int | None = None
    answer: bytes = b""
    problem: str = ""
    retry_after: timedelta | None = None


async def post(request: Request, session: aiohttp.ClientSession) -> Outcome:
    """Send `request` and read its answer, within its time limit."""
    read, started_at = _Answer(), clock.now()
    limit = request.time_limit(started_at)
    try:
        async with asyncio.timeout(limit):
            word = await _post(request, session, read)
    except TimeoutError:
        word, read.problem = requests.TIMEOUT, f"The answer had not ended after {limit:.0f} s."
    except AddressRefused as refused:
        word, read.problem = requests.BLOCKED, str(refused)
    except (aiohttp.ClientError, OSError) as error:
        connecting = isinstance(error, aiohttp.ClientConnectorError)
        word = requests.UNREACHABLE if connecting else requests.BROKEN_OFF
        read.problem = f"{type(error).__name__}: {error}"
    return Outcome(request, word, started_at, clock.now(), **vars(read))


async def _post(request: Request, session: aiohttp.ClientSession, read: _Answer) -> str:
    url = URL(str(addresses.admit(request.url, sandbox=request.sandbox).href), encoded=True)
    headers = {**request.headers, **faulty.length_of(request)}
    async with session.post(url, data=faulty.content(request), headers=headers, allow_redirects=False) as response:
        read.status = response.status
        read.retry_after = _retry_after(response.headers.get("Retry-After", ""))
        async for chunk in response.content.iter_any():
            read.answer = (read.answer + chunk)[:BODY_LIMIT]
            if len(read.answer) == BODY_LIMIT:
                response.close()  # enough: the rest, which may be endless, is never read
                break
        return _BY_CLASS.get(response.status // 100, requests.FAILED)


def _retry_after(text: str) -> timedelta | None:
    """What a Retry-After header asks for: seconds, or a date (RFC 9110, 10.2.3)."""
    try:
        if text.isascii() and text.isdigit():
            return timedelta(seconds=int(text)) if len(text) < 10 else FOR_EVER
        until = parsedate_to_datetime(text)
        return max(until.replace(tzinfo=until.tzinfo or UTC) - clock.now(), timedelta(0))
    except (ValueError, TypeError, OverflowError):
        return None
