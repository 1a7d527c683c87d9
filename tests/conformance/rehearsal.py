"""A run of the kit against one simulated platform: the seeded world, virtual time, HTTP within the process."""

from datetime import timedelta

from django.http import HttpResponse

from orders import clock
from platforms.channels.requests import ACCEPTED, BROKEN_OFF, FAILED, REFUSED, TIMEOUT, Outcome
from platforms.conformance import running
from platforms.conformance.running import Edge
from platforms.faults import HALF_BODY
from platforms.models import ConformanceRun, Connection
from platforms.sandbox import scripts
from platforms.simulator import faults
from platforms.simulator.behaviours.traits import Fault
from tests.journeys.stage import MINUTE, SECOND, Stage

PROVIDER = "prompt-video"
BURST = 3
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
        for fault in BROKEN:  # within the process nobody hangs: the answer says what it would have been
            monkeypatch.setitem(faults.ANSWERS, fault, lambda traits, fault=fault: HttpResponse(headers={SAYS: fault}))

    def run(self):
        super().run()
        scripts.play(at=clock.now())

    def send(self, requests):
        for request in requests:
            began = clock.now()
            if request.fault == HALF_BODY:
                yield Outcome(request, BROKEN_OFF, began, began)
                continue
            answer = self.http.post(request.url, content=request.body, headers=dict(request.headers))
            word, took = BROKEN.get(answer.headers.get(SAYS), (WORDS.get(answer.status_code // 100, FAILED), NO_TIME))
            yield Outcome(request, word, began, began + took, answer.status_code, answer.content)

    def rehearse(self, provider=PROVIDER, *, scale="1", burst=BURST) -> dict:
        """The report of a whole run against the platform that plays `provider`."""
        connection = Connection.objects.get(provider__code=provider)
        run = running.ask(connection, limit_scale=scale, burst=burst, at=clock.now())
        edge = Edge(self.send, self.look)
        while running.step(run.pk, at=clock.now(), edge=edge):
            self.run()
            run.refresh_from_db()
            self.wait(10 * SECOND if run.stage != ConformanceRun.Stage.ORDERS else 2 * MINUTE)
        assert run.because == ""
        return run.report
