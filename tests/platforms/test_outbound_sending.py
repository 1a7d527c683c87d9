"""The network hop over real sockets: each request has its own outcome, and no endpoint holds another one up."""

import threading
from datetime import timedelta

import pytest

from platforms.channels import requests, webhook
from platforms.channels.requests import Request
from platforms.delivery import sending
from tests.platforms.receiver import receiving, status


def request(url, *, message_id="msg_1", lane="hosting-nl", sandbox=True):
    return Request(message_id, lane, url, {"webhook-id": message_id}, b"{}", sandbox)


def one(url, *, sandbox=True, **how):
    (outcome,) = sending.send([request(url, sandbox=sandbox)], **how)
    return outcome


@pytest.mark.parametrize(
    ("code", "word"),
    [(200, "accepted"), (204, "accepted"), (404, "refused"), (410, "refused"), (500, "failed"), (503, "failed")],
)
def test_the_status_decides_the_outcome(code, word):
    with receiving(code) as receiver:
        outcome = one(receiver.url)
    assert (outcome.word, outcome.status, outcome.problem) == (word, code, "")
    assert outcome.started_at <= outcome.ended_at
    assert receiver.ids == ["msg_1"]


def test_what_was_sent_arrives_byte_for_byte_without_cookies_or_credentials():
    with receiving() as receiver:
        list(
            sending.send([Request("msg_1", "a", receiver.url, {"content-type": "application/json"}, b'{"a":1}', True)])
        )
    ((headers, body),) = receiver.posts
    assert (body, headers["content-type"]) == (b'{"a":1}', "application/json")
    assert not {"cookie", "authorization"} & set(headers)


def test_a_redirect_is_not_followed():
    with receiving() as target, receiving(lambda handler: status(307, Location=target.url)(handler)) as receiver:
        assert one(receiver.url).word == "redirected"
    assert (len(receiver.posts), target.posts) == (1, [])


def test_an_answer_that_does_not_end_in_time_is_a_timeout_whatever_it_began_with(monkeypatch):
    monkeypatch.setattr(requests, "TIME_LIMIT", 0.3)

    def begins_and_hangs(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"soon")
        receiver.over.wait()

    with receiving(begins_and_hangs) as receiver:
        outcome = one(receiver.url)
    assert (outcome.word, outcome.status, outcome.answer) == ("timeout", 200, b"soon")
    assert outcome.ended_at - outcome.started_at >= timedelta(seconds=0.3)


def test_an_endless_answer_is_read_up_to_the_limit_and_hung_up_on():
    hung_up = threading.Event()

    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 100_000)
        except ConnectionError:
            hung_up.set()

    with receiving(endless) as receiver:
        outcome = one(receiver.url)
        assert hung_up.wait(10)
    assert (outcome.word, len(outcome.answer)) == ("accepted", webhook.BODY_LIMIT)


def test_a_packed_answer_is_not_unpacked():
    with receiving(status(200, b"not gzip at all", Content_Encoding="gzip")) as receiver:
        assert one(receiver.url).answer == b"not gzip at all"


def test_an_answer_that_breaks_off_is_no_acceptance():
    def half(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")

    with receiving(half) as receiver:
        outcome = one(receiver.url)
    assert (outcome.word, outcome.status) == ("broken_off", 200)


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n"], ids=["none", "another protocol"])
def test_an_endpoint_that_speaks_no_http_is_broken_off(answer):
    with receiving(lambda handler: handler.wfile.write(answer)) as receiver:
        outcome = one(receiver.url)
    assert (outcome.word, outcome.status) == ("broken_off", None)


def test_a_closed_port_and_an_unknown_name_are_unreachable():
    with receiving() as gone:
        pass
    assert one(gone.url).word == "unreachable"
    assert one("http://nowhere.invalid/").word == "unreachable"


def test_a_refused_address_is_blocked_and_nothing_is_sent():
    with receiving() as receiver:
        outcome = one(receiver.url, sandbox=False)
    assert (outcome.word, outcome.status, receiver.posts) == ("blocked", None, [])
    assert "127.0.0.1 is a loopback address" in outcome.problem


def test_a_name_is_looked_up_once_and_its_checked_address_is_called():
    with receiving() as receiver:
        port = receiver.url.rsplit(":")[-1]
        asked = []

        async def changing(host, port):
            asked.append(host)
            return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

        assert one(f"http://hosting.example:{port}", lookup=changing).word == "accepted"
        assert one(f"http://hosting.example:{port}", lookup=changing).word == "blocked"
    assert (asked, len(receiver.posts)) == (["hosting.example"] * 2, 1)
    assert receiver.posts[0][0]["host"].startswith("hosting.example")


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("120", timedelta(seconds=120)),
        ("Fri, 31 Dec 1999 23:59:59 GMT", timedelta(0)),
        ("soon", None),
        ("-5", None),
        ("9" * 40, timedelta(days=365)),  # capped later, as any other
        ("9" * 5000, timedelta(days=365)),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header, asked):
    with receiving(status(503, Retry_After=header)) as receiver:
        assert one(receiver.url).retry_after == asked


def test_a_hanging_endpoint_delays_neither_another_ones_request_nor_its_outcome():
    def hang(handler):
        receiver.over.wait()

    with receiving(hang) as receiver, receiving() as quick:
        crowd = [request(receiver.url, message_id=f"msg_{n}") for n in range(3 * sending.LANE_WIDTH)]
        outcomes = sending.send([*crowd, request(quick.url, message_id="quick", lane="other")])
        first = next(outcomes)
        waiting = len(receiver.posts)
        receiver.over.set()
        rest = list(outcomes)
    assert (first.request.message_id, first.word) == ("quick", "accepted")
    assert waiting <= sending.LANE_WIDTH
    assert len(rest) == len(crowd)
