"""When a request arrived: stamped on entry, before authentication and parsing, because it decides about an hour."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from orders import clock


class ArrivalMiddleware:
    """Stamps `request.arrived_at`; first in MIDDLEWARE, so that nothing slow comes before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.arrived_at = clock.now()  # type: ignore[attr-defined]
        return self.get_response(request)


def arrived_at(request: HttpRequest) -> datetime:
    """The instant at which `request` arrived, aware, UTC."""
    instant: datetime = request.arrived_at  # type: ignore[attr-defined]
    return instant
