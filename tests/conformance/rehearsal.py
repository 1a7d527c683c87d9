"""A run of the kit against one simulated platform: the seeded world, virtual time, HTTP within the process."""

import time
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

from django.http import HttpResponse

from orders import clock, ids
from platforms import client, probe
from platforms.channels.requests import ACCEPTED, BROKEN_OFF, FAILED, REFUSED, TIMEOUT, Outcome
from platforms.conformance import running
from platforms.conformance.running import Edge
from platforms.delivery import rounds
from platforms.faults import HALF_BODY
from platforms.looking import Sight
from platforms.models import ConformanceRun, Connection
from platforms.sandbox import scripts
from platforms.simulator import faults, pages, reach
from platforms.simulator import tasks as simulator
from platforms.simulator.behaviours.traits import Fault
from platforms.simulator.models import SimulatedPlatform
from tests.journeys.stage import MINUTE, SECOND, Stage

PROVIDER = "prompt-video"
BURST = 2
SAYS = "X-Simulated-Fault"
NO_TIME = timedelta(0)
WORDS = {2: ACCEPTED, 4: REFUSED}
BROKEN = {  # what the sender would see of an endpoint that fails so, and after how long
    Fault.HANG: (TIMEOUT, timedelta(seconds=15)),
    Fault.HANG_UP: (BROKEN_OFF, NO_TIME),
    Fault.HALF: (BROKEN_OFF, NO_TIME),
}


class Rehearsal(Stage):
    """The stage, with what authorities of the sandbox do by themselves, and a network that a fault can break."""

    def __init__(self, time_machine, monkeypatch, at):
        super().__init__(time_machine, monkeypatch, at)
        reach._client.cache_clear()  # no token of another world
        monkeypatch.setattr(client, "time", SimpleNamespace(monotonic=time.time))  # tokens end by the moved clock
        for fault in BROKEN:  # within the process nobody hangs: the answer says what it would have been
            monkeypatch.setitem(faults.ANSWERS, fault, lambda traits, fault=fault: HttpResponse(headers={SAYS: fault}))

    def run(self):
        """One tick of everything but the sweep: it warns and writes down what passed, and changes no verdict (S2)."""
        scripts.play(at=clock.now())
        rounds.deliver_due(send=self.send, at=clock.now())
        simulator.act()
        probe.look_due(at=clock.now(), look=self.look)

    def look(self, looks):
        """What stands at the first of these pages, without the way there: one of a round is enough to see who lies."""
        return [Sight(one, self._status(one.url), clock.now(), clock.now()) for one in list(looks)[:1]]

    def _status(self, url: str) -> int:
        code, _, path = urlsplit(url).path.removeprefix("/simulator/").partition("/pages")
        if not path:
            return self.http.get(url).status_code
        return pages.look(SimulatedPlatform.objects.get(code=code), path).status

    def send(self, requests):
        for request in requests:
            began = clock.now()
            if request.channel == "mail":
                yield Outcome(request, ACCEPTED, began, began)
                continue
            if request.fault == HALF_BODY:
                yield Outcome(request, BROKEN_OFF, began, began)
                continue
            answer = self.http.post(request.url, content=request.body, headers=dict(request.headers))
            word, took = BROKEN.get(answer.headers.get(SAYS), (WORDS.get(answer.status_code // 100, FAILED), NO_TIME))
            yield Outcome(request, word, began, began + took, answer.status_code, answer.content)

    def rehearse(self, provider=PROVIDER, *, scale="1", burst=BURST) -> dict:
        """The report of a whole run against the platform that plays `provider`; its luck is always the same."""
        with ids.seeded(7):
            return self._rehearsed(provider, scale, burst)

    def _rehearsed(self, provider: str, scale: str, burst: int) -> dict:
        connection = Connection.objects.get(provider__code=provider)
        run = running.ask(connection, limit_scale=scale, burst=burst, at=clock.now())
        edge = Edge(self.send, self.look)
        while running.step(run.pk, at=clock.now(), edge=edge):
            run.refresh_from_db()
            self.pass_on(run)
        assert run.because == ""
        return run.report

    def pass_on(self, run: ConformanceRun) -> None:
        """Let time pass: faults come one by one, of the orders nothing is decided by two minutes."""
        ordered = run.stage == ConformanceRun.Stage.ORDERS
        for _ in range(4 if ordered else 1):
            self.time_machine.shift(2 * MINUTE if ordered else 10 * SECOND)
            self.run()
