"""Parts of a page that refresh themselves: an ETag over what they show, and 304 while nothing changed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render

from orders import canonical, clock


def etag(*parts: object) -> str:
    """A weak validator over what a fragment is made from."""
    return f'W/"{canonical.sha256("|".join(map(str, parts)).encode())[:20]}"'


def unchanged(request: HttpRequest, tag: str) -> bool:
    """Whether the browser already shows this very state."""
    return request.headers.get("If-None-Match") == tag


def answer(
    request: HttpRequest, template: str, context: dict[str, Any] | None, tag: str, *, event: str = ""
) -> HttpResponse:
    """The fragment, or 304 when `context` is None; either carries the server's time, which corrects the countdowns.

    `event` is what other parts of the page hear when this one changed.
    """
    response: HttpResponse = HttpResponseNotModified() if context is None else render(request, template, context)
    if context is not None and event:
        response["HX-Trigger"] = event
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-store"
    response["Server-Time"] = canonical.instant(clock.now())
    return response
