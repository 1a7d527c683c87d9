"""The network: many tries in flight at once, each with its own outcome as soon as it has one."""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Self

import aiohttp

from orders import clock
from platforms import addresses
from platforms.channels import mail, requests, webhook
from platforms.channels.requests import Outcome, Request
from platforms.models import Channel

log = logging.getLogger(__name__)
LANE_WIDTH = 8  # requests to one provider at the same time
LOOKUPS = 32  # names looked up at the same time: threads, since the system's resolver blocks
MAILS = 8  # mails handed over at the same time, likewise


class Network:
    """Tries in flight, on a thread and an event loop of their own.

    What the caller does with one outcome (a transaction) neither delays another try nor blurs the instant at which its
    answer ended. Tries outlive whoever submitted them: what is not taken yet can be taken later. For one caller at a
    time.
    """

    def __init__(self, *, lookup: addresses.Lookup = addresses.lookup) -> None:
        self.in_flight = 0  # submitted, and the outcome not taken yet
        self.lookup = lookup
        self._outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self._lanes: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(LANE_WIDTH))
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._mails = ThreadPoolExecutor(MAILS, thread_name_prefix="mail")
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup"))
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def submit(self, tries: Sequence[Request]) -> None:
        """Begin each of `tries`; returns at once."""
        self.in_flight += len(tries)
        for request in tries:
            asyncio.run_coroutine_threadsafe(self._one(request), self._loop)

    def take(self, *, wait: float) -> list[Outcome]:
        """The outcomes that are there; when there is none, the first one that comes within `wait` seconds."""
        found: list[Outcome] = []
        try:
            found.append(self._outcomes.get(timeout=wait))
            while True:
                found.append(self._outcomes.get_nowait())
        except Empty:
            self.in_flight -= len(found)
        return found

    def close(self) -> None:
        """Break off what is in flight, and end the thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._mails.shutdown(wait=False)
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _one(self, request: Request) -> None:
        try:
            async with self._lanes[request.lane]:
                outcome = await self._by_channel(request)
        except Exception as error:  # ours: it must not be lost, since an authority waits for it
            log.exception("%s could not be sent", request.message_id)
            at = clock.now()
            outcome = Outcome(request, requests.NOT_SENT, at, at, problem=f"{type(error).__name__}: {error}")
        self._outcomes.put(outcome)

    async def _by_channel(self, request: Request) -> Outcome:
        at = clock.now()
        if request.time_limit(at) <= 0:
            return Outcome(request, requests.NOT_BEGUN, at, at)
        if request.channel == Channel.MAIL:
            return await self._mail(request)
        if request.sandbox not in self._sessions:
            self._sessions[request.sandbox] = webhook.session(sandbox=request.sandbox, lookup=self.lookup)
        return await webhook.post(request, self._sessions[request.sandbox])

    async def _mail(self, request: Request) -> Outcome:
        started_at = clock.now()
        try:
            async with asyncio.timeout(request.time_limit(started_at)):
                return await self._loop.run_in_executor(self._mails, mail.post, request)
        except TimeoutError:  # its thread may still hear the 250: the mail has the same Message-ID when it goes again
            return Outcome(
                request, requests.TIMEOUT, started_at, clock.now(), problem="The mail server took too long to answer."
            )

    async def _close(self) -> None:
        others = asyncio.all_tasks(self._loop) - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for session in self._sessions.values():
            await session.close()


def send(tries: Sequence[Request], *, lookup: addresses.Lookup = addresses.lookup) -> Iterator[Outcome]:
    """Make all `tries`, and yield each outcome as it comes."""
    with Network(lookup=lookup) as network:
        network.submit(tries)
        while network.in_flight:
            yield from network.take(wait=requests.TIME_LIMIT)
