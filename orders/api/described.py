"""How a call is described in the OpenAPI document: its answer, and every problem it may answer with."""

from collections.abc import Callable, Sequence
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from orders.api import played
from orders.api.fields import Instant
from orders.api.problem_types import PROBLEM_TYPES
from orders.api.problems import MEDIA_TYPE

ALWAYS = ("invalid-token", "scope-missing", "not-found")
OF_PROVIDERS = ("providers", "answers", "connection")  # tags of the calls that may be unavailable
COUNTED = ("rate-limited",)
WITH_BODY = ("malformed", "body-too-large", "unsupported-media-type", "validation")
AFTER = OpenApiParameter("after", str, description="the cursor that the page before gave as `next`")
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="the ETag that was read")
RATE_HEADERS = [
    OpenApiParameter("RateLimit-Policy", str, OpenApiParameter.HEADER, response=True, description="quota and window"),
    OpenApiParameter("RateLimit", str, OpenApiParameter.HEADER, response=True, description="what is left of it"),
]
REFERENCE = OpenApiParameter("reference", str, OpenApiParameter.PATH, description="such as DE-2026-000123")


class ErrorBody(serializers.Serializer[Any]):
    """One thing that is wrong with the body."""

    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901); empty for the whole body")
    code = serializers.CharField()
    got = serializers.JSONField(help_text="what stood there or null, cut when it is long")


class ProblemBody(serializers.Serializer[Any]):
    """A problem (RFC 9457)."""

    type = serializers.CharField(help_text="a page that says what it means and what to do")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    request_id = serializers.CharField()
    server_time = Instant()
    errors = ErrorBody(many=True)  # type: ignore[assignment]
    due_at = Instant(required=False, help_text="when the next of the order's running clocks is due")
    act = serializers.CharField(required=False)
    state = serializers.CharField(required=False)
    article = serializers.CharField(required=False)
    open_acts = serializers.ListField(child=serializers.CharField(), required=False)


def described(
    operation_id: str,
    *,
    ok: Any,
    status: int = 200,
    request: Any = None,
    problems: Sequence[str] = (),
    parameters: Sequence[Any] = (),
    examples: Sequence[OpenApiExample] = (),
    tag: str = "authorities",
    counted: bool = True,
    media_type: str = "",
) -> Callable[[Any], Any]:
    """Describe a view's method: `ok` is the serializer of its answer, `problems` the codes besides the usual ones.

    Beside `examples` those are shown that were played (`orders.api.played`).

    `counted` says whether the rate limits hold for it, `media_type` what the answer is when it is no JSON.
    """
    away = ("unavailable",) if tag in OF_PROVIDERS else ()
    usual = [*ALWAYS, *away, *(COUNTED if counted else ()), *(WITH_BODY if request is not None else ())]
    codes = [*usual, *(code for code in problems if code not in usual)]
    responses: dict[Any, Any] = {(status, media_type) if media_type else status: ok, **problem_responses(codes)}
    return extend_schema(
        operation_id=operation_id,
        request=request,
        responses=responses,
        parameters=[*parameters, *(RATE_HEADERS if counted else ())],
        examples=[*examples, *played.examples(operation_id)],
        tags=[tag],
    )


def problem_responses(codes: Sequence[str]) -> dict[tuple[int, str], OpenApiResponse]:
    """The responses of problem types, those with one status together."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(PROBLEM_TYPES[code].status, []).append(f"`{code}`: {PROBLEM_TYPES[code].title}.")
    return {
        (status, MEDIA_TYPE): OpenApiResponse(ProblemBody, description=" ".join(lines))
        for status, lines in sorted(by_status.items())
    }


def listing(name: str, body: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The body of a list: `items`, and the cursor of the next page."""
    cursor = serializers.CharField(allow_null=True, help_text="pass it as `after`; null at the end")
    fields = {"__doc__": f"A page of {name}.", "items": body(many=True), "next": cursor}
    return type(f"{body.__name__.removesuffix('Body')}PageBody", (serializers.Serializer,), fields)


class BearerScheme(OpenApiAuthenticationExtension):
    """The OAuth flows behind the bearer tokens."""

    target_class = "orders.api.tokens.BearerAuthentication"
    name = "oauth2"

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        """Each scope that suffices is an alternative."""
        scopes = getattr(auto_schema.view, "scopes", {}).get(auto_schema.method, ())
        return [{self.name: [scope]} for scope in scopes]

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        providers = {
            "orders.read": "read",
            "orders.answer": "answer",
            "connection.manage": "manage how you are reached",
        }
        authorities = {"authority.read": "read", "authority.draft": "draft, submit", "authority.act": "every other act"}
        code = {"authorizationUrl": "/oauth/authorize", "tokenUrl": "/oauth/token", "scopes": authorities}
        machine = {"tokenUrl": "/oauth/token", "scopes": {**providers, **authorities}}
        return {"type": "oauth2", "flows": {"clientCredentials": machine, "authorizationCode": code}}
