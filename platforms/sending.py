"""The network hop: many signed requests at once, each with its own outcome as soon as it has one."""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from queue import SimpleQueue

import aiohttp
from yarl import URL

from orders import clock
from platforms import addresses
from platforms.addresses import AddressRefused

log = logging.getLogger(__name__)
TIME_LIMIT = 15.0  # seconds, from looking up the name to the end of the answer
BODY_LIMIT = 64 * 1024  # bytes of an answer that are read
LANE_WIDTH = 8  # requests to one provider at the same time
LOOKUPS = 32  # names looked up at the same time: threads, since the system's resolver blocks

ACCEPTED, TIMEOUT, UNREACHABLE, BROKEN_OFF, BLOCKED = "accepted", "timeout", "unreachable", "broken_off", "blocked"
_BY_CLASS = {2: ACCEPTED, 3: "redirected", 4: "refused", 5: "failed"}


@dataclass(frozen=True)
class Request:
    """One POST. `lane` is whom it is for: what waits for one lane does not wait for another."""

    message_id: str
    lane: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    sandbox: bool


@dataclass(frozen=True)
class Outcome:
    """What came of one request: the first 64 KB of the answer, and both instants as taken at the socket.

    `word` is accepted (2xx), redirected, refused (4xx), failed (5xx), timeout, unreachable, broken_off or blocked;
    `problem` says more where no whole answer came.
    """

    request: Request
    word: str
    started_at: datetime
    ended_at: datetime
    status: int | None = None
    answer: bytes = b""
    problem: str = ""
    retry_after: timedelta | None = None


def send(requests: Sequence[Request], *, lookup: addresses.Lookup = addresses.lookup) -> Iterator[Outcome]:
    """Send all, and yield each outcome as it comes.

    The network has a thread of its own: what the caller does with one outcome (a transaction) neither delays another
    request nor blurs the instant at which its answer ended. A request that broke our own code has no outcome.
    """
    outcomes: SimpleQueue[Outcome | None] = SimpleQueue()
    network = threading.Thread(target=_run, args=(requests, outcomes, lookup), name="sending")
    network.start()
    try:
        while outcome := outcomes.get():
            yield outcome
    finally:
        network.join()


def _run(requests: Sequence[Request], outcomes: SimpleQueue[Outcome | None], lookup: addresses.Lookup) -> None:
    try:
        asyncio.run(_send_all(requests, outcomes, lookup))
    finally:
        outcomes.put(None)


async def _send_all(
    requests: Sequence[Request], outcomes: SimpleQueue[Outcome | None], lookup: addresses.Lookup
) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup"))
    lanes: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(LANE_WIDTH))
    async with _session(sandbox=False, lookup=lookup) as public, _session(sandbox=True, lookup=lookup) as sandbox:

        async def one(request: Request) -> None:
            async with lanes[request.lane]:
                outcomes.put(await _send(request, sandbox if request.sandbox else public))

        for result in await asyncio.gather(*map(one, requests), return_exceptions=True):
            if isinstance(result, BaseException):
                log.error("a request could not be sent", exc_info=result)


def _session(*, sandbox: bool, lookup: addresses.Lookup) -> aiohttp.ClientSession:
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


async def _send(request: Request, session: aiohttp.ClientSession) -> Outcome:
    read, started_at = _Answer(), clock.now()
    try:
        async with asyncio.timeout(TIME_LIMIT):
            word = await _post(request, session, read)
    except TimeoutError:
        word, read.problem = TIMEOUT, f"The answer had not ended after {TIME_LIMIT:.0f} s."
    except AddressRefused as refused:
        word, read.problem = BLOCKED, str(refused)
    except (aiohttp.ClientError, OSError) as error:
        word = UNREACHABLE if isinstance(error, aiohttp.ClientConnectorError) else BROKEN_OFF
        read.problem = f"{type(error).__name__}: {error}"
    return Outcome(request, word, started_at, clock.now(), **vars(read))


async def _post(request: Request, session: aiohttp.ClientSession, read: _Answer) -> str:
    url = URL(str(addresses.admit(request.url, sandbox=request.sandbox).href), encoded=True)
    async with session.post(url, data=request.body, headers=request.headers, allow_redirects=False) as response:
        read.status = response.status
        read.retry_after = _retry_after(response.headers.get("Retry-After", ""))
        async for chunk in response.content.iter_any():
            read.answer = (read.answer + chunk)[:BODY_LIMIT]
            if len(read.answer) == BODY_LIMIT:
                response.close()  # enough: the rest, which may be endless, is never read
                break
        return _BY_CLASS.get(response.status // 100, "failed")


def _retry_after(text: str) -> timedelta | None:
    """What a Retry-After header asks for: seconds, or a date (RFC 9110, 10.2.3)."""
    try:
        if text.isascii() and text.isdigit():
            return timedelta(seconds=int(text))
        until = parsedate_to_datetime(text)
        return max(until.replace(tzinfo=until.tzinfo or UTC) - clock.now(), timedelta(0))
    except (ValueError, TypeError, OverflowError):
        return None
