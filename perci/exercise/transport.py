"""The network within the process: the same bytes, headers and signatures, in virtual time, and its bad days."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries
from django.http import Http404, HttpResponse
from django.urls import resolve

from orders import clock
from platforms.channels import mail, requests
from platforms.channels.requests import Outcome, Request
from platforms.channels.webhook import BODY_LIMIT
from platforms.looking import Look, Sight
from platforms.models import Channel
from platforms.simulator import faults, pages, reach
from platforms.simulator.models import SimulatedPlatform

BY_CLASS = {2: requests.ACCEPTED, 3: requests.REDIRECTED, 4: requests.REFUSED}


def played(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The server of the simulated platforms: their views alone, with nothing of ours around them."""
    request = WSGIRequest(environ)
    try:
        match = resolve(request.path_info)
        response = match.func(request, *match.args, **match.kwargs)
    except Http404:
        response = HttpResponse(status=404)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return response


@dataclass(frozen=True)
class Cut:
    """Until when the endpoint of a provider cannot be reached, or does not answer."""

    word: str
    until: datetime


class Wire:
    """All connections of an exercise. A try ends when it would have ended: `begin` says when, and nobody sleeps."""

    def __init__(self) -> None:
        self.hung = 0.0  # seconds for which whoever answers lets the other side wait
        self.cuts: dict[str, Cut] = {}
        self.posted = 0
        ours = httpx.WSGITransport(WSGIHandler())
        theirs = httpx.WSGITransport(played)
        self.http = httpx.Client(mounts={settings.PUBLIC_URL: ours, settings.SIMULATOR_URL: theirs}, trust_env=False)

    @contextmanager
    def laid(self) -> Iterator["Wire"]:
        """The simulated platforms speak over this wire, and requests share the one connection to the database."""
        before = reach.http, faults.pause
        reach.http, faults.pause = self.http, self._hang
        signals = [
            (request_started, close_old_connections),
            (request_finished, close_old_connections),
            (request_started, reset_queries),
        ]
        connected = [(signal, receiver) for signal, receiver in signals if signal.disconnect(receiver)]
        try:
            yield self
        finally:
            reach.http, faults.pause = before
            for signal, receiver in connected:
                signal.connect(receiver)
            self.http.close()

    def _hang(self, seconds: float) -> None:
        self.hung += seconds

    # --- what leaves us ---
    def begin(self, request: Request) -> Outcome:
        """The outcome that a try begun now has; it may end later than now."""
        at = clock.now()
        self.posted += 1
        if request.channel == Channel.MAIL:
            return mail.post(request)  # to the backend of the settings, which in an exercise drops it
        cut = self.cut(request.lane, at)
        if cut is None:
            return self._answered(request, at)
        if cut.word == requests.TIMEOUT:
            return _timed_out(request, at)
        return Outcome(request, cut.word, at, at, problem="ConnectionRefusedError: nobody is there (simulated)")

    def send(self, tries: Sequence[Request]) -> Iterator[Outcome]:
        """Make all of `tries` now, for whoever waits for them."""
        return map(self.begin, tries)

    def cut(self, provider: str, at: datetime) -> Cut | None:
        """How the endpoint of a provider is cut off now, if it is."""
        found = self.cuts.get(provider)
        return found if found and at < found.until else None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """Whatever anybody sends to an endpoint."""
        return self.http.post(url, content=body, headers=dict(headers))

    def _answered(self, request: Request, at: datetime) -> Outcome:
        self.hung = 0.0
        limit = request.time_limit(at)
        try:
            answer = self.post(request.url, request.body, request.headers)
        except (httpx.TransportError, OSError) as error:
            problem = f"{type(error).__name__}: {error}"
            return Outcome(request, requests.BROKEN_OFF, at, at, problem=problem)
        if self.hung >= limit:
            return _timed_out(request, at)
        word, problem = BY_CLASS.get(answer.status_code // 100, requests.FAILED), ""
        promised = int(answer.headers.get("Content-Length", len(answer.content)))
        if promised > len(answer.content):
            word = requests.BROKEN_OFF
            problem = f"The connection was closed after {len(answer.content)} of {promised} bytes."
        ended_at = at + timedelta(seconds=self.hung)
        return Outcome(request, word, at, ended_at, answer.status_code, answer.content[:BODY_LIMIT], problem)

    # --- looks at pages ---
    def look(self, looks: Sequence[Look]) -> list[Sight]:
        """What the pages answer now; where a provider is cut off, nothing does.

        A look reads nothing but a status, and most looks of a day are at the pages of one order: they are asked for
        at once, of the same function that the view asks.
        """
        at = clock.now()
        asked: dict[str, dict[Look, str]] = {}
        seen: dict[Look, int] = {}
        for look in looks:
            try:
                code, path = _place(look.url)
            except Http404:  # no page at all, as the root of a platform
                seen[look] = 404
            else:
                asked.setdefault(code, {})[look] = path
        for code, paths in asked.items():
            if (cut := self.cut(code, at)) is None or cut.word != requests.UNREACHABLE:
                seen.update(_statuses(code, paths))
        return [Sight(look, seen.get(look), at, at) for look in looks]


def _place(url: str) -> tuple[str, str]:
    """Of whose pages `url` names one, and which. Raises Http404 for none."""
    parts = urlsplit(url)
    named = resolve(unquote(parts.path)).kwargs
    return named["code"], pages.asked_for(named["path"], parts.query)


def _statuses(code: str, paths: Mapping[Look, str]) -> dict[Look, int]:
    found = pages.look_at_all(SimulatedPlatform.objects.get(code=code), set(paths.values()))
    return {look: found[path].status for look, path in paths.items()}


def _timed_out(request: Request, at: datetime) -> Outcome:
    limit = request.time_limit(at)
    problem = f"The answer had not ended after {limit:.0f} s."
    return Outcome(request, requests.TIMEOUT, at, at + timedelta(seconds=limit), problem=problem)
