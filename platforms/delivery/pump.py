"""The pump: takes up what is due while earlier tries are still in flight, so that one thread serves all lanes."""

import threading
import time
from datetime import timedelta

from orders import clock
from platforms.channels.requests import TIME_LIMIT, Outcome, Request
from platforms.delivery import rounds
from platforms.delivery.claims import Turn
from platforms.delivery.sending import Network

POLL = 0.5  # seconds between one look at what is due and the next one while tries are in flight
SLICE = timedelta(seconds=10)  # of one task: a worker that is to stop waits no longer


class Pump:
    """What one process has in flight. The database is used by the caller's thread alone.

    A slice that ends leaves its tries in flight to the next one: no try is cut short, and no endpoint that hangs keeps
    the next slice from taking up what is due.
    """

    def __init__(self) -> None:
        self.network: Network | None = None
        self.turns: dict[int, tuple[Turn, Request]] = {}  # by the identity of the request
        self.one_at_a_time = threading.Lock()

    def run(self, *, lasting: timedelta = SLICE) -> int:
        """Send what is due, round after round; returns how many messages were taken up.

        Ends when nothing is due and nothing in flight, after `lasting`, or at once while another thread is at it.
        """
        if not self.one_at_a_time.acquire(blocking=False):
            return 0
        try:
            return self._run(lasting)
        finally:
            self.one_at_a_time.release()

    def _run(self, lasting: timedelta) -> int:
        network = self.network = self.network or Network()
        end, handled = time.monotonic() + lasting.total_seconds(), 0
        while True:
            handled += (count := self._take_up(network))
            if network.in_flight:
                self._record(network.take(wait=POLL))
            if time.monotonic() >= end or not (count or network.in_flight):
                return handled

    def finish(self) -> None:
        """Take up nothing more, and record what is in flight: for the end of the process."""
        network, end = self.network, time.monotonic() + TIME_LIMIT
        while network and network.in_flight and time.monotonic() < end:
            self._record(network.take(wait=POLL))
        if network:
            network.close()
        self.network = None

    def _take_up(self, network: Network) -> int:
        count, tries = rounds.take_up(at=clock.now())
        self.turns |= {id(request): (turn, request) for turn, request in tries}
        network.submit([request for _, request in tries])
        return count

    def _record(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            turn, _ = self.turns.pop(id(outcome.request))
            rounds.record(turn, outcome)
