"""Answers as they must not be, where a sandbox tenant asked for it; not there in production mode."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from threading import BoundedSemaphore

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from oauth2_provider.models import AccessToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from orders import clock
from orders.api.problems import Problem
from orders.models import HostingServiceProvider
from platforms import faults
from platforms.models import Fault

CALLS = "/api/platforms/v1/"  # in the sandbox itself nothing misbehaves: it is where faults are taken back
SLOW_AT_ONCE = 2  # per process: whoever waits holds a thread of the server
pause = time.sleep
_pausing = BoundedSemaphore(SLOW_AT_ONCE)


def before(request: Request, provider: HostingServiceProvider) -> None:
    """Before anything is recorded. Raises the problem unavailable, or AuthenticationFailed as its token has ended."""
    fault = _taken(request, provider, faults.UNAVAILABLE, faults.TOKEN_EXPIRED)
    if fault is None:
        return
    if fault.name == faults.UNAVAILABLE:
        raise Problem("unavailable", "We cannot answer at the moment. Nothing was recorded.", wait=fault.seconds)
    AccessToken.objects.filter(pk=request.auth.pk).update(expires=clock.now())
    raise AuthenticationFailed("The access token is unknown, expired or revoked: get a new one.")


def after(request: Request, provider: HostingServiceProvider, response: Response) -> None:
    """The answer stands, and what it tells is recorded: note on it what is to become of it on its way."""
    recorded = request.method == "POST" and response.status_code < 300
    fault = _taken(request, provider, faults.SLOW_ANSWER, *([faults.LOST_ANSWER] if recorded else []))
    if fault is not None:
        response.fault = fault  # type: ignore[attr-defined]


def _taken(request: Request, provider: HostingServiceProvider, *names: str) -> Fault | None:
    if not request.path.startswith(CALLS):
        return None
    at: datetime = clock.now()
    return faults.take(provider, names, met=f"{request.method} {request.get_full_path()}", at=at)


class FaultMiddleware:
    """Outside of all that is to see the answer as it was made: only then it is delayed or lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        fault: Fault | None = getattr(response, "fault", None)
        if fault is None:
            return response
        if fault.name == faults.LOST_ANSWER:
            return _hung_up()
        if _pausing.acquire(blocking=False):
            try:
                pause(fault.seconds)
            finally:
                _pausing.release()
        return response


def _hung_up() -> HttpResponseBase:
    # Without a length, the end of the connection would be the end of a whole, empty answer.
    return StreamingHttpResponse(_broken(), headers={"Content-Length": "4096"})


def _broken() -> Iterator[bytes]:
    # A server cannot make an answer of this: it closes the connection (granian: perhaps after the head).
    raise ConnectionResetError("hung up, as the sandbox was asked to")
    yield b""
