"""The look at a page: one GET to a loopback address, real or not at all."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from platforms import looking
from platforms.looking import Look


@contextlib.contextmanager
def pages(status, **headers):
    """A server that answers every GET alike; yields its base URL and the paths it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def seen(url, **how):
    return [(sight.status, sight.gone) for sight in looking.look([Look(1, url)], **how)]


@pytest.mark.parametrize(
    ("status", "gone"),
    [(200, False), (204, False), (404, True), (410, True), (451, True), (403, None), (401, None), (500, None)],
)
def test_what_a_status_says_about_the_content(status, gone):
    with pages(status) as (base, asked):
        assert seen(f"{base}/v/1?t=2") == [(status, gone)]
    assert asked == ["/v/1?t=2"]


def test_a_redirect_is_not_followed_and_says_nothing():
    with pages(410) as (elsewhere, asked), pages(302, Location=elsewhere) as (base, _):
        assert seen(f"{base}/v/1") == [(302, None)]
    assert asked == []


def test_where_nothing_answers_one_cannot_tell():
    with pages(200) as (base, _):
        pass
    assert seen(f"{base}/v/1") == [(None, None)]


def test_content_is_surely_there_when_we_ask_and_surely_gone_when_we_have_heard():
    with pages(200) as (base, _):
        (there,) = looking.look([Look(1, base)])
    with pages(410) as (base, _):
        (gone,) = looking.look([Look(1, base)])
    assert (there.seen_at, gone.seen_at) == (there.began_at, gone.ended_at)
    assert there.began_at < there.ended_at


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/v/1",
        "http://[2606:2800:220:1:248:1893:25c8:1946]/v/1",
        "http://169.254.169.254/latest",
        "http://user:word@127.0.0.1/v/1",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_not_loopback_is_never_asked_and_nobody_has_looked(url):
    assert seen(url) == []


@pytest.mark.parametrize("found", [["93.184.216.34"], ["127.0.0.1", "93.184.216.34"]])
def test_a_name_that_stands_for_a_public_address_is_refused_with_all_its_addresses(found):
    async def lookup(host, port):
        return found

    assert seen("http://pages.example/v/1", lookup=lookup) == []


def test_in_production_mode_nothing_is_looked_at(settings):
    settings.ALLOW_SANDBOX_ADDRESSES = False
    with pages(410) as (base, asked):
        assert seen(base) == []
    assert asked == []
