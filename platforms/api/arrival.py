"""When a request arrived: stamped on entry, before authentication and parsing, because it decides about an hour."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from orders import clock


class ArrivalMiddleware:
    """Stamps `request.arrived_at`; first in MIDDLEWARE, so that nothing slow comes before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.arrived_at = clock.now()  # type: ignore[attr-defined]
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            _take_chunks(request)
        return self.get_response(request)


def _take_chunks(request: Any) -> None:
    """Give a body sent in chunks its length: without one, Django and DRF take any body for an empty one.

    Reads one byte more than is allowed, so that a body too large is known as such.
    """
    body = request.environ["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    request.META["CONTENT_LENGTH"] = str(len(body))
    request._stream = BytesIO(body)


def arrived_at(request: HttpRequest) -> datetime:
    """The instant at which `request` arrived, aware, UTC."""
    instant: datetime = request.arrived_at  # type: ignore[attr-defined]
    return instant
