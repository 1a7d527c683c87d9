"""What every call of both APIs has in common: JSON in and out, bearer tokens, problems."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from django.http import HttpRequest
from rest_framework.exceptions import ParseError, Throttled
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from orders.api import problems
from orders.api.limits import PartyRate
from orders.api.tokens import BearerAuthentication


class StrictJSON(BaseParser):
    """JSON is UTF-8 whatever the header says (RFC 8259), has no NaN, and is not nested to exhaust the stack.

    A name stands once in an object (RFC 7493): of two values, each reader would take another one.
    """

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        headers = parser_context["request"].headers if parser_context else {}
        if (packed := headers.get("Content-Encoding", "identity").strip()) != "identity":
            raise problems.Problem("unsupported-media-type", f"The body is packed ({packed}): send it as it is.")
        try:
            text = stream.read().decode("utf-8")
            return json.loads(text, parse_constant=_no_constant, parse_int=_integer, object_pairs_hook=_once)
        except UnicodeDecodeError as error:
            raise ParseError(f"The body is not UTF-8: byte {error.start} cannot be read.") from None
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}.") from None
        except RecursionError:
            raise ParseError("The body is nested too deep.") from None


def _integer(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:
        raise ValueError(f"a number of {len(digits)} digits is too long") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of `pairs`; a name that comes again is refused, rather than that the last one wins."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ParseError(f"{json.dumps(name)[:200]} stands twice in one object of the body: give it once.")
        found[name] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


class AlwaysJSON(DefaultContentNegotiation):
    """The answer is JSON whatever Accept says: a statement of fact never fails for a header."""

    def select_renderer(
        self,
        request: Request,
        renderers: list[BaseRenderer],  # type: ignore[override]
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """A view of either API."""

    authentication_classes = [BearerAuthentication]
    parser_classes = [StrictJSON]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysJSON
    throttle_classes: Sequence[type[BaseThrottle]] = [PartyRate]
    rate: PartyRate | None = None  # where the caller stands, once the request was counted
    # No HEAD: it would prove the receipt of an order whose text was not served.
    http_method_names = ["get", "post", "put", "patch", "delete"]

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        request.encoding = "utf-8"  # a charset that the caller invents must not decide how the query is read
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        request._request.body  # noqa: B018  read once, under Django's limit of size; the parser then reads the copy

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        raise Throttled(wait, "The quota of this minute is used up.")

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().finalize_response(*args, **kwargs)
        for name, value in (self.rate.headers() if self.rate else {}).items():
            response[name] = value
        return response

    @property
    def token(self) -> Any:
        """The access token, an `oauth2_provider` AccessToken with its application."""
        return self.request.auth

    def get_exception_handler(self) -> Any:
        return problems.handle


def valid(serializer: type[BaseSerializer[Any]], data: Any) -> dict[str, Any]:
    """`data` as `serializer` understands it. Raises DRF's ValidationError, which becomes a 422."""
    translated = serializer(data=data)
    translated.is_valid(raise_exception=True)
    checked: dict[str, Any] = translated.validated_data
    return checked
