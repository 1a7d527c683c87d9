"""Errors as application/problem+json (RFC 9457): one handler for both APIs, and Django's error pages under /api/."""

import logging
import math
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from orders import canonical, clock, ids
from orders.acts.refusals import ActNotOpen, Invalid, Refusal
from orders.api.problem_types import PROBLEM_TYPES

MEDIA_TYPE = "application/problem+json"
# What the framework's sentence leaves out: what to do.
HINTS = {
    exceptions.NotAuthenticated: " Send Authorization: Bearer and a token of /oauth/token.",
    exceptions.UnsupportedMediaType: " Send JSON, with Content-Type: application/json.",
    exceptions.MethodNotAllowed: " The header Allow names those that are.",
}
# What the framework says in its own words, by how the sentence begins: what to send instead.
PLAINLY = {
    "No data provided": "Send a JSON object.",
    "Invalid data. Expected a dictionary": "Send a JSON object here.",
    "Expected a dictionary of items": "Send a JSON object here.",
    "Expected a list of items": "Send a JSON list here.",
}
log = logging.getLogger(__name__)


class Problem(exceptions.APIException):
    """A problem that an interface itself finds; `code` is one of PROBLEM_TYPES, `wait` seconds for Retry-After."""

    def __init__(
        self, code: str, detail: str, *, pointer: str | None = None, got: object = None, wait: int | None = None
    ) -> None:
        super().__init__(detail, code)
        self.code, self.pointer, self.got, self.wait = code, pointer, got, wait


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. A view may add members, such as due_at, by a method `problem_members()`."""
    request, view = context["request"], context["view"]
    found = _found(error, request)
    if found is None:
        return None
    code, detail, members = found
    extra = view.problem_members() if hasattr(view, "problem_members") else {}
    headers = {"WWW-Authenticate": "Bearer"} if code == "invalid-token" else {}
    if isinstance(error, exceptions.Throttled) or getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(getattr(error, "wait", None) or 1))
    body = document(request, code, detail, **{**extra, **members})
    return Response(body, status=body["status"], content_type=MEDIA_TYPE, headers=headers)


def document(request: Any, code: str, detail: str, **members: Any) -> dict[str, Any]:
    """The members of one problem, as JSON takes them."""
    kind = PROBLEM_TYPES[code]
    return {
        "type": f"{settings.PUBLIC_URL}/docs/problems/{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": printable(detail, 2000),
        "instance": printable(request.path, 500),
        "request_id": ids.new("req"),
        "server_time": canonical.instant(clock.now()),
        **{name: member for name, member in members.items() if name != "errors"},
        "errors": members.get("errors", []),
    }


def _found(error: Exception, request: Any) -> tuple[str, str, dict[str, Any]] | None:
    """The code of the problem type, the sentence, and further members; None for what is not the caller's fault."""
    if isinstance(error, Invalid):
        code = error.code if error.code in PROBLEM_TYPES else "validation"
        sent = _at(_asked(request), error.pointer) if error.pointer else None
        return code, error.detail, {"errors": [_error(error.pointer, error.code, sent or error.got)]}
    if isinstance(error, ActNotOpen):
        members = {"act": error.act, "state": error.state, "article": error.article, "open_acts": error.open_acts}
        return error.code, error.detail, members
    if isinstance(error, Refusal):
        return error.code, error.detail, {}
    if isinstance(error, Problem):
        errors = [] if error.pointer is None else [_error(error.pointer, error.code, error.got)]
        return error.code, str(error.detail), {"errors": errors}
    if isinstance(error, RequestDataTooBig):
        return "body-too-large", "The body has more than one megabyte. Nothing was recorded.", {}
    if isinstance(error, exceptions.ValidationError):
        return _validation(error, _asked(request))
    return _of_framework(error)


