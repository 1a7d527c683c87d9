"""A provider's receiver in one file, for whoever has none yet: `python -m platforms.sample_receiver`.

It takes webhooks at http://localhost:9000, believes only what is signed, keeps the message, answers 204, and after a
tenth of the hour removes the content and reports it (Annex II). GET of any other path is the page of some content: 200,
and 410 once its removal was ordered. It keeps things in memory; yours must not, and yours must finish after a restart
what it has begun (docs/integrating.md).
"""

import os
import threading
from datetime import UTC, datetime
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from platforms.client import Client, NotAuthentic
from platforms.wire import WireError

BASE = os.environ.get("BASE", "http://localhost:8200")
CLIENT_ID = os.environ.get("CLIENT_ID", "drill-platform")
CLIENT_SECRET = os.environ.get("CLIENT_SECRET", "synthetic-secret-of-the-drill-platform")
SECRETS = os.environ.get("WEBHOOK_SECRETS", "whsec_c3ludGhldGljLXdlYmhvb2stc2VjcmV0LW9mLWEtZHJpbGw=").split()
PORT = int(os.environ.get("RECEIVER_PORT", "9000"))

client = Client(BASE, CLIENT_ID, CLIENT_SECRET)
kept: dict[str, dict[str, Any]] = {}  # by webhook-id: the same message may come more than once
gone: set[str] = set()


def act(message: dict[str, Any]) -> None:
    """Remove what is ordered, then report it; the key makes a repeated report count once."""
    order = message["data"]
    items = order["annex_i"]["items"]
    gone.update(urlsplit(item["url"]).path for item in items)
    taken_at = datetime.now(UTC).isoformat()  # noqa: TID251  a provider has a clock of its own
    measures = [{"item": item["item"], "measure": "removed", "taken_at": taken_at} for item in items]
    client.answer(order["reference"], "annex-ii", key=f"{order['reference']}-removed", document={"measures": measures})
    print(f"{order['reference']}: removed and reported", flush=True)


def put_back(message: dict[str, Any]) -> None:
    """The order is annulled (Art. 4(7)): what it had removed is online again, and that is reported."""
    reference, items = message["data"]["reference"], message["data"]["items"]
    ordered = client.order(reference)["annex_i"]["items"]
    gone.difference_update(urlsplit(item["url"]).path for item in ordered if item["item"] in items)
    back = {"items": items, "reinstated_at": datetime.now(UTC).isoformat()}  # noqa: TID251
    client.answer(reference, "reinstatements", key=f"{reference}-back", document=back)
    print(f"{reference}: put back and reported", flush=True)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            message = client.receive(body, dict(self.headers), SECRETS)
        except (WireError, NotAuthentic) as wrong:
            print(f"refused: {wrong}", flush=True)
            self.answer(401)
            return
        known = self.headers["webhook-id"] in kept
        kept[self.headers["webhook-id"]] = message
        self.answer(204)  # the receipt: the hour begins
        if not known and message["type"] == "order.issued":
            hour = message["data"]["limit"]["seconds"] * Fraction(message["data"]["limit"]["scale"])
            threading.Timer(float(hour / 10), act, [message]).start()
        elif not known and message["type"] == "order.annulled" and message["data"]["items"]:
            threading.Thread(target=put_back, args=[message]).start()

    def do_GET(self) -> None:
        self.answer(410 if urlsplit(self.path).path in gone else 200)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


def serve() -> None:
    print(f"listening at http://localhost:{PORT}, answering {BASE}", flush=True)
    ThreadingHTTPServer(("localhost", PORT), Receiver).serve_forever()


if __name__ == "__main__":
    serve()
