"""How an endpoint fails although it has read the whole message: what a sender meets on a bad day."""

import time
from collections.abc import Callable, Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from platforms.simulator.behaviours.traits import Fault, Traits

pause: Callable[[float], object] = time.sleep  # an exercise lets virtual time pass instead
PROMISED, KEPT = 4096, 2048  # bytes of a half-written answer


def of_try(number: int, traits: Traits) -> Fault | None:
    """How the try with this number (from 1) at one message fails; None when it works."""
    if number <= len(traits.faults):
        return traits.faults[number - 1]
    return traits.faults[-1] if traits.faulty_for_ever else None


def answer(fault: Fault, traits: Traits) -> HttpResponseBase:
    """The answer of a broken endpoint."""
    return ANSWERS[fault](traits)


def _failed(traits: Traits) -> HttpResponseBase:  # noqa: ARG001  all faults are called alike
    return HttpResponse("Something broke (simulated).\n", status=500, content_type="text/plain")


def _hang(traits: Traits) -> HttpResponseBase:
    pause(traits.hang_seconds)
    return HttpResponse("Nobody waits for this any more (simulated).\n", content_type="text/plain")


def _hang_up(traits: Traits) -> HttpResponseBase:  # noqa: ARG001
    return _promising(_broken())


def _broken() -> Iterator[bytes]:
    # A server cannot make an answer of this: it closes the connection before any of the body (granian: perhaps after
    # the head).
    raise ConnectionResetError("hung up (simulated)")
    yield b""


def _half(traits: Traits) -> HttpResponseBase:  # noqa: ARG001
    return _promising(iter([b"." * KEPT]))


def _promising(body: Iterator[bytes]) -> HttpResponseBase:
    # Without a length the end of the connection would be the end of the body: a whole answer.
    length = {"Content-Length": str(PROMISED)}
    return StreamingHttpResponse(body, content_type="text/plain", headers=length)


ANSWERS: dict[Fault, Callable[[Traits], HttpResponseBase]] = {
    Fault.FAILED: _failed,
    Fault.HANG: _hang,
    Fault.HANG_UP: _hang_up,
    Fault.HALF: _half,
}