def _of_framework(error: Exception) -> tuple[str, str, dict[str, Any]] | None:
    codes = {
        exceptions.NotAuthenticated: "invalid-token",
        exceptions.AuthenticationFailed: "invalid-token",
        exceptions.ParseError: "malformed",
        exceptions.PermissionDenied: "scope-missing",
        exceptions.NotFound: "not-found",
        exceptions.MethodNotAllowed: "method-not-allowed",
        exceptions.UnsupportedMediaType: "unsupported-media-type",
        exceptions.Throttled: "rate-limited",
    }
    code = codes.get(type(error))
    if code is None or not isinstance(error, exceptions.APIException):
        return None
    return code, f"{error.detail}{HINTS.get(type(error), '')}", {}


def _asked(request: Any) -> Any:
    return request.query_params if request.method == "GET" else request.data


def _validation(error: exceptions.ValidationError, data: Any) -> tuple[str, str, dict[str, Any]]:
    found = list(pointed(error.detail, ""))[:20]
    sentences = [f"{pointer or 'The body'}: {_plainly(detail)}" for pointer, detail in found]
    errors = [_error(pointer, str(detail.code), _at(data, pointer)) for pointer, detail in found]
    return "validation", " ".join(sentences), {"errors": errors}


def _plainly(sentence: str) -> str:
    return next((said for begins, said in PLAINLY.items() if sentence.startswith(begins)), sentence)


def pointed(detail: Any, pointer: str) -> Iterator[tuple[str, exceptions.ErrorDetail]]:
    """DRF's nested errors as (JSON pointer, error) pairs (RFC 6901)."""
    if isinstance(detail, exceptions.ErrorDetail):
        yield pointer, detail
    elif isinstance(detail, Mapping):
        for key, below in detail.items():
            own = key == api_settings.NON_FIELD_ERRORS_KEY
            step = "" if own else "/" + str(key).replace("~", "~0").replace("/", "~1")
            yield from pointed(below, pointer + step)
    else:
        for index, below in enumerate(detail):
            step = f"/{index}" if isinstance(below, Mapping | list) else ""
            yield from pointed(below, pointer + step)


def _at(data: Any, pointer: str) -> Any:
    """What stands at `pointer` in `data`, or None."""
    for step in pointer.split("/")[1:]:
        if isinstance(data, Mapping):
            data = data.get(step.replace("~1", "/").replace("~0", "~"))
        elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data


def _error(pointer: str, code: str, got: Any) -> dict[str, Any]:
    return {"pointer": pointer, "code": code, "got": _shown(got)}


def _shown(got: Any) -> Any:
    """`got` in a form that any JSON reader takes: scalars as they are when they are small, the rest as short text."""
    if got is None or isinstance(got, bool):
        return got
    if isinstance(got, int) and abs(got) < 2**53:
        return got
    if isinstance(got, float) and math.isfinite(got):
        return got
    return printable(got if isinstance(got, str) else str(canonical_or_text(got)), 200)


def canonical_or_text(value: Any) -> Any:
    """An instant in the form the API uses; anything else unchanged."""
    return canonical.instant(value) if hasattr(value, "astimezone") else value


def printable(text: str, length: int) -> str:
    """`text` cut to `length`, without what UTF-8 cannot carry."""
    return text[:length].encode("utf-8", "replace").decode()


def answer(request: HttpRequest, code: str, detail: str) -> JsonResponse:
    """A problem outside of DRF."""
    body = document(request, code, detail)
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Also the last route under /api/, so that an unknown address answers alike in every mode."""
    if _wants_problem(request):
        return answer(request, "not-found", "There is nothing at this address.")
    return defaults.page_not_found(request, exception or Exception("not found"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if not _wants_problem(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return answer(request, "body-too-large", "The body has more than one megabyte. Nothing was recorded.")
    return answer(request, "malformed", "The request cannot be read.")


def server_error(request: HttpRequest) -> HttpResponse | HttpResponseBase:
    if _wants_problem(request):
        return answer(request, "internal", "Something went wrong on our side.")
    return defaults.server_error(request)


def _wants_problem(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/.well-known/"))
