"""How many requests a party may send in a minute, counted in the shared cache. An answer is never counted."""

import logging
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

log = logging.getLogger(__name__)
KINDS = {
    "read": "Reading: every GET, the pull channel too.",
    "write": "Writing: every other method, but not the answers of a provider.",
}


class PartyRate(SimpleRateThrottle):
    """Counts per party, kind of request and fixed window; all credentials of a party share its quota.

    DRF's own throttle keeps a list of instants that two processes overwrite for each other; a counter is atomic. When
    the cache cannot be reached nothing is refused: a limit protects us, it must not be what fails.
    """

    key = "rate:{party}:{kind}:{window}"

    def __init__(self) -> None:
        """The rate is known with the request."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self.scope = "read" if request.method == "GET" else "write"
        quota, seconds = self.parse_rate(settings.RATE_LIMITS[self.scope])
        assert quota  # as the settings have it
        assert seconds
        self.quota, self.seconds = quota, seconds
        window, self.left_open = divmod(self.timer(), seconds)
        self.used = self._count(request, int(window))
        view.rate = self
        return self.used <= quota

    def _count(self, request: Request, window: int) -> int:
        key = self.key.format(party=_party(request), kind=self.scope, window=window)
        try:
            cache.add(key, 0, timeout=2 * self.seconds)
            return cache.incr(key)
        except (RedisError, OSError, ValueError) as error:  # ValueError: it was evicted in between
            log.warning("a request could not be counted: %s", error)
            return 0

    def wait(self) -> float:
        """Seconds until the window ends."""
        return self.seconds - self.left_open

    def headers(self) -> dict[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers."""
        rest, seconds = max(0, self.quota - self.used), int(self.wait()) + 1
        return {
            "RateLimit-Policy": f'"{self.scope}";q={self.quota};w={self.seconds}',
            "RateLimit": f'"{self.scope}";r={rest};t={seconds}',
        }


def _party(request: Any) -> str:
    application = request.auth.application
    if application.provider_id:
        return f"p{application.provider_id}"
    return f"a{application.authority_id}" if application.authority_id else f"c{application.pk}"


@require_safe
def rate_limits(request: HttpRequest) -> HttpResponse:
    """The published limits."""
    rates = [(kind, *PartyRate().parse_rate(settings.RATE_LIMITS[kind]), says) for kind, says in KINDS.items()]
    return render(request, "problems/rate_limits.html", {"rates": rates})
