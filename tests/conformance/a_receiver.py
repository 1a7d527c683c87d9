"""A receiver as a provider's engineer may write it, on platforms/client.py: takes messages, and works on them after."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from typing import Any

from orders import canonical, clock
from platforms.client import Client, NotAuthentic
from platforms.wire import WireError


class Receiver:
    """What it keeps: the ids that it took, and what is still to be done."""

    def __init__(self, base: str, client_id: str, client_secret: str, secrets: list[str]) -> None:
        self.client = Client(base, client_id, client_secret, patience=20)
        self.secrets, self.taken, self.to_do = secrets, set(), SimpleQueue[Any]()
        self.one_at_a_time = threading.Lock()
        self.url = ""

    def take(self, body: bytes, headers: Any) -> int:
        try:
            message = self.client.receive(body, headers, self.secrets)
        except (WireError, NotAuthentic, ValueError, KeyError):
            return 401
        with self.one_at_a_time:
            if headers["webhook-id"] not in self.taken:
                self.taken.add(headers["webhook-id"])
                self.to_do.put(message)
        return 204

    def work(self) -> None:
        while (message := self.to_do.get()) is not None:
            with contextlib.suppress(Exception):  # whatever became of one, the others are waiting
                self.answer(message["type"], message["data"], canonical.instant(clock.now()))

    def answer(self, kind: str, data: dict[str, Any], now: str) -> None:
        reference = data["reference"]
        if kind == "order.issued":
            gone = [{"item": item["item"], "measure": "removed", "taken_at": now} for item in data["annex_i"]["items"]]
            self.client.answer(reference, "annex-ii", key=f"{reference}-removed", document={"measures": gone})
        if kind == "order.annulled" and data["items"]:
            back = {"items": data["items"], "reinstated_at": now, "kept_down_under": ""}
            self.client.answer(reference, "reinstatements", key=f"{reference}-back", document=back)


@contextlib.contextmanager
def receiving(base: str, client_id: str, client_secret: str, secret: str, *, workers: int = 4) -> Iterator[Receiver]:
    """A receiver that listens, and works, while the block runs."""
    receiver = Receiver(base, client_id, client_secret, [secret])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(receiver.take(body, self.headers))
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(405)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/webhook"
    threads = [threading.Thread(target=server.serve_forever)]
    threads += [threading.Thread(target=receiver.work, daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        yield receiver
    finally:
        for _ in range(workers):
            receiver.to_do.put(None)
        server.shutdown()
        server.server_close()
