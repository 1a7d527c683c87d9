"""A page for each type of problem: the address that stands in its `type`."""

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.api.problem_types import PROBLEM_TYPES


@require_safe
def problem_index(request: HttpRequest) -> HttpResponse:
    """Every type of problem."""
    return render(request, "problems/index.html", {"types": PROBLEM_TYPES})


@require_safe
def problem_page(request: HttpRequest, code: str) -> HttpResponse:
    """What a problem means, how one looks and what to do."""
    if code not in PROBLEM_TYPES:
        raise Http404
    shown = json.dumps(example(code), indent=2, ensure_ascii=False)
    return render(request, "problems/page.html", {"code": code, "type": PROBLEM_TYPES[code], "example": shown})


def example(code: str) -> dict[str, Any]:
    """A problem of this type as it may be told, with synthetic values."""
    kind = PROBLEM_TYPES[code]
    errors = [] if kind.pointer is None else [{"pointer": kind.pointer, "code": code, "got": kind.got}]
    return {
        "type": f"{settings.PUBLIC_URL}/docs/problems/{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.example,
        "instance": "/api/platforms/v1/orders/DE-2026-000123",
        "request_id": "req_01j5k2v8x4m9q7t3w6y0z1abcd",
        "server_time": "2026-11-21T01:50:00.120000Z",
        "errors": errors,
    }
