"""A page for each type of problem: the address that stands in its `type`."""

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
    """What a problem means and what to do."""
    if code not in PROBLEM_TYPES:
        raise Http404
    return render(request, "problems/page.html", {"code": code, "type": PROBLEM_TYPES[code]})
