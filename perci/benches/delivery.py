"""How many messages a second the pump delivers, beside a loop that sends one request after the other."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from orders import clock
from orders.models import Attempt, HostingServiceProvider
from platforms.channels import requests
from platforms.channels.requests import Outcome, Request
from platforms.delivery import rounds
from platforms.delivery.pump import Pump
from platforms.sandbox import ordering, tenants

PROVIDERS = 10


def run(*, messages: int, latency: float, say: Callable[[str], None]) -> None:
    """Deliver `messages` twice to endpoints that take `latency` seconds to answer, each time to fresh tenants."""
    say(f"{messages} orders to {PROVIDERS} providers whose endpoint answers after {latency * 1000:.0f} ms")
    plain = _measured("one request after the other", _plainly, messages, latency, say)
    pump = _measured("the pump", _by_the_pump, messages, latency, say)
    say(f"the pump delivers {pump / plain:.1f} times as many")


def _measured(
    name: str, deliver: Callable[[], None], messages: int, latency: float, say: Callable[[str], None]
) -> float:
    """Messages per second, from the first look at what is due to the last record."""
    with _endpoint(latency) as url:
        _orders(messages, url)
        before, began = _accepted(), time.perf_counter()
        deliver()
        seconds, delivered = time.perf_counter() - began, _accepted() - before
    if delivered != messages:
        raise RuntimeError(f"{name} delivered {delivered} of {messages} messages")
    say(f"{name}: {messages / seconds:.1f} messages per second")
    return messages / seconds


def _accepted() -> int:
    return Attempt.objects.filter(outcome=requests.ACCEPTED).count()


def _orders(messages: int, url: str) -> None:
    at = clock.now()
    founder = HostingServiceProvider.objects.create(
        code=f"bench-{HostingServiceProvider.objects.count()}", name="Bench (synthetic)", main_establishment="NL",
        contact_point="tco@bench.example", languages=["en"],
    )  # fmt: skip
    for number in range(PROVIDERS):
        connection = tenants.start(founder, at=at).connection
        tenants.register(connection, endpoint=url, at=at)
        for _ in range(number, messages, PROVIDERS):
            ordering.send_test_order(connection=connection, limit_scale="1", at=at)


def _by_the_pump() -> None:
    pump = Pump()
    while pump.run():
        pass
    pump.finish()


def _plainly() -> None:
    while True:
        count, tries = rounds.take_up(at=clock.now())
        for turn, request in tries:
            rounds.record(turn, _posted(request))
        if not count:
            return


def _posted(request: Request) -> Outcome:
    started_at = clock.now()
    answer = httpx.post(request.url, content=request.body, headers=dict(request.headers))
    return Outcome(request, requests.ACCEPTED, started_at, clock.now(), status=answer.status_code)


@contextmanager
def _endpoint(latency: float) -> Iterator[str]:
    """Endpoints on loopback that take their time, and nothing else."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(latency)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()
